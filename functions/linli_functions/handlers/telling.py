"""What a function tells of its calls: a line of JSON for each, and one for each error. No person is in either.

The line of a call is of CloudWatch's embedded metric format, which turns its figures into metrics of the namespace
``Linli`` by deployment and function. It holds what we counted or made ourselves and nothing that a caller sent: no
path, no address, no header. Of an error the type, the code and the places in the code are told; what it says only
where it speaks of services and configuration, and redacted. What is raised to the cloud, which logs it, is told the
same way.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import msgspec

NAMESPACE = "Linli"
Handler = Callable[[Any, Any], dict[str, Any]]

REQUESTS, REFUSALS, ERRORS, DURATION = "Requests", "Refusals", "Errors", "Duration"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_OF_SERVICES = frozenset({"load-fault", "store-failed", "store-unanswered", "key-service-silent", "conflict"})
"""Codes of errors whose words are of services and configuration."""

_PLAIN = re.compile(r"[A-Za-z0-9._:/#-]{1,100}")
_FRAMES = 12


class CallFailed(Exception):
    """A call failed. It says what may be logged; the line of the error has the rest."""


def telling(function: str, figures: Mapping[str, str] | None = None) -> Callable[[Handler], Handler]:
    """Have a handler tell of its calls; ``figures`` are names of metrics by the keys of its answer.

    A handler raises nothing but `CallFailed`.
    """

    def around(handler: Handler) -> Handler:
        first = True

        @wraps(handler)
        def told(event: Any, context: Any) -> dict[str, Any]:
            nonlocal first
            cold, first = first, False
            call = {"function": function, "call": str(getattr(context, "aws_request_id", ""))}
            began = time.perf_counter()
            with _heard(call):
                try:
                    answer = handler(event, context)
                except Exception as error:
                    _write({"level": "error", **call, **described(error)})
                    spent = time.perf_counter() - began
                    _write(_line(call, event, {}, figures or {}, spent, cold, failed=True))
                    raise CallFailed(_spoken(error)) from None
                spent = time.perf_counter() - began
                _write(_line(call, event, answer, figures or {}, spent, cold))
                return answer

        return told

    return around


def described(error: BaseException) -> dict[str, Any]:
    """What may be told of an error."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    told: dict[str, Any] = {
        "error": type(error).__name__,
        "at": [f"{_short(each.filename)}:{each.lineno} {each.name}" for each in frames],
    }
    if code := getattr(error, "code", None):
        told["code"] = str(code)
    if code in _OF_SERVICES:
        told["said"] = _redacted(str(error))
    if (because := error.__cause__) is not None:
        told["because"] = type(because).__name__
    return told


def _spoken(error: BaseException) -> str:
    code = getattr(error, "code", type(error).__name__)
    return f"{code}: {_redacted(str(error))}" if code in _OF_SERVICES else str(code)


def _line(
    call: Mapping[str, str],
    event: Any,
    answer: Mapping[str, Any],
    figures: Mapping[str, str],
    spent: float,
    cold: bool,
    failed: bool = False,
) -> dict[str, Any]:
    status = answer.get("statusCode")
    counted: dict[str, float] = {
        REQUESTS: 1,
        REFUSALS: int(isinstance(status, int) and 400 <= status < 500),
        ERRORS: int(failed or (isinstance(status, int) and status >= 500)),
        DURATION: round(spent * 1000, 1),
        **{name: _count(answer.get(key)) for key, name in figures.items() if key in answer},
    }
    metrics = [
        {"Name": name, "Unit": "Milliseconds" if name == DURATION else "Count"} for name in sorted(counted)
    ]
    told: dict[str, Any] = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {"Namespace": NAMESPACE, "Dimensions": [["deployment", "function"]], "Metrics": metrics}
            ],
        },
        "level": "info",
        "deployment": Path(os.environ.get("LINLI_DEPLOYMENT", "none")).stem,
        **call,
        "cold": cold,
        **counted,
    }
    if status is not None:
        told["status"] = status
        told["request"] = str((answer.get("headers") or {}).get("x-request-id", ""))
        told["method"] = _method(event)
    return told


def _count(value: Any) -> float:
    return value if isinstance(value, int | float) else len(value)


def _method(event: Any) -> str:
    try:
        said = event["requestContext"]["http"]["method"]
    except (KeyError, TypeError):
        return ""
    return said if said in _METHODS else "other"


# What the code says through its logger


@contextmanager
def _heard(call: Mapping[str, str]) -> Iterator[None]:
    """Write what is logged during a call as lines of ours, and let no other handler see it."""
    logger, lines = logging.getLogger("linli"), _Lines(call)
    before = logger.propagate
    logger.addHandler(lines)
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = before
        logger.removeHandler(lines)


class _Lines(logging.Handler):
    def __init__(self, call: Mapping[str, str]) -> None:
        super().__init__()
        self._call = call

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record with what may be told of its arguments and its error."""
        arguments = record.args if isinstance(record.args, tuple) else (record.args,)
        told = {"level": record.levelname.lower(), **self._call}
        told["said"] = str(record.msg) % tuple(map(_argument, arguments)) if record.args else str(record.msg)
        error = record.exc_info[1] if record.exc_info else None
        _write(told if error is None else {**told, **described(error), "said": told["said"]})


def _argument(value: object) -> str:
    if isinstance(value, BaseException):
        return str(getattr(value, "code", type(value).__name__))
    return _redacted(str(value)) if _PLAIN.fullmatch(str(value)) else "…"


def _redacted(text: str) -> str:
    from linli.personal_data import redact

    return redact(text)[:500]


def _short(path: str) -> str:
    parts = Path(path).parts
    return "/".join(parts[-2:])


def _write(line: Mapping[str, Any]) -> None:
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()
