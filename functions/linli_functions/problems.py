"""Errors as ``application/problem+json`` (RFC 9457): what is wrong, where, what helps, and every fault at once.

What was not raised on purpose says nothing of the inside: only a request id, under which the log has the rest. That
a service failed or did not answer is told by its code, because what to do differs: try again, or repeat it with the
same key.
"""

from __future__ import annotations

from typing import Any

import msgspec

from linli.errors import LinliError, ManyFaults
from linli_functions.refusals import TooMany
from linli_functions.replies import Reply

PROBLEM = "application/problem+json"
UNEXPECTED = "unexpected"

_TITLES = {
    400: "读不懂请求",
    401: "需要登录",
    403: "没有权限",
    404: "没有找到",
    405: "不能这样请求",
    409: "现在不能办理",
    410: "已经删除",
    413: "内容太大",
    415: "格式不对",
    422: "填写有误",
    429: "请求太频繁",
    500: "系统出错",
    503: "暂时不能办理",
    504: "不知道是否办成",
}


def title_of(status: int) -> str:
    """What a status is called, in the reader's language."""
    return _TITLES.get(status, "出错了")


def problem(error: LinliError, request_id: str = "") -> Reply:
    """The answer to an error. One of the inside (status 500) tells its request id and nothing else."""
    if error.status >= 500:
        return unexpected(request_id, error.status, error.code if error.status > 500 else UNEXPECTED)
    body: dict[str, Any] = {
        "type": f"urn:linli:problem:{error.code}",
        "title": title_of(error.status),
        "status": error.status,
        "detail": error.message,
        "where": error.where,
        "cure": error.cure,
    }
    if error.basis:
        body["basis"] = error.basis
    if isinstance(error, ManyFaults):
        body["faults"] = [_fault(each) for each in error.faults]
    headers = {"retry-after": str(error.after)} if isinstance(error, TooMany) else {}
    if error.status == 401:
        headers["www-authenticate"] = 'Bearer realm="linli"'
    return _answer(body, headers)


def _fault(error: LinliError) -> dict[str, str]:
    told = {"where": error.where, "message": error.message, "cure": error.cure}
    return {**told, "basis": error.basis} if error.basis else told


def refused(status: int, headers: dict[str, str] | None = None) -> Reply:
    """The answer to a request that no route takes: 404 or 405."""
    body = {"type": "about:blank", "title": title_of(status), "status": status, "detail": title_of(status)}
    return _answer({**body, "where": "", "cure": "见 openapi.json"}, headers or {})


def unexpected(request_id: str, status: int = 500, code: str = UNEXPECTED) -> Reply:
    """The answer to what was not foreseen, or to a service that failed: a request id and no word of the inside."""
    unknown = status == 504
    again = "请用同一个 Idempotency-Key 再试一次" if unknown else "请稍后再试"
    body = {
        "type": f"urn:linli:problem:{code}",
        "title": title_of(status),
        "status": status,
        "detail": "存储没有答复，这次请求可能办成了" if unknown else "系统出错，这次请求没有办成",
        "where": "",
        "cure": f"{again}；仍不行请告知编号 {request_id}",
        "request_id": request_id,
    }
    return _answer(body, {"retry-after": "5"} if status > 500 else {})


def _answer(body: dict[str, Any], headers: dict[str, str]) -> Reply:
    return Reply(
        msgspec.json.encode(body),
        body["status"],
        {"cache-control": "no-store", **headers},
        PROBLEM,
    )
