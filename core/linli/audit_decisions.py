"""What an audit reads beside the figures: the decisions of the matters concerned, and the documents they refer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from linli.audit_books import AuditBooks
from linli.audits import Audit
from linli.desk import Desk
from linli.documents import documents_of
from linli.intake import DOCUMENT, SEALED
from linli.ledger import owner_of
from linli.procedures import Procedure
from linli.service import Service
from linli.steps import Publication, Step
from linli.workbooks import Cell

MOST_BYTES = 200 * 2**20
"""The most bytes of vouchers that one package takes; what does not fit is listed with its hash."""


class Decisions:
    """The steps of the matters that an audit concerns, up to the end of its period.

    They are those that moved its accounts in the period, those whose accounts were moved, and all of such procedures
    at the place of which a step was decided in it: what was refused is decided too.
    """

    def __init__(self, desk: Desk, books: AuditBooks, audit: Audit) -> None:
        self._desk = desk
        posted = books.within(audit.since, audit.until)
        causing = {each.step.matter for each in posted}
        accounts = {a for each in posted for a in (each.entry.posting.source, each.entry.posting.destination)}
        owning = {owner_of(each) for each in accounts if books.owns(each)} & set(books.matters)
        money = {each.step.procedure for each in books.posted}
        decided = {
            matter
            for matter in books.matters
            if (books.steps(matter)[1].procedure in money or is_statement(books.steps(matter)[1]))
            and any(audit.since <= step.decided <= audit.until for step in books.steps(matter).values())
        }
        self.steps = [
            step
            for matter in sorted(causing | owning | decided)
            for step in books.steps(matter).values()
            if step.decided <= audit.until
        ]

    def title(self, step: Step) -> str:
        """What was done, in the words of its procedure."""
        procedure = self._desk.deployment.procedures.get(step.procedure)
        actions = self._desk.actions(procedure) if procedure else {}
        return actions[step.action].title if step.action in actions else step.action

    def post(self, step: Step) -> str:
        """The title of the post under which it was done."""
        known = self._desk.deployment.posts.get(step.actor.post)
        return known.title if known else step.actor.post

    def procedure(self, step: Step) -> str:
        """The title of the step's procedure."""
        known: Procedure | None = self._desk.deployment.procedures.get(step.procedure)
        return known.title if known else step.procedure

    def told(self) -> list[dict[str, Any]]:
        """Every step as an auditor reads it; persons are pseudonyms, the same within a matter only."""
        return [self._told(step) for step in self.steps]

    def _told(self, step: Step) -> dict[str, Any]:
        withheld = step.publication is Publication.WITHHELD
        return {
            "matter": step.matter,
            "number": step.number,
            "procedure": self.procedure(step),
            "title": self.title(step),
            "happened": step.happened,
            "decided": step.decided,
            "recorded": step.recorded,
            "post": self.post(step),
            "place": step.actor.place,
            "unit": step.actor.unit,
            "person": step.actor.person,
            "deputy": step.actor.deputy,
            "on_behalf_of": step.actor.on_behalf_of,
            "stage": step.stage,
            "slot": step.slot,
            "facts": {} if withheld else _unsealed(step.facts),
            "withheld": step.basis if withheld else "",
            "judgement": None
            if step.judgement is None
            else msgspec.to_builtins(step.judgement, enc_hook=str),
            "overrides": step.overrides,
            "corrects": step.corrects,
            "postings": msgspec.to_builtins(step.postings),
        }


def is_statement(step: Step) -> bool:
    """Whether a matter keeps what a statement of the bank showed."""
    return "found" in step.facts and "lines" in step.facts


def _unsealed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts with what is sealed named and nothing of it told."""
    return {
        name: "（个人信息，未提供）" if isinstance(value, str) and value.startswith(SEALED) else value
        for name, value in facts.items()
    }


class Vouchers:
    """The documents that steps refer to, by the hash of their bytes."""

    def __init__(self, service: Service, steps: Sequence[Step]) -> None:
        self.files: dict[str, bytes] = {}
        self.rows: list[tuple[Cell, ...]] = []
        left = MOST_BYTES
        for step in steps:
            if step.publication is Publication.WITHHELD:
                continue
            for field, value in step.facts.items():
                if not isinstance(value, str) or not value.startswith(DOCUMENT):
                    continue
                hash = value.removeprefix(DOCUMENT)
                name, data, why = _document(service, hash)
                if data is not None and len(data) > left:
                    data, why = None, "太大，没有放进来"
                path = f"vouchers/{hash}{_suffix(name)}" if data is not None else ""
                if data is not None and path not in self.files:
                    self.files[path] = data
                    left -= len(data)
                self.rows.append((hash, name, step.matter, step.number, field, path or why))


def _document(service: Service, hash: str) -> tuple[str, bytes | None, str]:
    """The name of a document and its bytes, or why they are not there."""
    known = documents_of(service, hash)
    name = known[0].name if known else "文字.txt"
    if any(each.sealed_for for each in known):
        return name, None, "含个人信息，未提供"
    data = service.store.blob(hash)
    return name, data, "" if data is not None else "已不再保存"


def _suffix(name: str) -> str:
    suffix = name.rpartition(".")[2]
    return f".{suffix.lower()}" if suffix.isascii() and suffix.isalnum() and suffix != name else ""
