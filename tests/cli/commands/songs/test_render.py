"""`primesong render`: sound written, or nothing."""

from support.command import interrupt_writing


def test_interrupting_leaves_nothing_behind(tmp_path):
    (tmp_path / "long.txt").write_text("31415926535" * 4_000)
    done = interrupt_writing("render", "long.txt", "-o", "long.wav", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (130, b"primesong: interrupted; nothing was written\n")
    assert [path.name for path in tmp_path.iterdir()] == ["long.txt"]
