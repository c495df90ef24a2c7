"""Song to document: all that a page needs to play a song, as plain values for JSON.

The page (`web/player.js`) knows a song by this document alone, whoever hands it over: the exported page carries it
inside (`page`), a server may send it. The keys, in which a digit's table has the ten digits as its keys:

    title, digits      the title; the decimal digits, a note each: the number's, then the coda's
    coda               how many of the digits, the last ones, are a coda's
    record             the song's record, one line of text, as every other form of the song carries it
    tonic, keys        Sa's MIDI note number; the names of the twelve keys, from C on
    tempo              beats of four matras a minute
    tala               name, cycle (what a round is called), vibhags (matras each), marks (one a vibhag)
    firstAvartan       the number of the first avartan: 1, but in an excerpt
    script, scripts    the script to begin with; for each script, what each digit is written as
    names, heights     each digit's swara in full; its semitones above Sa
    tuning, tunings    the tuning to begin with; for each tuning, each digit's cents above Sa
    number             bytes: the number's bytes, in base64; certain: for k from 0, how many of them the first k
                       digits fix
    program            bytes: the program, in base64, which is never run; sha256; unpacked: for k from 0, how many of
                       its bytes the first k digits give; or null if there is none
    scores             the staff by the tonic that it is engraved for, the song's own and perhaps others, each as
                       `score.rows` gives it: rows (the insides of SVG elements; note i has the id "n" and i),
                       places (the x of each note), glyphs (id to outline), width, above, below
    sound              lead (where in its file a loop begins, in seconds), reeds and tanpura: loops of
                       data (an MP3 file in base64), note (MIDI), seconds (the loop's length), gain (a factor);
                       tabla: sounds (for each kind of stroke a FLAC file in base64), gain, note (Sa's, MIDI), strokes
                       (matra, hand, kind); or null if the tala has no theka

The front end, in modules under `web/`, is served as one module, `page.front_end()`, with the style sheet
`page.style_sheet()`. It exports `mount(element, document)`, which gives a controller: `load(document)`, `play()`,
`pause()`, `seek(avartan)`, `seekNote(note)`, `setTempo`, `setTonic`, `setScript`, `setTuning`, `setTanpura`,
`setTabla`, `setLoop`, `addScore(tonic, score)`, `position()`, `destroy()`; `web/player.js` says what each does. The
element is as high as the custom property --player-height says, or else as the window. A policy of script-src and
style-src 'self' suffices.
"""

import base64
import hashlib
from collections.abc import Collection
from typing import Any

from primesong.errors import NoProgramError, PrimesongError
from primesong.number.digits import to_number
from primesong.number.padding import leading_bytes
from primesong.number.unfolding import unfold
from primesong.sargam.melody import Melody
from primesong.sargam.script import SCRIPT_NAMES, USUAL_VERSES, verse
from primesong.sargam.swara import key_name
from primesong.sargam.tuning import TUNINGS
from primesong.score.rows import set_in_rows
from primesong.song import Song
from primesong.sound.render.loops import LEAD_SECONDS, Loop, make_reeds, make_tabla, make_tanpura

#: More notes than these, or more in all staves together, are refused: a page of them stays under five megabytes.
MOST_NOTES, MOST_ENGRAVED = 20_000, 50_000


def document(song: Song, *, script: str = USUAL_VERSES[0], tonics: Collection[int] = ()) -> dict[str, Any]:
    """Give the document of a song, swaras at first in the named script; the staff also for other tonics, MIDI note
    numbers, if there are any. Takes some seconds, most of it engraving, which is done anew for every tonic.

    Raises `PrimesongError`: `MissingError` without Verovio.
    """
    melody = song.melody
    staves = sorted({melody.setting.tonic, *tonics})
    if len(melody.played_digits) > MOST_NOTES:
        raise PrimesongError(f"the song has {len(melody.played_digits):,} notes; a page plays up to {MOST_NOTES:,}")
    if len(melody.played_digits) * len(staves) > MOST_ENGRAVED:
        raise PrimesongError(
            f"the song has {len(melody.played_digits):,} notes, and would be engraved for {len(staves)} tonics; "
            f"a page has up to {MOST_ENGRAVED:,} notes in all staves together"
        )
    pitches = {digit: melody.setting.mapping.pitch(digit) for digit in "0123456789"}
    tunings = {tuning.name: tuning for tuning in (*TUNINGS.values(), melody.setting.tuning)}
    return {
        "title": melody.setting.title,
        "digits": melody.played_digits,
        "coda": len(melody.coda_digits),
        "record": melody.record.to_text(),
        "tonic": melody.setting.tonic,
        "keys": [key_name(key) for key in range(12)],
        "tempo": melody.setting.tempo,
        "tala": {
            "name": melody.setting.tala.name,
            "cycle": melody.setting.tala.cycle,
            "vibhags": list(melody.setting.tala.vibhags),
            "marks": list(melody.setting.tala.marks),
        },
        "firstAvartan": melody.first_avartan,
        "script": script,
        "scripts": {name: verse(melody.setting.mapping, name) for name in SCRIPT_NAMES},
        "names": {digit: pitch.name for digit, pitch in pitches.items()},
        "heights": {digit: pitch.semitones for digit, pitch in pitches.items()},
        "tuning": melody.setting.tuning.name,
        "tunings": {
            name: {digit: tuning.cents(pitch.semitones) for digit, pitch in pitches.items()}
            for name, tuning in tunings.items()
        },
        **_inside(song),
        "scores": {str(tonic): _score(melody.arrange(tonic=tonic)) for tonic in staves},
        "sound": {
            "lead": LEAD_SECONDS,
            "reeds": [_loop(reed) for reed in make_reeds()],
            "tanpura": _loop(make_tanpura(melody)),
            "tabla": _tabla(melody),
        },
    }


def _score(melody: Melody) -> dict[str, Any]:
    rows = set_in_rows(melody)
    return {
        "rows": rows.drawings,
        "places": rows.places,
        "glyphs": rows.glyphs,
        "width": rows.width,
        "above": rows.above,
        "below": rows.below,
    }


def _inside(song: Song) -> dict[str, Any]:
    """Give what the digits tell one by one, if there is a program and all of it is here."""
    try:
        program = song.program
    except NoProgramError:
        program = None
    if song.melody.excerpt is not None:
        return {"number": None, "program": None}
    unfolding = unfold(song.digits).extend(len(song.melody.coda_digits))
    number = {"bytes": _base64(leading_bytes(to_number(song.digits))), "certain": list(unfolding.certain)}
    if program is None:
        return {"number": number, "program": None}
    sha256 = hashlib.sha256(program).hexdigest()
    return {
        "number": number,
        "program": {"bytes": _base64(program), "sha256": sha256, "unpacked": list(unfolding.unpacked)},
    }


def _loop(loop: Loop) -> dict[str, Any]:
    return {"data": _base64(loop.data), "note": loop.note, "seconds": loop.seconds, "gain": loop.gain}


def _tabla(melody: Melody) -> dict[str, Any] | None:
    tabla = make_tabla(melody)
    if tabla is None:
        return None
    return {
        "sounds": {name: _base64(sound) for name, sound in tabla.sounds.items()},
        "gain": tabla.gain,
        "note": tabla.note,
        "strokes": [list(stroke) for stroke in tabla.strokes],
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
