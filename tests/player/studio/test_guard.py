"""Who may speak to the studio: its own page on this machine, opened by its key, and nobody else."""

import re

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from primesong.player.studio.guard import Guard

PORT = 8323
HERE = f"http://127.0.0.1:{PORT}"


async def answer(request):
    return PlainTextResponse("answered")


def visit(guard, key="", base=HERE):
    """A browser with a key, or without."""
    return TestClient(guard, base_url=base, headers={"authorization": f"Bearer {key}"} if key else {})


def make_guard(host="127.0.0.1"):
    routes = [Route("/", answer), Route("/web/page.js", answer), Route("/song", answer)]
    return Guard(Starlette(routes=[*routes, Route("/run", answer, methods=["POST"])]), host, PORT)


@pytest.fixture
def guard():
    return make_guard()


@pytest.fixture
def page(guard):
    """A browser that has opened the printed address."""
    return visit(guard, guard.key)


def test_the_key_of_the_printed_address_opens_everything(guard, page):
    assert guard.address == f"{HERE}/#key={guard.key}"
    assert page.get("/song", headers={"sec-fetch-site": "same-origin"}).text == "answered"
    assert page.post("/run", headers={"origin": HERE}).text == "answered"


def test_the_page_itself_needs_no_key_and_sets_no_cookie(guard):
    for path in ("/", "/web/page.js"):
        answer = visit(guard).get(path)
        assert answer.text == "answered"
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/song", "/song?key={key}", "/web/../song", "/nothing"])
def test_nobody_enters_without_the_key(guard, path):
    refused = visit(guard).get(path.format(key=guard.key))
    assert refused.status_code == 403
    assert refused.json() == {"error": "open the address that primesong studio printed, with its key"}


@pytest.mark.parametrize("header", ["Bearer guessed", "{key}", "Basic {key}", "Bearer {key}x", "Bearer", "Bearer \xff"])
def test_another_key_or_scheme_is_refused(guard, header):
    headers = {"authorization": header.format(key=guard.key).encode("latin-1")}
    assert visit(guard).get("/song", headers=headers).status_code == 403


@pytest.mark.parametrize("path", ["/", "/web/page.js"])
def test_the_page_is_only_read_without_the_key(guard, path):
    assert visit(guard).post(path, headers={"origin": HERE}).status_code == 403


def test_every_start_has_its_own_key():
    one, other = make_guard(), make_guard()
    assert one.key != other.key
    assert len(one.key) >= 32
    assert visit(one, other.key).get("/song").status_code == 403


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
def test_names_of_loopback_are_accepted(page, name):
    assert page.get("/song", headers={"host": f"{name}:{PORT}"}).text == "answered"


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
def test_another_sites_page_posts_nothing_even_with_the_key(page, headers):
    refused = page.post("/run", headers=headers)
    assert refused.status_code == 403
    assert re.search("another site|does not say which page", refused.json()["error"])


def test_another_sites_page_reads_nothing(page):
    assert page.get("/song", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert page.get("/song", headers={"origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/song", "/nothing"])
def test_every_answer_has_its_headers(guard, page, path):
    for browser in (page, visit(guard)):
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
    guard = make_guard(host)
    found = visit(guard, guard.key).get("/song", headers={"host": f"{asked}:{PORT}"})
    assert found.status_code == status
