"""The API against its own description: whatever is sent to any address, the answer is never an error of ours."""

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error

from linli_functions.api import LIMITS, document_ways, judge_ways, matter_ways
from linli_functions.openapi import openapi
from tests.functions.offices import Office, deployment

WAYS = [*judge_ways(LIMITS, lambda: 0.0), *matter_ways(LIMITS, lambda: 0.0), *document_ways()]
DOCUMENT = openapi(deployment(), WAYS, "/dongcheng/api/v1")
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]

few = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Office:
    return Office(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def described(office):
    return schemathesis.openapi.from_asgi(f"{office.base}/openapi.json", office.app)


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[f"{m.upper()} {p}" for p, m in OPERATIONS])
def test_whatever_is_sent_the_answer_is_no_error_of_ours(described, office, path, method):
    tokens = [
        "",
        *(office.identity.token(who, office.slug) for who in ("clerk", "reviewer", "administrator")),
    ]

    @few
    @given(described[path][method.upper()].as_strategy())
    def send(case):
        for token in tokens:
            case.headers = {**(case.headers or {}), **({"authorization": f"Bearer {token}"} if token else {})}
            answer = case.call()
            case.validate_response(answer, checks=[not_a_server_error])
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == ["application/problem+json"]
                assert {"type", "title", "status", "detail", "where", "cure"} <= set(answer.json())

    send()


def test_the_description_is_openapi_and_names_every_form(described):
    described.validate()
    schemas = DOCUMENT["components"]["schemas"]
    assert {"AccessRequest", "Refusal", "BurdenNote", "Verification", "Problem"} <= set(schemas)
    assert "/moments/access.submit/judge" in DOCUMENT["paths"]
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_write_is_described_with_its_key_and_who_may(described):
    for path, methods in DOCUMENT["paths"].items():
        for method, told in methods.items():
            named = {parameter["name"] for parameter in told["parameters"]}
            writes = method in ("post", "put", "delete") and not path.endswith("/judge")
            assert ("Idempotency-Key" in named) == writes, (method, path)
            assert not writes or told["security"], (method, path)
