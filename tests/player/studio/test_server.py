"""The studio's server: every kind of file opened, songs handed out, nothing run without consent, nothing reached."""

import hashlib
import io
import json
import wave

import mido
import pytest
from starlette.testclient import TestClient
from support.songs import decode, encode, load_bytes
from support.studio import PROGRAM, SHA256, make_content

from primesong.number.digits import to_digits
from primesong.player.studio import server
from primesong.player.studio.guard import Guard
from primesong.sandbox.interpreter import find_python
from primesong.sandbox.process import find_level
from primesong.sargam.raga import RAGAS
from primesong.sargam.tala import TALAS
from primesong.song import compose

TRAINS = b"""
for step in range(1, 61):
    print(f"step {step:4} / {60:4} | loss {9 / (step + 2):.4f}", flush=True)
print("sample  1: anna")
print("sample  2: sarega")
"""
HERE = {"origin": "http://127.0.0.1:8323"}


@pytest.fixture(scope="module")
def small():
    """A short song, at a tempo that makes its sound short."""
    return compose(encode(PROGRAM), tempo=120.0, title="sa/re: \u202e<b>ga</b>")


@pytest.fixture(scope="module")
def page(small):
    """The studio's page, in a browser that has the key."""
    guard = Guard(server.make_app(small, "a test"), "127.0.0.1", 8323)
    headers = {"sec-fetch-site": "same-origin", "authorization": f"Bearer {guard.key}"}
    with TestClient(guard, base_url="http://127.0.0.1:8323", headers=headers) as browser:
        yield browser


def lines(answer):
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


def opened(page, data, name):
    return lines(page.post("/open", params={"name": name}, content=data, headers=HERE))


def composed(page, **wanted):
    return page.post("/compose", json=wanted, headers=HERE)


def found(page, token):
    return page.get(f"/found?song={token}").json()


def test_a_number_that_is_not_prime_is_opened_and_does_not_hold(page):
    token = opened(page, b"3141592653", "pi.txt")[-1]["song"]
    checks = page.get(f"/checks?song={token}").json()
    assert (checks["program"], checks["holds"]) == (None, False)
    assert dict(checks["facts"])["prime"].startswith("composite, for certain")
    assert page.get(f"/song?song={token}").json()["digits"] == "3141592653"


# The page.


def test_the_page_and_its_files_come(page):
    content = page.get("/").text
    assert all(f"<option>{name}</option>" in content for name in TALAS)
    assert "{" not in content
    for name, kind in (("studio.js", "text/javascript"), ("studio.css", "text/css"), ("player.js", "text/javascript")):
        answer = page.get(f"/web/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)


@pytest.mark.parametrize(
    "path",
    ["/web/../server.py", "/web/%2e%2e%2fserver.py", "/web/..%2f..%2f__init__.py", "/web//etc/passwd",
     "/web/studio.html/", "/web/nothing.js", "/web/%00", "/server.py", "/web/"],
)  # fmt: skip
def test_no_path_reaches_the_disk(page, path):
    answer = page.get(path, follow_redirects=False)
    assert answer.status_code in (404, 307)
    assert "Starlette" not in answer.text


def test_the_first_song_is_found_and_drawn(page, small):
    found = page.get("/found?song=first").json()
    assert (found["source"], found["digits"]) == ("a test", len(small.digits))
    checks = page.get("/checks?song=first").json()
    assert (checks["program"], checks["holds"]) == (SHA256, True)
    assert [what for what, _ in checks["facts"]] == ["number", "mapping", "prime", "payload", "program"]
    assert found["laya"] == "480 matras a minute, ati-drut"
    document = page.get("/song?song=first").json()
    assert document["digits"] == small.digits
    assert document["tempo"] == 120.0


def test_an_arrangement_is_drawn(page, small):
    wanted = "tonic=45&tempo=90.5&tala=rupak&raga=yaman&tuning=just&script=devanagari"
    answer = page.get(f"/song?song=first&{wanted}").json()
    assert (answer["tonic"], answer["tempo"], answer["tala"]["name"]) == (45, 90.5, "rupak")
    assert (answer["tuning"], answer["script"], answer["digits"]) == ("just", "devanagari", small.digits)
    assert set(answer["names"].values()) == {pitch.name for pitch in RAGAS["yaman"].pitches}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("tala=waltz", "“waltz” is not a tala"),
        ("tuning=/etc/passwd.scl", "“/etc/passwd.scl” is not a tuning"),
        ("tuning=../just.scl", "is not a tuning"),
        ("raga=waltz", "“waltz” is not a raga; expected one of nat-bhairav, bhupali"),
        ("raga=/etc/passwd", "“/etc/passwd” is not a raga"),
        ("tonic=H9", "“H9” is not a tonic"),
        ("tempo=fast", "got “fast”"),
        ("tempo=nan", "tempo must be 5 to 960 beats a minute"),
        ("tempo=1e9", "tempo must be 5 to 960 beats a minute"),
        ("script=runes", "“runes” is not a script"),
    ],
)
def test_an_arrangement_that_does_not_exist_is_refused(page, options, sentence):
    for path in ("/song?song=first", "/download?song=first&kind=.mid"):
        answer = page.get(f"{path}&{options}")
        assert answer.status_code == 422
        assert sentence in answer.json()["error"]


