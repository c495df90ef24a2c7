"""Melody to MusicXML 4.0: the music21 score of `notation`, exported and completed, with the parts of those who play
along (`ensemble`). The reverse is `reading.musicxml`.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from primesong.sargam.accompaniment import SOLO, Accompaniment
from primesong.sargam.melody import Melody
from primesong.sargam.script import DEFAULT_VERSES
from primesong.sargam.tuning import EQUAL, write_ascl
from primesong.score.ensemble import add_parts
from primesong.score.notation import build_score, export_score

#: MuseScore brings this font along; its default since version 4, Edwin, lacks Latin letters with dots.
_LYRIC_FONT = "FreeSerif"


def write_musicxml(
    melody: Melody,
    scripts: Sequence[str] = DEFAULT_VERSES,
    accompaniment: Accompaniment = SOLO,
) -> bytes:
    """Write a melody as MusicXML 4.0. The reverse of `read_musicxml`.

    Parameters
    ----------
    melody : Melody
    scripts : sequence of str
        Names in `SCRIPT_NAMES`, a verse each.
    accompaniment : Accompaniment
        Who plays along, each in a part of their own.

    Raises
    ------
    PrimesongError
        If the melody is longer than staff notation is written, or a tabla is to play and the tala has no theka.
    """

    def complete(root: Element) -> None:
        _complete(root)
        if melody.setting.tuning != EQUAL:
            _tune(root, write_ascl(melody.setting.tuning, melody.setting.key))
        add_parts(root, melody, accompaniment)

    return export_score(build_score(melody, scripts), complete)


def _complete(root: Element) -> None:
    """Set what music21 never writes (lyric-font, instrument-sound, measure-numbering), and drop the day of writing,
    which would make the same song another file tomorrow."""
    for defaults in root.findall("defaults"):
        SubElement(defaults, "lyric-font", {"font-family": _LYRIC_FONT})
    for encoding in root.findall("identification/encoding"):
        for date in encoding.findall("encoding-date"):
            encoding.remove(date)
    for instrument in root.findall("part-list/score-part/score-instrument"):
        SubElement(instrument, "instrument-sound").text = "keyboard.harmonium"
    layout = Element("print")
    SubElement(layout, "measure-numbering").text = "system"
    for measure in root.findall("part/measure")[:1]:
        measure.insert(0, layout)


def _tune(root: Element, tuning: str) -> None:
    """State the tuning before the first note, as an Ableton Scala file in <other-play>: Verovio plays by it, other
    readers skip it. Pitches stay what they are: MuseScore reads a decimal <alter> in different ways."""
    for measure in root.findall("part/measure[@number='1']"):
        sound = Element("sound")
        play = SubElement(sound, "play")
        SubElement(play, "other-play", type="tuning-ableton").text = tuning
        first = next(place for place, element in enumerate(measure) if element.tag == "note")
        measure.insert(first, sound)
