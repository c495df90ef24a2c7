"""How figures and the system's errors are said to people."""

#: Units of time that are worth naming, in seconds, the largest first, and from how many seconds on they are used.
_UNITS = (("days", 86_400, 172_800), ("hours", 3_600, 7_200), ("minutes", 60, 120))


def describe_duration(seconds: float) -> str:
    """Say how long something takes, to about two figures.

    >>> describe_duration(7.26), describe_duration(90), describe_duration(5400)
    ('7.3 s', '90 s', '90.0 minutes')
    """
    for unit, length, least in _UNITS:
        if seconds >= least:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def describe_clock(seconds: float) -> str:
    """Say a time in minutes and seconds.

    >>> describe_clock(45.9), describe_clock(900)
    ('0:45', '15:00')
    """
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


def describe_error(error: OSError) -> str:
    """Say in the system's words why a file could not be opened, read or written."""
    return (error.strerror or str(error)).lower()
