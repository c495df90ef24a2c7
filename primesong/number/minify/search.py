"""The search for the ways to import, the variant, the spellings and the names that compress best.

Input is a simplified program with its imports taken out; output is source code. The ways to import are chosen by brief
trials. Then the search climbs: it tries one change after another and keeps what makes the compressed source no longer,
first by zlib, which is quick, then by zopfli, whose size counts. It is the same on every machine: a seeded generator
chooses, and the effort is counted in work, not in time.
"""

import ast
import functools
import random
import string
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from primesong.errors import PrimesongError
from primesong.number.minify.names import BUILTINS, Opened, import_again
from primesong.number.minify.spelling import INDENT, Template, make_template, slot_name
from primesong.number.minify.variants import vary
from primesong.number.payload import measure

#: Bytes that any trial costs beside the source's own.
_ANY_COST = 400

#: Seconds for each byte that a trial by zlib takes (benchmarks/minify.py compares effort and time).
_ZLIB_COST = 4e-8

#: Seconds for each byte that a trial by zopfli takes.
_ZOPFLI_COST = 5e-7

#: Seconds for each byte that writing another variant takes.
_VARIANT_COST = 7e-6

#: What is tried after what: whether variants instead of names, the measure, and the share of the effort.
_PHASES = (
    (False, "zlib", 0.1),
    (True, "zlib", 0.15),
    (False, "zlib", 0.2),
    (True, "zopfli", 0.15),
    (False, "zopfli", 0.4),
)

#: The chance that a change which costs a byte is kept, at the start of a phase; at its end it is 0.
_TOLERANCE = 0.03

#: How often a letter is exchanged for another in the whole program, among changes of names.
_EXCHANGES = 0.1

#: The most names that are chosen: two letters tell them apart, and each is compared with each.
_MOST_NAMES = 1_000

#: Trials by which two ways to import are compared.
_BRIEFLY = 500

#: How many sources' lengths are remembered: those of a short program's neighbors, each a change away from it.
_REMEMBERED = 512

#: Reports in a second of effort.
_REPORTS = 20

Report = Callable[[float], None]


@functools.lru_cache(_REMEMBERED)
def measure_zlib(source: bytes) -> int:
    """Return the length of a source as zlib compresses it, in bytes."""
    return len(zlib.compress(source, 9))


@functools.lru_cache(_REMEMBERED)
def measure_zopfli(source: bytes) -> int:
    """Return the length of a source's payload after a few iterations of zopfli, in bytes."""
    return measure(source)


#: The measures, and what a trial by each costs.
_MEASURES = {"zlib": (measure_zlib, _ZLIB_COST), "zopfli": (measure_zopfli, _ZOPFLI_COST)}


@dataclass(slots=True)
class _State:
    """One program: which places are turned, the runs' orders, and what stands in each slot."""

    turned: frozenset[int] = frozenset()
    orders: dict[int, tuple[int, ...]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=lambda: {INDENT: " "})


def search(opened: Opened, effort: float, report: Report, *, variants: bool) -> bytes:
    """Search, among variants too or among names and spellings alone, and return the source found.

    The effort is the seconds that it takes, about.
    """
    opened.names.rename(slot_name)
    chosen = {module: possible[-1] for module, possible in opened.ways.items()}
    for module, possible in opened.ways.items():
        if len(possible) > 1:
            trials = {way: Search(opened, chosen | {module: way}).run_briefly() for way in possible}
            chosen[module] = min(possible, key=lambda way: trials[way])
    return Search(opened, chosen, effort, report).run(variants=variants)


