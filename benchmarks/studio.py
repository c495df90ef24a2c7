"""How soon the studio can be used: until its buttons work, and until the song can be played.

    python benchmarks/studio.py

The published song in Debian's Chromium without a GPU, which is open already, at 1440 x 900: from the start of the
command, whose page is opened as soon as it says where, and from the opening of the page when the song is there.
"""

import shutil
import subprocess
import sys
import time

from playwright.sync_api import Browser, sync_playwright

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


def visit(browser: Browser, address: str, began: float) -> tuple[float, float]:
    """Open the page; give the seconds from the beginning until its buttons work, and until the song can be played."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    page.click("#to-compose")
    page.keyboard.press("Escape")
    usable = time.perf_counter() - began
    page.click("#player .play", timeout=120_000)
    return usable, time.perf_counter() - began


def main() -> None:
    """Measure, and print."""
    command = [sys.executable, "-m", "primesong", "studio", "--no-browser"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        browser.new_page().close()
        began = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as studio:
            address = (studio.stdout.readline() if studio.stdout else "").strip()
            for when in ("the command", "the page, opened again", "and again"):
                usable, playable = visit(browser, address, began)
                print(f"{when}: usable after {usable:.2f} s, the song there after {playable:.2f} s")
                began = time.perf_counter()
            studio.terminate()
        browser.close()


if __name__ == "__main__":
    main()
