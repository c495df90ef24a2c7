"""What the exported page costs a browser: until it can be used, while it plays, while its score is scrolled.

    python benchmarks/page.py

The published song in Debian's Chromium without a GPU, offline, from a file, at 1440 x 900 and at 390 x 844. CPU is the
time of all of Chromium's processes as a share of one core; frames are those that were displayed, by the browser's own
trace, while the whole score goes by in eight seconds.
"""

import json
import shutil
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from primesong.actions.decode import load
from primesong.page.export import write_player_page

SIZES = ((1440, 900), (390, 844))
PLAYED_SECONDS = 20
SCROLLED_SECONDS = 8
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run")  # fmt: skip

SCROLL = """(seconds) => new Promise((resolve) => {
  const frame = document.querySelector(".score .frame");
  const start = performance.now();
  const step = (now) => {
    const done = Math.min((now - start) / 1000 / seconds, 1);
    frame.scrollTop = done * (frame.scrollHeight - frame.clientHeight);
    if (done < 1) requestAnimationFrame(step);
    else resolve();
  };
  requestAnimationFrame(step);
})"""
WATCH = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(() => {
    if (!window.usable && document.querySelector(".row")) window.usable = performance.now();
  }).observe(document.body, { childList: true, subtree: true });
});
"""


def cpu_seconds(browser: Browser) -> float:
    """Sum the CPU time of the browser's processes, by its own account."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return sum(process["cpuTime"] for process in processes)


def frame_times(trace: bytes) -> list[float]:
    """Give the moments, in seconds, at which a trace says that a frame was displayed."""
    events = json.loads(trace)["traceEvents"]
    return sorted(event["ts"] / 1e6 for event in events if event["name"] == "Display::FrameDisplayed")


def measure(browser: Browser, path: Path, width: int, height: int) -> str:
    page = browser.new_page(viewport={"width": width, "height": height}, offline=True)
    page.add_init_script(WATCH)
    page.goto(path.as_uri())
    page.wait_for_selector(".row")
    usable = page.evaluate("window.usable") / 1000
    page.keyboard.press("End")
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    page.wait_for_timeout(3000)
    spent, since = cpu_seconds(browser), time.monotonic()
    page.wait_for_timeout(1000 * PLAYED_SECONDS)
    playing = (cpu_seconds(browser) - spent) / (time.monotonic() - since)
    page.keyboard.press("Space")
    shift = page.evaluate("window.shift")
    browser.start_tracing(page=page, categories=["disabled-by-default-display.framedisplayed"])
    page.evaluate(SCROLL, SCROLLED_SECONDS)
    times = frame_times(browser.stop_tracing())
    page.close()
    steps = [after - before for before, after in pairwise(times)]
    return (
        f"{f'{width} x {height}':<12}{usable:>8.2f} s{playing:>16.0%}{len(steps) / (times[-1] - times[0]):>14.0f} /s"
        f"{1000 * max(steps):>16.0f} ms{shift:>15g}"
    )


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium is not installed")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        path = Path(name) / "song.html"
        path.write_bytes(write_player_page(load("femtogpt")))
        print(f"the page of the published song: {path.stat().st_size:,} bytes (bound: 5,000,000)\n")
        print(
            f"{'':12}{'usable':>10}{'CPU playing':>16}{'frames scrolling':>17}{'longest frame':>19}{'layout shift':>15}"
        )
        print(f"{'bound':12}{'2 s':>10}{'25%':>16}{'30 /s':>17}{'':>19}{'0':>15}")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for width, height in SIZES:
            print(measure(browser, path, width, height))
        browser.close()


if __name__ == "__main__":
    main()
