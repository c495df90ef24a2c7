"""How soon the studio can be used: from the address to its buttons, and to the song on the page.

    python benchmarks/studio.py

The published song in Debian's Chromium without a GPU, at 1440 x 900: at once after the start, while the song is still
being engraved, and when it is there.
"""

import shutil
import subprocess
import sys
import time

from playwright.sync_api import Browser, sync_playwright

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


def visit(browser: Browser, address: str) -> tuple[float, float]:
    """Open the page; give the seconds until its buttons work, and until the song can be played."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    began = time.perf_counter()
    page.goto(address)
    page.click("#to-compose")
    page.keyboard.press("Escape")
    usable = time.perf_counter() - began
    page.click("#player .play", timeout=120_000)
    return usable, time.perf_counter() - began


def main() -> None:
    """Measure, and print."""
    command = [sys.executable, "-m", "primesong", "studio", "--no-browser"]
    with sync_playwright() as playwright, subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as studio:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        address = (studio.stdout.readline() if studio.stdout else "").strip()
        for when in ("at once after the start", "again", "and again"):
            usable, playable = visit(browser, address)
            print(f"{when}: usable after {usable:.2f} s, the song there after {playable:.2f} s")
        browser.close()
        studio.terminate()


if __name__ == "__main__":
    main()
