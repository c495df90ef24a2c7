import io
import subprocess
import sys

import pytest
from PIL import Image

from primesong.actions.decode import load
from primesong.errors import MissingError, PrimesongError, SongError
from primesong.score.qr.code import read_qr, write_qr


@pytest.mark.parametrize("payload", [False, True])
def test_a_picture_comes_back(song, tmp_path, payload):
    (tmp_path / "code.png").write_bytes(write_qr(song.payload if payload else song.digits, "png"))
    found = load(tmp_path / "code.png")
    assert found.program == song.program
    assert (found.digits == song.digits) is not payload


def test_a_drawing_comes_back(song, tmp_path):
    (tmp_path / "code.svg").write_bytes(write_qr(song.digits, "svg"))
    assert load(tmp_path / "code.svg").digits == song.digits
    for content in ("7", "31415926535" * 90, bytes(range(256)) * 11):
        assert read_qr(write_qr(content, "svg")) == (content.encode() if isinstance(content, str) else content)


def test_an_edited_drawing_comes_back():
    drawing = write_qr("31415926535897932384626433832795028841971693993751", "svg")
    edited = drawing.replace(b"<g ", b"<title>pi</title><g ").replace(b"M4 4.5h7m", b"M 4,4.5 H11\nm")
    assert read_qr(edited).startswith(b"31415926535897932384626433832795")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("M0 0h9v9h-9z", "holds no QR code"),
        ("M4 4.5h7m3 0h1000", "holds no QR code"),
        ("M" + "9" * 400 + " 4h1", "holds no QR code"),
        ("M4 4.5h7", "shows no QR code"),
        ("M4 4.5h7'>", "not well-formed"),
    ],
)
def test_another_drawing_is_refused(path, message):
    with pytest.raises(SongError, match=message):
        read_qr(f"<svg xmlns='http://www.w3.org/2000/svg'><path d='{path}'/></svg>".encode())


def test_another_reader_reads_the_number(tool, song, tmp_path):
    (tmp_path / "code.png").write_bytes(write_qr(song.digits, "png"))
    read = subprocess.run(
        [tool("zbarimg"), "-q", "--raw", tmp_path / "code.png"], capture_output=True, text=True, check=True
    ).stdout
    assert read.strip() == song.digits


def test_the_same_code_is_drawn_every_time(song):
    for kind in ("png", "svg"):
        assert write_qr(song.digits, kind) == write_qr(song.digits, kind)


@pytest.mark.parametrize(("content", "message"), [("7" * 7_090, "7,090"), (bytes(2_954), "2,954")])
def test_what_does_not_fit_is_refused(content, message):
    with pytest.raises(PrimesongError, match=message):
        write_qr(content, "png")
    assert read_qr(write_qr(content[1:], "png")) == (content[1:].encode() if isinstance(content, str) else content[1:])


def redraw(data, change, form="PNG", **options):
    """Return a picture after a change, in another format."""
    out = io.BytesIO()
    change(Image.open(io.BytesIO(data)).convert("RGBA")).save(out, form, **options)
    return out.getvalue()


def clear(image, gray):
    """Make the pixels of a shade transparent, and hide another shade in them."""
    shades, hidden = image.convert("L"), Image.new("RGBA", image.size, (255 - gray, 0, 0, 0))
    return Image.composite(hidden, image, shades.point(lambda shade: 255 * (shade == gray)))


def test_transparent_ground_is_white(song):
    code = write_qr(song.digits, "png")
    assert read_qr(redraw(code, lambda image: clear(image, 255))) == song.digits.encode()
    gray = redraw(code, lambda image: clear(image, 255).convert("LA"))
    assert read_qr(gray) == song.digits.encode()


def test_a_code_may_be_there_several_times(song):
    digits, code = b"1234567890" * 5, write_qr("1234567890" * 5, "png")

    def repeat(image, other=None):
        page = Image.new("RGBA", (2 * image.width, image.height), "white")
        page.paste(image, (0, 0))
        page.paste(other or image, (image.width, 0))
        return page

    assert read_qr(redraw(code, repeat)) == digits
    second = Image.open(io.BytesIO(write_qr("31415926535897932384626433832795028841971693993751", "png")))
    with pytest.raises(SongError, match="shows 2 different QR codes"):
        read_qr(redraw(code, lambda image: repeat(image, second.convert("RGBA"))))
    with pytest.raises(SongError, match="shows no QR code"):
        read_qr(redraw(code, lambda image: Image.new("RGBA", image.size, "white")))


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 80}])
def test_webp_is_read(song, tmp_path, options):
    picture = redraw(write_qr(song.digits, "png"), lambda image: image, "WEBP", **options)
    (tmp_path / "code.webp").write_bytes(picture)
    assert load(tmp_path / "code.webp").digits == song.digits
    with pytest.raises(SongError, match="picture is damaged"):
        read_qr(picture[:200])


def test_damage_is_named(song):
    blank = write_qr(song.digits, "png")[:3000]
    with pytest.raises(SongError, match="picture is damaged"):
        read_qr(blank)
    with pytest.raises(SongError, match="picture is damaged"):
        read_qr(b"\x89PNG\r\n\x1a\n")


def test_a_missing_reader_is_named(monkeypatch, song):
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    with pytest.raises(MissingError, match="zxing-cpp"):
        read_qr(write_qr(song.digits, "png"))
