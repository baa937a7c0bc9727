"""The roll: who may vote, by number. It holds no name; who has which number the committee knows on paper.

An entry is ``<roll>-<number>``. Whoever votes online shows with a voting code, handed out in a letter, that the number
is theirs. The roll keeps only a hash of the code, so that a copy of it lets nobody vote.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Sequence
from typing import Annotated

from msgspec import Struct

from linli.access.posts import COMMITTEE, STREET
from linli.forms import INTERNAL, line
from linli.posts import ADMINISTRATOR
from linli.registers import Register
from linli.rules import Asked, EntryFact

REVOKED = "revoked_ballots"
"""The register in which it stands how many ballots of a number were revoked in a poll."""

CODE_LENGTH = 12
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and digits that nobody mistakes for another."""


class Voter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number that may vote. ``code`` is the hash of the voting code; empty: this number votes on paper only."""

    id: Annotated[str, line("名册和编号", INTERNAL, hint="例如 户代表2026-0012", max_length=60)]
    place: Annotated[str, line("地方", INTERNAL, hint="12 位区划代码", max_length=40)]
    code: Annotated[str, line("投票码摘要", INTERNAL, hint="由 linli poll roll 生成", max_length=80)] = ""


VOTERS = Register(
    "voters",
    "投票人名册",
    Voter,
    key="id",
    place="place",
    written_by=(COMMITTEE, STREET, ADMINISTRATOR),
    public=False,
)


class Casting(Struct, frozen=True):
    """What a ballot reads the roll by: the poll, its roll, and a number."""

    poll: str
    roll: str
    number: str


class Entitled(Struct, frozen=True):
    """What the roll says of a number: whether it is there, and the hash of its code."""

    listed: bool
    code: str


def voter_key(roll: str, number: str) -> str:
    """The key of a number in a roll."""
    return f"{roll}-{number}"


def code_hash(roll: str, number: str, code: str) -> str:
    """The hash of a voting code; how it is typed, in small letters or with spaces, makes no difference."""
    plain = "".join(code.split()).replace("-", "").upper()
    told = hashlib.sha256(f"linli voting code\x00{roll}\x00{number}\x00{plain}".encode()).digest()
    return b32encode(told).decode().rstrip("=").lower()


def code_fits(entitled: Entitled, roll: str, number: str, code: str) -> bool:
    """Whether a voting code is that of the number."""
    return bool(entitled.code) and hmac.compare_digest(entitled.code, code_hash(roll, number, code))


def new_code(randomness: bytes) -> str:
    """A voting code of twelve characters (59 bits) from 16 random bytes, in groups of four."""
    number = int.from_bytes(randomness, "big")
    letters = "".join(ALPHABET[number // len(ALPHABET) ** at % len(ALPHABET)] for at in range(CODE_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def _entitled(entries: Sequence[EntryFact]) -> Entitled:
    values = entries[0].values
    return Entitled(bool(values), str(values.get("code", "")))


def _times(entries: Sequence[EntryFact]) -> int:
    return int(entries[0].values.get("times", 0))


THE_VOTER: Asked[Entitled] = Asked(
    "poll.the_voter",
    "名册里的编号",
    VOTERS.id,
    lambda facts: (voter_key(facts.roll, facts.number),),
    _entitled,
)
TIMES_REVOKED: Asked[int] = Asked(
    "poll.times_revoked",
    "作废过几张选票",
    REVOKED,
    lambda facts: (f"{facts.poll}/{facts.number}",),
    _times,
)
