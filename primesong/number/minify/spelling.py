"""A syntax tree as text with gaps: what stands fast, and where several spellings are possible.

Input is a tree in whose place of names slots may stand (`slot_name`); output is a `Template`: pieces of text and slots,
and for each slot its spellings. Names are the caller's to choose; spellings are strings with either quote, numbers in
several forms, statements on lines of their own or joined by semicolons, and lines indented by spaces or tabs.
"""

import ast
import functools
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: What every slot begins with.
SLOT = "_slot_"

#: A slot in a line's text.
_SLOT = re.compile(rf"{SLOT}(\w+?)_q")

#: A slot in an import: the name that something gets here.
_NEW_NAME = re.compile(r" as _slot_(\d+)_q")

#: An f-string with names and without other quotes.
_FORMATTED = re.compile(r"""(r?f)["']([^"'\n]*_slot_[^"'\n]*)["']""")

#: What lines are indented by, once for each level: a character that no source contains.
INDENT = "\0"

#: What must stand before and after a line of a compound statement for it to be parsed alone.
_SETTINGS = {"elif": "if 0:pass\n", "except": "try:pass\n", "case": "match 0:\n ", "else": "if 0:pass\n"}

#: Tokens that a line may end with without being a simple statement.
_LAYOUT = frozenset((tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER))


@dataclass(frozen=True, slots=True)
class Template:
    """Text with gaps: pieces that stand fast, and the slots between them.

    `INDENT` stands for one level of indentation. `spellings` lists those of literals and of what joins statements.
    `imported` holds what is imported before a slot, by the slot's place: " as x" follows, or nothing if it keeps its
    own name.
    """

    pieces: tuple[str, ...]
    slots: tuple[str, ...]
    spellings: Mapping[str, tuple[str, ...]]
    imported: Mapping[int, str]

    def fill(self, values: Mapping[str, str]) -> bytes:
        """Write the text with a value in each slot and for `INDENT`."""
        written = [values[slot] for slot in self.slots]
        for place, name in self.imported.items():
            written[place] = "" if written[place] == name else f" as {written[place]}"
        parts = [""] * (2 * len(self.slots) + 1)
        parts[::2] = self.pieces
        parts[1::2] = written
        return "".join(parts).replace(INDENT, values[INDENT]).encode()


def slot_name(number: int) -> str:
    """Return the identifier that stands for a symbol's name."""
    return f"{SLOT}{number}_q"


def make_template(tree: ast.Module) -> Template:
    """Write a tree as text with gaps."""
    spellings: dict[str, tuple[str, ...]] = {}
    text = "".join(_lay_out(list(_read_lines(ast.unparse(tree))), spellings))
    first, *rest = _SLOT.split(text)
    pieces = [first, *rest[1::2]]
    slots = rest[::2]
    imported = {
        place: re.findall(r"[a-zA-Z_0-9]+$", pieces[place])[0] for place, slot in enumerate(slots) if slot[:2] == "as"
    }
    return Template(tuple(pieces), tuple(slot.removeprefix("as") for slot in slots), spellings, imported)


@dataclass(frozen=True, slots=True)
class _Line:
    """A logical line: its depth, its text with slots, and whether others may be joined to it."""

    depth: int
    text: str
    simple: bool
    spellings: Mapping[str, tuple[str, ...]]


def _read_lines(source: str) -> Iterator[_Line]:
    """Yield the logical lines of a source."""
    depth = 0
    line: list[tokenize.TokenInfo] = []
    rows = source.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        depth += (token.type == tokenize.INDENT) - (token.type == tokenize.DEDENT)
        if token.type not in _LAYOUT:
            line.append(token)
        elif token.type == tokenize.NEWLINE:
            text, spellings = _shave(_close_up(line, rows))
            yield _Line(depth, text, line[-1].string != ":" and line[0].string != "@", spellings)
            line = []


def _close_up(line: list[tokenize.TokenInfo], rows: list[str]) -> str:
    """Write tokens with spaces only where two would run together."""
    text, end = "", line[0].start
    for token in line:
        gap = _cut(rows, end, token.start)
        whole = _cut(rows, token.start, token.end)
        apart = bool(gap) and ((_is_word(text[-1:]) and _is_word(whole[:1])) or (text[-1:].isdigit() and whole == "."))
        text, end = text + (gap.strip() or " " * apart) + whole, token.end
    return _NEW_NAME.sub(r"_slot_as\1_q", text) if line[0].string in {"import", "from"} else text


