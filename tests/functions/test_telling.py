"""What functions tell of their calls: a line of metrics each, request ids, and no person, whatever came in."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linli.errors import Corrupt, LinliError, LoadFault
from linli.personal_data import scan
from linli.store_refusals import StoreFailed, Unanswered
from linli_functions.handlers import clock, documents, judge, matters, publish, setting, workbench
from linli_functions.handlers.telling import CallFailed, telling
from linli_functions.problems import problem
from tests.functions.offices import APPLICATION, INFRA, TOP

NAME, ID, PHONE, CARD = "欧阳春晓", "11010519491231002X", "13800138000", "6222021234567890128"
PLATE, MAIL, PINYIN, ADDRESS = "京A12345", "ouyang@example.com", "ouyangchunxiao", "203.0.113.77"
PLANTED = (NAME, ID, PHONE, CARD, PLATE, MAIL, PINYIN, ADDRESS)
PERSON = " ".join(PLANTED)
HANDLERS = {"judge": judge, "matters": matters, "documents": documents, "workbench": workbench}


class Context:
    aws_request_id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"


@pytest.fixture
def functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Functions of a deployment in a home folder, that know nothing yet."""
    monkeypatch.setenv("LINLI_DEPLOYMENT", str(INFRA / "deployments" / "dongcheng.toml"))
    monkeypatch.setenv("LINLI_HOME", str(tmp_path))
    personas = tmp_path / "personas.toml"
    persona = f'[[personas]]\nsubject = "{PINYIN}"\ntitle = "{NAME}"\ndeployment = "dongcheng"\n'
    personas.write_text(persona, "utf-8")
    monkeypatch.setenv("LINLI_DEMO", "1")
    monkeypatch.setenv("LINLI_PERSONAS", str(personas))
    known = [setting.deployment, setting.service, setting.identity, setting.keys, publish._site]
    known += [each._adapter for each in HANDLERS.values()]
    for each in known:
        each.cache_clear()
    yield
    if setting.service.cache_info().currsize:
        setting.service().store.close()
    for each in known:
        each.cache_clear()


