"""The ways of the API to documents: hand one in, get one."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from linli.documents import Document, Visibility, add_document, find_document, read_document, read_text
from linli.errors import BadInput
from linli_functions.answers import answer
from linli_functions.bodies import DOCUMENT_LIMIT
from linli_functions.replies import Reply
from linli_functions.visits import Visit, Way

TEXT = "text/plain; charset=utf-8"


def ways() -> list[Way]:
    """The ways."""
    return [
        Way(
            method="POST",
            path="/documents",
            answer=upload,
            title="上传文件",
            writes=True,
            signed_in=True,
            media="application/octet-stream",
            limit=DOCUMENT_LIMIT,
            query=(
                ("name", "文件名"),
                ("visibility", "public、internal 或 personal，默认 internal"),
                ("matter", "属于哪一件事"),
                ("until", "保存到哪一天"),
            ),
            status=201,
        ),
        Way(
            method="GET",
            path="/documents/{hash}",
            answer=download,
            title="取文件",
            result_media="application/octet-stream",
            query=(("matter", "文字材料所在的事项"), ("reason", "查看含个人信息的文件的理由")),
        ),
    ]


def upload(visit: Visit) -> Reply:
    """Keep a document; the same again changes nothing."""
    visit.key()
    named = visit.query.get("visibility", Visibility.INTERNAL.value)
    try:
        visibility = Visibility(named)
    except ValueError:
        raise BadInput(
            f"没有“{named[:30]}”", where="visibility", cure="可以是 public、internal、personal"
        ) from None
    document = add_document(
        visit.service,
        visit.body,
        visit.query.get("name", ""),
        visibility,
        visit.person,
        matter=visit.query.get("matter", ""),
        until=visit.day("until"),
    )
    return answer(_told(document), 201, location=f"documents/{document.hash}")


def download(visit: Visit) -> Reply:
    """Give a document to those who may see it; with ``matter`` a text that stands in that matter's facts."""
    service, person, hash = visit.service, visit.visitor, visit.path["hash"]
    if matter := visit.query.get("matter", ""):
        return _file(read_text(service, matter, hash, person), TEXT, f"{hash[:12]}.txt", private=True)
    document = find_document(service, hash, person)
    data = read_document(service, document, person, visit.query.get("reason", ""))
    private = document.visibility is not Visibility.PUBLIC
    return _file(data, document.media_type, document.name, private=private)


def _told(document: Document) -> dict[str, object]:
    kept = ("hash", "name", "kind", "size", "visibility", "matter", "until", "added")
    told = msgspec.structs.asdict(document)
    return {"media_type": document.media_type, **{name: told[name] for name in kept}}


def _file(data: bytes, media: str, name: str, *, private: bool) -> Reply:
    headers = {
        # Handed over as a file and never shown in our own pages: whatever is in it, it does not run here.
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "no-store" if private else "public, max-age=300",
    }
    return Reply(data, 200, headers, media)
