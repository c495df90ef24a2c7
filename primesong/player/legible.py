"""Texts for consoles that are not Unicode: what cannot be shown is written in the nearest ASCII.

Swaras of any script become their letters, S r R g G m M P d D n N; signs and accented letters become what is typed for
them. `register` gives Python an error handler of the name `LEGIBLE`, for `str.encode` and text streams.
"""

import codecs
import unicodedata

from primesong.sargam.script import SCRIPTS
from primesong.sargam.spelling import ALTERATIONS, CONSONANTS, SAPTAKS

#: The name of the error handler.
LEGIBLE = "primesong.legible"

#: What is typed for signs.
_TYPED = {
    "♯": "#", "♭": "b", "♮": "=", "×": "x", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-",
    "−": "-", "·": ".", "•": "*", "→": "->", "←": "<-", "⇄": "<->", "│": "|", "─": "-", "✓": "v", "✗": "x", "≈": "~",
    "\u00a0": " ", "█": "#", "▌": "|", "ˈ": "^",
}  # fmt: skip

#: What is typed for marks of the saptak, low and high, and of alteration, komal and tivra.
_MARKS = {sign: {-1: ",", 1: "'"}[saptak] for sign, saptak in SAPTAKS.items()} | {
    sign: {-1: "_", 1: "^"}[alteration] for sign, alteration in ALTERATIONS.items() if unicodedata.combining(sign)
}

#: The letters of the degrees, for names that end in ASCII: Tamil's have numbers.
_DEGREES = "SRGMPDN"

#: What stands for anything else.
_UNKNOWN = "?"


def register() -> None:
    """Make the error handler known to Python."""
    codecs.register_error(LEGIBLE, _replace)


def spell(text: str) -> str:
    """Write a text in ASCII, as legibly as may be.

    >>> spell("C♯4"), spell("निं"), spell("Käse …")
    ('C#4', "N'", 'Kase ...')
    """
    return " ".join(_spell_word(word) for word in text.split(" "))


def _replace(error: UnicodeError) -> tuple[str, int]:
    """Replace what cannot be encoded."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return spell(error.object[error.start : error.end]), error.end


def _spell_word(word: str) -> str:
    """Write a word in ASCII: a swara of a script by its letter, another sign by sign."""
    for script in SCRIPTS.values():
        try:
            return script.read(word).letter
        except ValueError:
            continue
    return "".join(map(_spell_sign, word))


def _spell_sign(sign: str) -> str:
    """Write a sign in ASCII: as it is typed, or its letter without accents."""
    if sign.isascii():
        return sign
    if sign in CONSONANTS:
        return _DEGREES[CONSONANTS[sign]]
    if (typed := (_TYPED | _MARKS).get(sign)) is not None:
        return typed
    decomposed = unicodedata.normalize("NFKD", sign)
    letters = "".join(_MARKS.get(each, each if each.isascii() else "") for each in decomposed)
    return letters or ("" if unicodedata.category(sign).startswith("M") else _UNKNOWN)
