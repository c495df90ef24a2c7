"""`primesong completion`: the scripts are tried in the shells themselves."""

import subprocess

import pytest
from support.command import run


@pytest.fixture
def script(tmp_path):
    def write(shell):
        done = run("completion", shell)
        assert (done.returncode, done.stderr) == (0, b"")
        path = tmp_path / f"primesong.{shell}"
        path.write_bytes(done.stdout)
        return path

    return write


def complete_in_bash(script, words):
    """Return what bash offers after some words, the last of which is being typed."""
    code = f"""source {script}
COMP_WORDS=({" ".join(map(repr, words))}); COMP_CWORD={len(words) - 1}
_shtab_primesong "" "${{COMP_WORDS[COMP_CWORD]}}"; printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_bash_completes_commands_options_and_names(script):
    path = script("bash")
    assert complete_in_bash(path, ["primesong", "ver"]) == ["verify"]
    assert "--tonic" in complete_in_bash(path, ["primesong", "compose", "--to"])
    assert complete_in_bash(path, ["primesong", "compose", "--tala", "jh"]) == ["jhaptal"]
    assert complete_in_bash(path, ["primesong", "completion", "z"]) == ["zsh"]


def test_fish_completes_commands_options_and_names(script):
    path = script("fish")

    def complete(line):
        command = ["fish", "--no-config", "-c", f"source {path}; complete --do-complete '{line}'"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return [row.split("\t")[0] for row in done.stdout.splitlines()]

    assert "verify" in complete("primesong ver")
    assert "--tonic" in complete("primesong compose --to")
    assert complete("primesong compose --tala jh") == ["jhaptal"]


def test_zsh_loads_the_script(script):
    path = script("zsh")
    assert subprocess.run(["zsh", "-n", path], capture_output=True, check=True).stderr == b""
    text = path.read_text()
    assert text.startswith("#compdef primesong\n")
    assert "jhaptal" in text
