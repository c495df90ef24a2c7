"""The process that the studio's jobs are forked from: it loads and makes what every job needs, once.

multiprocessing can tell its fork server which modules to import, and nothing else: so this entry point does its work on
import. It engraves a song of a few notes and makes the reeds, both at once; what that loaded is there from then on.
"""

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor

import primesong.player.studio.work  # noqa: F401  # what jobs call
from primesong.errors import PrimesongError
from primesong.score.engraving.rows import set_in_rows
from primesong.song import compose
from primesong.sound.render.loops import make_reeds

#: By how much jobs give way to the page and the server, of the system's 19 steps.
_NICENESS = 5

#: A number whose song is engraved to load what engraving needs.
_SHORT = 1234567890

os.nice(_NICENESS)
with contextlib.suppress(PrimesongError), ThreadPoolExecutor(1) as beside:  # the job that needs it says what is missing
    beside.submit(make_reeds)
    set_in_rows(compose(_SHORT).melody)