@pytest.mark.parametrize(
    "path",
    ["/found?song=gone", "/checks?song=gone", "/song?song=gone", "/song", "/found", "/checks",
     "/download?song=gone&kind=.mid"],
)  # fmt: skip
def test_a_song_that_is_not_held_is_said_to_be_gone(page, path):
    answer = page.get(path)
    assert answer.status_code == 404
    assert answer.json() == {"error": "the studio no longer holds this song; open it again"}


# Opening and composing.


def test_a_dropped_file_is_opened_checked_and_drawn(page, small, tmp_path):
    token = opened(page, make_content(small, ".mid", tmp_path), "C:\\songs\\mine.mid")[-1]["song"]
    assert found(page, token)["source"] == "“mine.mid” is MIDI"
    for _ in range(2):  # made, then kept
        checks = page.get(f"/checks?song={token}").json()
        assert (checks["program"], checks["holds"]) == (SHA256, True)
        assert ["record", "the song's own SHA-256 agrees with the notes"] in checks["facts"]
    assert page.get(f"/song?song={token}").json()["digits"] == small.digits


@pytest.mark.parametrize(
    ("sent", "name"),
    [("a.mid", "a.mid"), ("../../x/a.mid", "a.mid"), ("C:\\songs\\a.mid", "a.mid"), ("/etc/", "your file"),
     ("a\u202e\n\0.mid", "a.mid"), ("a" * 1000, "a" * 100)],
)  # fmt: skip
def test_a_files_name_is_its_last_part(sent, name):
    assert server._clean_name(sent, "your file") == name


def test_a_pasted_program_gets_its_song_and_the_search_is_told(page):
    text = "".join(f"print({hashlib.sha256(bytes([n])).hexdigest()!r})\n" for n in range(5))
    messages = lines(composed(page, text=text, title="five lines"))
    assert "search" in {message.get("stage") for message in messages}
    told = next(message for message in messages if message.get("phase") == "verify")
    assert told["digits"] > 400
    assert told["tested"] > 0
    token = messages[-1]["song"]
    assert page.get(f"/checks?song={token}").json()["program"] == hashlib.sha256(text.encode()).hexdigest()
    assert found(page, token)["title"] == "five lines"


def test_a_pasted_number_and_a_shortened_program_get_theirs(page):
    assert found(page, lines(composed(page, text=" 3 141 592 "))[-1]["song"])["digits"] == 7
    messages = lines(composed(page, text="if True:\n    # a remark\n    print( 'sa' )\n", minify=True))
    token = messages[-1]["song"]
    assert page.post("/introduce", json={"song": token}, headers=HERE).json()["source"] == "if True:print('sa')"
    assert page.get("/checks?song=first").json()["program"] == SHA256  # it stays, however many others are opened


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "empty.mid", "empty.mid is empty"),
        (b"MThd broken", "broken.mid", "broken.mid (MIDI): "),
        (b"PK\x03\x04 broken", "broken.mxl", "broken.mxl (compressed MusicXML): "),
        (b"S R G\nP X m\n", "wrong.sargam", "line 2: “X” is not a swara"),
        (b"RIFF broken", "broken.wav", "broken.wav: the recording cannot be read"),
        (b"\x89PNG\r\n\x1a\nbroken", "broken.png", "broken.png: "),
        (b"0123", "zero.txt", "the number begins with a zero"),
    ],
)
def test_what_cannot_be_opened_is_said_in_one_sentence(page, data, name, sentence):
    [*_, last] = opened(page, data, name)
    assert sentence in last["error"]
    assert "\n" not in last["error"]
    assert "Traceback" not in last["error"]


