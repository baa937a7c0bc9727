"""Registers: typed records with dates and history, imported from spreadsheets.

An entry is kept in versions. Each version says from which day its values hold, so that a decision of last year is
judged again with last year's values.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from linli.canonical import canonical
from linli.errors import Corrupt
from linli.forms import Field, fields
from linli.procedures import Post
from linli.rules import EntryFact
from linli.store import StoredEntry


class Register(Struct, frozen=True):
    """A register: its id, the title people read, the struct of its rows, and the field that is the key.

    ``unique`` names fields whose values may stand in one entry only (a community has exactly one station); they can
    be asked for as the register ``<id>.<field>``. ``place`` names the field that holds the place of an entry.
    ``written_by`` are the posts that may write, ``public`` whether the fields marked public are published.
    """

    id: str
    title: str
    form: type
    key: str
    place: str = ""
    unique: tuple[str, ...] = ()
    written_by: tuple[Post, ...] = ()
    public: bool = True

    def fields(self) -> tuple[Field, ...]:
        """The fields of a row, in order."""
        return fields(self.form)


class Version(Struct, frozen=True, omit_defaults=True):
    """One version of an entry: its values, the first day on which they hold, when and why it was entered.

    ``values`` is empty for an entry that ended.
    """

    values: dict[str, Any]
    since: date
    recorded: date
    by: str = ""
    why: str = ""


_decoder = msgspec.json.Decoder(Version)


def encode_version(version: Version) -> bytes:
    """The canonical bytes of a version."""
    return canonical(version)


def decode_version(body: bytes) -> Version:
    """The version of canonical bytes."""
    try:
        return _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise Corrupt(f"名册条目读不出来：{error}") from error


def on_day(history: Iterable[StoredEntry], key: str, day: date) -> EntryFact:
    """What rules see of an entry on a day: the last version entered among those that hold by then."""
    found = EntryFact(key, 0, {})
    for stored in history:
        version = decode_version(stored.body)
        if version.since <= day:
            found = EntryFact(key, stored.version, version.values)
    return found
