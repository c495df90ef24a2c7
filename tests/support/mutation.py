"""Good files of every kind, and mutants of them: by bytes, by chunks, and by the structure of their kind.

`mutant(kind, index)` is the same file every time. Kinds are the suffixes of files, without the dot.
"""

import functools
import io
import random
import re
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image
from support.containers import encode
from support.songs import write_notation, write_sound

from primesong.files.kinds import NOTATION, SOUND
from primesong.number.payload import pack
from primesong.primes.plan import find_prime
from primesong.sargam.melody import Melody
from primesong.sargam.tuning import JUST
from primesong.score.qr.code import write_qr
from primesong.song import compose
from primesong.sound.render.rendering import RenderOptions

#: How many mutants of each kind there are in one round; sound costs the most to read.
WEIGHTS = {"mid": 200, "musicxml": 180, "mxl": 120, "sargam": 140, "abc": 90, "html": 80, "txt": 150, "wav": 6,
           "flac": 3, "ogg": 3, "mp3": 3, "m4a": 6, "png": 20}  # fmt: skip

BYTES = (b"\0", b"\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\x80\0\0\0", b"<", b">", b"&", b"'", b'"', b"\r",
         b"MTrk", b"\xff\x58", b"1e999", b"PK\1\2", b"data", b"\xe2\x80\xae", b"\x1b[2J", b"{", b"[[[[", b"0x",
         b"#")  # fmt: skip
TEXTS = ("", "-1", "0", "127", "128", "1e999", "nan", "inf", "9" * 5000, "S", "'N", "सा", "\u202e", "\x1b[2J",
         "\u0323" * 99, "&#0;", "&#1114112;", "&amp;", "&x;", "../../x", "stop", "score-partwise", '"primesong"',
         "null")  # fmt: skip


#: What other programs write differently in MusicXML.
REWRITTEN = (
    (b"partwise", b"timewise"),
    (b"<note>", b"<note><chord/>"),
    (b"<voice>1", b"<voice>2"),
    (b"<pitch>", b"<staff>2</staff><pitch>"),
    (b"</pitch>", b"</pitch><tie type='start'/>"),
    (b"</note>", b"</note><backup><duration>1</duration></backup>"),
    (b"<score-partwise", b"<score-partwise xmlns='urn:x'"),
)


@functools.cache
def melody() -> Melody:
    """A short song with everything that a file can say of one."""
    song = compose(find_prime(pack(b"print('sa re ga')")), title="pi & <po>", tonic=49, tempo=90.0)
    return song.melody.arrange(tuning=JUST)


@functools.cache
def good(kind: str) -> list[bytes]:
    """Good files of a kind."""
    one, plain = melody(), compose(31415926535897932384626433832795028841971693993751).melody
    if kind == "txt":
        digits = one.number_digits
        return [digits.encode(), hex(int(digits)).encode(), "\n".join(re.findall(".{1,20}", digits)).encode()]
    if kind == "png":
        codes = [write_qr(content, "png") for content in (one.number_digits, compose(int(one.number_digits)).payload)]
        webp = io.BytesIO()
        Image.open(io.BytesIO(codes[0])).convert("RGBA").save(webp, "WEBP", lossless=True)
        return [*codes, webp.getvalue(), write_qr(one.number_digits, "svg")]
    if kind == "m4a":
        tone = np.sin(np.arange(3 * 8_000) / 5)
        return [encode(tone, 8_000, container) for container in ("m4a", "3gp", "webm", "oga", "wma", "caf")]
    if kind in [sound.suffix[1:] for sound in SOUND]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"song.{kind}"
            sung = compose(
                find_prime(pack(b"print(sum(map(ord, 'sa re ga ma pa dha ni sa, and back to where it began')))"))
            )
            write_sound(sung.melody.arrange(tempo=120.0), path, f".{kind}", RenderOptions(sample_rate=8_000))
            return [path.read_bytes()]
    form = next(form for form in NOTATION if form.suffix == f".{kind}")
    scripts = [("devanagari", "digit"), ("letters",), ("digit",)] if kind in ("sargam", "html") else [()]
    written = [write_notation(each, form, script) for each in (one, plain) for script in scripts]
    if kind == "sargam":  # as people write: curly quotes, dots, no spaces
        letters = re.sub(r"^#.*\n|[0-9| ]", "", written[1].decode(), flags=re.MULTILINE)
        written += [letters.encode(), letters.replace("'", "’").encode("utf-16"), written[4].replace(b"'", b".")]
    return written


