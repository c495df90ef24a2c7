"""The source of a program, shown exactly as Python would run it.

Input: a program's bytes. Output: text whose line breaks are those that Python sees and in which every character can be
seen. A program that Python could read as another text than the one shown is refused. Sources: PEP 263 (declared
encodings), The Python Language Reference, 2.1 (lines).
"""

import re

from primesong.errors import PrimesongError

#: A declaration of an encoding, wherever in the first two lines some version of Python may look for it.
_DECLARED_ENCODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)

#: The names of UTF-8 that are accepted, in lower case, with hyphens.
_UTF8 = (b"utf-8", b"utf8")

#: Letters and symbols that count as printable and are drawn as nothing or as a blank.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def read_source(program: bytes) -> str:
    """Decode a program as Python does, with line feeds as its only line breaks.

    Raises
    ------
    PrimesongError
        If it is not UTF-8, declares another encoding, or contains a null byte.
    """
    beginning = b"\n".join(program.split(b"\n")[:2]).replace(b"\r", b"\n")
    for declared in _DECLARED_ENCODING.findall(beginning.removeprefix(b"\xef\xbb\xbf")):
        if declared.lower().replace(b"_", b"-") not in _UTF8:
            raise PrimesongError(
                f"the program declares the encoding {declared.decode('ascii', 'replace')}; only UTF-8 is run, because "
                "other encodings can hide code"
            )
    if b"\0" in program:
        raise PrimesongError("the program contains a null byte, which Python versions read differently; it is not run")
    try:
        text = program.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PrimesongError(f"the program is not UTF-8 (byte {error.start:,}), so Python would not run it") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def show_source(program: bytes) -> str:
    """Return a program's text for a reader: what cannot be seen or could steer a terminal is written as ⟨U+202E⟩.

    Raises
    ------
    PrimesongError
        If Python could read the program as another text.
    """
    return "".join(map(_show, read_source(program)))


def _show(character: str) -> str:
    if character in "\n\t" or (character.isprintable() and character not in _BLANKS):
        return character
    return f"⟨U+{ord(character):04X}⟩"
