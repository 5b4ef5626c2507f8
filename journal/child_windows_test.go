package journal

func modesChild([]string)   {}
func limitedChild([]string) {}