def mutant(kind: str, index: int) -> bytes:
    """Give one mutant of a kind: a good file, changed one to three times."""
    rng = random.Random(f"{kind} {index}")
    data = rng.choice(good(kind))
    structured = STRUCTURED.get(kind, of_bytes)
    for _ in range(rng.choice((1, 1, 2, 3))):
        data = (structured if rng.random() < 0.7 else of_bytes)(rng, data)
    return data


def of_bytes(rng: random.Random, data: bytes) -> bytes:
    """Change, drop, double, insert or overwrite a few runs of bytes, or cut the file."""
    changed = bytearray(data)
    for _ in range(rng.randrange(1, 6)):
        start = rng.randrange(len(changed) + 1)
        end = min(start + rng.choice((1, 1, 2, 4, 16, 200)), len(changed))
        match rng.randrange(6):
            case 0:
                changed[start:end] = rng.randbytes(end - start)
            case 1:
                del changed[start:end]
            case 2:
                changed[start:start] = changed[start:end] * rng.choice((1, 2, 50))
            case 3:
                changed[start:start] = rng.choice(BYTES)
            case 4:
                changed[start:end] = rng.choice(BYTES)
            case _:
                if rng.random() < 0.2:
                    del changed[start:]
    return bytes(changed)


def of_list(rng: random.Random, parts: list[bytes]) -> list[bytes]:
    """Drop, double, swap, move or repeat parts."""
    parts = list(parts)
    if not parts:
        return parts
    first, second = rng.randrange(len(parts)), rng.randrange(len(parts))
    low, high = min(first, second), max(first, second)
    match rng.randrange(5):
        case 0:
            del parts[first]
        case 1:
            parts.insert(second, parts[first])
        case 2:
            parts[first], parts[second] = parts[second], parts[first]
        case 3:
            del parts[low:high]
        case _:
            parts[low:low] = parts[low : min(high, low + 20)] * rng.choice((1, 3))
    return parts


