"""The functions behind an HTTP API: real events of payload 2.0 in, answers out, and nothing heavy on the way."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import structs

from linli.registry import find_register, write_entries
from linli_functions.cloud import client
from linli_functions.handlers import clock, documents, judge, matters, publish, setting
from linli_functions.handlers.telling import CallFailed
from linli_functions.keyring import fill
from linli_functions.opening import open_service
from tests.functions.offices import APPLICATION, COMMUNITY, INFRA, TOP, StandingClock, application, deployment
from tests.store import emulators

HEAVY = (
    "jinja2",
    "boto3",
    "linli_site",
    "openpyxl",
    "cryptography",
    "jwt",
    "PIL",
    "segno",
    "markdown_it",
    "uvicorn",
)
BASE = "/dongcheng/api/v1"


def event(method, path, body=None, *, query="", headers=None, binary=None):
    """An event as an HTTP API sends it (payload format 2.0)."""
    raw = json.dumps(body).encode() if body is not None else binary
    encoded = None if raw is None else base64.b64encode(raw).decode() if binary else raw.decode()
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": BASE + path,
        "rawQueryString": query,
        "cookies": [],
        "headers": {
            "host": "abc123.execute-api.cn-north-1.amazonaws.com.cn",
            "content-type": "application/json",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            **({"content-length": str(len(raw))} if raw is not None else {}),
            **(headers or {}),
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc123",
            "domainName": "abc123.execute-api.cn-north-1.amazonaws.com.cn",
            "domainPrefix": "abc123",
            "http": {
                "method": method,
                "path": BASE + path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "curl/8.5.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "02/Mar/2026:09:00:00 +0000",
            "timeEpoch": 1772442000000,
        },
        "body": encoded,
        "isBase64Encoded": bool(binary),
    }


class Context:
    function_name = "linli"
    aws_request_id = "00000000-0000-0000-0000-000000000000"


def body_of(answer):
    raw = answer["body"]
    return json.loads(base64.b64decode(raw) if answer["isBase64Encoded"] else raw)


@pytest.fixture(params=["files", "cloud"])
def home(request, tmp_path, monkeypatch):
    """The environment of a function of a demo, of files or without a home, and handlers that know nothing yet."""
    if request.param == "cloud":
        endpoint = request.getfixturevalue("ministack")
        table = emulators.new_table(endpoint)
        address = f"dynamodb:{table}?region={emulators.REGION}&endpoint={endpoint}"
        monkeypatch.setenv("LINLI_STORE", address)
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "river")
        made = client("secretsmanager", emulators.REGION, endpoint).create_secret(Name=table)
        fill(made["ARN"], randomness=os.urandom)
        monkeypatch.setenv("LINLI_KEYS", made["ARN"])
        site = f"s3://{emulators.new_bucket(endpoint)}/river?region={emulators.REGION}&endpoint={endpoint}"
        monkeypatch.setenv("LINLI_SITE", site)
    else:
        monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))
    personas = tmp_path / "personas.toml"
    personas.write_text(
        '[[personas]]\nsubject = "clerk"\ntitle = "经办人"\ndeployment = "dongcheng"\n', "utf-8"
    )
    for name, value in {
        "LINLI_DEPLOYMENT": str(INFRA / "deployments" / "dongcheng.toml"),
        "LINLI_DEMO": "1",
        "LINLI_PERSONAS": str(personas),
    }.items():
        monkeypatch.setenv(name, value)
    cached = (setting.deployment, setting.service, setting.identity, setting.keys, publish._site)
    adapters = tuple(each._adapter for each in (judge, matters, documents))
    for known in (*cached, *adapters):
        known.cache_clear()
    yield tmp_path / "home"
    if setting.service.cache_info().currsize:
        setting.service().store.close()
    for known in (*cached, *adapters):
        known.cache_clear()


@pytest.fixture
def clerk(home):
    store = os.environ.get("LINLI_STORE", "")
    folder = None if store else home
    service = open_service(deployment(), folder, StandingClock(), store=store, keys=setting.keys())
    row = {
        "id": "1",
        "person": "clerk",
        "post": "department",
        "place": TOP,
        "unit": "区卫健委",
        "since": "2025-01-01",
    }
    write_entries(
        service.desk, find_register(service.desk, "appointments"), [row], StandingClock().today(), "system"
    )
    service.store.close()
    return {"authorization": f"Bearer {setting.identity().token('clerk', 'dongcheng')}"}


def test_the_judge_answers_without_a_store(home):
    query = f"place={COMMUNITY}&on=2026-03-02"
    answer = judge.handler(event("POST", "/moments/access.submit/judge", APPLICATION, query=query), Context())
    assert answer["statusCode"] == 200
    told = body_of(answer)
    assert told["verdict"] == "admissible"
    assert all(finding["cites"] for finding in told["findings"])
    assert not home.exists()


def test_the_judge_knows_no_matters(home):
    assert judge.handler(event("GET", "/matters"), Context())["statusCode"] == 404


def test_matters_are_begun_published_and_read(home, clerk):
    headers = {**clerk, "idempotency-key": "k1"}
    begun = matters.handler(
        event("POST", "/matters", application(starts=None, ends=None), headers=headers), Context()
    )
    assert begun["statusCode"] == 201, begun["body"]
    assert begun["headers"]["x-content-type-options"] == "nosniff"
    done = publish.handler({}, Context())
    assert (done["steps"], done["held"], done["waiting"]) == (1, 0, 0)
    assert publish.handler({}, Context())["steps"] == 0
    read = matters.handler(event("GET", f"/matters/{body_of(begun)['matter']}"), Context())
    assert body_of(read)["name"] == APPLICATION["title"]
    assert body_of(read)["internal"] is False


WAKE_UP = {
    "Records": [
        {
            "eventID": "c4ca4238a0b923820dcc509a6f75849b",
            "eventName": "INSERT",
            "eventSource": "aws:dynamodb",
            "awsRegion": "cn-north-1",
            "dynamodb": {
                "Keys": {"pk": {"S": "dongcheng#r#unplaced#3"}, "sk": {"S": "2026-03-02/x/000001"}},
                "SequenceNumber": "4421584500000000017450439091",
                "StreamViewType": "KEYS_ONLY",
            },
        }
    ]
}
# What a stream's mapping puts into the queue of failures: where the batch lies, and nothing of what is in it.
FAILED = {
    "requestContext": {
        "requestId": "316aa6d0-8154-xmpl-9af7-85d5f4a6bc81",
        "functionArn": "arn:aws-cn:lambda:cn-north-1:123456789012:function:river-publish:$LATEST",
        "condition": "RetryAttemptsExhausted",
        "approximateInvokeCount": 3,
    },
    "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
    "version": "1.0",
    "timestamp": "2026-03-02T01:13:32.017Z",
    "DDBStreamBatchInfo": {
        "shardId": "shardId-00000001573689847184-864758bb",
        "startSequenceNumber": "800000000003126276362",
        "endSequenceNumber": "800000000003126276362",
        "approximateArrivalOfFirstRecord": "2026-03-02T01:13:19Z",
        "approximateArrivalOfLastRecord": "2026-03-02T01:13:19Z",
        "batchSize": 1,
        "streamArn": "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/river/stream/2026-03-02T00:00:00.000",
    },
}
REDRIVEN = {
    "Records": [
        {
            "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
            "body": json.dumps(FAILED),
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws-cn:sqs:cn-north-1:123456789012:river-failed",
            "awsRegion": "cn-north-1",
        }
    ]
}


@pytest.mark.parametrize("home", ["files"], indirect=True)
@pytest.mark.parametrize("woken_by", [WAKE_UP, FAILED, REDRIVEN, {"source": "aws.scheduler"}, {}])
def test_whatever_wakes_it_a_publish_does_what_waits(home, clerk, woken_by):
    body = application(starts=None, ends=None)
    matters.handler(event("POST", "/matters", body, headers={**clerk, "idempotency-key": "k1"}), Context())
    assert publish.handler(woken_by, Context())["steps"] == 1
    assert publish.handler(woken_by, Context())["steps"] == 0


@pytest.mark.parametrize("home", ["cloud"], indirect=True)
def test_a_failed_publish_is_done_again_from_the_queue_of_failures(home, clerk, monkeypatch):
    site = publish._site()
    monkeypatch.setattr(publish, "_site", lambda: structs.replace(site, bucket="not-there"))
    body = application(starts=None, ends=None)
    matters.handler(event("POST", "/matters", body, headers={**clerk, "idempotency-key": "k1"}), Context())
    with pytest.raises(CallFailed, match=r"store-failed: not-there/river/.*NoSuchBucket"):
        publish.handler(WAKE_UP, Context())
    monkeypatch.setattr(publish, "_site", lambda: site)
    done = publish.handler(REDRIVEN, Context())
    assert (done["steps"], done["written"]) == (0, done["pages"])
    page = client("s3", emulators.REGION, site.endpoint).get_object(
        Bucket=site.bucket, Key="river/changes/index.html"
    )
    assert APPLICATION["title"] in page["Body"].read().decode()


READ_ONLY = """
import json, os, sys
def watch(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    elif event in ("os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink"):
        path, writes = arguments[0], True
    else:
        return
    if writes and isinstance(path, (str, bytes)) and not os.fsdecode(path).startswith(("/tmp", "/dev/")):
        raise OSError(30, "Read-only file system", path)
sys.addaudithook(watch)
from linli_functions.handlers import clock, documents, judge, matters, publish, workbench
event, begin = json.load(sys.stdin)
for each in (judge, documents, workbench):
    assert each.handler(event, None)["statusCode"] == 404, each
assert matters.handler(begin, None)["statusCode"] == 201
assert clock.handler({}, None)["documents"] == 0
assert publish.handler({}, None)["pages"] > 0
"""


@pytest.mark.parametrize("home", ["cloud"], indirect=True)
def test_no_function_writes_a_file_but_for_a_temporary_one(home, clerk):
    headers = {**clerk, "idempotency-key": "k1"}
    begin = event("POST", "/matters", application(starts=None, ends=None), headers=headers)
    ran = subprocess.run(
        [sys.executable, "-B", "-c", READ_ONLY],
        input=json.dumps([event("GET", "/nothing"), begin]),
        capture_output=True,
        text=True,
        timeout=120,
        cwd="/",
    )
    assert ran.returncode == 0, ran.stderr
    assert not home.exists()


def test_a_document_comes_in_as_base64_and_goes_out_as_its_bytes(home, clerk):
    headers = {**clerk, "idempotency-key": "k1", "content-type": "application/octet-stream"}
    data = "会议纪要，第一项".encode()
    kept = documents.handler(
        event("POST", "/documents", binary=data, query="name=a.txt", headers=headers), Context()
    )
    assert kept["statusCode"] == 201, kept["body"]
    got = documents.handler(event("GET", f"/documents/{body_of(kept)['hash']}", headers=clerk), Context())
    raw = base64.b64decode(got["body"]) if got["isBase64Encoded"] else got["body"].encode()
    assert raw == data
    assert got["headers"]["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("home", ["files"], indirect=True)
def test_the_clock_is_called_with_nothing_and_may_be_called_twice(home):
    assert clock.handler({}, Context()) == clock.handler({}, Context())


def test_without_an_issuer_nobody_is_signed_in_outside_a_demo(home, monkeypatch):
    monkeypatch.delenv("LINLI_DEMO")
    answer = matters.handler(event("GET", "/waiting", headers={"authorization": "Bearer x"}), Context())
    assert answer["statusCode"] == 401


def loaded_after(code: str, tmp_path: Path) -> set[str]:
    """The names of heavy modules that a new process has loaded after the code."""
    script = f"import sys\n{code}\nprint(' '.join(m for m in {HEAVY!r} if m in sys.modules))"
    environment = {
        **os.environ,
        "LINLI_DEPLOYMENT": str(INFRA / "deployments" / "dongcheng.toml"),
        "LINLI_HOME": str(tmp_path),
    }
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return set(ran.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("name", ["judge", "matters", "documents", "publish", "clock", "workbench"])
def test_importing_a_function_loads_nothing_heavy_and_opens_nothing(name, tmp_path):
    assert loaded_after(f"import linli_functions.handlers.{name}", tmp_path) == set()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("judge", "/moments/access.submit/schema"),
        ("matters", "/matters/none"),
        ("documents", "/documents/none"),
    ],
)
def test_the_first_answer_of_a_json_function_loads_nothing_heavy(name, path, tmp_path):
    sample = event("GET", path)
    code = f"from linli_functions.handlers.{name} import handler\nassert handler({sample!r}, None)['statusCode'] < 500"
    assert loaded_after(code, tmp_path) == set()
