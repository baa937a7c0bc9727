"""Documents: files that belong to matters, by the hash of their bytes, with who may see them and for how long.

The bytes are known by their content, not by their name; pictures lose what cameras hide in them. A *public* document
is anybody's, an *internal* one that of those who see the inside of its matter, a *personal* one is sealed under the
key of the resident who handed it in, or under its own where staff did, and every opening is logged with its reason.

========== ============================= ================================
index      key                           value
========== ============================= ================================
documents  ``<hash>/<matter>/<who>``     the `Document`
retention  ``<day>/<hash>/<matter>/<who>`` documents by the day they go
========== ============================= ================================
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct, structs

from linli.appointments import Person
from linli.canonical import canonical, digest
from linli.errors import BadInput, Forbidden, LinliError, ManyFaults, NotFound
from linli.forms import Widget, fields
from linli.images import Kind, file_kind, strip_metadata
from linli.intake import DOCUMENT
from linli.personal_data import scan
from linli.posts import RESIDENT
from linli.service import Service
from linli.store import Commit, Row
from linli.vault import Ref
from linli.writing import PEOPLE, about

DOCUMENTS, RETENTION = "documents", "retention"
LIMIT = 10 * 2**20
"""The largest document, in bytes."""
NAME_LENGTH = 120

_HEX = frozenset("0123456789abcdef")


class Visibility(StrEnum):
    """Who may see a document."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"


