"""A song to its page on the web: the page, and beside it the picture that sites show of a link to it."""

from collections.abc import Collection
from os import PathLike
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from primesong.files.atomic import check_targets, whole_files
from primesong.files.kinds import PLAYER
from primesong.files.save import SaveOptions, write_bytes
from primesong.page.preview import Link, draw_picture
from primesong.sargam.script import DEFAULT_VERSES
from primesong.song import Song


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
    script : str
        The script that swaras are written in at first.
    tonics : collection of int
        Further tonics that the staff is engraved for, as MIDI note numbers.
    force : bool
        Whether existing files are replaced.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    ValueError
        The URL does not begin with https:// or http:// and a host.
    PrimesongError
        The song is too long for a page, or a file exists or cannot be written; `MissingError` without Verovio.
    """
    page = Path(path)
    picture = page.with_suffix(".png")
    link = Link(check_url(url), urljoin(url, quote(picture.name)))
    check_targets([page, picture], force)
    options = SaveOptions((script,), tuple(tonics), link=link)
    contents = {page: write_bytes(song, PLAYER, options), picture: draw_picture(song)}
    with whole_files(list(contents), force) as temporaries:
        for temporary, content in zip(temporaries, contents.values(), strict=True):
            temporary.write_bytes(content)
    return list(contents)


def check_url(url: str) -> str:
    """Return a page's URL. Raises `ValueError` if it is not one that sites can follow."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError(f"a page's URL begins with https:// and a host, got “{url}”")
    return url
