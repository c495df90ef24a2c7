"""`primesong qr`: a number drawn, and read back."""

from primesong.cli.main import main


def test_qr_is_drawn_and_read(tmp_path, capsys):
    assert main(["qr", "femtogpt", "-o", str(tmp_path / "code.png")]) == 0
    assert main(["verify", str(tmp_path / "code.png")]) == 0
    assert main(["qr", "femtogpt", "-o", str(tmp_path / "code.gif")]) == 1
    assert "ends in .png or .svg" in capsys.readouterr().err
