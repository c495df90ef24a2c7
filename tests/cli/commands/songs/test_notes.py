"""`primesong notes`: the table of digits and swaras, printed and drawn."""

import json

from support.command import run


def test_notes_prints_the_table_and_draws(tmp_path):
    done = run("notes", "femtogpt", "--plot", tmp_path / "n.svg")
    rows = done.stdout.decode().splitlines()
    assert rows[1].split() == ["1", "3", "Sa", "S", "+0", "D3", "390"]
    assert rows[7].split() == ["7", "4", "komal", "Dha", "d", "+8", "B♭3", "350"]
    assert rows[10].split() == ["10", "6", "'Ni", "'N", "-1", "C♯3", "320"]
    assert "swaras of Nat Bhairav" in rows[-1]
    assert (tmp_path / "n.svg").read_bytes().startswith(b"<?xml")
    table = json.loads(run("notes", "femtogpt", "--json").stdout)
    assert [row["count"] for row in table] == [390, 384, 375, 371, 361, 357, 350, 348, 344, 320]
