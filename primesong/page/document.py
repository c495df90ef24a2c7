"""Song to document: everything that a page needs to play a song, as plain values for JSON.

This document is all that the page (`web/player.js`) knows of a song. An exported page contains it (`page.export`); a
server may send it. A table of digits has the ten digits as keys. The document's keys:

    title, digits      the title; the decimal digits, one for each note: the number's, then the coda's
    sentence           what the song is, for someone who knows nothing of it
    coda               how many of the digits, the last ones, are the coda's
    record             the song's record, one line of text, as every other form of the song carries it
    tonic, keys        Sa's MIDI note number; the names of the twelve keys, from C on
    tempo              beats of four matras a minute
    tala               name, cycle (what one cycle is called), vibhags (matras in each), marks (one for each vibhag)
    firstAvartan       the number of the first avartan: 1, except in an excerpt
    script, scripts    the script to begin with; for each script, what each digit is written as
    languages          each script's language (BCP 47)
    marks              the marks that are drawn after a letter: line, upright or dot by code point
    names, heights     each digit's swara in full; its semitones above Sa
    tuning, tunings    the tuning to begin with; for each tuning, each digit's cents above Sa
    number             bytes: the number's bytes, in base64; certain: for k from 0, how many of them the first k
                       digits fix; or null in an excerpt
    program            bytes: the program, in base64, which is never run; sha256; unpacked: for k from 0, how many of
                       its bytes the first k digits give; or null without a program
    code               the number's QR code: side, and, column by column, modules (a bit each, 1 for dark, in base64)
                       and steps (how many digits more than the module before it each needs to be fixed); or null in
                       an excerpt and for a number that is too long
    scores             the staff for each tonic that it is engraved for, the song's own and perhaps others, as
                       `score.engraving.rows` gives it: rows (the insides of SVG elements; note i has the id "n" and i),
                       packed with their shapes as `page.shapes` does it, places (the x of each note), glyphs (id to
                       outline), width, above, below
    sound              reeds: loops of note (MIDI), seconds (the loop's length), gain (a factor), and its partials: gaps
                       (from the place of each to the next), levels (below the loudest, in steps of `step` decibels),
                       phases (of `turn` steps); tanpura: a loop of data (an MP3 file in base64, in which it begins
                       after `lead` seconds), note, seconds, gain;
                       tabla: sounds (for each kind of stroke a FLAC file in base64), gain, note (Sa's, MIDI), strokes
                       (matra, hand, kind); or null if the tala has no theka

The front end (`page.front_end`) shows a document in any page: `mount(element, document)` returns a controller with
`load(document)`, `play()`, `pause()`, `seek(avartan)`, `seekNote(note)`, `setTempo`, `setTonic`, `setScript`,
`setTuning`, `setTanpura`, `setTabla`, `setVolume`, `setLoop`, `addScore(tonic, score)`, `position()` and `destroy()`;
`web/player.js` says what each does. With `{remembers: true}` as a third argument, `mount` remembers how the song was
set and where it was left. The element is as high as the custom property --player-height, or else as the window. A
content security policy of script-src and style-src 'self' is enough.
"""

import base64
import hashlib
from collections.abc import Collection
from itertools import pairwise
from typing import Any

import numpy as np

from primesong.errors import NoProgramError, PrimesongError
from primesong.number.unfolding import unfold
from primesong.page.shapes import pack_rows
from primesong.primes.primality import passes_base_2
from primesong.sargam.melody import Melody
from primesong.sargam.script import DEFAULT_VERSES, DRAWN_MARKS, SCRIPT_NAMES, language, verse
from primesong.sargam.swara import key_name
from primesong.sargam.tuning import TUNINGS
from primesong.score.engraving.rows import set_in_rows
from primesong.score.qr.growth import grow_qr
from primesong.song import Song
from primesong.sound.render.loops import LEAD_SECONDS, Loop, Reed, Tabla, make_reeds, make_tabla, make_tanpura
from primesong.sound.render.partials import LEVEL_STEP, PHASES

#: The most notes that a page plays: it stays below five megabytes.
MOST_NOTES = 20_000

#: The most notes in all staves together, for the same reason.
MOST_ENGRAVED = 50_000

#: The longest number that is tested for being prime, in digits: half a second.
_MOST_TESTED = 5_000