class Document(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a document. ``size`` in bytes; ``until`` the last day on which it is kept (None: no end).

    ``by`` is a pseudonym of whoever handed it in; ``sealed_for`` whose key a personal one lies under.
    """

    hash: str
    name: str
    kind: Kind
    size: int
    visibility: Visibility
    added: date
    matter: str
    by: str
    until: date | None = None
    sealed_for: str = ""

    @property
    def media_type(self) -> str:
        """The media type to serve it with."""
        return self.kind.media_type

    def kept(self, on: date) -> bool:
        """Whether it is still kept on a day."""
        return self.until is None or on <= self.until


def add_document(
    service: Service,
    data: bytes,
    name: str,
    visibility: Visibility,
    person: Person,
    *,
    matter: str = "",
    until: date | None = None,
) -> Document:
    """Keep a document of a matter, or of a matter to be where none is named; the same again changes nothing.

    A public one needs a matter in which the person acts, and a text is searched for personal data. Raises `BadInput`
    for a file that is empty, too large, of another kind than its name says or with personal data; `Forbidden` for
    someone who does not act in the matter.
    """
    today = service.clock.today()
    if len(data) > LIMIT:
        raise BadInput(f"文件超过 {LIMIT // 2**20} MiB", where="文件", cure="请压缩或分成几个文件")
    title = _checked_name(name)
    kind = file_kind(data, title)
    if until is not None and until < today:
        raise BadInput("保存期限已经过了", where="until", cure="填今天或以后的日期，不填表示长期")
    if matter and not service.sees_internal(service.matter(matter), person):
        raise Forbidden("您的岗位不能给这件事添加文件", where="matter")
    if visibility is Visibility.PUBLIC:
        if not matter:
            raise BadInput("公开的文件要写明属于哪一件事", where="matter")
        _no_personal_data(data, kind)
    if not matter and not person.appointments:
        raise Forbidden("没有任职，不能上传文件", where="appointments", cure="请与系统管理员联系")
    if kind.is_image:
        data = strip_metadata(data)
    document = Document(
        hash=digest(data),
        name=title,
        kind=kind,
        size=len(data),
        visibility=visibility,
        added=today,
        matter=matter,
        by=_who(service, person),
        until=until,
    )
    rows: list[Row] = []
    if visibility is Visibility.PERSONAL:
        at = _sealed_at(document)
        # As with fields: a resident's own go with the resident, what staff hand in has a key of its own.
        own = person.posts() <= {RESIDENT.id}
        document = structs.replace(document, sealed_for=person.subject if own else about(*at))
        service.desk.vault.seal(document.sealed_for, *at, base64.b64encode(data).decode())
        if not own:
            rows.append(Row(PEOPLE, "/".join(at), document.sealed_for.encode()))
    else:
        service.store.put_blob(data)
    rows.append(Row(DOCUMENTS, _key(document), canonical(document)))
    earlier = service.store.row(DOCUMENTS, _key(document))
    if earlier is not None and (was := msgspec.json.decode(earlier, type=Document)).until not in (
        None,
        until,
    ):
        rows.append(Row(RETENTION, f"{was.until}/{_key(document)}", None))
    if until is not None:
        rows.append(Row(RETENTION, f"{until}/{_key(document)}"))
    service.store.commit(Commit(rows=tuple(rows)))
    return document


def find_document(service: Service, hash: str, person: Person | None) -> Document:
    """A document of that hash that the person (None: the public) may see.

    Raises `NotFound`, with the same words where there is none and where there is one that may not be seen.
    """
    today = service.clock.today()
    for document in documents_of(service, hash):
        if document.kept(today) and _may_see(service, document, person):
            return document
    raise _missing()


def documents_of(service: Service, hash: str) -> list[Document]:
    """Everything that is known of the bytes of a hash: the same file may have been handed in twice."""
    if not _is_hash(hash):
        return []
    rows = service.store.rows(DOCUMENTS, f"{hash}/", f"{hash}0")
    return [msgspec.json.decode(row.value or b"", type=Document) for row in rows]


def read_document(service: Service, document: Document, person: Person | None, reason: str = "") -> bytes:
    """The bytes of a document that was found; the opening of a personal one is logged with its reason.

    Raises `BadInput` where a reason is missing, `NotFound` where the bytes were taken down.
    """
    if not document.sealed_for:
        data = service.store.blob(document.hash)
        if data is None:
            raise _missing()
        return data
    if person is None:
        raise _missing()
    if not reason.strip():
        raise BadInput("查看含个人信息的文件要写明理由", where="reason", cure="例如 reason=核对申请材料")
    reader = service.desk.pseudonym(person.subject, "vault-readers")
    ref = Ref(document.sealed_for, *_sealed_at(document))
    sealed = service.desk.vault.open(ref, reader=reader, reason=reason, at=service.clock.now())
    return base64.b64decode(sealed)


def read_text(service: Service, matter: str, hash: str, person: Person | None) -> bytes:
    """A text that stands in a matter's facts as ``doc:<hash>``, for those who see the inside of the matter."""
    found = service.matter(matter)
    if not service.sees_internal(found, person) or hash not in _texts_in(step.facts for step in found.steps):
        raise _missing()
    data = service.store.blob(hash)
    if data is None:
        raise _missing()
    return data


def may_refer(service: Service, form: type, facts: Mapping[str, Any], matter: str, person: Person) -> None:
    """Raise `ManyFaults` where facts refer to documents that the person may not see.

    Without this a hash that someone read somewhere would open what lies behind it. A matter may go on referring to
    what it refers to already.
    """
    faults: list[LinliError] = []
    known: frozenset[str] | None = None
    for field in fields(form):
        said = facts.get(field.name)
        if field.widget not in (Widget.TEXT, Widget.DOCUMENT) or not isinstance(said, str) or not said:
            continue
        if field.widget is Widget.TEXT and not said.startswith(DOCUMENT):
            continue
        hash = said.removeprefix(DOCUMENT)
        if known is None:
            known = _known_in(service, matter, person)
        if hash in known:
            continue
        try:
            find_document(service, hash, person)
        except NotFound:
            cure = "请先上传文件，再填上传后得到的编号"
            faults.append(
                BadInput(f"“{field.title}”指的文件不存在，或您不能查看", where=field.name, cure=cure)
            )
    if faults:
        raise ManyFaults(faults)


def take_down_expired(service: Service, limit: int = 500) -> list[Document]:
    """Take down what is kept no longer, at most ``limit`` documents, and return them; for the clock.

    The bytes go with the last document that has them. Those of a plain text stay where they are, unreachable: a step
    may hold the same text by the same hash, and no index says which.
    """
    today = service.clock.today().isoformat()
    gone: list[Document] = []
    for row in service.store.rows(RETENTION, "", today, limit):
        key = row.key.split("/", 1)[1]
        stored = service.store.row(DOCUMENTS, key)
        rows = [Row(RETENTION, row.key, None)]
        if stored is not None:
            document = msgspec.json.decode(stored, type=Document)
            if document.kept(service.clock.today()):
                continue
            rows.append(Row(DOCUMENTS, key, None))
            gone.append(document)
        service.store.commit(Commit(rows=tuple(rows)))
        if stored is not None and not documents_of(service, document.hash) and document.kind is not Kind.TXT:
            service.store.delete_blob(document.hash)
    return gone


def _may_see(service: Service, document: Document, person: Person | None) -> bool:
    if document.visibility is Visibility.PUBLIC:
        return True
    if person is None:
        return False
    if document.by == _who(service, person):
        return True
    return bool(document.matter) and service.sees_internal(service.matter(document.matter), person)


def _known_in(service: Service, matter: str, person: Person) -> frozenset[str]:
    """The hashes that a matter's steps hold already, for someone who sees the inside of it."""
    if not matter:
        return frozenset()
    found = service.matter(matter)
    if not service.sees_internal(found, person):
        return frozenset()
    said = {each for step in found.steps for each in step.facts.values() if isinstance(each, str)}
    return frozenset(each.removeprefix(DOCUMENT) for each in said if _is_hash(each.removeprefix(DOCUMENT)))


def _texts_in(facts: Iterator[dict[str, Any]]) -> frozenset[str]:
    said = {each for held in facts for each in held.values() if isinstance(each, str)}
    return frozenset(each.removeprefix(DOCUMENT) for each in said if each.startswith(DOCUMENT))


def _no_personal_data(data: bytes, kind: Kind) -> None:
    if kind not in (Kind.TXT, Kind.CSV):
        return  # what a scan cannot read, a person reviews before it is marked as public
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if scan(text):
            raise BadInput("要公开的文件里像是有个人信息", where="文件", cure="请删去，或改为不公开")
        return


def _checked_name(name: str) -> str:
    title = name.strip()
    # What browsers and spreadsheets make of a name is their affair; a path or a control character is none.
    if not title or len(title) > NAME_LENGTH or not title.isprintable() or set(title) & set('/\\:*?"<>|'):
        raise BadInput(
            "文件名不能用", where="name", cure=f'不超过 {NAME_LENGTH} 个字，不带 / \\ : * ? " < > |'
        )
    if scan(title):
        raise BadInput("文件名里像是有个人信息", where="name", cure="请改一个名字")
    return title


def _sealed_at(document: Document) -> tuple[str, str]:
    return document.matter or "documents", f"document.{document.hash}"


def _who(service: Service, person: Person) -> str:
    return service.desk.pseudonym(person.subject, DOCUMENTS)


def _key(document: Document) -> str:
    return f"{document.hash}/{document.matter}/{document.by}"


def _is_hash(said: str) -> bool:
    return len(said) == 64 and set(said) <= _HEX


def _missing() -> NotFound:
    return NotFound("没有这份文件，或您不能查看", where="document")


__all__: Sequence[str] = [
    "LIMIT",
    "Document",
    "Visibility",
    "add_document",
    "documents_of",
    "find_document",
    "may_refer",
    "read_document",
    "read_text",
    "take_down_expired",
]