def test_silence_is_no_song(page):
    silence = io.BytesIO()
    with wave.open(silence, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16_000))
    assert "error" in opened(page, silence.getvalue(), "silence.wav")[-1]


def test_too_large_a_file_is_refused_before_and_while_it_comes(page, monkeypatch):
    announced = page.post("/open?name=x", headers={**HERE, "content-length": str(server.MOST_BYTES + 1)}, content=b"x")
    assert announced.status_code == 413
    assert announced.json() == {"error": "this is larger than 320 MiB, the limit here"}
    monkeypatch.setattr(server, "MOST_BYTES", 1 << 20)
    streamed = page.post("/open?name=x", headers=HERE, content=(bytes(1 << 18) for _ in range(5)))
    assert (streamed.status_code, streamed.json()["error"]) == (413, "this is larger than 1 MiB, the limit here")
    assert composed(page, text="x" * (1 << 20)).status_code == 413


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"[" * 100_000, b"\xff"])
def test_what_is_no_request_is_said_to_be_none(page, body):
    for path in ("/compose", "/introduce", "/run"):
        answer = page.post(path, content=body, headers=HERE)
        assert (answer.status_code, answer.json()["error"]) == (400, "the studio does not understand this request")


@pytest.mark.parametrize(("wanted", "sentence"), [
    ({}, "expected the sample rate"), ({"rate": "44100"}, "expected the sample rate"), ({"rate": True}, "expected the"),
])  # fmt: skip
def test_a_recording_has_a_rate(page, wanted, sentence):
    answer = page.post("/listen", json=wanted, headers=HERE)
    assert answer.status_code == 422
    assert sentence in answer.json()["error"]


def test_nobody_adds_to_a_recording_without_its_token(page):
    answer = page.post("/hear?ear=nothing", content=b"\0\0", headers=HERE)
    assert (answer.status_code, answer.json()) == (422, {"error": "the studio no longer listens to this recording"})
    answer = page.post("/hear?ear=nothing", content=bytes((1 << 20) + 1), headers=HERE)
    assert answer.status_code == 413


def test_nothing_pasted_is_said_to_be_nothing(page):
    answer = composed(page, text=" \n")
    assert (answer.status_code, "nothing to make a song of" in answer.json()["error"]) == (422, True)


def test_posts_are_no_gets(page):
    for path in ("/open", "/compose", "/introduce", "/run"):
        assert page.get(path).status_code == 405


# Downloads.


def test_a_download_is_a_file_of_a_safe_name_as_it_is_set(page):
    answer = page.get("/download?song=first&kind=.mid&tempo=111&tonic=45&tala=rupak")
    assert answer.headers["content-disposition"] == 'attachment; filename="sa-re-b-ga-b.mid"'
    loaded = load_bytes(answer.content, "taken.mid")
    assert decode(loaded) == PROGRAM
    assert (loaded.melody.setting.tempo, loaded.melody.setting.tonic, loaded.melody.setting.tala.name) == (
        111.0,
        45,
        "rupak",
    )


@pytest.mark.parametrize(("expression", "velocities"), [("plain", {80}), ("gentle", {72, 80, 84, 96})])
def test_a_download_is_played_with_an_expression(page, expression, velocities):
    """The accents of tintal: sam, khali, and the vibhags between."""
    answer = page.get(f"/download?song=first&kind=.mid&raga=yaman&expression={expression}")
    midi = mido.MidiFile(file=io.BytesIO(answer.content))
    assert {message.velocity for message in midi if message.type == "note_on" and message.velocity} == velocities
    loaded = load_bytes(answer.content, "taken.mid")
    assert (decode(loaded), loaded.mapping.raga) == (PROGRAM, RAGAS["yaman"])


