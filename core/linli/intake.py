"""Taking in a form: free text becomes a document, personal fields go to the vault, and nothing else may hold either.

What comes out is the struct that rules and actions read and the JSON values that the step keeps: the same facts, with a
reference ``doc:<sha256>`` for each text, ``sealed:<field>`` for each personal field and ``who:<pseudonym>`` for each
person. Secret fields are in the struct only; in the values of the step they are blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from linli.canonical import digest
from linli.errors import BadInput, LinliError, ManyFaults
from linli.forms import Field, Mark, Widget, fields, plain, read, without_secrets
from linli.personal_data import HitKind, scan

DOCUMENT = "doc:"
SEALED = "sealed:"
WHO = "who:"
_HEX = frozenset("0123456789abcdef")

_KINDS = {
    HitKind.RESIDENT_ID: "身份证号",
    HitKind.MOBILE: "手机号",
    HitKind.BANK_CARD: "银行卡号",
    HitKind.NUMBER_PLATE: "车牌号",
    HitKind.EMAIL: "电子邮箱",
    HitKind.NAME: "姓名",
}


class Intake(Struct, frozen=True):
    """A form taken in: the struct for rules, the values for the step, the texts to keep, the fields to seal.

    ``people`` says for each pseudonym which subject was named by it.
    """

    form: Any
    facts: dict[str, Any]
    texts: dict[str, bytes]
    personal: dict[str, str]
    people: dict[str, str] = {}


def take_in(form: type[Any], raw: Mapping[str, Any], pseudonym: Callable[[str], str] | None = None) -> Intake:
    """Read raw facts into an `Intake`; raises `ManyFaults` with every field that is wrong or holds personal data.

    ``pseudonym`` gives the name that a subject has in the matter. Without it people stay as they were named, which is
    for registers only.
    """
    struct = read(form, raw)
    facts = plain(struct)
    texts: dict[str, bytes] = {}
    personal: dict[str, str] = {}
    people: dict[str, str] = {}
    faults: list[LinliError] = []
    if pseudonym is not None:
        _name(fields(form), facts, pseudonym, people)
    for field in fields(form):
        value = facts.get(field.name)
        if not value or field.mark is Mark.SECRET:
            continue
        if field.mark is Mark.PERSONAL:
            if value == SEALED + field.name:  # given before and kept: it stays where it was sealed
                continue
            personal[field.name] = str(value)
            facts[field.name] = SEALED + field.name
        elif field.mark is Mark.PERSON:
            continue
        elif field.widget is Widget.TEXT:
            if not _refers(str(value)):
                data = str(value).encode()
                texts[digest(data)] = data
                facts[field.name] = DOCUMENT + digest(data)
        else:
            faults.extend(_personal_data(field, value))
    if faults:
        raise ManyFaults(faults)
    acted_on = msgspec.convert(facts, form, str_keys=True)
    return Intake(acted_on, without_secrets(form, facts), texts, personal, people)


def _name(
    known: Sequence[Field], facts: dict[str, Any], pseudonym: Callable[[str], str], people: dict[str, str]
) -> None:
    """Put the matter's pseudonym wherever a person is named, in tables too; who has one already keeps it."""
    for field in known:
        value = facts.get(field.name)
        if not value:
            continue
        if field.columns:
            for row in value:
                _name(field.columns, row, pseudonym, people)
        elif field.mark is Mark.PERSON and not value.startswith(WHO):
            facts[field.name] = WHO + pseudonym(value)
            people[facts[field.name]] = value


def _refers(said: str) -> bool:
    """Whether a text stands for a document; whatever else begins like one is a text and is kept as a text."""
    hash = said.removeprefix(DOCUMENT)
    return said.startswith(DOCUMENT) and len(hash) == 64 and _HEX.issuperset(hash)


def _personal_data(field: Field, value: Any) -> Iterator[LinliError]:
    """A fault for each piece of personal data in a field that goes into the step."""
    for said in _strings(value):
        for hit in scan(said):
            yield BadInput(
                f"“{field.title}”里像是有个人信息（{_KINDS[hit.kind]}）",
                where=field.name,
                cure="请删去，或填到标明“个人信息”的一栏",
            )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _strings(each)
