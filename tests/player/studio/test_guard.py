"""Who may speak to the studio: its own page on this machine, opened by its key, and nobody else."""

import re

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from primesong.player.studio.guard import Guard, is_loopback

PORT = 8323
HERE = f"http://127.0.0.1:{PORT}"


async def answer(request):
    return PlainTextResponse("answered")


def visitor(guard, base=HERE):
    return TestClient(guard, base_url=base)


def guarded(host="127.0.0.1"):
    return Guard(
        Starlette(routes=[Route("/", answer), Route("/song", answer), Route("/run", answer, methods=["POST"])]),
        host,
        PORT,
    )


@pytest.fixture
def guard():
    return guarded()


@pytest.fixture
def page(guard):
    """A browser that has opened the printed address."""
    browser = visitor(guard)
    assert browser.get(guard.address).text == "answered"
    return browser


def test_the_printed_address_opens_and_its_cookie_serves_after_it(guard, page):
    assert page.get("/").text == "answered"
    assert page.get("/song", headers={"sec-fetch-site": "same-origin"}).text == "answered"
    assert page.post("/run", headers={"origin": HERE}).text == "answered"
    cookie = visitor(guard).get(guard.address).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize("path", ["/", "/?key=guessed", "/song", "/song?key={key}"])
def test_nobody_enters_without_the_key(guard, path):
    refused = visitor(guard).get(path.format(key=guard.key))
    assert refused.status_code == 403
    assert refused.json() == {"error": "open the address that primesong studio printed, with its key"}
    assert "set-cookie" not in refused.headers


def test_every_start_has_its_own_key():
    one, other = guarded(), guarded()
    assert one.key != other.key
    assert len(one.key) >= 32
    assert visitor(one).get(f"/?key={other.key}").status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", f"127.0.0.1.evil.example:{PORT}", ""]
)
def test_another_hosts_name_is_refused(page, host):
    refused = page.get("/song", headers={"host": host})
    assert (refused.status_code, refused.json()["error"]) == (
        403,
        "this is not the address that the studio listens on",
    )


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
def test_loopbacks_names_are_accepted(guard, name):
    assert visitor(guard).get(f"/?key={guard.key}", headers={"host": f"{name}:{PORT}"}).text == "answered"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": f"https://127.0.0.1:{PORT}"},
        {"origin": f"http://localhost:{PORT}"},
        {"origin": HERE, "sec-fetch-site": "cross-site"},
        {"origin": HERE, "sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_page_posts_nothing_even_with_the_cookie(page, headers):
    refused = page.post("/run", headers=headers)
    assert refused.status_code == 403
    assert re.search("another site|nothing says which page", refused.json()["error"])


def test_another_sites_page_reads_nothing(page):
    assert page.get("/song", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert page.get("/song", headers={"origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/song", "/nothing"])
def test_every_answer_has_its_headers(guard, page, path):
    for browser in (page, visitor(guard)):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("host", "asked", "status"),
    [
        ("192.0.2.7", "192.0.2.7", 200),
        ("192.0.2.7", "127.0.0.1", 200),
        ("192.0.2.7", "evil.example", 403),
        ("0.0.0.0", "192.0.2.7", 200),
        ("0.0.0.0", "[2001:db8::1]", 200),
        ("0.0.0.0", "evil.example", 403),
        ("music.example", "music.example", 200),
        ("music.example", "evil.example", 403),
    ],
)
def test_beyond_loopback_addresses_serve_and_names_of_others_do_not(host, asked, status):
    guard = guarded(host)
    found = visitor(guard).get(f"/?key={guard.key}", headers={"host": f"{asked}:{PORT}"})
    assert found.status_code == status


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False),
     ("192.0.2.7", False), ("localhost.evil.example", False)],
)  # fmt: skip
def test_loopback_is_told(host, loopback):
    assert is_loopback(host) is loopback