def event(method: str, path: str, body: Any = None, *, token: str = f"{ID}.{PHONE}.{CARD}") -> dict[str, Any]:
    """An event of an HTTP API with a person in every field that a caller has a hand in."""
    whole = f"/dongcheng/{'desk' if path.startswith('/login') else 'api/v1'}{path}"
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": whole,
        "rawQueryString": f"q={PHONE}&name={PINYIN}",
        "cookies": [f"linli={PINYIN}", f"other={ID}"],
        "headers": {
            "host": f"{PINYIN}.example.cn",
            "content-type": "application/json",
            "user-agent": f"{PINYIN} {PHONE}",
            "referer": f"https://example.cn/{ID}",
            **({"authorization": f"Bearer {token}"} if token else {}),
            "idempotency-key": PHONE,
            "x-request-id": PHONE,
            "x-amzn-trace-id": PINYIN,
            "x-forwarded-for": ADDRESS,
            PINYIN: PERSON.encode().decode("latin-1"),
        },
        "requestContext": {
            "accountId": "123456789012",
            "http": {"method": method, "path": whole, "sourceIp": ADDRESS, "userAgent": PINYIN},
            "requestId": "JKJaXmPLvHcESHA=",
            "stage": "$default",
        },
        "body": json.dumps(body if body is not None else {}),
        "isBase64Encoded": False,
    }


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was told, line by line; there is no person in it, and nothing on the other stream."""
    out, err = capsys.readouterr()
    assert err == ""
    for planted in PLANTED:
        assert planted not in out
    assert scan(out.replace('"Timestamp":', '"amount":')) == ()
    return [json.loads(line) for line in out.splitlines()]


def everywhere(value: Any) -> Any:
    """Facts with a person in every text and every number."""
    if isinstance(value, dict):
        return {key: everywhere(each) for key, each in value.items()}
    if isinstance(value, list):
        return [everywhere(each) for each in value]
    return int(PHONE) if isinstance(value, int) else PERSON


@pytest.mark.parametrize(
    ("name", "method", "path", "body"),
    [
        ("judge", "POST", "/moments/access.submit/judge", everywhere(APPLICATION)),
        ("judge", "POST", f"/moments/{PINYIN}/judge", APPLICATION),
        ("judge", PINYIN, f"/{PERSON}", None),
        ("matters", "GET", f"/receipts/{PHONE}", None),
        ("matters", "GET", f"/matters/{ID}", None),
        ("matters", "POST", "/matters", everywhere({"procedure": "access", "action": "submit", "facts": {}})),
        (
            "matters",
            "POST",
            "/matters",
            {"procedure": "access", "action": "submit", "place": TOP, "facts": APPLICATION},
        ),
        ("matters", "POST", "/forgettings", {"person": PERSON}),
        ("documents", "POST", "/documents", PERSON),
        ("workbench", "POST", "/login", PERSON),
    ],
)
def test_a_call_tells_its_figures_and_no_person(
    functions: None, capsys: pytest.CaptureFixture[str], name: str, method: str, path: str, body: Any
) -> None:
    own = setting.identity().token(PINYIN, "dongcheng")
    for token in ("", own, f"{ID}.{PHONE}.{CARD}"):
        answer = HANDLERS[name].handler(event(method, path, body, token=token), Context())
        (told,) = (line for line in lines(capsys) if "_aws" in line)
        assert (told["function"], told["deployment"]) == (name, "dongcheng")
        assert (told["call"], told["status"]) == (Context.aws_request_id, answer["statusCode"])
        assert told["request"] == answer["headers"]["x-request-id"] != ""
        assert told["method"] == (method if method != PINYIN else "other")
        assert (told["Requests"], told["Errors"]) == (1, 0)
        assert told["Refusals"] == (400 <= answer["statusCode"] < 500)


def test_the_line_is_of_the_embedded_metric_format(
    functions: None, capsys: pytest.CaptureFixture[str]
) -> None:
    publish.handler({"Records": [{"dynamodb": {"Keys": {"pk": {"S": PERSON}}}}]}, Context())
    clock.handler({"detail": PERSON}, Context())
    for told in lines(capsys):
        assert isinstance(told["_aws"]["Timestamp"], int)
        (directive,) = told["_aws"]["CloudWatchMetrics"]
        assert directive["Namespace"] == "Linli"
        assert directive["Dimensions"] == [["deployment", "function"]]
        assert all(isinstance(told[name], str) for name in directive["Dimensions"][0])
        for metric in directive["Metrics"]:
            assert metric["Unit"] in ("Count", "Milliseconds")
            assert isinstance(told[metric["Name"]], int | float)
        names = {metric["Name"] for metric in directive["Metrics"]}
        assert names >= {"Requests", "Refusals", "Errors", "Duration"}
        more = {"publish": {"StepsPublished", "StepsHeld", "Waiting"}, "clock": {"Settled", "Reminded"}}
        assert names >= more[told["function"]]


class OfASecretKind(LinliError):
    code = "of-a-secret-kind"


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(PERSON),
        KeyError(NAME),
        OSError(5, PERSON, f"/tmp/{PINYIN}"),
        Corrupt(PERSON, where=PERSON, cure=PERSON),
        OfASecretKind(PERSON),
    ],
)
def test_an_error_tells_where_and_not_what(
    functions: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        try:
            int(PERSON)
        except ValueError as first:
            raise error from first

    # Inside the app, which answers 500 …
    monkeypatch.setattr("linli.store_sqlite.SqliteStore.steps", broken)
    answer = matters.handler(event("GET", "/matters/m-1", token=""), Context())
    assert answer["statusCode"] == 500, answer["body"]
    told = lines(capsys)
    assert [line["error"] for line in told if line["level"] == "error"] == [type(error).__name__]
    assert told[-1]["Errors"] == 1
    # … and outside of it, where it goes to the cloud.
    monkeypatch.setattr("linli.publication.publish", broken)
    with pytest.raises(CallFailed) as failed:
        publish.handler({}, Context())
    assert failed.value.__cause__ is None and failed.value.__suppress_context__
    assert str(failed.value) == getattr(error, "code", type(error).__name__)
    told = lines(capsys)
    assert told[0]["at"][-1].endswith("broken") and told[0]["because"] == "ValueError"
    assert told[-1]["Errors"] == 1


def test_an_error_of_a_service_says_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    @telling("publish")
    def handler(event: Any, context: Any) -> dict[str, Any]:
        raise LoadFault(f"机密里没有密钥“log”，{PHONE}", where="LINLI_KEYS")

    with pytest.raises(CallFailed, match=r"load-fault: LINLI_KEYS：机密里没有密钥“log”，〔手机号已隐去〕"):
        handler({}, None)
    told = lines(capsys)
    assert told[0]["said"].startswith("LINLI_KEYS：机密里没有密钥")


def test_what_is_logged_on_the_way_stands_in_a_line_with_the_call(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @telling("matters")
    def handler(event: Any, context: Any) -> dict[str, Any]:
        logger = logging.getLogger("linli")
        logger.warning("token refused at %s: %s", "dongcheng", "expired")
        logger.warning("sign-in of %s by %s failed at %s", NAME, PHONE, MAIL)
        logger.warning("failed: %s", RuntimeError(PERSON))
        return {"statusCode": 200}

    handler({}, Context())
    told = lines(capsys)
    assert [line["said"] for line in told[:-1]] == [
        "token refused at dongcheng: expired",
        "sign-in of … by 〔手机号已隐去〕 failed at …",
        "failed: RuntimeError",
    ]
    assert {line["call"] for line in told} == {Context.aws_request_id}
    assert logging.getLogger("linli").propagate


def test_a_caller_learns_whether_to_try_again_or_to_repeat() -> None:
    for error, code, status in (
        (StoreFailed(PERSON), "store-failed", 503),
        (Unanswered(PERSON), "store-unanswered", 504),
        (Corrupt(PERSON), "unexpected", 500),
    ):
        reply = problem(error, "0011")
        told = json.loads(reply.body)
        assert (told["type"], told["status"]) == (f"urn:linli:problem:{code}", status)
        assert ("Idempotency-Key" in told["cure"]) == (status == 504)
        assert NAME not in reply.body.decode()
