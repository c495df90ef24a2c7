"""One Chromium for all browser tests of a session, and pages in it that must not go wrong."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from primesong.page.export import write_player_page

#: Chromium without its windows, which opens a page in a third of the time, or all of it.
PROGRAMS = ("chromium-headless-shell", "chromium")

#: What Playwright gives a browser that it starts itself, as far as it matters here.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-component-update",
    "--disable-renderer-backgrounding",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-first-run",
    "--remote-debugging-port=0",
)

#: How long Chromium may take to start, in seconds.
PATIENCE = 30.0


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """Start Chromium; return the port at which it is controlled."""
    path = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if path is None:
        pytest.skip("chromium is not installed")
    profile = tmp_path_factory.mktemp("chromium")
    command = [path, *FLAGS, f"--user-data-dir={profile}"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        yield _read_port(profile / "DevToolsActivePort")
        os.killpg(process.pid, signal.SIGTERM)  # the program may be a script that waits for the browser


def _read_port(path: Path) -> int:
    """Wait until Chromium has written down its port."""
    deadline = time.monotonic() + PATIENCE
    while not path.exists() or not (found := re.match(r"(\d+)\n", path.read_text())):
        assert time.monotonic() < deadline, "Chromium did not start"
        time.sleep(0.02)
    return int(found[1])


@pytest.fixture(scope="module")
def browser(chromium):
    """The session's Chromium, as Playwright controls it. Playwright's event loop does not outlive a module: while it
    runs, other tests could not run one of their own."""
    with sync_playwright() as playwright:
        connected = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{chromium}")
        yield connected
        connected.close()


@pytest.fixture(scope="session")
def published_page(tmp_path_factory, song):
    """The published song's page, as a file."""
    path = tmp_path_factory.mktemp("page") / "song.html"
    path.write_bytes(write_player_page(song))
    return path


@pytest.fixture
def open_page(browser):
    """Open a page, and keep a list of what goes wrong in it or is asked of others than `allowed`; at the end that list
    must be empty. `excused` is what may go wrong, as a regular expression."""
    contexts, faults, excuses = [], [], ["(?!)"]

    def watch(page, allowed):
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.on("request", lambda asked: asked.url.startswith(allowed) or faults.append(asked.url))

    def open_page(address, *, allowed=(), script="", watched=True, excused="(?!)", **options):
        context = browser.new_context(**options)
        contexts.append(context)
        context.add_init_script(script)
        page = context.new_page()
        excuses.append(excused)
        if watched:
            watch(page, (address, *allowed))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [fault for fault in faults if not any(re.search(excuse, fault) for excuse in excuses)] == []


def wait(page, condition, tenths=100):
    """Wait until JavaScript finds something true. The page looks, which takes less than asking it again and again;
    Playwright's own waiting would be stopped by the page's policy."""
    looking = f"""async () => {{
      for (let looks = {tenths * 4}; looks > 0; looks--) {{
        if ({condition}) return true;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }}
      return false;
    }}"""
    assert page.evaluate(looking), f"it never came to be that {condition}"
