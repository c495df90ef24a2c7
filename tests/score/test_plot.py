import io

import pytest
from PIL import Image

from primesong.score.plot import draw
from primesong.song import compose


@pytest.mark.parametrize("number", [7, 3141592653589793])
def test_a_picture_is_drawn_the_same_every_time(number):
    melody = compose(number, title="pi").melody
    png = draw(melody, "png")
    assert png == draw(melody, "png")
    image = Image.open(io.BytesIO(png)).convert("L")
    assert image.size == (1320, 840)
    assert len(image.getcolors()) > 20


def test_a_picture_names_the_swaras(melody):
    svg = draw(melody, "svg").decode()
    assert svg == draw(melody, "svg").decode()
    for text in ("komal Dha", ">390<", ">320<", "femtoGPT: 3,600 digits", "avartan of tintal"):
        assert text in svg


def test_a_title_is_not_mathematics():
    svg = draw(compose(7, title=r"$\sqrt{a$ x").melody, "svg").decode()
    assert r"$\sqrt{a$ x: 1 digits" in svg
