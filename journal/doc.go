// Package journal keeps a journal in one file: its entries with all their earlier
// versions, what it remembers beside them, and drafts.
//
// What follows describes the file to the byte, so that it can be read without this
// program. Numbers are big endian unless it says otherwise; a varint is a number in
// groups of seven bits, the lowest first, each but the last with its high bit set.
//
// # The container
//
// The file is a bbolt database, version 2, with pages of 8192 bytes, and can be opened
// with any of its tools. It holds ten buckets: entries, history, timeline, ids, state,
// drafts, inbox, segments, meta and header. None holds another. bbolt's own numbers are
// little endian. A page opens with its number (8 bytes), its kind (2: 1 a branch, 2 a
// leaf, 4 a meta page, 16 the list of free pages), its count of elements (2), and how
// many pages it runs over (4). Pages 0 and 1 are meta pages; behind the 16 bytes stand
// the magic 0xED0CDAED (4), the version (4), the page size (4), flags (4), the root
// bucket's page (8) and sequence (8), the page of the list of free pages (8), the number
// of pages (8), the transaction (8), and a 64-bit FNV-1a of these 56 bytes (8). The one
// with the higher transaction counts. Behind that, at byte 80, may stand the transaction
// once more (8, big endian) and the first half of the SHA-256 of the pages of the list of
// free pages (16), which bbolt does not know of. It is void if the transaction differs.
//
// A leaf's elements are flags (4; 1 for a bucket), position (4), key length (4) and
// value length (4); a branch's are position (4), key length (4) and page (8). Positions
// count from the element's own first byte; the value follows the key. A bucket's value
// is its root page (8) and a sequence (8); a root of 0 says that its one leaf page
// follows in the value.
//
// # Records
//
// Every value but the header is a record: its content, and a tag of 16 bytes. The tag is
// the first half of the SHA-256 of: the 17 bytes "untangle record 1"; the store id (16);
// the length of the bucket's name, as a varint, and the name; the length of the key, as
// a varint, and the key; the content. So a record opens in its own place only.
//
// But for those of meta and header, keys are numbers of 8 bytes. With the highest bit
// set, a key names a node of the bucket's tree, else a record.
//
// # The header
//
// The key header of the bucket meta holds, without a tag: the 24 bytes "untangle journal
// header\n"; the format's version (4), now 1; the least version of a reader (4), now 1;
// feature bits that a reader must know (8), now 0; the store id (16); 4 bytes that are
// kept for later, now 0; 1 byte that is 0 where records are
// plain and 1 where they are sealed; the length of the lock (4), 0 where they are plain,
// and the lock; and a CRC-32 with
// Koopman's polynomial (0x741B8CD7) of all that (4). The key header of the bucket header
// holds the same once more, with zeros behind it up to 4096 bytes, so that it stands on
// a page of its own. A file that asks for a later reader, or for a feature that is not
// known, is refused.
//
// # Sealed journals
//
// In a sealed journal a record is a nonce (24 bytes), then XChaCha20-Poly1305 of: the
// length of its content (4), the content, and zeros up to the padded length; then the
// tag (16), which stands wherever that of a plain record would. The additional data is
// what a plain record's tag hashes, but for the content, with "untangle sealed 1" in
// front. The key is the HKDF-SHA256 of the data key, without salt, with "untangle sealed
// 1 " and the bucket's name as its info; 32 bytes, as all keys here. The padded length of
// n bytes, the content and its length, is 256 at least, and else n rounded up to a multiple
// of 2^(e - floor(log2 e) - 1), where e = floor(log2 n).
//
// The lock is its version, 1 (1 byte); the number of slots (1), at most 8; the slots; the
// numbers 0x647a, 1 and 3 of HPKE's key encapsulation, key derivation and cipher (2
// each); the length (2) of the inbox's public key, and the key; and an HMAC-SHA256 (32).
// A slot is its kind (1: 1 a passphrase, 2 a recovery key, 3 a keyring's secret), a salt
// (16), Argon2id's passes (4), memory in KiB (4) and threads (1), a nonce (24), and the
// data key sealed (48) with XChaCha20-Poly1305. Its additional data is "untangle slot 1",
// the store id, and the slot up to its nonce. The key is the HKDF of what Argon2id makes
// of the secret, with the info "untangle wrap 1"; a passphrase is taken in Unicode's form
// NFC. The HMAC is under the HKDF of the data key with the info "untangle lock 1", of the
// length (4) of the header up to the byte that says sealed, that part of the header, and
// the lock without the HMAC. The inbox's private key is HPKE's for the seed that is the
// HKDF of the data key with the info "untangle inbox key 1".
//
// # The head
//
// The key head of the bucket meta holds a record: the number of transactions so far (8),
// the last version number given out (8), and the roots of five trees: timeline, ids,
// history, state, segments. A root is the number of its node (8; 0 for a tree without
// rows), the count of the tree's rows (8), the tag of the node's record (16), and the
// last node number given out, without the highest bit (8). Then follow the highest
// number that was taken in from the inbox (8); up to which version the entries are in the
// search index (8; 0 if none is); and about how many bytes of text came since (8). Every
// transaction writes it. The oldest heads end before these.
//
// # Trees
//
// A tree keeps rows of one width in order of their leading bytes, their key. Its nodes
// are records of the bucket of the same name. A node opens with its level (1) and its
// tree's row width (1, the low byte). On level 0 up to 128 rows follow; above it up to
// 128 refs to nodes one level below, each the key of the first row below, the node's
// number (8), its count of rows (8) and its record's tag (16). So each tree is also a
// hash tree: no node can be removed, exchanged or put back from an older copy without
// the one above it, and at last the head, telling.
//
//	timeline  48 bytes  order (8) and version (8), the key; offset (2); words (4);
//	                    flags (1); after (1); ache + 1 (1); mood in the high and energy
//	                    in the low half (1); reserved (6); tag of the entry's record (16)
//	ids       32 bytes  id (16), the key; version (8); flags (1); reserved (7)
//	history   48 bytes  id (16) and version (8), the key; flags (1); reserved (7); tag of
//	                    the version's record (16)
//	state     40 bytes  first 16 bytes of the SHA-256 of "untangle state 1" and the name,
//	                    the key; number (8) and tag (16) of the record
//	segments  24 bytes  number of a record of the search index (8), the key; its tag (16)
//
// Flags in the timeline: 1 starred, 2 muted, 4 a letter to later, 8 a check-in without
// text. In ids: 1 the entry was deleted, and its record is in history; 2 it was deleted
// for ever, and there is no record. In history: 1 the version an entry was deleted at.
//
// # Entries
//
// The entries that stand are the records of the bucket entries, each under its version;
// the timeline lists them by date. An edit moves the record to the bucket history and
// writes the new one under the next version, and a deletion moves it there, too. An id
// stays in ids for ever, so that no import brings back what was deleted. A record is a
// run of fields: a number that says which (varint), a length (varint), and so many bytes
// of value. They stand in rising order; what is unset is left out; fields that are not
// known here are kept as they are.
//
//	1 id (16 bytes)      9 prompt's id    17 after: 1 lighter, 2 same, 3 heavier, 4 mixed
//	2 date              10 prompt's theme 18 open on, a date
//	3 IANA time zone    11 prompt's text  19 properties, a JSON object
//	4 edited, a date    12 journey's id   20 origin
//	5 title             13 journey's day  21 words
//	6 text              14 ache           22 deleted, a date
//	7 a tag, for each   15 mood
//	8 starred, empty    16 energy
//
// Texts are UTF-8. The numbers 13 to 17 and 21 are varints. A date is an order (8) and an
// offset (2, two's complement): the order, halved, counts the seconds of the wall clock
// since the year 1, January 1, 00:00, in the proleptic Gregorian calendar; if it is odd,
// the date is that moment, as many minutes east of UTC as the offset says, and else it
// is a calendar day.
//
// An id is shown in 27 digits of base 28, 23456789bcdfghjkmnpqrstvwxyz: the id, read as
// a fraction of 2^128, is multiplied by 28 again and again, and each time the whole part
// is the next digit. The first six are shown, or as many as it takes.
//
// # State and drafts
//
// A record of state is the name's length (varint), the name, and the value. A record of
// drafts is a run of fields as an entry's: 1 when it was saved, a date; 2 who owns it; 3
// the version that it edits (varint); 4 the entry, a record without a tag. The bucket
// inbox holds what was written while a sealed journal was locked, under numbers of their
// own: each item is what HPKE, in its base mode, seals for the inbox's public key, the
// encapsulated key first, with "untangle inbox 1", the store id and the number (8) as its
// info; behind it stands an HMAC-SHA256 (32), which is explained below, or zeros, or, in
// the oldest files, nothing. Inside stand a length, a content and zeros as in a sealed
// record; the content is a byte, and then: for 1 the record of an entry; for 2 that of a
// draft; for 3 that of an entry of which the id and the check-in count, and which may have
// been taken in before; all without a tag.
//
// # The search index
//
// The records of the bucket segments are catalogues and blocks. Under 0 stands the
// catalogue of the index that serves, under 1 that of one that is being made, each only if
// there is one; blocks have numbers from 16 on, given out with those of the tree's nodes. An
// index can be left out or dropped: it says nothing that the entries do not say.
//
// A catalogue is its version, 1 (1 byte); the version of the analysis; the length of the
// language's name, and the name; the version up to which entries are in the index; the
// number of those that are not all the same, and their versions; and the list of segments.
// All numbers are varints. It counts only if the version of the entries is that of the head.
// Entries of higher versions are the tail, which is in no index.
//
// The list of segments and the blocks are described at the top of segment.go in package
// search. A document's sequence is the entry's version. The fields of terms are 1, words of
// the title; 2, tags; 3, the prompt's id; 4, its theme; 5, the journey's id; 12, the text
// yes for what is starred; 100, words of the text; and 101, the text letter for letters to
// later, and bare for check-ins without text. Words are as package search makes them of a
// text; what stands in fields 2 to 5 is in lower case and in Unicode's form NFC, without zero
// bytes, and has no positions.
//
// # Writing
//
// Beside the file lies another with ".lock" behind its name, the turnstile. Who writes
// holds it locked (flock) until all is done; who reads passes through it and then holds
// bbolt's own lock on the file. Before a commit the path must still name the open file.
// New files are made under names like .untangle-5d41402a-123.tmp beside the old one,
// which stand for the path's last part, its hash and a random number, read back, and
// then renamed; those that a killed process left are swept when a journal is opened.
// A file of an older format is brought up to date in a new one, and stays beside it
// with ".format-" and its version behind its name.
//
// # What a machine remembers
//
// Outside the file, in a folder that the program is given, the machine remembers of each
// sealed journal its store id, the SHA-256 of the inbox's public key, the number of
// transactions and the tag of the head, in a JSON object in a file that is named by the
// first 16 bytes of the SHA-256 of the journal's path, in hexadecimal. Without a passphrase
// nobody can tell whether a lock was exchanged, and with one, whether the whole file was
// put back. Beside it lies a key of 32 random bytes: the HMAC of an item of the inbox is
// under that key, of "untangle item 1", the store id, the number (8) and the item before
// it. It only tells who left an item; without it everything can be read.
//
// # Damage
//
// bbolt believes what it reads: damaged pages have it crash, hang, or overwrite others.
// So the first pages and the list of free pages are looked at before it opens the file,
// and each page on the way to a record before it goes there: its number, its kind, that
// all of its elements lie in it one behind the other and in order, and that it leads no
// deeper than 32 levels. What it trips over all the same becomes ErrDamaged. Verify
// reads all pages and records, and holds what is kept twice against itself. Two things
// it cannot tell: that the whole file is an older state of itself, and that a draft was
// removed or put back.
//
// Salvage needs none of the structure. The header is found by its first bytes, anywhere;
// and since a record is bound to its bucket and its key, each element of a leaf, on any
// page and also on a free one, can be tried as a record of each bucket. Of one entry the
// highest version counts, and the newest head, where there is one, tells what was deleted.
package journal
