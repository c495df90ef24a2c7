"""The parts of a picture, each with `show(note)`, which draws what is seen of a note into its place."""
