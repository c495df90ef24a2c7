"""The W3C's schema of MusicXML, the song as mido reads it, and a tiny song."""

import importlib.util
import io
from pathlib import Path

import mido
import pytest
from lxml import etree
from support.songs import TINY

from primesong.number.payload import pack
from primesong.primes.plan import find_prime
from primesong.score.midi import write_midi
from primesong.song import compose


def attributes_of(namespace, *names):
    """A schema for the attributes that MusicXML borrows from another namespace, any text being allowed in them."""
    declared = "".join(f'<xs:attribute name="{name}" type="xs:string"/>' for name in names)
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}">{declared}</xs:schema>'
    )


BORROWED = {
    "xml.xsd": attributes_of("http://www.w3.org/XML/1998/namespace", "lang", "space"),
    "xlink.xsd": attributes_of("http://www.w3.org/1999/xlink", "href", "type", "role", "title", "show", "actuate"),
}


@pytest.fixture(scope="session")
def schema():
    """The W3C's MusicXML 4.0 schema, as the package musicxml carries it."""
    folder = Path(importlib.util.find_spec("musicxml").origin).parent / "generate_classes"

    class Borrowed(etree.Resolver):
        def resolve(self, url, _id, context):
            return self.resolve_string(BORROWED[url.rpartition("/")[2]], context)

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Borrowed())
    return etree.XMLSchema(etree.fromstring((folder / "musicxml_4_0.xsd").read_bytes(), parser))


@pytest.fixture(scope="session")
def midi_file(melody):
    """The song's MIDI file, as mido reads it."""
    return mido.MidiFile(file=io.BytesIO(write_midi(melody)))


@pytest.fixture(scope="session")
def tiny():
    """The song of a program of two lines."""
    return compose(find_prime(pack(TINY)))
