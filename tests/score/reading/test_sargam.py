"""Sargam as primesong writes it, and as people do."""

import contextlib
import re

import pytest
from support.songs import encode, load_bytes

from primesong.errors import SongError
from primesong.files.kinds import PROGRAM, SARGAM
from primesong.files.source import tell_kind
from primesong.score.reading import signs
from primesong.score.reading.sargam import looks_like_sargam, read_sargam, reread_sargam
from primesong.score.text import write_sargam
from primesong.song import compose

PROGRAM_TEXT = b"print('sa re ga')"

#: The ten pitches Sa, Pa, taar Sa, Re, Ga, Ma, komal Dha, Ni, taar Ga, mandra Ni as people write them.
SPELLINGS = {
    "dots beside letters": "S P S. R G m d N G. .N",
    "curly quotes": "S P S’ R G m d N G’ ‘N",
    "primes": "S P S′ R G m d N G′ ′N",
    "backticks": "S P S´ R G m d N G´ `N",
    "middle dots": "S P S· R G m d N G· ·N",
    "dots are low": "S P S' R G m d N G' N.",
    "dots are low, before": "S P 'S R G m d N 'G .N",
    "commas are low": "S P S' R G m d N G' N,",
    "combining dots": "S P Ṡ R G m d N Ġ Ṇ",
    "spacing dots": "S P S˙ R G m d N G˙ .N",
    "small names are komal": "Sa Pa Sa' Re Ga Ma dha Ni Ga' 'Ni",
    "small names, small ma": "Sa Pa Sa' Re Ga ma dha Ni Ga' 'Ni",
    "Ri and Da": "Sa Pa Sa' Ri Ga Ma da Ni Ga' 'Ni",
    "words": "Sa Pa Sa' Re Ga Ma komal Dha Ni Ga' 'Ni",
    "small words": "sa pa sa' re shuddha ga ma komal dha ni ga' 'ni",
    "small letters with signs": "s p s' r g m db n g' 'n",
    "flats": "S P S' R G M D♭ N G' 'N",
    "underlined": "Sa Pa Ṡa Re Ga Ma D̲ha Ni Ġa Ṇi",
    "Carnatic": "S P S' R₂ G₃ M₁ D₁ N₃ G₃' 'N₃",
    "Carnatic, other names": "S P Ṡ G1 G3 M1 D1 N3 Ġ3 Ṇ3",
    "Devanagari, short": "स प सं रे ग म ध॒ नि गं नि̣",
    "Devanagari, long": "सा पा सां री गा मा धा॒ नी गां नी̣",
    "Devanagari, other marks": "सा प स̇ रि ग म कोमल ध नि ग̇ ऩि",
    "Devanagari, viramas": "स प सं ऋ ग म ध॒ न गं न्",
    "Gurmukhi": "ਸ ਪ ਸ̇ ਰ ਗ ਮ ਧ॒ ਨ ਗ̇ ਨ̣",
    "Gurmukhi, long": "ਸਾ ਪਾ ਸਾਂ ਰੇ ਗਾ ਮਾ ਧਾ॒ ਨੀ ਗਾਂ ਨੀ̣",
    "Bengali": "সা পা সা' রে গা মা ধা॒ নি গা' 'নি",
    "akarmatrik": "স প র্স র গ ম দ ন র্গ ন্",
    "pluses and minuses": "S P S+ R G m d N G+ N-",
    "minuses before": "S P +S R G m d N +G -N",
    "carets and underscores": "S P S^ R G m d N G^ N_",
    "komal in brackets": "Sa Pa Sa' Re Ga Ma Dha(k) Ni Ga' 'Ni",
    "words in brackets": "Sa Pa Sa' Re(s) Ga Ma Dha(komal) Ni Ga' 'Ni",
    "words for the saptak": "Sa Pa taar Sa Re Ga Ma komal Dha Ni taar Ga mandra Ni",
    "Devanagari, words": "सा प तार सा रे ग म कोमल ध नि तार ग मंद्र नि",
    "Gujarati": "સા પ સા' રે ગ મ ધ̲ નિ ગ' 'નિ",
    "Odia": "ସା ପ ସା̇ ରେ ଗ ମ ଧ̲ ନି ଗ̇ ନି̣",
    "Telugu": "స ప స' రి గ మ ద̲ ని గ' 'ని",
    "Kannada": "ಸ ಪ ಸ̇ ರಿ ಗ ಮ ದ̲ ನಿ ಗ̇ ನಿ̣",
    "Malayalam": "സ പ സ' രി ഗ മ komal ധ നി ഗ' 'നി",
    "Tamil": "ஸ ப ஸ் ரி₂ க₃ ம₁ த₁ நி₃ க்₃ நி̣₃",
}

