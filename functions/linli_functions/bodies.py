"""Bodies: read up to a limit and not a byte further, then decoded by msgspec."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from linli.errors import BadInput
from linli_functions.refusals import Malformed, TooLarge, WrongMedia

if TYPE_CHECKING:  # whoever makes an answer need not wait for starlette
    from starlette.requests import Request

T = TypeVar("T")

JSON_LIMIT = 2**20
"""The largest JSON body, in bytes."""
DOCUMENT_LIMIT = 10 * 2**20
"""The largest document, in bytes."""


async def read_body(request: Request, limit: int) -> bytes:
    """The body of a request; raises `TooLarge` as soon as it is known to be larger than the limit."""
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and len(stated) < 20 and int(stated) > limit:
        raise too_large(limit)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:  # the stated length was none, or a lie
            raise too_large(limit)
        parts.append(part)
    return b"".join(parts)


def decode_json(body: bytes, kind: type[T], media: str) -> T:
    """A JSON body as a struct; raises `WrongMedia`, `Malformed`, or `BadInput` naming the field."""
    if media.partition(";")[0].strip().lower() not in ("application/json", ""):
        raise WrongMedia("只接受 JSON", where="Content-Type", cure="Content-Type 写 application/json")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        raise BadInput(
            f"格式不对：{message}", where=path.strip("`$.") or "正文", cure="见 openapi.json"
        ) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Malformed(
            f"不是合格的 JSON：{error}", where="正文", cure="检查引号、逗号和编码（UTF-8）"
        ) from None


def too_large(limit: int) -> TooLarge:
    """The refusal of a body of more than ``limit`` bytes."""
    return TooLarge(f"内容超过 {limit // 2**20} MiB", where="正文", cure="请分成几次提交，或压缩后再试")