def of_midi(rng: random.Random, data: bytes) -> bytes:
    """Change a MIDI file's header, chunks, lengths, events or quantities."""
    if len(data) < 22:
        return of_bytes(rng, data)
    head, chunks = bytearray(data[:14]), _midi_chunks(data)
    match rng.randrange(6):
        case 0:
            place = rng.choice((4, 8, 10, 12))
            head[place : place + 2] = rng.choice((b"\0\0", b"\xff\xff", b"\0\1", rng.randbytes(2)))
        case 1:
            chunks = of_list(rng, chunks)
        case 2:
            return _midi_together(rng, head, chunks)
        case _ if chunks:
            place = rng.randrange(len(chunks))
            name, events = chunks[place][:4], _midi_events(chunks[place][8:])
            match rng.randrange(4):
                case 0:
                    events = of_list(rng, events)
                case 1:
                    events.insert(rng.randrange(len(events) + 1), _midi_event(rng))
                case 2 if events:
                    chosen = rng.randrange(len(events))
                    delta = rng.choice((b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff\x7f", b"\x80\0", rng.randbytes(2)))
                    events[chosen] = delta + events[chosen][1:]
                case _:
                    name = rng.choice((b"XFIH", b"MThd", rng.randbytes(4)))
            body = b"".join(events)
            length = (
                len(body) if rng.random() < 0.8 else rng.choice((0, len(body) + 1, 2**32 - 1, rng.randrange(2**32)))
            )
            chunks[place] = name + struct.pack(">I", length) + body
    return bytes(head) + b"".join(chunks)


def _midi_together(rng: random.Random, head: bytearray, chunks: list[bytes]) -> bytes:
    """Let more notes sound together: each note on two channels or pitches, or in turn on several; perhaps in RIFF."""
    channel, octave = rng.randrange(16), rng.choice((0, 12, 124))
    for place, chunk in enumerate(chunks):
        events = _midi_events(chunk[8:])
        turn = rng.choice((1, 2, 7, 100))
        for number, event in enumerate(events):
            if len(event) == 4 and event[1] in (0x80, 0x90):
                moved = bytes((event[1] | channel, min(event[2] + octave, 127), event[3]))
                events[number] = event[:1] + moved if number // turn % 2 else event + rng.choice((b"", b"\0" + moved))
        body = b"".join(events)
        chunks[place] = chunk[:4] + struct.pack(">I", len(body)) + body
    whole = bytes(head) + b"".join(chunks)
    return rng.choice(
        (whole, b"RIFF" + struct.pack("<I", len(whole) + 12) + b"RMIDdata" + struct.pack("<I", len(whole)) + whole)
    )


def _midi_chunks(data: bytes) -> list[bytes]:
    chunks, at = [], 14
    while at + 8 <= len(data):
        end = min(at + 8 + int.from_bytes(data[at + 4 : at + 8], "big"), len(data))
        chunks.append(data[at:end])
        at = end
    return chunks


def _midi_events(body: bytes) -> list[bytes]:
    """Split a track where an event is likely to begin: after a quantity comes a status byte."""
    places = [0, *(match.start() for match in re.finditer(rb"[\x80-\xff]{0,3}[\0-\x7f](?=[\x80-\xef\xff])", body))]
    return [body[start:end] for start, end in zip(places, [*places[1:], len(body)], strict=True) if start < end]


def _midi_event(rng: random.Random) -> bytes:
    length = rng.choice((b"\0", b"\5hallo", b"\x7f", b"\xff\xff\xff\x7f", b"\x81\x80\0"))
    return bytes((rng.randrange(128),)) + rng.choice((
        bytes((0xFF, rng.randrange(128))) + length,
        bytes((rng.choice((0xF0, 0xF7)),)) + length,
        bytes((rng.randrange(0x80, 0x100), rng.randrange(256), rng.randrange(256))),
        bytes((rng.randrange(0xF1, 0xFF),)),
        b"\xff\1" + b"\x20" + b'{"primesong":1,"mapping":[[[[[[[[',
    ))  # fmt: skip


def of_xml(rng: random.Random, data: bytes) -> bytes:
    """Change an XML or HTML text's elements, attributes and texts, nest it, or declare things in it."""
    tokens = re.findall(rb"<[^>]*>|[^<]+|<", data)
    if not tokens:
        return of_bytes(rng, data)
    place = rng.randrange(len(tokens))
    match rng.randrange(8):
        case 0:
            tokens = of_list(rng, tokens)
        case 6:
            old, new = rng.choice(REWRITTEN)
            return data.replace(old, new, rng.choice((1, 3, 50, -1)))
        case 1:
            depth = rng.choice((1, 10, 63, 64, 65, 1000))
            name = rng.choice((b"a", b"note", b"measure", b"part"))
            tokens[place:place] = [b"<" + name + b">"] * depth + [b"</" + name + b">"] * depth
        case 2:
            values = [token for token in range(len(tokens)) if b"=" in tokens[token]] or [place]
            chosen = rng.choice(values)
            value = b'"' + rng.choice(TEXTS).encode() + b'"'
            tokens[chosen] = re.sub(rb"(\"[^\"]*\"|'[^']*')", lambda _: value, tokens[chosen], count=rng.choice((0, 1)))
        case 3:
            texts = [token for token in range(len(tokens)) if tokens[token].strip() and tokens[token][:1] != b"<"]
            tokens[rng.choice(texts or [place])] = rng.choice(TEXTS).encode()
        case 4:
            tokens.insert(rng.randrange(3), rng.choice((
                b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>', b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'>",
                b"<?xml version='1.0' encoding='utf-7'?>", b"<?xml version='1.0' encoding='utf-16'?>", b"<!--",
                b"<![CDATA[",
            )))  # fmt: skip
        case 5:
            tag = tokens[place]
            tokens[place] = tag.replace(
                b">", b" " + rng.choice((b"id='1'", b"type='stop'", b"x", b"xmlns='y'")) + b">", 1
            )
        case _:
            step = (
                b"<note>",
                b"<chord/>",
                b"<grace/>",
                b"<tie type='stop'/>",
                b"<tied type='start'/>",
                b"<forward><duration>1e9</duration></forward>",
                b"<divisions>0</divisions>",
                b"<pitch>",
                b"<voice>2</voice>",
                b"<b>S</b>",
            )
            tokens.insert(place, rng.choice(step))
    return b"".join(tokens)


def of_mxl(rng: random.Random, data: bytes) -> bytes:
    """Change an .mxl's score or container within, its entries, or the fields of its directory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [(name, archive.read(name)) for name in archive.namelist()]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, OSError, ValueError, KeyError,
            IndexError, struct.error, OverflowError):  # fmt: skip
        return of_bytes(rng, data)
    match rng.randrange(5):
        case 0:
            entries = of_list(rng, entries)
        case 3:
            change = rng.choice((lambda name: name.replace("/", "\\"), lambda name: f"a/{name}", str.upper))
            entries = [(change(name), content) for name, content in entries]
        case 1 if entries:
            place = rng.randrange(len(entries))
            entries[place] = (entries[place][0], of_xml(rng, entries[place][1]))
        case 2 if entries:
            place = rng.randrange(len(entries))
            entries[place] = (entries[place][0], entries[place][1] + b" " * rng.choice((10, 1 << 20, 4 << 20)))
        case _:
            return _zip_fields(rng, data)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in dict(entries).items():
            archive.writestr(name, content)
    return out.getvalue()


def _zip_fields(rng: random.Random, data: bytes) -> bytes:
    """Overwrite one field of a local header, a directory entry or the directory's end."""
    changed = bytearray(data)
    signature, size = rng.choice(((b"PK\3\4", 30), (b"PK\1\2", 46), (b"PK\5\6", 22)))
    places = [match.start() for match in re.finditer(re.escape(signature), data)]
    if places:
        start = rng.choice(places) + rng.randrange(4, size)
        changed[start : start + 2] = rng.choice((b"\0\0", b"\xff\xff", b"\1\0", rng.randbytes(2)))
    return bytes(changed)


def of_wav(rng: random.Random, data: bytes) -> bytes:
    """Change a WAV's format, the sizes, order and number of its chunks, or its samples."""
    chunks, at = [], 12
    while at + 8 <= len(data):
        end = min(at + 8 + int.from_bytes(data[at + 4 : at + 8], "little"), len(data))
        chunks.append(data[at:end])
        at = end
    match rng.randrange(4):
        case 0 if chunks:
            form = bytearray(chunks[0])
            place = rng.choice((8, 10, 12, 14, 16, 20, 22))
            form[place : place + 2] = rng.choice((b"\0\0", b"\1\0", b"\xff\xff", b"\x40\x1f", rng.randbytes(2)))
            chunks[0] = bytes(form)
        case 1:
            chunks = of_list(rng, chunks)
        case 2 if chunks:
            place = rng.randrange(len(chunks))
            size = rng.choice((0, 1, 2**31, 2**32 - 1, rng.randrange(2**32)))
            chunks[place] = chunks[place][:4] + struct.pack("<I", size) + chunks[place][8:]
        case _:
            name = rng.choice((b"LIST", b"fact", b"bext", b"cue ", b"smpl", b"id3 ", rng.randbytes(4)))
            body = rng.randbytes(rng.choice((0, 3, 40)))
            chunks.insert(rng.randrange(len(chunks) + 1), name + struct.pack("<I", len(body)) + body)
    return data[:12] + b"".join(chunks)


def of_words(rng: random.Random, data: bytes) -> bytes:
    """Change a text's words and the space between them."""
    parts = re.findall(rb"\s+|[^\s]+", data)
    if not parts or rng.random() < 0.5:
        return b"".join(of_list(rng, parts))
    parts[rng.randrange(len(parts))] = rng.choice(TEXTS).encode() * rng.choice((1, 1, 100))
    return b"".join(parts)


STRUCTURED = {"mid": of_midi, "musicxml": of_xml, "html": of_xml, "mxl": of_mxl, "wav": of_wav, "sargam": of_words,
              "abc": of_words, "txt": of_words}  # fmt: skip
