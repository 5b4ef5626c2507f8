package cmd

import (
	"bytes"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// shortPassphrase is how many letters and spaces a passphrase has that is not called short.
const shortPassphrase = 15

// easyToGuess returns what to say of a passphrase that is easily guessed, empty for any
// other. It is a hint: people know better than a program who might try. The passphrase
// comes into no string, since those cannot be cleared.
func (r *run) easyToGuess(passphrase []byte) string {
	switch {
	case r.triedEarly(passphrase):
		return "That is among the first things somebody would try; a few words that do not belong together would be much harder to guess."
	case utf8.RuneCount(passphrase) < shortPassphrase:
		return "That is short; a few more words would make it much harder to guess."
	}
	return ""
}

// triedEarly reports whether a passphrase is one that many people have, a name that is
// at hand here, or keys beside each other, whatever stands around and between its letters.
func (r *run) triedEarly(passphrase []byte) bool {
	folded := bytes.ToLower(passphrase)
	defer clear(folded)
	squeezed := make([]byte, 0, len(folded))
	defer func() { clear(squeezed[:cap(squeezed)]) }()
	for rest := folded; len(rest) > 0; {
		letter, size := utf8.DecodeRune(rest)
		if unicode.IsLetter(letter) || unicode.IsDigit(letter) || strings.ContainsRune("@$!", letter) {
			squeezed = append(squeezed, rest[:size]...)
		}
		rest = rest[size:]
	}
	if besideEachOther(squeezed) || repeated(squeezed) {
		return true
	}
	core := bytes.TrimFunc(squeezed, func(letter rune) bool { return !unicode.IsLetter(letter) })
	spelled := bytes.Clone(squeezed)
	defer clear(spelled)
	for i, b := range spelled {
		if at := strings.IndexByte("013457@$!", b); at >= 0 {
			spelled[i] = "oieastasi"[at]
		}
	}
	name := strings.TrimSuffix(filepath.Base(r.journalPath()), ".db")
	for _, known := range []string{commonPassphrases, name, r.text("journal"), r.Getenv("USER")} {
		for word := range strings.FieldsSeq(strings.ToLower(known)) {
			if word == string(squeezed) || word == string(core) || word == string(spelled) {
				return true
			}
		}
	}
	return false
}

// keyRows are keys that lie beside each other, and letters as they are learnt.
const keyRows = "1234567890 qwertyuiop qwertzuiop azertyuiop asdfghjkl qsdfghjklm zxcvbnm yxcvbnm wxcvbn abcdefghijklmnopqrstuvwxyz"

// besideEachOther reports whether nearly all keys lie beside the one before, or are it.
func besideEachOther(letters []byte) bool {
	near := 0
	for i := 1; i < len(letters); i++ {
		there, back := [2]byte{letters[i-1], letters[i]}, [2]byte{letters[i], letters[i-1]}
		if there == back || strings.Contains(keyRows, string(there[:])) || strings.Contains(keyRows, string(back[:])) {
			near++
		}
	}
	return len(letters) > 2 && near*5 >= (len(letters)-1)*4
}

// repeated reports whether a few letters come again and again.
func repeated(letters []byte) bool {
	for unit := 1; unit <= 4 && 3*unit <= len(letters); unit++ {
		if bytes.Equal(letters[unit:], letters[:len(letters)-unit]) {
			return true
		}
	}
	return false
}

// commonPassphrases are some that very many people have had, in small letters, without
// what is not a letter at either end of them.
const commonPassphrases = `
007007 010203 012345 01234567 0123456789 0987654321 101010 102030 112233 112358 121212 121314 123123
123123123 123321 1234 12344321 12345 123456 1234567 12345678 123456789 1234567890 123654 123789
131313 1314520 13579 135790 1357924680 147258 147258369 159357 159753 202020 232323 246810 271828
314159 420420 5201314 654321 696969 741852963 789456123 8675309 87654321 987654 987654321 9876543210
a1b2c a1b2c3d abc abcd abcdef abcdefg abcdefgh abcdefghij abracadabra access adidas admin
administrator alex alexander alexandra allah alone amanda amazon amelia amen america amor amorcito
amore amoremio andrea andrew android angel angela angels anna anthony anything apple apples april
arsenal asd asdf asdfasdf asdfgh asdfghjkl ashley asshole august austin australia autumn avengers
azerty azertyuiop baby babyboy babygirl badboy bailey banana barbara barcelona barney baseball
batman bayern bear bears beatles beer believe bella benjamin berlin bible bilbo billion bismillah
bitch bitcoin blah blahblah blank blessed blessing blink blossom bond bonjour booboo boomer borussia
boston brandon brandy brasil brian broken brother buddha buddy bulldog bullshit burger business
buster butterfly california camaro canada candy captain caroline casper cassie catherine celtic
center chance changeme charger charles charlie charlotte cheese chelsea cherry chester chevy chicago
chicken china chocolate chouchou chris christ christian christina christopher ciao ciaociao claire
cocacola coffee coffeetime company compaq computer contrasena contraseña cookie cookies cooper
corona correcthorse correcthorsebatterystaple corvette country courage cowboy cowboys crazy cricket
crypto crystal cupcake cutie daddy daisy dakota dallas danger daniel daniela darkness darling david
deborah december default dennis denver diablo diamond diana diary digital divorce doctor doggie
dolphin dolphins dominic donald donkey dontknow dorothy doudou dragon dragonfly dream dreamer dreams
dude eagle eagles edward elephant elizabeth elvis emily eminem emma empty england enigma enter eric
erotic estrella eva everton everything explorer express facebook faith falcon family father february
felix fender ferrari ficken fire fireball fireman fish fishing florian florida flower flowers fluffy
flyers football forest forever forget forgive forgot fortnite forzajuve france frances frank fred
freddy freedom friday friend friends frodo froggy fuckoff fuckyou fussball gabriel galaxy gandalf
ganesh garfield gateway gators geheim gemini genesis genius george germany ghost giants gibson
ginger global gmail god godisgood godislove gold golden golf golfer gollum goodbye google gordon
grace grandma grandpa green greenday guest guinness guitar hallo hamburg hammer hamster hannah
happiness happy hardcore harley harry harrypotter haslo hawaii healing heart heartbreak hearts
heather heaven helen hello helloworld hendrix henry heslo hi hithere hockey hocuspocus hogwarts
honey hope horse horsebatterystaple horses hotdog hotmail hunter husband iceman idontcare idontknow
iforgot ihateyou ilovegod ilovejesus iloveu iloveyou india instagram internet iphone ireland ironman
isabella italia jackpot jackson jacob jaimatadi jake james janet january japan jasmine jason jasper
jeffrey jennifer jessica jesus jesuschrist jetaime john johnny jonathan jordan joseph joshua journal
julia julian july june junior justin juventus karen katherine kevin killer kimberly kitten kitty
klaster knight krishna lakers laura lauren leonie letmein liebling life lily linda linkedin linux
lion lisa live liverpool login london lonely losenord loulou love lovely loveme lover lovers loveyou
lucas lucky lukas luna lösenord madrid maggie mamma manchester manunited march margaret maria marie
marina marine mariposa mark marlboro marseille martin marvin mary master matrix matthew maverick max
maximilian megan melissa mercedes merlin metallica mexico mia michael michelle mickey microsoft
midnight miller million minecraft mohammad mohammed molly mommy monday money monkey monster
moonlight morgan motdepasse mother muhammad mummy mustang mydiary myjournal mylife mylove mypassword
mysecret myself napoli naruto nascar natasha nathan netflix network nevermind newcastle newlife
newpassword newyork nicholas nicola nicolas nicole nikita nirvana nobody none noone nopassword
notebook nothing november noway null october office oliver olivia opensesame openthedoor orange
oscar p@ssw0rd p@ssword pa55w0rd pa55word pamela panda paris parola pass passphrase passw0rd
password passwordpassword passwort patricia patrick paul peace peanut penguin pepper personal peter
philip phoenix pikachu pizza player please pokemon porsche potato prince princesa princess private
pumpkin puppy purple pussy q1w2e3r q2w3e q2w3e4r q2w3e4r5t qaz2wsx qazwsx qazxsw queen quickbrownfox
qwe qweasd qweasdzxc qwer qwerty qwertyuiop qwertz qwertzuiop rabbit rachel raiders rainbow ranger
rangers realmadrid rebecca redsox remember rich richard robert roblox rocky root rose rusty ryan
sabrina salasana sam samantha samsung samuel sandra sarah saturday schalke schatz schatzi scooby
scooter scotland scott sebastian secret secrets senha september server sesame shadow silver simba
simon single sister slayer slipknot smile smokey snoopy soccer soleil somebody something sommer
sophia sophie sorry sparky spider spiderman spring starlight stars startrek starwars steelers stefan
stella stephanie stephen steven strawberry strong stronger sugar summer sunday sunflower sunrise
sunset sunshine superman supernova susan sweetheart sweetie system taylor teamo temp temporary
tennis tequiero tesoro test testing testtest texas thankyou thequickbrownfox thomas thunder thursday
tiger tigers tigger tinkerbell tobeornottobe tobias toby trustno tuesday turtle twitter tyler ubuntu
unicorn unknown untangle user vanessa vanilla veronica victoria vincent violet vodka voodoo
wachtwoord wednesday welcome whatever whiskey wife william windows winner winter wizard woaini wolf
wolves work yahoo yamaha yankees yellow youtube zachary zaq12wsx zaq1zaq zxc zxcvbn zxcvbnm
`