#: What people put between swaras and around them, and how it is read.
LAYOUTS = {
    "lines": lambda words: "\n".join(" ".join(words[at : at + 16]) for at in range(0, len(words), 16)),
    "dashes": " - ".join,
    "avagrahas": lambda words: " ऽ ".join(words) + " ऽ",
    "rows of commas": lambda words: "\r\n".join(", ".join(words[at : at + 8]) for at in range(0, len(words), 8)),
    "quoted cells": lambda words: ",".join(f'"{word}"' for word in words),
    "brackets and dandas": lambda words: "। ".join(f"({word})" for word in words) + "॥",
    "tala rows": lambda words: "\n".join(
        f"X      2      0      3\n{at // 16 + 1}: " + " | ".join(words[at : at + 16]) for at in range(0, len(words), 16)
    ),
    "headings": lambda words: "Raag Nat Bhairav, teental\nSthayi:\n" + " ".join(words) + "\n\nwritten by somebody\n",
    "hyphens": "-".join,
    "words under the lines": lambda words: "\n".join(
        " ".join(words[at : at + 16]) + "\nbol re papihara, piya ki boli na bol" for at in range(0, len(words), 16)
    ),
    "joiners": "\u200d ".join,
    "no-break spaces": "\u00a0".join,
    "tildes": " ~ ".join,
}


@pytest.fixture(scope="module")
def digits():
    return compose(encode(PROGRAM_TEXT)).digits


def words_of(digits, spelling):
    """Return a number's digits as swaras."""
    names = re.sub("(komal|कोमल|shuddha|taar|mandra|तार|मंद्र) ", r"\1~", spelling).split()
    ranked = sorted("0123456789", key=lambda digit: (-digits.count(digit), digits.find(digit) % 1000, digit))
    names_of = dict(zip(ranked, names, strict=True))
    return [names_of[digit].replace("~", " ") for digit in digits]


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=list(SPELLINGS))
def test_every_spelling_is_read(digits, spelling):
    text = LAYOUTS["lines"](words_of(digits, spelling))
    assert load_bytes(text.encode(), "song.sargam").program == PROGRAM_TEXT


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
@pytest.mark.parametrize("name", ["curly quotes", "words", "Devanagari, short", "akarmatrik"])
def test_every_layout_is_read(digits, layout, name):
    text = layout(words_of(digits, SPELLINGS[name]))
    assert load_bytes(text.encode(), "song.sargam").program == PROGRAM_TEXT


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_of_windows_is_read(digits, encoding):
    text = LAYOUTS["lines"](words_of(digits, SPELLINGS["Devanagari, short"]))
    assert load_bytes(text.encode(encoding), "song.sargam").program == PROGRAM_TEXT


@pytest.mark.parametrize("name", ["dots beside letters", "Devanagari, long", "small names are komal", "combining dots"])
def test_without_spaces_the_program_tells_to_which_name_a_sign_belongs(digits, name):
    words = words_of(digits, SPELLINGS[name])
    text = " ".join("".join(words[at : at + 4]) for at in range(0, len(words), 4))
    assert load_bytes(text.encode(), "song.sargam").program == PROGRAM_TEXT


def write_run_on(program):
    """Return the digits of a program's song, and its swaras with dots beside letters and without spaces."""
    digits = compose(encode(program)).digits
    return digits, "".join(words_of(digits, SPELLINGS["dots beside letters"])).encode()


def test_a_long_text_without_spaces_is_read_from_its_beginning_on(monkeypatch):
    """As one is that can be read in more than 2^20 ways: too many to try all."""
    monkeypatch.setattr(signs, "_MOST_TRIES", 1)
    program = b"""def tabulate(names, totals):
    \"\"\"Print each name with its total.\"\"\"
    width = max(len(name) for name in names)
    for name in names:
        print(name.ljust(width), format(totals[name], ",d"))
    print("the sum of all of them is", sum(totals.values()))
"""
    digits, text = write_run_on(program)
    assert load_bytes(text, "song.sargam").digits == digits


@pytest.mark.parametrize("start", range(40))
def test_signs_among_the_first_notes_are_settled_too(start):
    program = f"print({start}, 'sa re ga ma pa')".encode()
    _, text = write_run_on(program)
    assert load_bytes(text, "song.sargam").program == program


