"""Song to files, of every kind that can be written, whole or not at all. The reverse of `load`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from primesong.files.atomic import check_targets, whole_files
from primesong.files.kind import Group, Kind
from primesong.files.kinds import PDF, kind_of_suffix
from primesong.page.preview import Link
from primesong.sargam.accompaniment import Accompaniment
from primesong.song import Song
from primesong.sound.render.rendering import RenderOptions
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
    link : Link, optional
        Where a page that plays will be found on the web.
    """

    scripts: tuple[str, ...] = ()
    tonics: tuple[int, ...] = ()
    headings: str = ""
    sound: RenderOptions = field(default_factory=RenderOptions)
    video: VideoOptions = field(default_factory=VideoOptions)
    link: Link | None = None

    @property
    def accompaniment(self) -> Accompaniment | None:
        """Who plays with the melody."""
        return self.sound.accompaniment

    @property
    def gentle(self) -> bool:
        """Whether notes are accented by the tala."""
        return self.sound.is_by_hand


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
                kinds[target].write(parts[target], song.melody, kinds[target], options.sound, progress)
            else:
                kind, video = kinds[target], options.video
                kind.write(parts[target], song, kind.suffix, video, sound=options.sound, progress=progress)
    return [*contents, *streamed]


def write_bytes(song: Song, kind: Kind, options: SaveOptions | None = None) -> bytes:
    """Return a song as one file of a kind that is not sound and has a single page."""
    [content] = _write_contents(song, {Path(f"song{kind.suffix}"): kind}, options or SaveOptions()).values()
    return content


def _expect(target: Path, kind: Kind) -> list[Path]:
    """Return the files that will be written for a target, or, of a file a page, those there are."""
    if kind.group is not Group.PAGES or kind is PDF:
        return [target]
    numbered = re.compile(re.escape(target.stem) + r"-\d+" + re.escape(target.suffix))
    return [path for path in target.parent.glob("*") if numbered.fullmatch(path.name)]


def _write_contents(song: Song, kinds: dict[Path, Kind], options: SaveOptions) -> dict[Path, bytes]:
    """Return each file's content, except of sound and video, which are streamed. What several kinds are made from is
    made once."""
    made: dict[str, Any] = {}

    def make(kind: Kind) -> Any:
        if kind.writer not in made:
            chosen = {name: getattr(options, name) for name in kind.options}
            made[kind.writer] = kind.make(song.melody, **{name: value for name, value in chosen.items() if value})
        return made[kind.writer]

    contents: dict[Path, bytes] = {}
    for target, kind in kinds.items():
        if kind.group is Group.PAGES:
            bound = kind.pack(make(kind), song, kind.suffix.removeprefix("."))
            contents |= {_number_page(target, page, len(bound)): one for page, one in enumerate(bound, start=1)}
        elif kind.group in {Group.NUMBER, Group.NOTATION, Group.BOOK, Group.CAPTIONS}:
            contents[target] = kind.pack(make(kind))
        elif kind.group is Group.PLAYER:
            chosen = {"script": options.scripts[0]} if options.scripts else {}
            contents[target] = kind.write(song, tonics=options.tonics, link=options.link, **chosen)
        elif kind.group is Group.TUNING:
            contents[target] = kind.write(song.melody.setting.tuning).encode("ascii")
    return contents


def _number_page(target: Path, page: int, pages: int) -> Path:
    """Name the file of a page: NAME-01.svg; a PDF holds them all."""
    if target.suffix.lower() == PDF.suffix:
        return target
    return target.with_name(f"{target.stem}-{page:0{len(str(pages))}}{target.suffix}")
