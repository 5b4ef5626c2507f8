package cmd

import (
	"github.com/spf13/cobra"
)

func groundCommand(r *run) *cobra.Command {
	return &cobra.Command{
		Use:     "ground",
		GroupID: groupHeavy,
		Short:   "Three things to see, what holds you, what is next",
		Long: paragraphs(
			"Prints a few lines that lead back to the room: three things to see, what holds you up, and the next ordinary act. Each has another way in, for who cannot see or move well, or would rather not.",
			"It asks nothing, needs no journal, and remembers nothing. The lines are not always the same."),
		Example: examples("untangle ground"),
		Args:    cobra.NoArgs,

		PersistentPreRunE: r.prepareAnyway,
		RunE: func(*cobra.Command, []string) error {
			all := groundings()
			lines := all[r.byClock(len(all))]
			text := r.laid(lines[0], "", lines[1], "", lines[2], "", "Another way in: "+lines[3])
			if r.interactive() {
				text = "\n" + text + "\n"
			}
			_, err := r.Out.Write([]byte(text))
			return err
		},
	}
}

// groundings are ways back to the room: what can be seen, what holds, what is next, and
// another way in.
func groundings() [][4]string {
	return [][4]string{
		{
			"Look for three things that were here before you came in. Give each its name, and one thing about it: a colour, a scratch, where it is kept.",
			"Something is holding you up: a chair, a floor, a bed. Find where it meets you, and let it have the weight.",
			"What is the next ordinary thing? A glass of water, a light, a door. Only that one.",
			"three sounds, near or far, or three things you can name from memory. What holds you up may be a pillow, a wheel or a hand.",
		},
		{
			"Find three things with a straight edge. Follow each edge to where it ends.",
			"Notice what carries you: both feet, or a seat, or a mattress. It was doing that before you noticed.",
			"Kettles are put on, windows are shut, cats are fed. Which of the ordinary things is yours next?",
			"three sounds, and where each of them ends. If feet or seat are hard to feel, the back of the head will do, or the tongue against the teeth.",
		},
		{
			"Three things in this room that somebody made by hand, or could have. Name them in any order.",
			"Where does the weight go? Into heels, hips, elbows. Press a little there, then stop pressing.",
			"Think of a dull day at this hour. What would come next on it? It can be that.",
			"three things you know are in the room without looking. Nothing has to be pressed: it is enough to think of the place.",
		},
		{
			"Three things of one colour, wherever they are. The smallest one counts too.",
			"Lay a hand on what is under you or beside you: wood, cloth, wall. Is it warmer or cooler than the hand?",
			"What can be done next that needs no thought? Shoes, a plate, the post. One is enough.",
			"three sounds, smells or tastes. In place of a hand, a cheek or a shoulder, or the air on your face.",
		},
		{
			"Let your eyes go to the farthest thing you can see from here, then to one halfway, then to the nearest.",
			"Underneath you is a seat or a floor, and under that a building or the ground. Go down through them, one at a time.",
			"Say what you will do in the next five minutes, in five words or fewer.",
			"the farthest sound, one halfway, the nearest. Whatever holds you, a bed or a chair with wheels, has a floor below it as well.",
		},
	}
}
