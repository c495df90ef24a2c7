"""Who plays along to parts of a MusicXML score: a tanpura and a tabla, each a part of its own, a measure an avartan.

A pluck of the tanpura lasts until the next, tied over barlines. The tabla has a staff of one line, the right hand's
strokes above it, the left hand's below, each bol as a lyric; its notes are those of General MIDI's drums, as in
`score.midi`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

import defusedxml.ElementTree

from primesong.sargam.accompaniment import Accompaniment, Stroke, matras_per_pluck, strings, strokes
from primesong.sargam.melody import Melody
from primesong.sargam.setting import MATRAS_PER_BEAT
from primesong.sargam.swara import Pitch, Swara
from primesong.sargam.tala import NO_TALA
from primesong.score.midi import DRUM_KEYS, DRUMS, SITAR, TANPURA_CHANNELS, scale_volume
from primesong.score.notation import find_rests, list_barlines

#: How many divisions of MusicXML a matra has: two to six bols can share it.
_MATRA = 60

#: What is written as one note: its matras, its type, and a dot or none.
_LENGTHS = {16: "<type>whole</type>", 12: "<type>half</type><dot/>", 8: "<type>half</type>",
            6: "<type>quarter</type><dot/>", 4: "<type>quarter</type>", 3: "<type>eighth</type><dot/>",
            2: "<type>eighth</type>", 1: "<type>16th</type>"}  # fmt: skip

#: The types of the bols of a matra, by the largest power of two that is not above their number.
_SHORT = {1: "16th", 2: "32nd", 4: "64th"}

#: Where the strokes of each hand stand, above the line and below it.
_HANDS = {"right": "F", "left": "D"}

#: The lowest Sa whose tanpura stands in the bass clef as it sounds.
_BASS_TONIC = 43

#: The beams of a sixteenth.
_SIXTEENTH_BEAMS = 2

#: MusicXML's accidentals, by alteration in semitones.
_ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}

#: The styles of barlines in MusicXML, by what music21 calls them.
_BARLINES = {"final": "light-heavy", "double": "light-light", "none": "none"}


class _Player(NamedTuple):
    """Who plays along: the name, what MusicXML's part list says, the clef, and what each measure holds."""

    name: str
    instruments: str
    clef: str
    measures: list[str]


def add_parts(root: Element, melody: Melody, accompaniment: Accompaniment) -> None:
    """Add the parts of those who play along to a melody's score.

    Raises
    ------
    PrimesongError
        If a tabla is to play, and the tala has no theka.
    """
    players = []
    if accompaniment.tanpura is not None:
        players.append(_seat_tanpura(melody, accompaniment.tanpura))
    if accompaniment.tabla is not None:
        players.append(_seat_tabla(melody, accompaniment.tabla))
    [part_list] = root.iter("part-list")
    for number, player in enumerate(players, start=2):
        entry = f'<score-part id="P{number}"><part-name>{player.name}</part-name>{player.instruments}</score-part>'
        part = f'<part id="P{number}">{"".join(_write_measures(melody, player))}</part>'
        part_list.append(defusedxml.ElementTree.fromstring(entry))
        root.append(defusedxml.ElementTree.fromstring(part))


def _write_measures(melody: Melody, player: _Player) -> Iterator[str]:
    """Write a part's measures, the first with its divisions, key, time and clef."""
    setting, tala = melody.setting, melody.setting.tala
    beats, unit = tala.time_signature
    attributes = (
        f"<attributes><divisions>{_MATRA * MATRAS_PER_BEAT}</divisions>"
        f"<key><fifths>{setting.key.fifths}</fifths></key>"
        f'<time print-object="{"no" if tala is NO_TALA else "yes"}"><beats>{beats}</beats><beat-type>{unit}</beat-type>'
        f"</time>{player.clef}</attributes>"
    )
    for place, (content, kind) in enumerate(zip(player.measures, list_barlines(melody), strict=True)):
        style = _BARLINES.get(kind or "")
        barline = f'<barline location="right"><bar-style>{style}</bar-style></barline>' if style else ""
        yield f'<measure number="{melody.first_avartan + place}">{attributes}{content}{barline}</measure>'
        attributes = ""


def _list_avartans(melody: Melody) -> list[tuple[int, int]]:
    """List the matras at which each avartan begins and ends, the last one with the melody."""
    notes, matras = len(melody.played_digits), melody.setting.tala.matras
    return [(start, min(start + matras, notes)) for start in range(0, notes, matras)]


def _write_rests(melody: Melody, matras: int) -> str:
    """Write the rests that fill an avartan after its first matras."""
    return "".join(
        f"<note><rest/><duration>{length * _MATRA}</duration><voice>1</voice>{_LENGTHS[length]}</note>"
        for _, length in find_rests(melody.setting.tala, matras)
    )


def _write_instrument(name: str, sound: str, channel: int, played: str, level: float) -> tuple[str, str]:
    """Write an instrument as MusicXML's part list has it: what it is, and how MIDI plays it."""
    volume = f"<volume>{scale_volume(level) / 1.27:.0f}</volume>"
    return (
        f'<score-instrument id="{name}"><instrument-name>{name}</instrument-name>'
        f"<instrument-sound>{sound}</instrument-sound></score-instrument>",
        f'<midi-instrument id="{name}"><midi-channel>{channel + 1}</midi-channel>{played}{volume}</midi-instrument>',
    )