def make_document(song: Song, *, script: str = DEFAULT_VERSES[0], tonics: Collection[int] = ()) -> dict[str, Any]:
    """Make the document of a song. It takes some seconds, most of which are engraving, once for each tonic.

    Parameters
    ----------
    song : Song
        The song.
    script : str
        The script that swaras are written in at first.
    tonics : collection of int
        Further tonics that the staff is engraved for, as MIDI note numbers.

    Raises
    ------
    PrimesongError
        If the song is too long for a page; `MissingError` without Verovio.
    """
    melody, setting = song.melody, song.melody.setting
    staves = sorted({setting.tonic, *tonics})
    _check_length(len(melody.played_digits), len(staves))
    pitches = {digit: setting.mapping.pitch(digit) for digit in "0123456789"}
    tunings = {tuning.name: tuning for tuning in (*TUNINGS.values(), setting.tuning)}
    return {
        "title": setting.title,
        "sentence": describe(song),
        "digits": melody.played_digits,
        "coda": len(melody.coda_digits),
        "record": melody.record.to_text(),
        "tonic": setting.tonic,
        "keys": [key_name(key) for key in range(12)],
        "tempo": setting.tempo,
        "tala": {
            "name": setting.tala.name,
            "cycle": setting.tala.cycle,
            "vibhags": list(setting.tala.vibhags),
            "marks": list(setting.tala.marks),
        },
        "firstAvartan": melody.first_avartan,
        "script": script,
        "scripts": {name: verse(setting.mapping, name) for name in SCRIPT_NAMES},
        "languages": {name: language(name) for name in SCRIPT_NAMES},
        "marks": DRAWN_MARKS,
        "names": {digit: pitch.name for digit, pitch in pitches.items()},
        "heights": {digit: pitch.semitones for digit, pitch in pitches.items()},
        "tuning": setting.tuning.name,
        "tunings": {
            name: {digit: tuning.cents(pitch.semitones) for digit, pitch in pitches.items()}
            for name, tuning in tunings.items()
        },
        **_unfold_bytes(song),
        "code": None if melody.excerpt is not None else _pack_code(song.digits),
        "scores": {str(tonic): _engrave(melody.arrange(tonic=tonic)) for tonic in staves},
        "sound": {
            "step": LEVEL_STEP,
            "turn": PHASES,
            "reeds": [_pack_reed(reed) for reed in make_reeds()],
            "lead": LEAD_SECONDS,
            "tanpura": _pack_loop(make_tanpura(melody)),
            "tabla": _pack_tabla(make_tabla(melody)),
        },
    }


def describe(song: Song) -> str:
    """Say in a sentence what a song is, for someone who knows nothing of it."""
    if song.melody.excerpt is not None:
        return "A part of a song that is a number: each digit is a note."
    kind = "prime" if _is_prime(song) else "number"
    try:
        beginning = f"A program of {len(song.program):,} bytes became a {kind} of"
    except NoProgramError:
        beginning = f"A {kind} of"
    return f"{beginning} {len(song.digits):,} digits; each digit is a note."


def _is_prime(song: Song) -> bool:
    """Whether a song's number is a strong probable prime to base 2; one that takes long to test is not said to be."""
    return len(song.digits) <= _MOST_TESTED and passes_base_2(song.number)


def _check_length(notes: int, staves: int) -> None:
    if notes > MOST_NOTES:
        raise PrimesongError(f"the song has {notes:,} notes; a page plays up to {MOST_NOTES:,}")
    if notes * staves > MOST_ENGRAVED:
        raise PrimesongError(
            f"the song has {notes:,} notes and would be engraved for {staves} tonics; a page has up to "
            f"{MOST_ENGRAVED:,} notes in all staves together"
        )


def _engrave(melody: Melody) -> dict[str, Any]:
    rows = set_in_rows(melody)
    shapes, packed = pack_rows(rows.drawings)
    return {
        "shapes": shapes,
        "rows": packed,
        "places": rows.places,
        "glyphs": rows.glyphs,
        "width": rows.width,
        "above": rows.above,
        "below": rows.below,
    }


def _unfold_bytes(song: Song) -> dict[str, Any]:
    """Return what the digits give one by one: the number's bytes, and the program's."""
    if song.melody.excerpt is not None:
        return {"number": None, "program": None}
    unfolding = unfold(song.digits).extend(len(song.melody.coda_digits))
    number = {"bytes": _to_base64(unfolding.number), "certain": list(unfolding.certain)}
    try:
        program = song.program
    except NoProgramError:
        return {"number": number, "program": None}
    sha256 = hashlib.sha256(program).hexdigest()
    return {
        "number": number,
        "program": {"bytes": _to_base64(program), "sha256": sha256, "unpacked": list(unfolding.unpacked)},
    }


def _pack_code(digits: str) -> dict[str, Any] | None:
    growth = grow_qr(digits)
    if growth is None:
        return None
    steps = [after - before for before, after in pairwise((0, *growth.fixed))]
    return {"side": growth.side, "modules": _to_base64(np.packbits(growth.dark).tobytes()), "steps": steps}


def _pack_reed(reed: Reed) -> dict[str, Any]:
    places, levels, phases = reed.partials.places, reed.partials.levels, reed.partials.phases
    gaps = [place - before for before, place in pairwise((0, *places))]
    packed = {"gaps": gaps, "levels": levels, "phases": phases}
    return {"note": reed.note, "seconds": reed.seconds, "gain": reed.gain, **packed}


def _pack_loop(loop: Loop) -> dict[str, Any]:
    return {"data": _to_base64(loop.data), "note": loop.note, "seconds": loop.seconds, "gain": loop.gain}


def _pack_tabla(tabla: Tabla | None) -> dict[str, Any] | None:
    if tabla is None:
        return None
    return {
        "sounds": {name: _to_base64(sound) for name, sound in tabla.sounds.items()},
        "gain": tabla.gain,
        "note": tabla.note,
        "strokes": [list(stroke) for stroke in tabla.strokes],
    }


def _to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
