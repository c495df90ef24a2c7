"""What the tests give to the studio's processes to do; a process must be able to import it."""

import os
import signal
import time

from primesong.errors import NoProgramError


def count(tell, number):
    """Tell the numbers up to one, and return their sum."""
    for each in range(number):
        tell({"number": each})
    return sum(range(number))


def hurry(tell, times):
    """Tell of the same stage as fast as can be, then of another."""
    for each in range(times):
        tell({"stage": "test", "tested": each})
    tell({"stage": "verify"})


def fail(tell):
    """Find that there is no program."""
    raise NoProgramError("there is none")


def vanish(tell):
    """End without a word."""
    os._exit(1)


def sleep(tell, seconds):
    """Tell the process's number, and sleep."""
    tell({"pid": os.getpid()})
    time.sleep(seconds)


def cling(tell):
    """Tell the process's number, and do not end when told to."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    tell({"pid": os.getpid()})
    time.sleep(60)