def _cut(rows: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """Cut what stands from one place, a row from 1 and a column, to another one."""
    if start[0] == end[0]:
        return rows[start[0] - 1][start[1] : end[1]]
    return "".join([rows[start[0] - 1][start[1] :], *rows[start[0] : end[0] - 1], rows[end[0] - 1][: end[1]]])


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


@functools.lru_cache(maxsize=4096)
def _shave(text: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Take away the parentheses that a line can do without, and make slots of its literals."""
    word = re.match(r"\w*", text)[0]  # type: ignore[index]
    before, after = _SETTINGS.get(word, ""), "pass" if text.endswith(":") else ""
    after = "\ndef f():pass" if text[0] == "@" else "\n case _:pass" if word == "match" and after else after
    meaning = _dump(before + text + after)
    place = 0
    while meaning and (place := text.find("(", place)) >= 0:
        end = _find_end(text, place)
        inner = text[place + 1 : end]
        gap_before = " " if place and _is_word(text[place - 1]) and _is_word(inner[:1] or " ") else ""
        gap_after = " " if _is_word(inner[-1:] or " ") and _is_word(text[end + 1 : end + 2] or " ") else ""
        shorter = text[:place] + gap_before + inner + gap_after + text[end + 1 :]
        if end > 0 and len(shorter) < len(text) and _dump(before + shorter + after) == meaning:
            text = shorter
        else:
            place += 1
    return _slot_literals(text)


def _find_end(text: str, start: int) -> int:
    """Find the parenthesis that closes another one; 0 if there is none, as within a string."""
    depth = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text[start:]).readline):
            depth += (token.string == "(") - (token.string == ")")
            if depth == 0 and token.start[0] == 1:
                return start + token.start[1]
    except (tokenize.TokenError, IndentationError, SyntaxError):
        pass
    return 0


def _dump(source: str) -> str:
    """Write a source's tree; "" if it has none."""
    try:
        return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""


def _slot_literals(text: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Put slots in the place of literals that have several spellings."""
    spellings: dict[str, tuple[str, ...]] = {}
    parts: list[str] = []
    end = 0
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return text, {}
    if tokens[0].start[0] != tokens[-2].end[0]:  # a string over several lines: places in it are no offsets
        return text, {}
    for token in tokens:
        if token.type in {tokenize.STRING, tokenize.NUMBER}:
            slot = "literal" + token.string.encode().hex()
            named = _FORMATTED.fullmatch(token.string)
            if named:  # an f-string with names: slots for its quotes
                spellings[slot] = ("'", '"')
                parts += [text[end : token.start[1]], named[1], f"_slot_{slot}_q", named[2], f"_slot_{slot}_q"]
            elif _SLOT.search(token.string):
                continue
            else:
                spellings[slot] = _spell_literal(token.string)
                parts += [text[end : token.start[1]], f"_slot_{slot}_q"]
            end = token.end[1]
    return "".join([*parts, text[end:]]), spellings


@functools.lru_cache(maxsize=4096)
def _spell_literal(literal: str) -> tuple[str, ...]:
    """List the spellings of a string or a number, the shortest first."""
    meaning = _dump(literal)
    if isinstance(value := ast.literal_eval(literal) if literal[0] not in "fF" else None, str):
        candidates = list(_spell_string(value))
    elif isinstance(value, int | float):
        candidates = list(_spell_number(value))
    else:
        candidates = list(_requote(literal))
    forms = [form for form in candidates if _is_plain(form) and _dump(form) == meaning]
    shortest = min(map(len, [literal, *forms]))
    return tuple(sorted((form for form in dict.fromkeys([*forms, literal]) if len(form) <= shortest + 1), key=len))


def _is_plain(form: str) -> bool:
    """Whether a literal can be written as it is: nothing in it is invisible or no character at all."""
    return form.replace("\n", "").isprintable()


def _requote(literal: str) -> Iterator[str]:
    """Yield a string literal with either quote."""
    yield literal
    for old, new in (("'", '"'), ('"', "'")):
        if new not in literal:
            yield literal.replace(old, new)


def _spell_string(value: str) -> Iterator[str]:
    """Yield the literals of a string: each quote, escapes only where they must be, raw or over several lines."""
    for quote in ('"', "'"):
        body = value.replace("\\", "\\\\").replace(quote, "\\" + quote).replace("\0", "\\0").replace("\r", "\\r")
        yield quote + body.replace("\n", "\\n") + quote
        if "\n" in value or quote in value:
            yield quote * 3 + body + quote * 3
        if "\\" in value and quote not in value and "\n" not in value:
            yield "r" + quote + value + quote


def _spell_number(value: float) -> Iterator[str]:
    """Yield the literals of a number that is not negative."""
    text = repr(value)
    if isinstance(value, int):
        yield from (text, hex(value))
        return
    yield text.replace("e+", "e").replace("e-0", "e-")
    yield text.removeprefix("0").removesuffix("0")
    digits, _, exponent = f"{value:e}".partition("e")
    digits = digits.rstrip("0").removesuffix(".")
    yield f"{digits}e{int(exponent)}"
    places = len(digits) - 2
    if places > 0:
        yield f"{digits.replace('.', '')}e{int(exponent) - places}"


def _lay_out(lines: list[_Line], spellings: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the text of lines: simple ones joined, a block of simple ones on its header's line."""
    inline = False
    for number, line in enumerate(lines):
        spellings.update(line.spellings)
        last = lines[number - 1] if number else None
        if last is not None:
            if line.depth > last.depth:
                inline = all(each.simple for each in _block(lines, number))
            elif line.depth < last.depth:
                inline = False
            newline = "\n" + INDENT * line.depth
            if line.depth == last.depth and line.simple and last.simple:
                spellings[f"join{number}"] = (";",) if inline else (";", newline)
                yield f"_slot_join{number}_q"
            elif not (line.depth > last.depth and inline):
                yield newline
        yield line.text


def _block(lines: list[_Line], start: int) -> Iterator[_Line]:
    """Yield the lines of a block from its first on."""
    for line in lines[start:]:
        if line.depth < lines[start].depth:
            return
        yield line
