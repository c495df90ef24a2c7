import numpy as np
from numpy.typing import NDArray

def search(
    sums: NDArray[np.float64],
    onset: NDArray[np.float64],
    again: NDArray[np.float64],
    rest: NDArray[np.float64],
    prices: NDArray[np.float64],
    steps: NDArray[np.int64],
    came: NDArray[np.int64],
    before: NDArray[np.int64],
    longest: int,
    rest_cost: float,
    /,
) -> None: ...
