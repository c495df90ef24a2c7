"""Make what the README and the documentation show and play, in scores/.

    python tools/make_pictures.py              everything
    python tools/make_pictures.py play sample

Without names all is made: femtogpt.html, the page that plays the song; video.webp and play.webp, half a minute of the
video and of the terminal player, a picture a note; sample.mp3, their sound; play.png; and page-desktop.png,
page-phone.png, studio-desktop.png and studio-phone.png, which need Chromium.
"""

import argparse
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI

import primesong
from primesong.player.terminal.canvas import Span
from primesong.player.terminal.frame import draw_frame
from primesong.player.terminal.timeline import View, make_timeline
from primesong.player.terminal.transport import Transport
from primesong.video.drawing import Drawing, Text, draw, write_box
from primesong.video.look import Look
from primesong.video.options import VideoOptions
from primesong.video.scene import Scene
from primesong.video.theme import MONO, MONO_WIDTH

SCORES = Path(__file__).parent.parent / "scores"

#: How long the animated pictures and the sound are, in seconds.
SECONDS = 32

#: How wide the animated video is, in pixels: as wide as a README.
WIDTH = 960

#: How many colors a screenshot keeps: interfaces have few.
COLORS = 128

#: The terminal's columns and rows.
TERMINAL = (80, 24)

#: The size of a terminal's letters, and how high its rows are, in pixels.
LETTER = 17
ROW = 22

#: The note of the screenshots: the first of the 90th avartan, and some more.
NOTE = 89 * 16 + 5

#: Widths, heights and colors of the screenshots.
SCREENS = {"desktop": (1440, 900, "light"), "phone": (390, 844, "dark")}


def make_video() -> None:
    """The video's picture of each note around the program's first characters."""
    song = primesong.load("femtogpt")
    melody = VideoOptions(highlight=SECONDS).cut(song)
    scene = Scene(song, melody, (melody.first_avartan - 1) * 16, Look())
    height = WIDTH * scene.picture.shape[0] // scene.picture.shape[1]
    pictures = [
        Image.fromarray(scene.show(note)).resize((WIDTH, height), Image.Resampling.LANCZOS)
        for note in range(len(melody.played_digits))
    ]
    save_animation(pictures, SCORES / "video.webp", quality=60)


def save_animation(pictures: list[Image.Image], path: Path, **options: int) -> None:
    """Save a picture for each note, a quarter of a second each."""
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=250, loop=0, method=4, **options)


def make_song() -> None:
    """The page that plays the song."""
    [path] = primesong.save(primesong.load("femtogpt"), SCORES / "femtogpt.player.html", force=True)
    path.rename(SCORES / "femtogpt.html")


def make_sample() -> None:
    """The same part of the song, with tanpura and tabla."""
    song = primesong.load("femtogpt")
    part = VideoOptions(highlight=SECONDS).cut(song)
    start, avartans = part.first_avartan, len(part.played_digits) // 16
    excerpt = song.arrange(start=start, end=start + avartans - 1)
    excerpt.save(SCORES / "sample.mp3", accompany="tanpura,tabla=-10", force=True)


def make_play() -> None:
    """The terminal player: one picture, and one for each note of the same part."""
    song = primesong.load("femtogpt")
    timeline = make_timeline(song.melody)
    part = VideoOptions(highlight=SECONDS).cut(song)
    first = (part.first_avartan - 1) * 16
    notes = [NOTE, *range(first, first + len(part.played_digits))]
    views = [View(timeline, Transport(timeline.notes, 16, position=note + 0.5)) for note in notes]
    picture, *pictures = draw([draw_terminal(draw_frame(view, *TERMINAL)) for view in views])
    Image.fromarray(picture).save(SCORES / "play.png", optimize=True)
    save_animation([Image.fromarray(one) for one in pictures], SCORES / "play.webp", lossless=1)


def draw_terminal(rows: list[list[Span]]) -> Drawing:
    """Draw a terminal's screen as a dark terminal shows it."""
    cell = round(LETTER * MONO_WIDTH)
    size, paper, ink = cell / MONO_WIDTH, DIMMED_MONOKAI.background_color.hex, DIMMED_MONOKAI.foreground_color.hex
    parts = []
    for row, spans in enumerate(rows, start=1):
        for column, text, name in spans:
            style, x, y = Style.parse(name or "none"), (column + 1) * cell, row * ROW
            color = style.color.get_truecolor(DIMMED_MONOKAI).hex if style.color else ink
            back = paper
            if style.reverse:
                color, back = paper, color
            weight = "bold" if style.bold else "regular"
            parts.append(write_box(x, y - 0.76 * ROW, len(text) * cell, ROW, back))
            parts.append(Text(x, y, size, color, text, family=MONO, weight=weight))
    return Drawing((TERMINAL[0] + 2) * cell, (TERMINAL[1] + 1) * ROW, paper, parts)


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Start Debian's Chromium, or Playwright's."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])


def photograph(page: Page, path: Path) -> None:
    """Save a picture of what a browser shows, with as many colors as it needs."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)


def make_page() -> None:
    """The page that plays, at an avartan in its middle."""
    with tempfile.TemporaryDirectory() as folder, open_chromium() as browser:
        [path] = primesong.save(primesong.load("femtogpt"), Path(folder) / "song.player.html")
        for name, (width, height, colors) in SCREENS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=colors)
            page.goto(f"{path.as_uri()}#avartan={NOTE // 16 + 1}")
            page.wait_for_selector(".primesong.begun")
            photograph(page, SCORES / f"page-{name}.png")


def make_studio() -> None:
    """The studio as it opens, with the song's checks."""
    command = [sys.executable, "-m", "primesong", "studio", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as studio, open_chromium() as browser:
        address = next(word for line in studio.stdout for word in line.split() if word.startswith("http"))
        for name, (width, height, colors) in SCREENS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=colors)
            page.goto(address)
            page.wait_for_selector(".primesong .row")
            page.wait_for_load_state("networkidle")
            page.get_by_role("button", name="Checks").click()
            photograph(page, SCORES / f"studio-{name}.png")
        studio.terminate()


#: What can be made, by its name.
MAKERS = {
    "song": make_song,
    "video": make_video,
    "sample": make_sample,
    "play": make_play,
    "page": make_page,
    "studio": make_studio,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="*", choices=MAKERS, default=[*MAKERS])
    for name in parser.parse_args().name:
        MAKERS[name]()
