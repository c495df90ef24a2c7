"""Song to files, of every kind that can be written, whole or not at all. The reverse of `load`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from primesong.errors import PrimesongError
from primesong.files.atomic import check_targets, whole_files
from primesong.files.kind import Group, Kind, SoundFormat
from primesong.files.kinds import MUSICXML, PDF, kind_named, kind_of_suffix
from primesong.sargam.accompaniment import Accompaniment
from primesong.sargam.melody import Melody
from primesong.sargam.script import DEFAULT_VERSES
from primesong.score.captions import caption_melody
from primesong.score.engraving.pages import bind
from primesong.score.engraving.systems import System, draw_systems
from primesong.score.engraving.title_page import make_title_page
from primesong.song import Song
from primesong.sound.file import Encoding, Tags, write_audio
from primesong.sound.recording import DEFAULT_SAMPLE_RATE
from primesong.sound.render.rendering import RenderOptions, render
from primesong.video.options import VideoOptions


@dataclass(frozen=True, slots=True)
class SaveOptions:
    """How a song is written; each kind of file takes of these what it can.

    Parameters
    ----------
    scripts : tuple of str
        How swaras are written, a verse each; empty for the kind's own default.
    tonics : tuple of int
        MIDI notes of the tonics that a page that plays is engraved for, besides the song's own.
    headings : str
        The language of what stands above a page in Bhatkhande's notation; empty for English.
    sound : RenderOptions
        How sound is rendered; its accompaniment is written to MIDI and MusicXML too, its accents to
        MIDI.
    video : VideoOptions
        What a video shows, and how.
    """

    scripts: tuple[str, ...] = ()
    tonics: tuple[int, ...] = ()
    headings: str = ""
    sound: RenderOptions = field(default_factory=RenderOptions)
    video: VideoOptions = field(default_factory=VideoOptions)

    @property
    def accompaniment(self) -> Accompaniment | None:
        """Who plays with the melody."""
        return self.sound.accompaniment

    @property
    def gentle(self) -> bool:
        """Whether notes are accented by the tala."""
        return self.sound.is_gentle


def write_files(
    song: Song,
    targets: Sequence[Path],
    options: SaveOptions | None = None,
    *,
    force: bool = False,
    progress: Callable[[float], None] = lambda share: None,
) -> list[Path]:
    """Write a song to files, each of the kind that its suffix names; all are written, or none.

    Parameters
    ----------
    song : Song
        The song.
    targets : sequence of Path
        The files; SVG and PNG become a file a page, NAME-01.svg being the title page.
    options : SaveOptions, optional
        How they are written.
    force : bool
        Whether files that exist are replaced.
    progress : callable
        Gets the share of the sound or the video that is written, 0 to 1.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    PrimesongError
        If a suffix is unknown, a file exists or cannot be written, or the song cannot be written as that kind.
    """
    options = options or SaveOptions()
    kinds = {target: kind_of_suffix(target) for target in targets}
    check_targets([path for target in targets for path in _expect(target, kinds[target])], force)
    contents = _write_contents(song, kinds, options)
    streamed = [target for target, kind in kinds.items() if kind.group in (Group.SOUND, Group.VIDEO)]
    with whole_files([*contents, *streamed], force) as temporaries:
        parts = dict(zip([*contents, *streamed], temporaries, strict=True))
        for target, content in contents.items():
            parts[target].write_bytes(content)
        for target in streamed:
            if kinds[target].group is Group.SOUND:
                write_sound(song.melody, parts[target], kinds[target], options.sound, progress)
            else:
                kind, video = kinds[target], options.video
                kind.write(parts[target], song, kind.suffix, video, sound=options.sound, progress=progress)
    return [*contents, *streamed]


def write_bytes(song: Song, kind: Kind, options: SaveOptions | None = None) -> bytes:
    """Return a song as one file of a kind that is not sound and has a single page."""
    [content] = _write_contents(song, {Path(f"song{kind.suffix}"): kind}, options or SaveOptions()).values()
    return content


def write_sound(
    melody: Melody,
    target: Path,
    kind: Kind,
    options: RenderOptions,
    progress: Callable[[float], None] = lambda share: None,
) -> None:
    """Render a melody to a sound file, tagged with its title and its record.

    Raises
    ------
    PrimesongError
        If the kind cannot have this depth or sample rate, or something the instrument needs is missing.
    """
    sound, depth, rate = check_sound(kind, options.depth, options.sample_rate)
    rendering = render(
        melody, replace(options, depth=depth, sample_rate=rate), lambda done, total: progress(done / total)
    )
    tags = Tags(melody.setting.title, melody.record.to_text(), options.credit)
    encoding = Encoding(sound.container, sound.subtypes[depth])
    write_audio(target, rendering, encoding, tags)


def check_sound(kind: Kind, depth: str | None, sample_rate: int | None) -> tuple[SoundFormat, str, int]:
    """Return a kind of sound's format, depth and sample rate in Hz, the default where None is asked for. Raises
    `PrimesongError` if the kind cannot have them."""
    sound = kind.sound
    if sound is None:
        raise ValueError(f"{kind.name} is not sound")
    if depth is None or not sound.has_depths:
        depth = next(iter(sound.subtypes))
    if depth not in sound.subtypes:
        raise PrimesongError(f"{kind.name} has samples of {' or '.join(sound.subtypes)} bits, not {depth}")
    if sample_rate is None:
        sample_rate = sound.sample_rates[0] if sound.sample_rates else DEFAULT_SAMPLE_RATE
    if sound.sample_rates and sample_rate not in sound.sample_rates:
        rates = ", ".join(f"{rate}" for rate in sorted(sound.sample_rates))
        raise PrimesongError(f"{kind.name} has sample rates of {rates} Hz, not {sample_rate}")
    return sound, depth, sample_rate


def _expect(target: Path, kind: Kind) -> list[Path]:
    """Return the files that will be written for a target, or, of a file a page, those there are."""
    if kind.group is not Group.PAGES or kind is PDF:
        return [target]
    numbered = re.compile(re.escape(target.stem) + r"-\d+" + re.escape(target.suffix))
    return [path for path in target.parent.glob("*") if numbered.fullmatch(path.name)]


def _write_contents(song: Song, kinds: dict[Path, Kind], options: SaveOptions) -> dict[Path, bytes]:
    """Return each file's content, except of sound and video, which are streamed. What several kinds are made from is
    made once."""

    @cache
    def make_base(name: str) -> Any:
        return _write_notation(song.melody, kind_named(name), options)

    @cache
    def make_systems() -> list[System]:
        return draw_systems(song.melody, options.scripts or DEFAULT_VERSES)

    contents: dict[Path, bytes] = {}
    for target, kind in kinds.items():
        if kind.group is Group.PAGES:
            bound = bind(make_systems(), make_title_page(song), kind.suffix.removeprefix("."))
            contents |= {_number_page(target, page, len(bound)): one for page, one in enumerate(bound, start=1)}
        elif kind.base:
            contents[target] = kind.pack(make_base(kind.base))
        elif kind is MUSICXML:
            contents[target] = make_base(kind.name)
        elif kind.group in {Group.NOTATION, Group.BOOK}:
            contents[target] = _write_notation(song.melody, kind, options)
        elif kind.group is Group.CAPTIONS:
            contents[target] = kind.write(caption_melody(song.melody, *options.scripts[:1]))
        elif kind.group is Group.PLAYER:
            chosen = {"script": options.scripts[0]} if options.scripts else {}
            contents[target] = kind.write(song, tonics=options.tonics, **chosen)
        elif kind.group is Group.TUNING:
            contents[target] = kind.write(song.melody.setting.tuning).encode("ascii")
    return contents


def _write_notation(melody: Melody, kind: Kind, options: SaveOptions) -> bytes:
    """Write a melody as symbols, with those of the options that were chosen and that the kind takes."""
    chosen = {name: getattr(options, name) for name in kind.options}
    content: bytes = kind.write(melody, **{name: value for name, value in chosen.items() if value})
    return content


def _number_page(target: Path, page: int, pages: int) -> Path:
    """Name the file of a page: NAME-01.svg; a PDF holds them all."""
    if target.suffix.lower() == PDF.suffix:
        return target
    return target.with_name(f"{target.stem}-{page:0{len(str(pages))}}{target.suffix}")
