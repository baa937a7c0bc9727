"""Steps: what a matter is made of, fixed for good by their canonical bytes.

A step says who did what, with which facts, judged by which rules with which result, which money it moved and what
falls due next. It has three dates. It never holds personal data (references into the vault instead) nor free text
(documents by hash instead).
"""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct

from linli.canonical import canonical_typed
from linli.errors import Corrupt
from linli.ledger import Posting
from linli.rulebook import Judgement


class Publication(StrEnum):
    """Whether a step may go out."""

    PUBLIC = "public"
    ON_REQUEST = "on_request"
    WITHHELD = "withheld"


class Actor(Struct, frozen=True, omit_defaults=True):
    """Who acted: a pseudonym of this matter only, the post held, where, and for which unit.

    ``on_behalf_of`` is ``paper`` for an entry from paper or the pseudonym of the person stood in for.
    """

    person: str
    post: str
    place: str
    unit: str = ""
    on_behalf_of: str = ""
    deputy: bool = False


class DueBy(Struct, frozen=True, omit_defaults=True):
    """Something that falls due: by whom (a post), by when; what happens by itself when the day has passed.

    ``lapses_to`` is the stage that the matter is in from the next morning on; empty where nothing happens by itself.
    A ``provisional`` day lies past the last official calendar and is set anew when the notice is loaded.
    """

    what: str
    day: date
    post: str = ""
    title: str = ""
    provisional: bool = False
    lapses_to: str = ""
    basis: str = ""


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One step of a matter. ``number`` counts from 1.

    ``happened`` is the day of the act, ``decided`` the day of the decision, ``recorded`` the day of entry.
    ``slot`` names the facts that this step sets; ``facts`` holds them as JSON values. ``stage`` is the stage after the
    step. ``due`` replaces what was due before. ``corrects`` is the number of the step whose facts it supersedes.
    """

    matter: str
    number: int
    procedure: str
    version: int
    action: str
    place: str
    happened: date
    decided: date
    recorded: date
    actor: Actor
    stage: str
    slot: str = ""
    form: str = ""
    form_version: int = 1
    facts: dict[str, Any] = {}
    judgement: Judgement | None = None
    postings: tuple[Posting, ...] = ()
    due: tuple[DueBy, ...] = ()
    parent: str = ""
    children: tuple[str, ...] = ()
    corrects: int = 0
    overrides: dict[str, str] = {}
    suspended: bool = False
    publication: Publication = Publication.PUBLIC
    basis: str = ""
    takedown: date | None = None
    rulebook: str = ""


_decoder = msgspec.json.Decoder(Step)


def encode(step: Step) -> bytes:
    """The canonical bytes of a step."""
    return canonical_typed(step)


def decode(body: bytes) -> Step:
    """The step of canonical bytes; raises `Corrupt` where they are no step."""
    try:
        return _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise Corrupt(f"存储的步骤读不出来：{error}", cure="运行 linli verify，并从备份恢复") from error


def step_leaf(body: bytes, salt: bytes) -> bytes:
    """The data of a step's leaf in the log: a salted commitment to its canonical bytes (32 bytes).

    The salt keeps anyone from guessing a withheld step by trying bodies; whoever is shown body and salt can check.
    """
    return hashlib.sha256(b"linli step v1\x00" + salt + body).digest()
