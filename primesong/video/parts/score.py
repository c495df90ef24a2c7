"""The score as it is seen: the line that sounds and those after it, the sounding note lit."""

from primesong.sargam.melody import Melody
from primesong.video.drawing import draw
from primesong.video.layout import Picture
from primesong.video.look import Look
from primesong.video.parts.staff import Staff


class Score:
    """The score.

    Parameters
    ----------
    view : Picture
        Where it is seen.
    melody : Melody
    look : Look

    Raises
    ------
    MissingError
        If Verovio is not installed.
    """

    def __init__(self, view: Picture, melody: Melody, look: Look) -> None:
        self.view, self.lines = view, look.layout.lines
        self.height = view.shape[0] // self.lines
        self.staff = Staff(melody, look, view.shape[1], self.height)
        self.matras = melody.setting.tala.matras
        self.resting: dict[int, Picture] = {}
        self.lit: dict[int, Picture] = {}
        self.line, self.note = -1, -1

    def show(self, note: int) -> None:
        """Light a note, and turn to its line."""
        line = note // self.matras
        if line != self.line:
            self._turn(line)
        else:
            self._light(self.note, self.resting)
        self._light(note, self.lit)
        self.note = note

    def _turn(self, line: int) -> None:
        """Show a line at the top, if there are enough after it, its number lit."""
        self.line = line
        self.first = max(min(line, len(self.staff) - self.lines), 0)
        self.view[:] = self.view[-1, -1]
        for place in range(self.first, min(self.first + self.lines, len(self.staff))):
            self._draw(place)
            self._row(place)[:] = self.resting[place]
        number = self.staff.number_box
        self._row(line)[number] = self.lit[line][number]

    def _row(self, line: int) -> Picture:
        """Return where a line is seen."""
        top = (line - self.first) * self.height
        return self.view[top : top + self.height]

    def _light(self, note: int, pictures: dict[int, Picture]) -> None:
        """Copy a note's strip from the pictures of lines."""
        left, right = self.staff.strip(note)
        self._row(self.line)[:, left:right] = pictures[self.line][:, left:right]

    def _draw(self, line: int) -> None:
        """Draw a line, unless it is drawn; forget what is past. Typst remembers what it drew in the last ten times:
        four lines at a time would take 120 megabytes more."""
        if line in self.resting:
            return
        self.resting = {place: one for place, one in self.resting.items() if place >= self.first}
        self.lit = {place: one for place, one in self.lit.items() if place >= self.first}
        self.resting[line], self.lit[line] = draw([self.staff.draw(line, lit=lit) for lit in (False, True)])
