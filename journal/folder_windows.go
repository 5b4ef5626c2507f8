package journal

// syncFolder does nothing: on Windows a rename is in the file system's journal by
// the time it returns.
func syncFolder(string) error { return nil }
