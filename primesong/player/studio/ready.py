"""What every job of the studio needs, loaded and made once: imported only by the process that the jobs are forked from.

It alone does something on import, for that is all that such a process can be told to do: it engraves a song of a few
notes and makes the reeds, both at once, and whatever that took is there from then on.
"""

import contextlib
import os
import signal
from concurrent.futures import ThreadPoolExecutor

from primesong.errors import PrimesongError


def _get_ready() -> None:
    import primesong.player.studio.work  # noqa: F401  # what jobs call
    from primesong.score.rows import set_in_rows
    from primesong.song import compose
    from primesong.sound.render.loops import make_reeds

    # whatever is missing is said to whom it matters
    with contextlib.suppress(PrimesongError), ThreadPoolExecutor(1) as beside:
        beside.submit(make_reeds)
        set_in_rows(compose(1234567890).melody)


#: How much jobs stand back behind the page and the server, of the system's 19 steps.
_NICE = 5

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
os.nice(_NICE)
_get_ready()