def test_an_expression_that_does_not_exist_or_does_not_fit_is_refused(page):
    for kind, expression, sentence in (
        (".mid", "wild", "“wild” is not an expression; expected one of gentle, plain, concert"),
        (".mp4", "concert", "a video needs a steady beat, which the concert expression lacks"),
    ):
        answer = page.get(f"/download?song=first&kind={kind}&expression={expression}")
        assert answer.status_code == 422
        assert sentence in answer.json()["error"]


@pytest.mark.parametrize("kind", ["", ".exe", "../../x.mid", ".svg", "mid", ".mid/../x"])
def test_other_kinds_are_not_written(page, kind):
    answer = page.get("/download", params={"song": "first", "kind": kind})
    assert answer.status_code == 404
    assert answer.json()["error"].startswith("expected one of .mid, .html")


def test_no_file_stays_behind(page, tmp_path, monkeypatch):
    monkeypatch.setattr(server.tempfile, "tempdir", str(tmp_path))
    assert page.get("/download?song=first&kind=.sargam").status_code == 200
    assert page.get("/download?song=first&kind=.mid&tempo=1").status_code == 422
    assert list(tmp_path.iterdir()) == []


# The program.


@pytest.fixture(scope="module")
def trained(page):
    """The token of a song whose program trains."""
    return opened(page, to_digits(encode(TRAINS)).encode(), "trains.txt")[-1]["song"]


def consent(page, song):
    return page.post("/introduce", json={"song": song}, headers=HERE).json()


def test_consent_shows_what_would_be_run(page, trained):
    shown = consent(page, trained)
    assert shown["source"].encode() == TRAINS
    assert shown["sha256"] == hashlib.sha256(TRAINS).hexdigest()
    level = find_level(find_python())
    assert shown["facts"] == [
        ["program", f"{len(TRAINS)} bytes, SHA-256 {shown['sha256']}"],
        ["imports", "nothing"],
        ["sandbox", f"{level.name}: {level.promise}"],
    ]


def test_with_consent_it_runs_and_its_losses_are_told(page, trained):
    shown = consent(page, trained)
    wanted = {"song": trained, "sha256": shown["sha256"], "level": shown["level"], "consent": True}
    messages = lines(page.post("/run", json=wanted, headers=HERE))
    losses = [loss for message in messages for loss in message.get("losses", [])]
    assert losses == [round(9 / (step + 2), 4) for step in range(1, 61)]
    assert messages[-1]["fault"] is None
    assert messages[-1]["seconds"] > 0
    assert dict(messages[-1]["summary"])["known"] == "anna"
    assert dict(messages[-1]["summary"])["new"] == "sarega"


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"consent": None}, 403, "nothing is run without consent"),
        ({"consent": "true"}, 403, "nothing is run without consent"),
        ({"sha256": ""}, 403, "nothing is run without consent"),
        ({"level": ""}, 403, "nothing is run without consent"),
        ({"sha256": SHA256}, 200, "not the one that was agreed to; it was not run"),
        ({"level": "nothing at all"}, 200, "would isolate the program, not nothing at all; it was not run"),
    ],
)
def test_nothing_is_run_without_consent(page, trained, change, status, sentence):
    shown = consent(page, trained)
    wanted = {"song": trained, "sha256": shown["sha256"], "level": shown["level"], "consent": True} | change
    answer = page.post("/run", json=wanted, headers=HERE)
    assert answer.status_code == status
    [message] = [json.loads(line) for line in answer.text.splitlines()]
    assert sentence in message["error"]


def test_a_number_without_a_program_has_nothing_to_run(page):
    token = opened(page, b"3141592653", "pi.txt")[-1]["song"]
    answer = page.post("/introduce", json={"song": token}, headers=HERE)
    assert answer.status_code == 422
    assert "no gzip" in answer.json()["error"] or "program" in answer.json()["error"]
