"""`primesong studio` as it is used: started, opened, left, ended; and what it says when something is in its way."""

import hashlib
import os
import signal
import socket
import subprocess
import sys

import httpx2
import pytest
import uvicorn
from support.command import PRIMESONG
from support.processes import PATIENCE, children_of, is_alive, wait_until

from primesong.cli.main import main
from primesong.packages import describe_installation


@pytest.fixture
def studio(tmp_path):
    """Start the studio with a short number; give its process and its address."""
    (tmp_path / "pi.txt").write_text("3141592653589793238462643")
    command = [*PRIMESONG, "studio", "pi.txt", "--no-browser"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        yield process, process.stdout.readline().strip()
        process.kill()


@pytest.fixture
def page(studio):
    """The studio's page, in a browser that has its key."""
    _, address = studio
    base, _, key = address.partition("/#key=")
    headers = {"origin": base, "authorization": f"Bearer {key}"}
    with httpx2.Client(base_url=base, headers=headers, timeout=60) as browser:
        yield browser


def workers(pid):
    """The processes that a studio has for its jobs, by number: the children of the child that all are forked from."""
    return {job for child in children_of(pid) for job in children_of(child)}


def long_program():
    """A program that no compressor makes short: its prime has thousands of digits."""
    return "".join(hashlib.sha256(bytes([place])).hexdigest() for place in range(60))


def test_ctrl_c_ends_it_cleanly(studio):
    process, address = studio
    assert address.startswith("http://127.0.0.1:")
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all of it hears
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (0, "", "The studio is closed.\n")


def test_a_closed_tab_stops_its_search_and_frees_its_place(studio, page):
    process, _ = studio
    assert page.get("/found?song=first").json()["digits"] == 25
    assert page.get("/checks?song=first").is_success  # the first song is checked, and drawn at the same time
    wait_until(lambda: not workers(process.pid))
    for _ in range(3):  # more than there are places
        with page.stream("POST", "/compose", json={"text": long_program()}) as messages:
            lines = messages.iter_lines()  # closed with its last reference, and the connection with it
            assert "stage" in next(lines)
            [worker] = workers(process.pid)
        wait_until(lambda worker=worker: not is_alive(worker))


def test_no_job_outlives_a_studio_that_is_killed(studio, page):
    process, _ = studio
    with page.stream("POST", "/compose", json={"text": long_program()}) as messages:
        lines = messages.iter_lines()
        assert "stage" in next(lines)
        running = workers(process.pid)
        assert running
        os.kill(process.pid, signal.SIGKILL)
        wait_until(lambda: not any(map(is_alive, running)))


def test_a_taken_port_is_said_to_be_taken(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["studio", "--no-browser", "--port", str(port)]) == 1
    said = capsys.readouterr()
    assert said.err == f"primesong: the studio cannot listen on 127.0.0.1, port {port}: address already in use\n"
    assert said.out == ""


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--port", "70000"], "the studio cannot listen on 127.0.0.1, port 70000: ports go up to 65535"),
        (["--host", "no.such.host.invalid"], "no.such.host.invalid is not an address to listen on"),
        (["--host", "192.0.2.7"], "the studio cannot listen on 192.0.2.7, port 8323: "),
    ],
)
def test_where_it_cannot_listen_is_said(capsys, options, sentence):
    assert main(["studio", "--no-browser", *options]) == 1
    assert capsys.readouterr().err.startswith(f"primesong: {sentence}")


def test_a_missing_server_is_said_to_be_missing(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["studio"]) == 3
    said = capsys.readouterr().err
    assert said == f"primesong: the studio needs uvicorn; {describe_installation('studio')} installs it\n"


@pytest.fixture
def unserved(monkeypatch):
    """Let it end as soon as it serves, and no browser be opened; give the addresses that one would have opened."""
    opened = []

    async def end(server):
        pass

    monkeypatch.setattr(uvicorn.Server, "main_loop", end)
    monkeypatch.setattr("webbrowser.open", opened.append)
    return opened


def test_the_browser_opens_unless_told_not_to(unserved, capsys):
    assert main(["studio"]) == 0
    assert unserved == [capsys.readouterr().out.strip()]
    assert main(["studio", "--no-browser"]) == 0
    assert len(unserved) == 1


def test_listening_beyond_this_machine_is_warned_of(unserved, capsys):
    assert main(["studio", "--no-browser"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["studio", "--no-browser", "--host", "0.0.0.0"]) == 0
    assert "warning: the studio listens on 0.0.0.0, so other machines can reach it" in capsys.readouterr().err


def test_another_port_is_taken_if_the_usual_one_is(unserved, capsys):
    with socket.socket() as usual:
        usual.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            usual.bind(("127.0.0.1", 8323))
            usual.listen()
        except OSError:
            pass  # somebody else has it, which serves as well
        assert main(["studio", "--no-browser"]) == 0
    address = capsys.readouterr().out
    assert address.startswith("http://127.0.0.1:")
    assert ":8323/" not in address
