"""Make assets/plausibility.npz: the model of small Python programs by which damaged songs are repaired.

    python tools/train_plausibility.py [FOLDER]

It counts the modules of a standard library (by default of the Python that runs it), minified, with their one-letter
names shuffled. The modules in `KEPT_BACK` are left out: `benchmarks/repair.py` repairs songs of them.
"""

import io
import random
import sys
import sysconfig
import tokenize
import warnings
import zlib
from pathlib import Path

import numpy as np
from zopfli.zlib import compress

from primesong.repair.plausibility import model as model_module
from primesong.repair.plausibility.model import CHANCE, UNIT, Model, mix_chance
from primesong.repair.plausibility.reader import Reader
from primesong.repair.plausibility.reading import Head, Mark, Patience

#: Modules that the benchmark repairs.
KEPT_BACK = {
    "bisect", "heapq", "textwrap", "shlex", "colorsys", "fnmatch", "string", "queue", "sched", "base64", "quopri",
    "reprlib", "graphlib", "this", "zipapp", "timeit", "copy", "linecache", "sndhdr", "chunk", "pprint", "netrc",
    "nturl2path", "filecmp", "rlcompleter", "tabnanny", "getpass",
}  # fmt: skip

#: Parts of the paths of modules that are not small programs.
NOT_TAKEN = ("site-packages", "/test", "idlelib", "lib2to3", "encodings/", "pydoc_data", "ensurepip", "config-")

#: The smallest module taken, in bytes.
SMALLEST = 800

#: The largest module taken, in bytes.
LARGEST = 160_000

#: The longest sequence, in letters.
ORDER = 5

#: Kneser and Ney's discount.
DISCOUNT = 0.8

#: The bits that a sequence of each length must save over the whole text to be kept.
KEPT = {2: 4.0, 3: 12.0, 4: 16.0, 5: 20.0}

#: The lengths, in bytes, of the pieces of programs whose compression is counted: those of songs.
PIECE = (1200, 2000, 3000, 4500)


def minify_modules(library: Path) -> list[str]:
    """Minify the modules, in turn in each of six ways."""
    import python_minifier

    programs = []
    paths = [path for depth in ("*.py", "*/*.py", "*/*/*.py") for path in library.glob(depth)]
    for turn, path in enumerate(sorted(paths)):
        if any(part in str(path) for part in NOT_TAKEN) or path.stem in KEPT_BACK:
            continue
        if not SMALLEST < path.stat().st_size < LARGEST:
            continue
        try:
            source = python_minifier.minify(
                path.read_text("utf-8"),
                remove_literal_statements=True,
                hoist_literals=False,
                rename_globals=turn % 2 == 0,
                prefer_single_line=turn % 3 == 0,
            )
        except (SyntaxError, ValueError, UnicodeDecodeError, python_minifier.UnstableMinification):
            continue
        programs.append(shuffle_names(source, path.name))
    return programs


