"""Sets of items in the order of their summed costs, each set once."""

import heapq
from collections.abc import Iterator, Sequence

#: The most sets that wait in the heap.
_WAITING = 2_000_000


def generate_subsets(costs: Sequence[float]) -> Iterator[tuple[int, ...]]:
    """Generate sets of items in ascending order of their summed costs, the empty set first.

    Parameters
    ----------
    costs : sequence of float
        The items' costs, in ascending order.

    >>> list(generate_subsets([1.0, 2.0, 4.0]))[:5]
    [(), (0,), (1,), (0, 1), (2,)]
    """
    yield ()
    if not costs:
        return
    waiting: list[tuple[float, tuple[int, ...]]] = [(costs[0], (0,))]
    while waiting:
        total, chosen = heapq.heappop(waiting)
        yield chosen
        last = chosen[-1]
        if last + 1 < len(costs) and len(waiting) < _WAITING:
            heapq.heappush(waiting, (total - costs[last] + costs[last + 1], (*chosen[:-1], last + 1)))
            heapq.heappush(waiting, (total + costs[last + 1], (*chosen, last + 1)))
