"""The one table of kinds of files: what each is called, how it is recognized, who reads it and who writes it.

Everything that depends on a file's kind follows from its row: which suffixes `--format` takes, which files the studio
offers for download, what `--help` lists, and which reader or writer is called. A new format is one module and one row.
"""

from pathlib import Path

from primesong.errors import PrimesongError
from primesong.files.kind import Group, Kind, SoundFormat, list_suffixes
from primesong.sound.containers import HEADS, SUFFIXES

#: The rates that MPEG-1, 2 and 2.5 layer III have, in Hz.
_MPEG_RATES = (44_100, 48_000, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)

#: The rates that the Opus encoder takes, in Hz (RFC 6716, 2.1.3).
_OPUS_RATES = (48_000, 24_000, 16_000, 12_000, 8_000)

#: What every kind of sound is written by.
_WRITE_SOUND = "primesong.files.sound:write_sound"

#: What engraved pages are made from, once for all of them.
_SYSTEMS = "primesong.score.engraving.systems:draw_systems"

#: What makes pages of systems.
_BIND = "primesong.score.engraving.pages:bind"


def _caption_kind(name: str, suffix: str, media_type: str, packer: str) -> Kind:
    """Make the row of a format of captions; all are written from the same ones."""
    return Kind(
        name,
        Group.CAPTIONS,
        (suffix,),
        media_type,
        writer="primesong.score.captions:caption_melody",
        packer=f"primesong.score.captions:{packer}",
        options=("scripts",),
    )


NUMBER = Kind(
    "number",
    Group.NUMBER,
    (".txt",),
    "text/plain",
    test="primesong.number.digits:is_number",
    writer="primesong.score.text:write_number",
    download=("Number", "its digits alone"),
)
PROGRAM = Kind("program", Group.PROGRAM)
QR = Kind(
    "QR code",
    Group.PICTURE,
    head=rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8|BM|RIFF....WEBP|<\?xml[^>]*>\s*<svg[^>]*class=.segno",  # or our own SVG
    reader="primesong.score.qr.code:read_qr",
    writer="primesong.score.qr.code:write_qr",
)
MIDI = Kind(
    "MIDI",
    Group.NOTATION,
    (".mid", ".midi"),
    "audio/midi",
    head=rb"MThd|RIFF....RMID",
    reader="primesong.score.reading.midi:read_midi",
    rereader="primesong.score.reading.midi:reread_midi",
    writer="primesong.score.midi:write_midi",
    options=("accompaniment", "gentle"),
    download=("MIDI", "for a workstation"),
)
BHATKHANDE = Kind(
    "a Bhatkhande page",
    Group.NOTATION,
    (".html", ".htm"),
    "text/html",
    first_text=("<!doctype html", "<html"),
    reader="primesong.score.bhatkhande.page:read_page",
    writer="primesong.score.bhatkhande.page:write_page",
    options=("scripts", "headings"),
    download=("A page", "in Bhatkhande’s notation"),
)
MUSICXML = Kind(
    "MusicXML",
    Group.NOTATION,
    (".musicxml", ".xml"),
    "application/vnd.recordare.musicxml+xml",
    first_text=("<",),
    reader="primesong.score.reading.musicxml:read_musicxml",
    rereader="primesong.score.reading.musicxml:reread_musicxml",
    writer="primesong.score.musicxml:write_musicxml",
    options=("scripts", "accompaniment"),
    download=("MusicXML", "for MuseScore"),
)
MXL = Kind(
    "compressed MusicXML",
    Group.NOTATION,
    (".mxl",),
    "application/vnd.recordare.musicxml",
    head=rb"PK\x03\x04",
    reader="primesong.score.reading.musicxml:read_mxl",
    rereader="primesong.score.reading.musicxml:reread_mxl",
    writer="primesong.score.musicxml:write_musicxml",
    packer="primesong.score.mxl:compress_musicxml",
    options=("scripts", "accompaniment"),
    download=("MusicXML, small", "compressed"),
)
SARGAM = Kind(
    "sargam text",
    Group.NOTATION,
    (".sargam",),
    "text/plain",
    test="primesong.score.reading.sargam:looks_like_sargam",
    reader="primesong.score.reading.sargam:read_sargam",
    rereader="primesong.score.reading.sargam:reread_sargam",
    writer="primesong.score.text:write_sargam",
    options=("scripts",),
    download=("Sargam", "plain text"),
)
ABC = Kind(
    "ABC",
    Group.NOTATION,
    (".abc",),
    "text/vnd.abc",
    test="primesong.score.abc:looks_like_abc",
    reader="primesong.score.abc:read_abc",
    writer="primesong.score.abc:write_abc",
    options=("scripts",),
    download=("ABC", "for tune books"),
)
WAV = Kind(
    "WAV",
    Group.SOUND,
    (".wav",),
    "audio/wav",
    head=rb"RIFF....WAVE|RF64|BW64",
    download=("WAV", "sound, whole"),
    writer=_WRITE_SOUND,
    sound=SoundFormat("WAV", {"16": "PCM_16", "24": "PCM_24", "float": "FLOAT"}),
)
FLAC = Kind(
    "FLAC",
    Group.SOUND,
    (".flac",),
    "audio/flac",
    head=rb"fLaC",
    download=("FLAC", "sound, packed"),
    writer=_WRITE_SOUND,
    sound=SoundFormat("FLAC", {"16": "PCM_16", "24": "PCM_24"}),
)
OGG = Kind(
    "Ogg Vorbis",
    Group.SOUND,
    (".ogg",),
    "audio/ogg",
    head=rb"OggS",
    writer=_WRITE_SOUND,
    sound=SoundFormat("OGG", {"float": "VORBIS"}),
)
OPUS = Kind(
    "Opus",
    Group.SOUND,
    (".opus",),
    "audio/ogg",
    writer=_WRITE_SOUND,
    sound=SoundFormat("OGG", {"float": "OPUS"}, _OPUS_RATES),
)
MP3 = Kind(
    "MP3",
    Group.SOUND,
    (".mp3",),
    "audio/mpeg",
    head=rb"ID3|\xff[\xfa-\xfd\xf2-\xf5\xe2-\xe5]",  # a frame of layer II or III (ISO 11172-3, 2.4.1.3)
    download=("MP3", "sound, small"),
    writer=_WRITE_SOUND,
    sound=SoundFormat("MP3", {"float": "MPEG_LAYER_III"}, _MPEG_RATES),
)
OTHER_SOUND = Kind("a recording", Group.SOUND, SUFFIXES, head=HEADS)
PDF = Kind(
    "PDF",
    Group.PAGES,
    (".pdf",),
    "application/pdf",
    writer=_SYSTEMS,
    packer=_BIND,
    options=("scripts",),
    download=("PDF", "engraved, for paper"),
)
SONGBOOK = Kind(
    "a songbook",
    Group.BOOK,
    (".songbook.pdf",),
    "application/pdf",
    writer="primesong.score.engraving.songbook:write_songbook",
    options=("scripts", "headings"),
    download=("Songbook", "in Bhatkhande’s notation, for paper"),
)
SVG = Kind("SVG", Group.PAGES, (".svg",), "image/svg+xml", writer=_SYSTEMS, packer=_BIND, options=("scripts",))
PNG = Kind("PNG", Group.PAGES, (".png",), "image/png", writer=_SYSTEMS, packer=_BIND, options=("scripts",))
PLAYER = Kind(
    "page that plays",
    Group.PLAYER,
    (".player.html",),
    "text/html",
    writer="primesong.page.export:write_player_page",
    download=("This player", "one page, to send"),
)
MP4 = Kind(
    "MP4",
    Group.VIDEO,
    (".mp4",),
    "video/mp4",
    writer="primesong.video.film:write_video",
    download=("Video", "its first forty seconds of program"),
)
WEBM = Kind("WebM", Group.VIDEO, (".webm",), "video/webm", writer="primesong.video.film:write_video")
SCALA = Kind("Scala tuning", Group.TUNING, (".scl",), "text/plain", writer="primesong.sargam.tuning:write_scala")
SRT = _caption_kind("SubRip", ".srt", "application/x-subrip", "write_srt")
VTT = _caption_kind("WebVTT", ".vtt", "text/vtt", "write_vtt")
LRC = _caption_kind("LRC", ".lrc", "application/x-lrc", "write_lrc")
CSV = Kind("CSV", Group.TABLE, (".csv",), "text/csv")