def shuffle_names(source: str, seed: str) -> str:
    """Replace the one-letter names by others: a minifier assigns them in one order."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    other = dict(zip(letters, random.Random(seed).sample(letters, len(letters)), strict=True))
    lines = [list(line) for line in source.split("\n")]
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NAME and token.string in other:
                lines[token.start[0] - 1][token.start[1]] = other[token.string]
    except (tokenize.TokenError, IndentationError):
        return source
    return "\n".join(map("".join, lines))


def number_sequences(text: bytes, length: int) -> np.ndarray:
    """Return each sequence of a length in bytes as a number."""
    letters = np.frombuffer(text, np.uint8).astype(np.uint64)
    count = len(letters) - length + 1
    out = np.zeros(count, np.uint64)
    for place in range(length):
        out = out << np.uint64(8) | letters[place : count + place]
    return out


def count_letters(text: bytes) -> dict[str, np.ndarray]:
    """Count the model of letters: an interpolated Kneser-Ney model of sequences."""
    seen = {length: np.unique(number_sequences(text, length), return_counts=True) for length in range(1, ORDER + 1)}
    counts = {ORDER: seen[ORDER]}
    for length in range(ORDER - 1, 0, -1):  # the shorter ones are counted by the letters that they follow
        tails = seen[length + 1][0] & np.uint64((1 << 8 * length) - 1)
        counts[length] = np.unique(tails, return_counts=True)
    keys, count = counts[1]
    unseen = np.full(256, DISCOUNT * len(keys) / count.sum() / 256)
    unseen[keys.astype(int)] += (count - DISCOUNT) / count.sum()
    tables: dict[int, tuple[np.ndarray, ...]] = {}

    def likelihood(length: int, wanted: np.ndarray) -> np.ndarray:
        if length == 1:
            return unseen[wanted.astype(int)]
        keys, likely, contexts, rest = tables[length]
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        out = likely[place]
        missing = keys[place] != wanted
        others = wanted[missing]
        context = others >> np.uint64(8)
        place = np.minimum(np.searchsorted(contexts, context), len(contexts) - 1)
        share = np.where(contexts[place] == context, rest[place], 1.0)
        out[missing] = share * likelihood(length - 1, others & np.uint64((1 << 8 * (length - 1)) - 1))
        return out

    entries: dict[int, list[float]] = {}
    for length in range(2, ORDER + 1):
        keys, count = counts[length]
        contexts, where = np.unique(keys >> np.uint64(8), return_inverse=True)
        total, kinds = np.bincount(where, count), np.bincount(where)
        lower = likelihood(length - 1, keys & np.uint64((1 << 8 * (length - 1)) - 1))
        saved = DISCOUNT * kinds[where] / total[where]
        likely = (count - DISCOUNT) / total[where] + saved * lower
        kept = count * np.abs(np.log2(likely / (saved * lower))) > KEPT[length]
        used = np.bincount(where[kept], minlength=len(contexts)) > 0
        rest = np.maximum(1 - np.bincount(where[kept], likely[kept], minlength=len(contexts)), 1e-4)
        rest /= np.maximum(1 - np.bincount(where[kept], lower[kept], minlength=len(contexts)), 1e-4)
        tables[length] = keys[kept], likely[kept], contexts[used], rest[used]
        for key, value in zip(keys[kept].tolist(), np.rint(-UNIT * np.log2(likely[kept])).tolist(), strict=True):
            entries.setdefault(key | length << 56, [-1, 0])[0] = min(value, 254)
        for key, value in zip(contexts[used].tolist(), np.rint(-UNIT * np.log2(rest[used])).tolist(), strict=True):
            entries.setdefault(key | length - 1 << 56, [-1, 0])[1] = max(-128, min(value, 127))
    add_contexts(entries)
    ordered = sorted(entries)
    frequency = np.bincount(np.frombuffer(text, np.uint8), minlength=256) + 0.5
    return {
        "order": np.array(ORDER),
        "steps": np.diff(np.array(ordered, np.uint64), prepend=np.uint64(0)),
        "costs": np.array([entries[key][0] + 1 for key in ordered], np.uint8),
        "backs": np.array([entries[key][1] for key in ordered], np.int8),
        "unseen": np.rint(-UNIT * np.log2(unseen)).astype(np.int16),
        "letters": np.rint(-UNIT * np.log2(frequency / frequency.sum())).astype(np.int16),
    }


def add_contexts(entries: dict[int, list[float]]) -> None:
    """Add the contexts that were left out though a longer one ends on them: the reader looks from the shortest up."""
    for length in range(ORDER, 1, -1):
        for key in [key for key in entries if key >> 56 == length]:
            context = (key & (1 << 56) - 1) >> 8
            while length > 2 and (size := (context.bit_length() + 7) // 8) > 1:
                context &= (1 << 8 * (size - 1)) - 1
                entries.setdefault(context | size - 1 << 56, [-1, 0])


def count_heads(programs: list[str]) -> dict[str, np.ndarray]:
    """Count how blocks begin, in programs of the size of songs, as zlib and zopfli compress them."""
    lengths, heads = np.full((320, 16), 0.02), np.full((2 + 19, 32), 0.3)
    lengths[:, 0] = 0.5
    for number, program in enumerate(programs):
        size = PIECE[number % len(PIECE)]
        piece = program.encode("utf-8")[:size]
        if len(piece) < size // 2:
            continue
        for stream in (zlib.compress(piece, 9)[2:-4], compress(piece, numiterations=15)[2:-4]):
            for letters, distances, shorts, sizes in (head for head in read_heads(stream) if head[2]):
                heads[0, letters] += 1
                heads[1, distances] += 1
                for place, short in enumerate(shorts):
                    heads[2 + place, short] += 1
                for place, length in enumerate(sizes):
                    lengths[place if place < letters + 257 else 286 + place - letters - 257, length] += 1
    heads[2:, 8:] = 0
    lengths /= lengths.sum(axis=1, keepdims=True)
    heads /= heads.sum(axis=1, keepdims=True)
    gains = [mix_chance(round(UNIT * (5 + np.log2(likely)))) for row in heads[:2] for likely in row]
    gains += [mix_chance(round(UNIT * (3 + np.log2(likely)))) for row in heads[2:] for likely in row[:8]]
    return {"lengths": np.rint(-UNIT * np.log2(lengths)).astype(np.uint8), "heads": np.array(gains, np.int16)}


def read_heads(data: bytes) -> list[Head]:
    """Read the heads of a stream's blocks, however plausible they are."""
    nothing = Model(1, np.zeros(0, np.uint64), np.zeros(0, np.int16), np.zeros(0, np.int16),
                    [0] * 256, [0] * 256, [0] * 5120, [0] * 216)  # fmt: skip
    reader = Reader(nothing, data, len(data), Patience(1 << 30, 1 << 30), Mark())
    reader.read_on()
    return reader.heads


def main() -> None:
    """Make the table."""
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(sysconfig.get_path("stdlib"))
    programs = minify_modules(folder)
    text = "\n".join(programs).encode("utf-8", "replace")
    print(f"{len(programs)} modules, {len(text):,} bytes; a share of {CHANCE} is left to chance")
    target = Path(__file__).parent.parent / "assets" / model_module.ASSET
    np.savez_compressed(target, **count_letters(text), **count_heads(programs))
    print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
