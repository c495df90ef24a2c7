"""What every job of the studio needs, loaded and made once: imported only by the process that the jobs are forked from.

It alone does something on import, for that is all that such a process can be told to do: it draws a song of a few
notes, and whatever that took is there from then on: the engraver, the reeds.
"""

import contextlib
import signal

from primesong.errors import PrimesongError


def _draw_a_little() -> None:
    from primesong.player.work import draw
    from primesong.song import compose

    with contextlib.suppress(PrimesongError):  # whatever is missing is said to whom it matters
        draw(lambda message: None, compose(1234567890))


signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
_draw_a_little()
