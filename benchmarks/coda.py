"""What a coda corrects: the published song, seeded errors.

    python benchmarks/coda.py [--notes 54,150,180,306] [--seeds 10]

For each length of the coda, in notes: how many random wrong notes it corrects in every one of the trials, and in half
of them; how many where the notes were heard in white noise and the posteriors are known, so that the doubtful ones are
erasures, or what they were second best heard as; the longest burst that it corrects wherever it begins,
and the longest gap, of which it is known that nothing was heard there. All are found by halving, and so are only as
exact as the trials are many. The coda's own notes are as often wrong as the number's. The seconds are of
processor time, of the slowest correction.
"""

import argparse
import random
import time
from collections.abc import Callable

import numpy as np

from primesong.errors import DamagedError
from primesong.repair import coda
from primesong.resources import asset
from primesong.sargam.mapping import Mapping

Trial = Callable[[int, int], tuple[str, list[coda.Rival] | None]]


class Channel:
    """A song with a coda, and the ways in which it is damaged."""

    def __init__(self, digits: str, notes: int) -> None:
        self.length, self.phrase = len(digits), Mapping.by_frequency(digits).ending
        self.right = digits + coda.make(digits, coda.choose_length(len(digits), notes / len(digits)), self.phrase)
        self.slowest = 0.0

    def random(self, count: int, seed: int) -> tuple[str, None]:
        """`count` notes wrong anywhere."""
        return self._wrong(random.Random(f"{count} {seed}").sample(range(len(self.right)), count), seed), None

    def noise(self, count: int, seed: int) -> tuple[str, list[coda.Rival]]:
        """Ten orthogonal notes in white noise in which `count` of the likeliest are wrong."""
        right = np.array([int(digit) for digit in self.right])
        noise = np.random.default_rng([count, seed]).standard_normal((len(right), 10))
        least, most = 0.01, 5.0
        for _ in range(40):
            strength = (least + most) / 2
            heard = strength * noise + np.eye(10)[right]
            wrong = int((heard.argmax(axis=1) != right).sum())
            least, most = (strength, most) if wrong < count else (least, strength)
        order, ordered = np.argsort(heard, axis=1), np.sort(heard, axis=1)
        nats = (ordered[:, -1] - ordered[:, -2]) / strength**2
        rivals = [coda.Rival(margin, str(digit)) for margin, digit in zip(nats.tolist(), order[:, -2], strict=True)]
        return "".join(map(str, heard.argmax(axis=1))), rivals

    def burst(self, count: int, seed: int) -> tuple[str, None]:
        """`count` notes wrong in a row."""
        start = random.Random(f"{count} {seed}").randrange(len(self.right) - count)
        return self._wrong(range(start, start + count), seed), None

    def gap(self, count: int, seed: int) -> tuple[str, list[coda.Rival]]:
        """`count` notes in a row of which nothing was heard."""
        start = random.Random(f"{count} {seed}").randrange(len(self.right) - count)
        places = range(start, start + count)
        wrong = self._wrong(places, seed)
        return wrong, [coda.Rival(20.0 * (place not in places), wrong[place - 1]) for place in range(len(wrong))]

    def _wrong(self, places: list[int] | range, seed: int) -> str:
        chance, out = random.Random(seed), list(self.right)
        for place in places:
            out[place] = str((int(out[place]) + chance.randint(1, 9)) % 10)
        return "".join(out)

    def most(self, trial: Trial, seeds: int, share: float = 1.0) -> int:
        """The largest count at which that share of the trials is corrected, as at all smaller ones that were tried."""
        least, beyond = 0, len(self.right) // 3
        while beyond - least > 1:
            count = (least + beyond) // 2
            corrected = sum(self._corrects(*trial(count, seed)) for seed in range(seeds))
            least, beyond = (count, beyond) if corrected >= share * seeds else (least, count)
        return least

    def _corrects(self, heard: str, rivals: list[coda.Rival] | None) -> bool:
        start = time.process_time()
        try:
            return coda.correct(heard, self.length, self.phrase, rivals) == self.right
        except DamagedError:
            return False
        finally:
            self.slowest = max(self.slowest, time.process_time() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--notes", default="54,150,180,306", help="the codas' notes")
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    digits = asset("femtogpt.txt").read_text("ascii").strip()
    print("notes  share  parity  wrong: all  half  in noise: all  half  burst   gap  seconds")
    for wanted in map(int, options.notes.split(",")):
        one = Channel(digits, wanted)
        notes = len(one.right) - one.length
        found = [
            one.most(one.random, options.seeds),
            one.most(one.random, options.seeds, 0.5),
            one.most(one.noise, options.seeds),
            one.most(one.noise, options.seeds, 0.5),
            one.most(one.burst, options.seeds),
            one.most(one.gap, options.seeds),
        ]
        share, parity = 100 * notes / one.length, coda.count_parity(one.length, notes)
        print(
            f"{notes:5}  {share:4.1f}%  {parity:6}  {found[0]:10}  {found[1]:4}  {found[2]:13}  {found[3]:4}  "
            f"{found[4]:5}  {found[5]:4}  {one.slowest:7.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