def test_a_long_text_that_is_damaged_is_given_up_soon(monkeypatch):
    program = "".join(f"x{n} = {n * n} + y{n}\n" for n in range(60)).encode()
    _, text = write_run_on(program)
    calls = []
    follow = signs._follow
    monkeypatch.setattr(signs, "_follow", lambda *arguments: (calls.append(1), follow(*arguments))[1])
    damaged = text.replace(b"G.", b"m", 5)
    with contextlib.suppress(SongError):
        load_bytes(damaged, "song.sargam")
    assert len(calls) < 10_000


def test_it_is_said_how_an_ambiguous_text_was_read(digits):
    def remarks(spelling):
        song = load_bytes(" ".join(words_of(digits, spelling)).encode(), "song.sargam")
        return [str(remark) for remark in song.remarks]

    assert remarks("S P S' R G m d N G' N.") == [
        "small letters were read as komal, except that m is shuddha and M tivra",
        "dots were read as low, apostrophes as high",
    ]
    assert remarks("Sa Pa Ṡa Re Ga Ma dha Ni Ġa Ṇi") == [
        "small letters were read as komal, except that m is tivra and M shuddha"
    ]
    assert remarks("स प सं रे ग म ध॒ नि गं नि̣") == []
    assert remarks("S P S' R G m d N G' 'N") == []


def test_quotes_in_the_one_byte_encoding_of_windows_are_read(digits):
    text = LAYOUTS["lines"](words_of(digits, SPELLINGS["curly quotes"]))
    assert load_bytes(text.encode("cp1252"), "song.txt").program == PROGRAM_TEXT


def test_thousands_of_signs_without_spaces_are_read_in_one_way_each(monkeypatch):
    monkeypatch.setattr(signs, "_MOST_JOINED", 100)
    assert len(next(reread_sargam(b"S'N" * 101)).midi_notes) == 202


def test_a_record_is_used(digits):
    written = write_sargam(compose(encode(PROGRAM_TEXT), title="mine", tonic=45).melody).decode()
    song = load_bytes(written.replace("'", "’").encode(), "song.sargam")
    assert (song.program, song.melody.setting.title, song.melody.setting.tonic) == (PROGRAM_TEXT, "mine", 45)


def test_what_primesong_writes_is_read_at_once():
    assert read_sargam(b"S R G m P d N S' G' 'N")[0].midi_notes == [50, 52, 54, 55, 57, 58, 61, 62, 66, 49]
    assert read_sargam(b"# a remark\n\n 1 |S|R|\n\t2 G")[0].midi_notes == [50, 52, 54]


@pytest.mark.parametrize(
    ("text", "heights"),
    [
        ("S - R", [50, 52]),
        ("s r R g G m M p d D n N", [50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61]),
        ("R1 G1 R3 G2 D3 N1", [51, 52, 53, 53, 60, 59]),
        ("ऋ ঋ জ্ঞ হ্ম দ ণ", [52, 51, 53, 56, 58, 60]),
        ("komal Re, tivra Ma, teevra ma", [51, 56, 56]),
        ("M# Rb M♯ R♭", [56, 51, 56, 51]),
        ("म॑ रे॒ ग़", [56, 51, 42]),
    ],
)
def test_each_sign_means_what_musicians_mean(text, heights):
    assert list(next(reread_sargam(text.encode())).midi_notes) == heights


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"S R\nG X", "line 2: “X” is not a swara"),
        (b"S \xff", "not UTF-8: byte 3 is 0xff"),
        (b"S \x1b[31m", r"“\[31m” \(U\+001B\) is not a swara"),
        ("S’ R G\nP Q ’N G".encode(), "line 2: “Q” is not a swara"),
    ],
)
def test_damage_is_named(data, message):
    with pytest.raises(SongError, match=message):
        read_sargam(data)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("S R | G", True), ("# only\n", False), ("", False), ("S = 1", False), ("12", False), ("pass", False),
     ("S' R. " * 30, True), ("S' R. " * 30 + "\nprint()", False), ("S' R. G' P\n" * 13 + "Sthayi\n", True),
     ("S' R. G' P\n" * 13 + "print()\n" * 14, False), ("X 2 0 3\n" * 50, False)],
)  # fmt: skip
def test_sargam_is_told_from_other_text(text, verdict):
    assert looks_like_sargam(text) is verdict


def test_sargam_is_told_whatever_its_name(digits):
    for name, spelling in SPELLINGS.items():
        text = LAYOUTS["dashes"](words_of(digits, spelling))
        assert tell_kind(text.encode("utf-16"), "notes.txt") is SARGAM, name
    assert tell_kind(b"sa re ga ma", "hello.py") is PROGRAM


def test_a_long_text_is_read_as_primesong_writes_it_or_not_at_all():
    assert list(reread_sargam(b"S' " * 400_000)) == []
