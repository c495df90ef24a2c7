"""Melody to staff notation: a music21 score, which `musicxml` writes and reads back.

One part, a bar an avartan, a matra a sixteenth, beamed by vibhag, the tala's marks above each vibhag, sargam under
every note, one verse a script. Without a tala there is no time signature and no barline to be seen. Every pitch is
spelled by its scale degree, so that in a major key on Sa komal Dha alone needs an accidental. Measures are filled by
`coreInsert`, and beams and accidentals are set here: music21's own `makeNotation` takes four times as long for the
same page.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from primesong.errors import PrimesongError
from primesong.sargam.melody import Melody
from primesong.sargam.script import USUAL_VERSES, verse
from primesong.sargam.setting import MATRAS_PER_BEAT
from primesong.sargam.swara import key_fifths
from primesong.sargam.tala import NO_TALA, Tala

#: More notes than these are refused: the page count passes 800, and MuseScore no longer opens it in minutes.
MOST_NOTES = 200_000

#: The name of the `miscellaneous-field` that carries the song's record.
RECORD_FIELD = "primesong"

_REED_ORGAN = 20

#: Clefs and the lowest Sa that each suits; the melody spans 17 semitones from a semitone below Sa.
_CLEFS = (
    (67, "Treble8vaClef"),
    (55, "TrebleClef"),
    (43, "Treble8vbClef"),
    (31, "BassClef"),
    (0, "Bass8vbClef"),
)

Progress = Callable[[int], None]


def build_score(melody: Melody, scripts: Sequence[str] = USUAL_VERSES, progress: Progress = lambda bars: None) -> Any:
    """Build a music21 `Score` of the melody, a verse for each of the scripts. `progress` is called with the number of
    bars done after each bar."""
    from music21 import metadata, stream

    if len(melody.played_digits) > MOST_NOTES:
        raise PrimesongError(
            f"the number has {len(melody.played_digits):,} digits; staff notation is written up to {MOST_NOTES:,} "
            "notes: choose --format mid,wav"
        )
    score, part = stream.Score(), stream.Part(id="harmonium")
    score.metadata = metadata.Metadata(title=melody.setting.title, composer=_count(melody))
    score.metadata.addCustom(RECORD_FIELD, melody.record.to_text())
    for number, measure in enumerate(_measures(melody, scripts), start=1):
        part.coreAppend(measure)
        progress(number)
    part.coreElementsChanged()
    score.insert(0, part)
    return score


def _count(melody: Melody) -> str:
    coda = f", then a coda of {len(melody.coda_digits):,} notes" if melody.coda_digits else ""
    return f"{len(melody.number_digits):,} digits, a note each{coda}"


def _measures(melody: Melody, scripts: Sequence[str]) -> Iterator[Any]:
    """Make the measures in turn, each an avartan."""
    from music21 import bar, expressions, note, stream

    tala, last = melody.setting.tala, (len(melody.played_digits) - 1) // melody.setting.tala.matras
    marks = dict(zip(tala.starts, tala.marks, strict=True))
    make_note = _note_maker(melody, scripts)
    for number in range(last + 1):
        digits = melody.played_digits[number * tala.matras : (number + 1) * tala.matras]
        measure = stream.Measure(number=number + melody.first_avartan)
        if number == 0:
            for element in _opening(melody):
                measure.coreInsert(0, element)
        for matra, mark in marks.items():
            if mark and matra < len(digits):
                sign = expressions.TextExpression(mark)
                sign.placement = "above"
                measure.coreInsert(matra / MATRAS_PER_BEAT, sign)
        beams = _beams(tala, len(digits))
        flattened = False
        for matra, digit in enumerate(digits):
            sounded = make_note(digit, beams[matra], not flattened)
            flattened |= melody.setting.mapping.pitch(digit).swara.alteration != 0
            measure.coreInsert(matra / MATRAS_PER_BEAT, sounded)
        for matra, length in _rests(tala, len(digits)):
            measure.coreInsert(matra / MATRAS_PER_BEAT, note.Rest(quarterLength=length / MATRAS_PER_BEAT))
        measure.coreElementsChanged()
        if number == last:
            measure.rightBarline = bar.Barline("final")
        elif tala is NO_TALA:
            measure.rightBarline = bar.Barline("none")
        yield measure


def _opening(melody: Melody) -> list[Any]:
    """Give what stands before the first note: instrument, clef, key, time and tempo."""
    from music21 import clef, instrument, key, meter, tempo

    harmonium = instrument.Instrument("Harmonium")
    harmonium.instrumentId, harmonium.midiProgram, harmonium.midiChannel = "harmonium-reeds", _REED_ORGAN, 0
    harmonium.partId = "P1"
    harmonium.partName, harmonium.partAbbreviation = "Harmonium", "Harm."
    time = meter.TimeSignature("{}/{}".format(*melody.setting.tala.time_signature))
    time.style.hideObjectOnPrint = melody.setting.tala is NO_TALA
    mark = tempo.MetronomeMark(number=melody.setting.tempo, referent="quarter")
    mark.placement = "above"
    return [
        harmonium,
        getattr(clef, next(name for lowest, name in _CLEFS if melody.setting.tonic >= lowest))(),
        key.KeySignature(key_fifths(melody.setting.tonic)),
        time,
        mark,
    ]


def _note_maker(melody: Melody, scripts: Sequence[str]) -> Callable[[str, str | None, bool], Any]:
    """Make a function from (digit, beam, whether an altered swara shows its accidental) to a music21 note."""
    from music21 import note
    from music21.pitch import Pitch

    verses = [verse(melody.setting.mapping, script) for script in scripts]
    used = set(melody.played_digits)
    altered = {digit for digit in used if melody.setting.mapping.pitch(digit).swara.alteration}
    spellings = {digit: melody.setting.mapping.pitch(digit).spell(melody.setting.tonic) for digit in used}

    def make(digit: str, beam: str | None, show: bool) -> Any:
        step, alteration, octave = spellings[digit]
        pitch = Pitch(step=step, octave=octave, accidental=alteration or None)
        if digit in altered and pitch.accidental is None:
            pitch.accidental = "natural"
        if pitch.accidental is not None:
            pitch.accidental.displayStatus = digit in altered and show
        sounded = note.Note(pitch, quarterLength=1 / MATRAS_PER_BEAT)
        sounded.lyrics = [
            note.Lyric(texts[digit], number=number, applyRaw=True, syllabic="single")
            for number, texts in enumerate(verses, start=1)
        ]
        if beam is not None:
            sounded.beams.append(beam)
            sounded.beams.append(beam)
        return sounded

    return make


def _beams(tala: Tala, matras: int) -> list[str | None]:
    """Give each of the first matras of an avartan its place in its vibhag's beam; a note alone has none, nor a note
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


def _rests(tala: Tala, matras: int) -> Iterator[tuple[int, int]]:
    """Fill an avartan after its first matras: (matra, length in matras) of one rest for each vibhag, or, without a
    tala, for each beat, as no single rest is fifteen sixteenths long."""
    beats = [(start, MATRAS_PER_BEAT) for start in range(0, tala.matras, MATRAS_PER_BEAT)]
    for start, length in beats if tala is NO_TALA else zip(tala.starts, tala.vibhags, strict=True):
        first = max(start, matras)
        if first < start + length:
            yield first, start + length - first
