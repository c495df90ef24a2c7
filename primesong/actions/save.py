"""Save, publish and render a song. The reverse is `load`."""

from collections.abc import Collection, Iterable
from numbers import Integral
from os import PathLike
from pathlib import Path
from typing import Unpack
from urllib.parse import quote, urljoin, urlsplit

from primesong.actions.progress import Progress, Stage, Step, ignore, report_share
from primesong.errors import PrimesongError
from primesong.files.atomic import check_targets, whole_files, write_all
from primesong.files.kinds import DEPTHS, PLAYER, SOUND, kind_of_suffix
from primesong.files.save import SaveOptions, write_bytes, write_files
from primesong.files.sound import write_recording
from primesong.limits import DEFAULT_LIMITS, Limits
from primesong.options import RenderingOptions, SavingOptions, SoundOptions, refuse_unknown
from primesong.page.preview import Link, draw_picture
from primesong.sargam.accompaniment import Accompaniment, parse_accompaniment
from primesong.sargam.script import DEFAULT_VERSES, parse_scripts
from primesong.sargam.swara import parse_tonic
from primesong.song import Song, check_song
from primesong.sound.file import read_recording
from primesong.sound.pitch import parse_pitch
from primesong.sound.recording import Recording
from primesong.sound.render.rendering import EXPRESSIONS, PLAIN, RenderOptions
from primesong.sound.render.rendering import render as render_melody


def choose_sound(
    *,
    synth: str = "harmonium",
    soundfont: str | Path | None = None,
    sample: str | Path | None = None,
    sample_pitch: float | str | None = None,
    expression: str | None = None,
    dry: bool = False,
    legato: bool = False,
    bellows: float | None = None,
    accompany: Accompaniment | str | None = None,
    sample_rate: int | None = None,
    depth: int | str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    **unknown: object,
) -> RenderOptions:
    """Choose how a song sounds.

    Parameters
    ----------
    synth : {"harmonium", "fluidsynth"}
        The sampled harmonium, or FluidSynth with a soundfont.
    soundfont : path, optional
        An .sf2 or .sf3 file for FluidSynth; by default the project's own.
    sample : path, optional
        A recording of one note, played in place of the harmonium.
    sample_pitch : float, optional
        Its pitch in Hz, or as a note: 147.2, "D3"; found by default.
    expression : {"gentle", "plain", "concert"}, optional
        As a hand plays it: joined, accented by the tala, none like another, in a small room; every note alike; or in
        concert. By default gentle; with `legato`, plain.
    dry : bool
        Whether gentle sound is without the room.
    legato : bool
        Whether each note lasts into the next.
    bellows : float, optional
        By how many decibels the sound swells in every avartan.
    accompany : Accompaniment or str, optional
        Who plays with the melody: "tanpura", "tabla=-8".
    sample_rate : int, optional
        In Hz.
    depth : {16, 24, "float"}, optional
        Bits a sample.
    limits : Limits
        How much of a recording is read.

    Raises
    ------
    PrimesongError
        If a file cannot be read.
    TypeError, ValueError
        If a value is wrong.
    """
    refuse_unknown(unknown, SoundOptions)
    if depth is not None and str(depth) not in DEPTHS:
        raise ValueError(f"depth must be one of {', '.join(DEPTHS)}, got {depth!r}")
    if sample_rate is not None and not isinstance(sample_rate, Integral):
        raise TypeError(f"sample_rate must be a whole number of Hz, got {sample_rate!r}")
    if soundfont is not None and not Path(soundfont).is_file():
        raise PrimesongError(f"soundfont not found: {soundfont}")
    return RenderOptions(
        synth=synth,
        soundfont=None if soundfont is None else Path(soundfont),
        sample=None if sample is None else read_recording(Path(sample), limits),
        sample_pitch=parse_pitch(sample_pitch) if isinstance(sample_pitch, str) else sample_pitch,
        expression=expression or (PLAIN if legato else EXPRESSIONS[0]),
        dry=dry,
        legato=legato,
        bellows=bellows,
        accompaniment=parse_accompaniment(accompany) if isinstance(accompany, str) else accompany,
        sample_rate=sample_rate,
        depth=None if depth is None else str(depth),
    )