#: Every kind above, in the order in which a file is held against them: a page is also text that begins with "<".
KINDS = tuple(row for row in list(vars().values()) if isinstance(row, Kind))

#: What can be written and read back as notes.
NOTATION = tuple(kind for kind in KINDS if kind.group is Group.NOTATION)

#: What a song is rendered to.
SOUND = tuple(kind for kind in KINDS if kind.sound)

#: Engraved pages.
PAGES = tuple(kind for kind in KINDS if kind.group is Group.PAGES)

#: What is filmed.
VIDEOS = tuple(kind for kind in KINDS if kind.group is Group.VIDEO)

#: What shows the swaras beside a sound or a video.
CAPTIONS = tuple(kind for kind in KINDS if kind.group is Group.CAPTIONS)

#: What the studio offers for download, in the order in which it does.
DOWNLOADS = tuple(kind for kind in (*NOTATION, *PAGES, SONGBOOK, PLAYER, NUMBER, *VIDEOS, *SOUND) if kind.download)

#: What a song can be saved as.
SAVED = (*NOTATION, NUMBER, *PAGES, SONGBOOK, *SOUND, PLAYER, *VIDEOS, SCALA, *CAPTIONS)

#: What a song can be heard in.
HEARD = (*SOUND, OTHER_SOUND)

#: What a song can be loaded from, beside digits.
LOADED = (*NOTATION, *HEARD)

#: What `compose` writes by default.
DEFAULT_KINDS = (MIDI, MUSICXML, MXL, WAV)

#: What `transcribe` writes.
TRANSCRIPTIONS = (MIDI, CSV, *CAPTIONS)

#: Pictures of a QR code and of plots, as they are written.
DRAWINGS = (PNG, SVG)

#: The depths of a sample, in bits, that any kind of sound can have.
DEPTHS = tuple(WAV.sound.subtypes) if WAV.sound else ()


def kind_of_suffix(path: str | Path, kinds: tuple[Kind, ...] = SAVED) -> Kind:
    """Return the kind that a file's suffix stands for.

    Parameters
    ----------
    path : str or Path
        The file.
    kinds : tuple of Kind
        The kinds that are possible here.

    Raises
    ------
    PrimesongError
        If none of them has this suffix.
    """
    found = _find_suffixes(path, kinds)
    if not found:
        raise PrimesongError(f"{path}: expected a file name that ends in {list_suffixes(kinds, ' or ')}")
    return max(found, key=lambda one: one[0])[1]


def has_suffix(path: str | Path, kinds: tuple[Kind, ...] = SAVED) -> bool:
    """Whether a file's suffix stands for one of the kinds."""
    return bool(_find_suffixes(path, kinds))


def _find_suffixes(path: str | Path, kinds: tuple[Kind, ...]) -> list[tuple[int, Kind]]:
    """Return the kinds that a file's name ends as, each with the length of its suffix."""
    name = Path(path).name.lower()
    return [(len(suffix), kind) for kind in kinds for suffix in kind.suffixes if name.endswith(suffix)]
