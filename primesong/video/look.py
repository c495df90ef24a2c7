"""How a video looks: its layout, its colors, and the script of its swaras."""

from dataclasses import dataclass

from primesong.sargam.script import DEFAULT_VERSES, SCRIPT_NAMES
from primesong.video.layout import LAYOUTS, Layout
from primesong.video.theme import THEMES, read_palette


@dataclass(frozen=True, slots=True)
class Look:
    """How a video looks.

    Parameters
    ----------
    aspect : str
        One of `layout.LAYOUTS`.
    theme : str
        One of `theme.THEMES`.
    script : str
        One of `sargam.script.SCRIPT_NAMES`.

    Raises
    ------
    ValueError
        If the aspect, theme or script is unknown.
    """

    aspect: str = next(iter(LAYOUTS))
    theme: str = THEMES[0]
    script: str = DEFAULT_VERSES[0]

    def __post_init__(self) -> None:
        for what, known in (("aspect", LAYOUTS), ("theme", THEMES), ("script", SCRIPT_NAMES)):
            if getattr(self, what) not in known:
                raise ValueError(f"{what} must be one of {', '.join(known)}, got {getattr(self, what)!r}")

    @property
    def layout(self) -> Layout:
        """Where everything stands."""
        return LAYOUTS[self.aspect]

    @property
    def palette(self) -> dict[str, str]:
        """The colors by their names."""
        return read_palette(self.theme)


#: The look of a video for which nothing else was chosen.
DEFAULT_LOOK = Look()
