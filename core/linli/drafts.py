"""Drafts: facts that are not a step yet, sealed for the person who writes them."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from linli.appointments import Person
from linli.canonical import canonical
from linli.deciding import find_action
from linli.desk import Call, Desk
from linli.errors import BadInput, NotFound
from linli.forms import has_secrets
from linli.store import Commit, Row
from linli.vault import Ref

DRAFTS = "drafts"
FIELD = "draft"


class Draft(Struct, frozen=True, kw_only=True):
    """A draft: its id is that of the matter to be. ``facts`` may be incomplete and are checked only when taken."""

    id: str
    procedure: str
    action: str
    place: str
    matter: str = ""
    saved: date
    facts: dict[str, Any] = {}


def save_draft(desk: Desk, call: Call, person: Person) -> Draft:
    """Keep a call's facts as a draft, in place of the one before; returns it.

    Raises `BadInput` for a form with secret fields, of which nothing may be kept, and `NotFound` for a draft that is
    not the person's: its id becomes the matter's, and nobody chooses one or takes another's.
    """
    if call.draft and not owns_draft(desk, call.draft, person):
        raise NotFound("没有这份草稿", where="draft")
    _, action = find_action(desk, call.procedure, call.action)
    if has_secrets(action.form):
        raise BadInput("这张表里有保密的内容，不能存草稿", where="draft", cure="填好后直接提交")
    name = call.draft or desk.new_id(call.place or call.matter)
    draft = Draft(
        id=name,
        procedure=call.procedure,
        action=call.action,
        place=call.place,
        matter=call.matter,
        saved=desk.clock.today(),
    )
    desk.vault.seal(person.subject, name, FIELD, msgspec.json.encode(call.facts).decode())
    desk.store.commit(Commit(rows=(Row(DRAFTS, f"{_owner(desk, person)}/{name}", canonical(draft)),)))
    return msgspec.structs.replace(draft, facts=call.facts)


def drafts(desk: Desk, person: Person) -> list[Draft]:
    """A person's drafts, without their facts."""
    owner = _owner(desk, person)
    rows = desk.store.rows(DRAFTS, f"{owner}/", f"{owner}0")
    return [msgspec.json.decode(row.value or b"", type=Draft) for row in rows]


def draft(desk: Desk, name: str, person: Person) -> Draft:
    """One draft of a person with its facts; raises `NotFound` for anyone else's."""
    stored = desk.store.row(DRAFTS, f"{_owner(desk, person)}/{name}")
    if stored is None:
        raise NotFound("没有这份草稿", where="draft")
    ref = Ref(person.subject, name, FIELD)
    facts = desk.vault.open(ref, reader=_owner(desk, person), reason="打开自己的草稿", at=desk.clock.now())
    return msgspec.structs.replace(msgspec.json.decode(stored, type=Draft), facts=msgspec.json.decode(facts))


def owns_draft(desk: Desk, name: str, person: Person) -> bool:
    """Whether there is a draft of that id and it is the person's."""
    return desk.store.row(DRAFTS, f"{_owner(desk, person)}/{name}") is not None


def drop_draft(desk: Desk, name: str, person: Person) -> None:
    """Throw a draft away."""
    desk.store.commit(Commit(rows=(Row(DRAFTS, f"{_owner(desk, person)}/{name}", None),)))


def _owner(desk: Desk, person: Person) -> str:
    return desk.pseudonym(person.subject, DRAFTS)
