"""The songs that the studio holds: in memory, by random tokens, the latest few."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from primesong.errors import PrimesongError
from primesong.player.studio.exchange import RefusedError
from primesong.player.studio.work import Opened
from primesong.song import Song

#: Songs that are kept; the least recently used is evicted first, except the one the studio began with.
MOST_SONGS = 8

#: The token of the song that the studio began with.
FIRST = "first"

#: Arrangements of a song whose documents are kept.
MOST_DOCUMENTS = 4


@dataclass(slots=True)
class Kept:
    """A song, what its checks found, once they are made, and its documents by arrangement, or why there is none; the
    latest last."""

    opened: Opened
    checks: dict[str, Any] | None = None
    documents: "OrderedDict[str, bytes | PrimesongError]" = field(default_factory=OrderedDict)

    @property
    def song(self) -> Song:
        """The song."""
        return self.opened.song

    def keep(self, arrangement: str, document: bytes | PrimesongError) -> None:
        """Keep a document, or why there is none."""
        self.documents[arrangement] = document
        while len(self.documents) > MOST_DOCUMENTS:
            self.documents.popitem(last=False)


class Shelf:
    """Songs by token."""

    def __init__(self) -> None:
        self.songs: OrderedDict[str, Kept] = OrderedDict()

    def keep(self, opened: Opened, token: str | None = None) -> str:
        """Keep a song; return its token."""
        token = token or secrets.token_urlsafe(16)
        self.songs[token] = Kept(opened)
        while len(self.songs) > MOST_SONGS:
            del self.songs[next(other for other in self.songs if other != FIRST)]
        return token

    def find(self, token: str) -> Kept:
        """Find a song by its token. Raises `RefusedError`."""
        if token not in self.songs:
            raise RefusedError("the studio no longer holds this song; open it again", 404)
        self.songs.move_to_end(token)
        return self.songs[token]
