"""Melody to staff notation: a music21 score, which `musicxml` writes and reads back.

One part, a bar an avartan, a matra a sixteenth, beamed by vibhag, the tala's marks above each vibhag, sargam under
every note, one verse a script; a double bar before a coda, whose parts are named. Without a tala, time signature and
barlines are hidden. Every pitch is spelled by its scale degree, in the raga's key, so that in the default raga only
komal Dha needs an accidental. Measures are filled by `coreInsert`, and beams and accidentals are set here: music21's
own `makeNotation` takes four times as long for the same page.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from primesong.errors import PrimesongError
from primesong.repair.coda import list_parts
from primesong.sargam.melody import Melody
from primesong.sargam.script import DEFAULT_VERSES, verse
from primesong.sargam.setting import MATRAS_PER_BEAT, Setting
from primesong.sargam.tala import NO_TALA, Tala
from primesong.score.midi import REED_ORGAN

#: More notes than these are refused: the page count passes 800, and MuseScore no longer opens it in minutes.
MOST_NOTES = 200_000

#: The name of the `miscellaneous-field` that carries the song's record.
RECORD_FIELD = "primesong"

#: The size of the tala's marks: in larger ones, MuseScore's touch the stem beside them, whatever their default-y says.
_MARK_POINTS = 8

#: Clefs and the lowest Sa, a MIDI note, that each suits; a melody lies around the middle saptak.
_CLEFS = (
    (67, "Treble8vaClef"),
    (55, "TrebleClef"),
    (43, "Treble8vbClef"),
    (31, "BassClef"),
    (0, "Bass8vbClef"),
)

#: The alterations that accidentals gave to notes earlier in the bar, in semitones, by note name and octave.
_Altered = dict[tuple[str, int], int]

#: (digit, beam, the bar's alterations so far, which are updated) -> a music21 note
_MakeNote = Callable[[str, str | None, _Altered], Any]


def build_score(melody: Melody, scripts: Sequence[str] = DEFAULT_VERSES) -> Any:
    """Build a music21 `Score`.

    Parameters
    ----------
    melody : Melody
    scripts : sequence of str
        Names in `SCRIPT_NAMES`, a verse each.

    Raises
    ------
    PrimesongError
        If the melody is longer than `MOST_NOTES`.
    """
    from music21 import metadata, stream

    notes = len(melody.played_digits)
    if notes > MOST_NOTES:
        raise PrimesongError(
            f"staff notation can have at most {MOST_NOTES:,} notes, and the song has {notes:,}; MIDI and sound can "
            "have any number"
        )
    score, part = stream.Score(), stream.Part(id="harmonium")
    score.metadata = metadata.Metadata(title=melody.setting.title, composer=_count(melody))
    score.metadata.addCustom(RECORD_FIELD, melody.record.to_text())
    for measure in _build_measures(melody, scripts):
        part.coreAppend(measure)
    part.coreElementsChanged()
    score.insert(0, part)
    return score


def export_score(score: Any, complete: Callable[[Element], None] = lambda root: None) -> bytes:
    """Export a music21 score as MusicXML, after `complete` has set in its XML what music21 does not write."""
    from music21.musicxml.m21ToXml import ScoreExporter

    exporter = ScoreExporter(score, makeNotation=False)
    root = exporter.parse()
    complete(root)
    exporter.xmlRoot = root
    return bytes(exporter.asBytes())


def _count(melody: Melody) -> str:
    coda = f", then a coda of {len(melody.coda_digits):,} notes" if melody.coda_digits else ""
    return f"{len(melody.number_digits):,} digits, a note each{coda}"


def _build_measures(melody: Melody, scripts: Sequence[str]) -> Iterator[Any]:
    """Build the measures in turn, each an avartan."""
    from music21 import bar, stream

    setting, tala, played = melody.setting, melody.setting.tala, melody.played_digits
    make_note = _make_note_maker(setting, set(played), scripts)
    barlines, parts = list_barlines(melody), list_parts(melody)
    for number, barline in enumerate(barlines):
        measure = stream.Measure(number=number + melody.first_avartan)
        start, stop = number * tala.matras, (number + 1) * tala.matras
        signs = [(0, sign) for sign in _open(setting)] if number == 0 else []
        signs += [(place - start, _write_mark(word)) for place, word in parts.items() if start <= place < stop]
        _fill(measure, signs, played[start:stop], setting, make_note)
        if barline is not None:
            measure.rightBarline = bar.Barline(barline)
        yield measure


def list_barlines(melody: Melody) -> list[str | None]:
    """List what the barline after each avartan is, as music21 calls it; None for an ordinary one."""
    tala, notes, parts = melody.setting.tala, len(melody.played_digits), list_parts(melody)
    ordinary = "none" if tala is NO_TALA else None
    stops = range(tala.matras, notes + tala.matras, tala.matras)
    return ["final" if stop >= notes else "double" if stop in parts else ordinary for stop in stops]


def _fill(measure: Any, signs: list[tuple[int, Any]], digits: str, setting: Setting, make_note: _MakeNote) -> None:
    """Fill a measure with signs, each at its matra, and with an avartan's digits, or its first ones and rests."""
    from music21 import note

    tala = setting.tala
    for matra, sign in signs:
        measure.coreInsert(matra / MATRAS_PER_BEAT, sign)
    for matra, mark in zip(tala.starts, tala.marks, strict=True):
        if mark and matra < len(digits):
            measure.coreInsert(matra / MATRAS_PER_BEAT, _write_mark(mark, _MARK_POINTS))
    altered: _Altered = {}
    for matra, (digit, beam) in enumerate(zip(digits, _find_beams(tala, len(digits)), strict=True)):
        measure.coreInsert(matra / MATRAS_PER_BEAT, make_note(digit, beam, altered))
    for matra, length in find_rests(tala, len(digits)):
        measure.coreInsert(matra / MATRAS_PER_BEAT, note.Rest(quarterLength=length / MATRAS_PER_BEAT))
    measure.coreElementsChanged()


