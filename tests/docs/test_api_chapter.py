"""The chapter on the API against the OpenAPI document of a deployment, its limits, and its codes of errors."""

import json
import re
from functools import cache

import msgspec
from starlette.applications import Starlette
from starlette.testclient import TestClient

from linli.deployment import Deployment, load
from linli.errors import LinliError
from linli_functions import refusals
from linli_functions.api import LIMITS, Limits, document_ways, judge_app, judge_ways, matter_ways
from linli_functions.bodies import DOCUMENT_LIMIT, JSON_LIMIT
from linli_functions.openapi import openapi
from linli_functions.visits import KEY_LENGTH
from tests.docs.chapters import ROOT, blocks, read

TEXT = read("api.md")
_ROW = re.compile(r"^\| (GET|POST|PUT|DELETE) \| `([^`]+)` \| (.*?) \| (yes)? ?\| ?(.*?) ?\|$", re.MULTILINE)
_ERROR = re.compile(r"^\| (\d{3}) \| (.+?) \|", re.MULTILINE)


@cache
def chongchuan() -> Deployment:
    return load(ROOT / "infra" / "deployments" / "chongchuan.toml")


def _still() -> float:
    return 0.0


def test_the_table_has_every_way_of_the_openapi_document() -> None:
    ways = [*judge_ways(LIMITS, _still), *matter_ways(LIMITS, _still), *document_ways()]
    document = openapi(chongchuan(), ways, "/")
    moments = "|".join(re.escape(moment) for moment in chongchuan().moments)
    described = {
        (method.upper(), re.sub(rf"/moments/({moments})/", "/moments/{moment}/", path))
        for path, methods in document["paths"].items()
        for method in methods
    }
    told = {(row[0], row[1]) for row in _ROW.findall(TEXT)}
    assert told == described | {("GET", "/openapi.json")}


def test_the_table_says_of_each_way_who_may_and_what_is_asked() -> None:
    ways = [*judge_ways(LIMITS, _still), *matter_ways(LIMITS, _still), *document_ways()]
    told = {(row[0], row[1]): (bool(row[3]), re.findall(r"`(\w+)`", row[4])) for row in _ROW.findall(TEXT)}
    for way in ways:
        assert told[way.method, way.path] == (way.signed_in, [name for name, _ in way.query]), way.path
        if way.method != "GET" and way.status != 200:
            assert str(way.status) in _row(way.method, way.path)


def _row(method: str, path: str) -> str:
    return next(row[2] for row in _ROW.findall(TEXT) if row[:2] == (method, path))


def test_the_figures_of_the_text_are_those_of_the_code() -> None:
    limits = Limits()
    said = " ".join(TEXT.split())
    assert (
        f"{limits.judge_per_minute} judgements and {limits.receipts_per_minute} tries of receipt codes"
        in said
    )
    assert f"bursts of {limits.judge_burst} and {limits.receipts_burst}" in said
    assert f"1 to {KEY_LENGTH} visible characters" in said
    assert f"{JSON_LIMIT // 2**20} MiB of JSON or {DOCUMENT_LIMIT // 2**20} MiB of a document" in said


def test_every_error_code_that_callers_meet_is_told_with_its_status() -> None:
    told = {
        (int(status), code)
        for status, codes in _ERROR.findall(TEXT)
        for code in re.findall(r"`([\w-]+)`", codes)
    }
    classes = [each for each in (LinliError, *_below(LinliError)) if _meets_callers(each.__module__)]
    # Of status 500 nothing is told but that it was not foreseen.
    raised = {(each.status, each.code) for each in classes if each.status != 500} | {(500, "unexpected")}
    assert vars(refusals)["TooMany"] in classes
    assert told == raised


def _meets_callers(module: str) -> bool:
    """Errors of the kernel and the functions; the demo's building, deploying, a plugin's command may have more."""
    apart = (".demo", ".deploying")
    return module.split(".")[0] in ("linli", "linli_functions") and not any(each in module for each in apart)


def _below(kind: type[LinliError]) -> list[type[LinliError]]:
    # These have errors of their own.
    import linli.store_refusals
    import linli.vault
    import linli.vault_kms  # noqa: F401

    return [each for below in kind.__subclasses__() for each in (below, *_below(below))]


def test_the_example_answers_as_the_text_says() -> None:
    call = blocks(TEXT, "")[0].text
    address = re.search(r"'http://127\.0\.0\.1:8000(\S+)'", call)
    body = re.search(r"-d '(.+)'", call)
    assert address is not None and body is not None
    app: Starlette = judge_app(chongchuan())
    answered = TestClient(app).post(address[1], json=json.loads(body[1]))
    assert answered.status_code == 200
    told = msgspec.json.decode(answered.content)
    assert told["verdict"] == "incomplete"
    assert {"rule", "reason", "cure", "cites", "values"} <= set(told["findings"][0])
    assert told["unread"]