def save(
    song: Song,
    path: str | PathLike[str] | Iterable[str | PathLike[str]],
    *,
    script: str | Iterable[str] = (),
    headings: str = "",
    staves: str | Iterable[int | str] = (),
    force: bool = False,
    progress: Progress = ignore,
    **sound: Unpack[SoundOptions],
) -> list[Path]:
    """Save a song as the kind of file that the suffix names; existing files are kept unless `force`. The reverse of
    `load`.

    Parameters
    ----------
    song : Song
        The song.
    path : path, or several
        The files; all are written, or none.
    script : str or names
        How swaras are written, a verse each: "devanagari,digit".
    headings : {"english", "hindi"}
        The language of what stands above a page in Bhatkhande's notation.
    staves : str or MIDI notes
        Further tonics that a page that plays is engraved for: "A2,E3".
    force : bool
        Whether existing files are replaced.
    progress : callable
        Gets a `Step` now and then.
    **sound
        What `choose_sound` takes, such as accompany="tanpura,tabla".

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    PrimesongError
        If the suffix is unknown, or a file exists or cannot be written.
    MissingError
        If a package that this kind of file needs is not installed.
    TypeError, ValueError
        If `song` is not a Song, or an option is wrong.
    """
    paths = [path] if isinstance(path, str | PathLike) else path
    check_song(song)
    refuse_unknown(sound, SavingOptions)
    tonics = staves.split(",") if isinstance(staves, str) else staves
    options = SaveOptions(
        scripts=parse_scripts(script if isinstance(script, str) else ",".join(script)) if script else (),
        tonics=tuple(parse_tonic(str(tonic)) for tonic in tonics),
        headings=headings,
        sound=choose_sound(**sound),
    )
    progress(Step(Stage.WRITE))
    return write_files(
        song, list(map(Path, paths)), options, force=force, progress=report_share(progress, Stage.RENDER)
    )


def render(song: Song, *, progress: Progress = ignore, **sound: Unpack[SoundOptions]) -> Recording:
    """Return a song's sound.

    Parameters
    ----------
    song : Song
        The song.
    progress : callable
        Gets a `Step` now and then.
    **sound
        What `choose_sound` takes.

    Returns
    -------
    Recording
        samples, shape (frames, channels), float32 within ±1, and sample_rate in Hz.

    Raises
    ------
    PrimesongError
        If a file cannot be read, a sample has no pitch, or the tala has no theka for a tabla to play.
    MissingError
        If FluidSynth is asked for and not installed.
    TypeError, ValueError
        If `song` is not a Song, or an option is wrong.
    """
    check_song(song)
    refuse_unknown(sound, RenderingOptions)
    return render_melody(song.melody, choose_sound(**sound), report_share(progress, Stage.RENDER)).collect()


def save_recording(
    recording: Recording, path: str | PathLike[str], *, depth: int | str | None = None, force: bool = False
) -> Path:
    """Save a recording as the kind of sound that the suffix names, as `Recording.save` says."""
    target = Path(path)
    kind = kind_of_suffix(target, SOUND)
    with whole_files([target], force) as [temporary]:
        write_recording(temporary, recording, kind, None if depth is None else str(depth), target.stem)
    return target


def publish(
    song: Song,
    path: str | PathLike[str],
    url: str,
    *,
    script: str = DEFAULT_VERSES[0],
    tonics: Collection[int] = (),
    force: bool = False,
) -> list[Path]:
    """Write a song's page and its picture, both or neither.

    Parameters
    ----------
    song : Song
    path : path
        The page's file; the picture is called the same, and ends in .png.
    url : str
        Where the page will be found, such as https://example.org/song.html. The picture stands beside it.
    script, tonics
        As `page.document.make_document` takes them.
    force : bool
        Whether existing files are replaced.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    ValueError
        If the URL does not begin with https:// or http:// and a host.
    PrimesongError
        If the song is too long for a page, or a file exists or cannot be written.
    MissingError
        If Verovio is not installed.
    """
    page = Path(path)
    picture = page.with_suffix(".png")
    link = Link(check_url(url), urljoin(url, quote(picture.name)))
    check_targets([page, picture], force)
    options = SaveOptions((script,), tuple(tonics), link=link)
    contents = {page: write_bytes(song, PLAYER, options), picture: draw_picture(song)}
    write_all(contents, force)
    return list(contents)


def check_url(url: str) -> str:
    """Return a page's URL. Raises `ValueError` if it is not one that sites can follow."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError(f"a page's URL begins with https:// and a host, got “{url}”")
    return url