def _seat_tanpura(melody: Melody, level: float) -> _Player:
    """Write what a tanpura plays."""
    octave = (melody.setting.tonic - _BASS_TONIC) // 12
    clef = f"<clef><sign>F</sign><line>4</line><clef-octave-change>{octave}</clef-octave-change></clef>"
    program = f"<midi-program>{SITAR + 1}</midi-program>"
    instrument = _write_instrument("Tanpura", "pluck.tambura", TANPURA_CHANNELS[0], program, level)
    pitches = [_write_pitch(melody, semitones) for semitones in strings(melody)]
    step, end = matras_per_pluck(melody), len(melody.played_digits)
    measures = []
    for start, stop in _list_avartans(melody):
        plucks = range(start // step, -(-stop // step))
        notes = [
            _write_pluck(pitches[pluck % len(pitches)], (pluck * step, min((pluck + 1) * step, end)), start, stop)
            for pluck in plucks
        ]
        measures.append("".join(notes) + _write_rests(melody, stop - start))
    return _Player("Tanpura", "".join(instrument), clef, measures)


def _write_pitch(melody: Melody, semitones: int) -> tuple[str, str]:
    """Write a string's pitch, and its accidental where the key does not have it."""
    key = melody.setting.key
    step, alteration, octave = key.spell(Pitch(tuple(Swara)[semitones % 12], semitones // 12))
    pitch = f"<pitch><step>{step}</step><alter>{alteration}</alter><octave>{octave}</octave></pitch>"
    altered = key.signature.get(step, 0) != alteration
    return pitch, f"<accidental>{_ACCIDENTALS[alteration]}</accidental>" if altered else ""


def _write_pluck(pitch: tuple[str, str], rings: tuple[int, int], start: int, stop: int) -> str:
    """Write what an avartan, from matra `start` to `stop`, has of a pluck that rings, as tied notes."""
    first, last = rings
    place, until, notes = max(first, start), min(last, stop), []
    while place < until:
        length = next(length for length in _LENGTHS if length <= until - place)
        ties = ["stop"] * (place > first) + ["start"] * (place + length < last)
        notes.append(
            f"<note>{pitch[0]}<duration>{length * _MATRA}</duration>"
            + "".join(f'<tie type="{tie}"/>' for tie in ties)
            + f"<voice>1</voice>{_LENGTHS[length]}{'' if 'stop' in ties else pitch[1]}<notations>"
            + "".join(f'<tied type="{tie}"/>' for tie in ties)
            + "</notations></note>"
        )
        place += length
    return "".join(notes)


def _seat_tabla(melody: Melody, level: float) -> _Player:
    """Write what a tabla plays. Raises `PrimesongError` if the tala has no theka."""
    theka = strokes(melody)
    kinds = sorted({kind for stroke in theka for _, kind in stroke.hands})
    instruments = [
        _write_instrument(kind, "drum.tabla", DRUMS, f"<midi-unpitched>{DRUM_KEYS[kind] + 1}</midi-unpitched>", level)
        for kind in kinds
    ]
    clef = "<clef><sign>percussion</sign></clef><staff-details><staff-lines>1</staff-lines></staff-details>"
    measures = [
        _write_theka(melody, theka, stop - start) + _write_rests(melody, stop - start)
        for start, stop in _list_avartans(melody)
    ]
    return _Player("Tabla", "".join(map("".join, zip(*instruments, strict=True))), clef, measures)


def _write_theka(melody: Melody, theka: Sequence[Stroke], matras: int) -> str:
    """Write the first matras of the theka, beamed by vibhag."""
    tala, played, notes = melody.setting.tala, iter(theka), []
    for start, length in zip(tala.starts, tala.vibhags, strict=True):
        bols = [(bol, len(matra)) for matra in tala.theka[start : min(start + length, matras)] for bol in matra]
        flags = [_SIXTEENTH_BEAMS + parts.bit_length() - 1 if bol else 0 for bol, parts in bols]
        for place, (bol, parts) in enumerate(bols):
            notes.append(_write_bol(bol, parts, next(played), "".join(_write_beams(flags, place))))
    return "".join(notes)


def _write_bol(bol: str, parts: int, stroke: Stroke, beams: str) -> str:
    """Write a bol that lasts one of a matra's equal parts: a note for each hand, or a rest."""
    binary = 1 << parts.bit_length() - 1
    ratio = f"<actual-notes>{parts}</actual-notes><normal-notes>{binary}</normal-notes>"
    written = f"<voice>1</voice><type>{_SHORT[binary]}</type>" + (
        f"<time-modification>{ratio}</time-modification>" if parts != binary else ""
    )
    duration = f"<duration>{_MATRA // parts}</duration>"
    if not stroke.hands:
        return f"<note><rest/>{duration}{written}</note>"
    sung = f'{beams}<lyric number="1"><syllabic>single</syllabic><text>{bol}</text></lyric>'
    return "".join(
        f"<note>{'<chord/>' if place else ''}<unpitched><display-step>{_HANDS[hand]}</display-step>"
        f'<display-octave>4</display-octave></unpitched>{duration}<instrument id="{kind}"/>'
        f"{written}{'' if place else sung}</note>"
        for place, (hand, kind) in enumerate(stroke.hands)
    )


def _write_beams(flags: Sequence[int], place: int) -> Iterator[str]:
    """Write the beams of one of a vibhag's notes, of which each has that many beams or flags; a rest has none."""
    before, here, after = (flags[at] if 0 <= at < len(flags) else 0 for at in (place - 1, place, place + 1))
    for number in range(1, here + 1 if before or after else 1):
        joins = (number <= before, number <= after)
        kind = {(True, True): "continue", (False, True): "begin", (True, False): "end"}.get(joins)
        yield f'<beam number="{number}">{kind or ("backward hook" if before else "forward hook")}</beam>'
