"""What a page shows before its scripts run, and where none run."""

import base64
import io
import re
from html import unescape

from PIL import Image
from support.songs import encode

from primesong.page.document import make_document
from primesong.page.preview import Link, draw_portrait, write_first_line, write_head, write_program
from primesong.song import compose

HOSTILE = '"><script>alert(1)</script>'


def test_a_link_shows_title_description_and_icon():
    document = make_document(compose(encode(b"print(1)"), title=HOSTILE))
    head = write_head(document)
    contents = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', head))
    assert unescape(contents["og:title"]) == HOSTILE
    assert contents["description"].startswith("A program of 8 bytes became a prime of ")
    assert "og:image" not in contents  # no site shows a picture that is not on a server
    icon = re.search(r'<link rel="icon" type="image/svg\+xml" href="data:image/svg\+xml;base64,([^"]+)">', head)[1]
    assert base64.b64decode(icon).startswith(b"<svg ")
    assert "<script" not in head


def test_a_page_on_the_web_names_itself_and_its_picture():
    document = make_document(compose(encode(b"print(1)")))
    head = write_head(document, Link(f"https://example.org/{HOSTILE}", "https://example.org/a.png"))
    contents = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', head))
    assert unescape(contents["og:url"]) == f"https://example.org/{HOSTILE}"
    assert contents["og:image"] == "https://example.org/a.png"
    assert "<script" not in head


def test_a_portrait_has_a_square_for_each_digit():
    """Seven digits: three rows of three, the last one short. The lowest swara is red, the highest blue."""
    heights = dict(zip("0123456789", (-1, 0, 2, 4, 5, 7, 8, 11, 12, 16), strict=True))
    image = Image.open(io.BytesIO(draw_portrait("0900990", heights))).convert("RGB")
    assert image.size == (600, 600)
    squares = [image.getpixel((100 + 200 * column, 100 + 200 * row)) for row in range(3) for column in range(3)]
    red, green, blue = squares[0]
    assert red > 2 * max(green, blue)
    red, green, blue = squares[1]
    assert blue > 2 * max(red, green)
    assert squares[2] == squares[3] == squares[6] == squares[0]
    assert squares[4] == squares[5] == squares[1]
    assert squares[7] == squares[8] == (251, 247, 238)


def test_the_first_line_is_drawn_and_written():
    document = make_document(compose(31415926535897932, title="pi"), script="devanagari")
    line = write_first_line(document)
    assert line.count('<g id="n') == 16
    words = re.sub("<[^>]*>", "", re.search(r'lang="hi">(.*)</g>', line, re.DOTALL)[1]).split()
    assert words == [document["scripts"]["devanagari"][digit] for digit in "3141592653589793"]


def test_a_program_is_text_whatever_it_says():
    program = b"# <b>\xff</b> &amp;\0"
    assert write_program(compose(encode(program))) == "# &lt;b&gt;\ufffd&lt;/b&gt; &amp;amp;\ufffd"
    assert write_program(compose(31415926535897932)) == "This song holds no program."
    assert write_program(compose(encode(bytes(60_000)))) == "The program has 60,000 bytes; decode prints them."