class Search:
    """A search over a program with its ways to import chosen; slots are put in the place of its names."""

    def __init__(
        self, opened: Opened, ways: Mapping[str, str], effort: float = 0, report: Report = lambda share: None
    ) -> None:
        tree, names = import_again(opened, ways)
        self.tree = tree
        self.random = random.Random(0)
        self.effort = effort
        self.report = report
        self.spent = 0.0
        names.rename(slot_name)
        self.bound = names.list_bound()
        self.free = names.free
        if len(self.free) > _MOST_NAMES:
            raise PrimesongError(f"the program has more than {_MOST_NAMES:,} names", option="minify")
        keywords = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg}
        taken = keywords | BUILTINS | set(names.starred or ())
        self.letters = [letter for letter in string.ascii_letters if letter not in taken]
        self.pairs = [a + b for a in self.letters for b in self.letters if not _is_taken(a + b, taken)]
        self.rivals = [
            [number for number, other in enumerate(self.free) if other is not symbol and symbol.collides(other)]
            for symbol in self.free
        ]
        self.barred = [
            {other.name for other in names.symbols if other.fixed and symbol.collides(other)} for symbol in self.free
        ]
        first = vary(tree, self.bound)
        self.turns, self.runs = first.turns, first.runs
        self.template = make_template(first.tree)
        self.state = _State()
        self._fit(self.state, self.template)
        self._choose_first_names()

    def run(self, *, variants: bool) -> bytes:
        """Search, among variants too or not, and return the source found."""
        for varies, name, share in _PHASES:
            size, cost = _MEASURES[name]
            end = self.spent + share * self.effort
            if not varies:
                self._try_names(size, cost, end)
            elif variants:
                self._try_variants(size, cost, end)
        return self.template.fill(self.state.values)

    def run_briefly(self) -> int:
        """Try some names, and return the compressed length, in bytes."""
        self._try_names(measure_zlib, _ZLIB_COST, _BRIEFLY * _ZLIB_COST * self.length)
        return measure_zopfli(self.template.fill(self.state.values))

    def _spend(self, cost: float) -> None:
        """Count a trial of a cost for each byte."""
        before, self.spent = self.spent, self.spent + cost * (self.length + _ANY_COST)
        if int(_REPORTS * before) < int(_REPORTS * self.spent):
            self.report(min(self.spent / self.effort, 1.0) if self.effort else 1.0)

    def _fit(self, state: _State, template: Template) -> None:
        """Give slots of a new template their first spelling where a state has none for them."""
        for slot, spellings in template.spellings.items():
            if state.values.get(slot) not in spellings:
                state.values[slot] = spellings[0]
        self.length = len(template.pieces) + sum(map(len, template.pieces))

    def _choose_first_names(self) -> None:
        """Give the most frequent symbol the letter that is most frequent in the rest, and so on."""
        letters = Counter("".join(self.template.pieces))
        common = sorted(self.letters, key=lambda letter: -letters[letter])
        names: dict[int, str] = {}
        for number in sorted(range(len(self.free)), key=lambda number: -len(self.free[number].places)):
            used = self.barred[number] | {names[rival] for rival in self.rivals[number] if rival in names}
            names[number] = next(name for name in (*common, *self.pairs) if name not in used)
        self._rename(names)

    def _rename(self, names: dict[int, str]) -> None:
        """Give symbols other names."""
        self.state.values.update({str(number): name for number, name in names.items()})

    def _try_variants(self, size: Callable[[bytes], int], cost: float, end: float) -> None:
        """Turn places and change orders, one after the other, until the effort is spent or nothing helps."""
        best = size(self.template.fill(self.state.values))
        helped = True
        while helped:
            helped = False
            moves: list[tuple[str, int]] = [("turn", number) for number in range(self.turns)]
            moves += [("order", number) for number, length in enumerate(self.runs) for _ in range(length)]
            self.random.shuffle(moves)
            for kind, number in moves:
                if self.spent >= end:
                    return
                trial = self._turn(number) if kind == "turn" else self._reorder(number)
                template = make_template(vary(self.tree, self.bound, trial.turned, trial.orders).tree)
                self._fit(trial, template)
                self._spend(_VARIANT_COST + cost)
                if (now := size(template.fill(trial.values))) <= best:
                    helped = helped or now < best
                    best, self.state, self.template = now, trial, template

    def _turn(self, number: int) -> _State:
        return _State(self.state.turned ^ {number}, self.state.orders, dict(self.state.values))

    def _reorder(self, number: int) -> _State:
        """Move one of a run's parts to another place."""
        order = list(self.state.orders.get(number, range(self.runs[number])))
        moved = order.pop(self.random.randrange(len(order)))
        order.insert(self.random.randrange(len(order) + 1), moved)
        return _State(self.state.turned, self.state.orders | {number: tuple(order)}, dict(self.state.values))

    def _try_names(self, size: Callable[[bytes], int], cost: float, end: float) -> None:
        """Change names and spellings until the effort is spent."""
        options = {INDENT: (" ", "\t"), **self.template.spellings}
        open_slots = [slot for slot in options if len(options[slot]) > 1]
        start = self.spent
        now = best = size(self.template.fill(self.state.values))
        kept = dict(self.state.values)
        choices = len(open_slots) + len(self.free) * bool(self.letters)
        while self.spent < end and choices:
            before = dict(self.state.values)
            if self.random.randrange(choices) < len(open_slots):
                slot = self.random.choice(open_slots)
                self.state.values[slot] = self.random.choice(options[slot])
            else:
                self._rename(self._propose())
            self._spend(cost)
            if self.state.values == before:
                continue
            trial = size(self.template.fill(self.state.values))
            patience = _TOLERANCE * (end - self.spent) / (end - start)
            if trial <= now or (trial == now + 1 and self.random.random() < patience):
                now = trial
                if now <= best:
                    best, kept = now, dict(self.state.values)
            else:
                self.state.values = before
        self.state.values = kept

    def _propose(self) -> dict[int, str]:
        """Propose new names: of one symbol, of it and its rivals, or of all that have one of two letters."""
        names = {number: self.state.values[str(number)] for number in range(len(self.free))}
        letter = self.random.choice(self.letters)
        number = self.random.randrange(len(self.free))
        old = names[number]
        if self.random.random() < _EXCHANGES:
            swapped = {old: letter, letter: old}
            changed = {each: swapped[name] for each, name in names.items() if name in swapped}
        else:
            changed = {rival: old for rival in self.rivals[number] if names[rival] == letter} | {number: letter}
        after = names | changed
        for each, name in changed.items():
            if name in self.barred[each] or any(after[rival] == name for rival in self.rivals[each]):
                return {}
        return changed


def _is_taken(name: str, taken: set[str]) -> bool:
    return name in taken or name in {"as", "if", "in", "is", "or"}
