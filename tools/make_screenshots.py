"""Photograph MuseScore and LMMS with the published song, as in docs/programs.md, into docs/pictures/.

python tools/make_screenshots.py [musescore] [lmms]

Needs the programs themselves, Xvfb and xdotool, as `.ci/run` installs them. The programs run on a screen that is not
shown, with settings and a home of their own, and without a sound card.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageGrab

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"

#: The screen, in pixels: as much as a page of the documentation shows without loss.
SCREEN = (1280, 800)

#: How many colors a picture keeps: interfaces have few.
COLORS = 64

#: How long a program may take to open the song, in seconds.
PATIENCE = 180

#: How long a picture must stay as it is to be finished, in seconds.
MOMENT = 3.0

#: A window that is not drawn yet has fewer colors than this.
DRAWN = 32

MUSESCORE_SETTINGS = """[application]
startup\\firstStart=false
startup\\sessionStart=empty
telemetry\\allowed=false
[ui]
application\\startup\\showSplashScreen=false
application\\startup\\showStartCenter=false
application\\startup\\showTours=false
application\\startup\\checkUpdate=false
"""

LMMS_SETTINGS = """<?xml version="1.0"?><!DOCTYPE lmms-config-file><lmms version="1.2.2" configversion="2">
<app configured="1"/><mixer audiodev="Dummy (no sound output)" mididev="Dummy (no MIDI support)"/>
<paths workingdir="{folder}/" defaultsf2="{soundfont}"/><ui enableautosave="0"/></lmms>"""


@dataclass(frozen=True, slots=True)
class Desktop:
    """A screen that is not shown, and how a person would use what is on it."""

    display: str
    home: Path

    def start(self, *command: str | Path) -> "subprocess.Popen[bytes]":
        """Start a program on the screen."""
        environment = os.environ | {"DISPLAY": self.display, "HOME": str(self.home), "QT_QPA_PLATFORM": "xcb"}
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def use(self, *words: str) -> str:
        """Move the mouse, click or type, by xdotool; return what it prints."""
        environment = os.environ | {"DISPLAY": self.display}
        done = subprocess.run(["xdotool", *words], env=environment, capture_output=True, text=True, check=False)
        return done.stdout

    def fill_with(self, title: str) -> None:
        """Wait for a window whose title has these words, and fill the screen with it."""
        deadline = time.monotonic() + PATIENCE
        while not (found := self.use("search", "--onlyvisible", "--name", title).split()):
            if time.monotonic() > deadline:
                raise SystemExit(f"no window is called {title}")
            time.sleep(MOMENT)
        window = found[0]
        self.use("windowmove", window, "0", "0", "windowsize", window, *map(str, SCREEN), "windowfocus", window)
        self.see()

    def see(self) -> Image.Image:
        """Return a picture of the screen, once it is drawn and stays as it is."""
        deadline = time.monotonic() + PATIENCE
        before = None
        while time.monotonic() < deadline:
            picture = ImageGrab.grab(xdisplay=self.display)
            if picture == before and len(picture.getcolors(SCREEN[0] * SCREEN[1])) >= DRAWN:
                return picture
            before = picture
            time.sleep(MOMENT)
        raise SystemExit("the screen does not come to rest")

    def photograph(self, name: str) -> None:
        """Save a picture of the screen."""
        self.see().quantize(COLORS, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)


@contextmanager
def open_desktop() -> Iterator[Desktop]:
    """Start a screen, with an empty home."""
    read, write = os.pipe()
    size = "x".join(map(str, SCREEN))
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24"], pass_fds=[write], stderr=subprocess.DEVNULL
    )
    with tempfile.TemporaryDirectory() as home:
        try:
            yield Desktop(f":{os.read(read, 16).decode().strip()}", Path(home))
        finally:
            server.terminate()
            server.wait()
            os.close(read)
            os.close(write)


def photograph_musescore() -> None:
    """The score as it opens, the mixer beside it, and the dialog by which all is transposed."""
    with open_desktop() as desktop:
        settings = desktop.home / ".config" / "MuseScore"
        settings.mkdir(parents=True)
        (settings / "MuseScore3.ini").write_text(MUSESCORE_SETTINGS)
        with desktop.start("musescore3", ROOT / "scores" / "femtogpt.mxl") as program:
            desktop.fill_with("MuseScore 3: femtogpt")
            desktop.photograph("musescore-score")
            desktop.use("key", "F10")
            desktop.photograph("musescore-mixer")
            desktop.use("key", "F10", "key", "ctrl+a")
            desktop.see()
            desktop.use("mousemove", "240", "12", "click", "1", "sleep", "1", "mousemove", "285", "36", "click", "1")
            desktop.photograph("musescore-transpose")
            program.kill()


def photograph_lmms() -> None:
    """The song in the Song-Editor as it was imported, and its notes in the Piano-Roll."""
    with open_desktop() as desktop:
        for folder in ("projects", "samples", "presets"):
            (desktop.home / folder).mkdir()
        settings, soundfont = desktop.home / "lmmsrc.xml", ROOT / "soundfonts" / "harmonium.sf2"
        settings.write_text(LMMS_SETTINGS.format(folder=desktop.home, soundfont=soundfont))
        command = ("lmms", "--allowroot", "-c", settings, "--import", ROOT / "scores" / "femtogpt.mid")
        with desktop.start(*command) as program:
            desktop.fill_with("LMMS")
            desktop.photograph("lmms-song")
            desktop.use("mousemove", "450", "193", "click", "--repeat", "2", "--delay", "60", "1")
            desktop.photograph("lmms-notes")
            program.kill()


#: What can be photographed, by its name.
PROGRAMS = {"musescore": photograph_musescore, "lmms": photograph_lmms}

if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name in sys.argv[1:] or PROGRAMS:
        PROGRAMS[name]()