def _write_mark(mark: str, points: int | None = None) -> Any:
    from music21 import expressions

    sign = expressions.TextExpression(mark)
    sign.placement = "above"
    if points is not None:
        sign.style.fontSize = points
    return sign


def _open(setting: Setting) -> list[Any]:
    """Return what stands before the first note: instrument, clef, key, time and tempo."""
    from music21 import clef, instrument, key, meter, tempo

    harmonium = instrument.Instrument("Harmonium")
    harmonium.instrumentId, harmonium.midiProgram, harmonium.midiChannel = "harmonium-reeds", REED_ORGAN, 0
    harmonium.partId = "P1"
    harmonium.partName, harmonium.partAbbreviation = "Harmonium", "Harm."
    time = meter.TimeSignature("{}/{}".format(*setting.tala.time_signature))
    time.style.hideObjectOnPrint = setting.tala is NO_TALA
    mark = tempo.MetronomeMark(number=setting.tempo, referent="quarter")
    mark.placement = "above"
    suited = next(name for lowest, name in _CLEFS if setting.tonic >= lowest)
    return [harmonium, getattr(clef, suited)(), key.KeySignature(setting.key.fifths), time, mark]


def _make_note_maker(setting: Setting, used: set[str], scripts: Sequence[str]) -> _MakeNote:
    """Return a function that makes the notes of the digits that are used."""
    from music21 import note
    from music21.pitch import Pitch

    mapping, signature = setting.mapping, setting.key.signature
    verses = [verse(mapping, script) for script in scripts]
    spellings = {digit: setting.key.spell(mapping.pitch(digit)) for digit in used}

    def make_note(digit: str, beam: str | None, altered: _Altered) -> Any:
        step, alteration, octave = spellings[digit]
        usual = signature.get(step, 0)
        before = altered.get((step, octave), usual)
        pitch = Pitch(step=step, octave=octave, accidental=alteration or None)
        if not alteration and (usual or before):
            pitch.accidental = "natural"
        if pitch.accidental is not None:
            pitch.accidental.displayStatus = before != alteration
        altered[step, octave] = alteration
        sounded = note.Note(pitch, type="16th")  # quicker than by its length
        sounded.lyrics = [
            note.Lyric(texts[digit], number=number, applyRaw=True, syllabic="single")
            for number, texts in enumerate(verses, start=1)
        ]
        if beam is not None:  # a sixteenth has two
            sounded.beams.append(beam)
            sounded.beams.append(beam)
        return sounded

    return make_note


def _find_beams(tala: Tala, matras: int) -> list[str | None]:
    """Return the place of each of an avartan's first matras in its vibhag's beam; a note alone has none, nor a note
    without a tala."""
    if tala is NO_TALA:
        return [None] * matras
    kinds: list[str | None] = []
    for start, length in zip(tala.starts, tala.vibhags, strict=True):
        notes = min(length, matras - start)
        if notes == 1:
            kinds.append(None)
        elif notes > 1:
            kinds += ["start", *["continue"] * (notes - 2), "stop"]
    return kinds


def find_rests(tala: Tala, matras: int) -> Iterator[tuple[int, int]]:
    """Fill an avartan after its first matras: (matra, length in matras) of one rest for each vibhag, or, without a
    tala, for each beat, as no single rest is fifteen sixteenths long."""
    beats = [(start, MATRAS_PER_BEAT) for start in range(0, tala.matras, MATRAS_PER_BEAT)]
    for start, length in beats if tala is NO_TALA else zip(tala.starts, tala.vibhags, strict=True):
        first = max(start, matras)
        if first < start + length:
            yield first, start + length - first
