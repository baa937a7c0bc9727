"""A stack is put into the air on an emulator, an application goes through it to the page that residents read."""

from __future__ import annotations

import json
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from linli import registry
from linli.deployment import load
from linli_cli.main import main
from linli_functions.clocks import SystemClock
from linli_functions.cloud import client
from linli_functions.deploying.package import make_package
from linli_functions.keyring import CloudKeys, fill
from linli_functions.opening import open_service
from tests.functions.issuers import AUDIENCE, CLIENT, Issuer, issuer
from tests.functions.offices import APPLICATION, TOP
from tests.infra.template import FILE
from tests.store import emulators

ROOT = Path(__file__).parents[2]
SLUG, STACK = "dongcheng", "linli-dongcheng"
SECONDS = 60


class Stack:
    """A stack of the template on the emulator."""

    def __init__(self, endpoint: str, infra: Path) -> None:
        self.endpoint = endpoint
        self.infra = infra
        self.cloud = client("cloudformation", emulators.REGION, endpoint)
        made = make_package(infra, SLUG, ROOT / "requirements.lock")
        bucket, key = emulators.new_bucket(endpoint), f"{made.digest}.zip"
        client("s3", emulators.REGION, endpoint).put_object(Bucket=bucket, Key=key, Body=made.data)
        told = {
            "Deployment": SLUG,
            "Owner": "某区",
            "CodeBucket": bucket,
            "CodeKey": key,
            "Runtime": made.runtime,
            "Protect": "no",
            "EmulatorUrl": endpoint,
        }
        self.cloud.create_stack(
            StackName=STACK,
            TemplateBody=FILE.read_text("utf-8"),
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in told.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        described = self._ended()
        assert described["StackStatus"] == "CREATE_COMPLETE", described.get("StackStatusReason")
        self.outputs = {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]}

    def delete(self) -> None:
        """Delete it and wait until it is gone."""
        self.cloud.delete_stack(StackName=STACK)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and self._status() != "DELETE_COMPLETE":
            time.sleep(0.2)
        assert self._status() == "DELETE_COMPLETE"

    def ask(
        self, path: str, body: dict[str, Any] | None = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """A request to the HTTP API, as the emulator takes it."""
        api = self.outputs["ApiUrl"].split("//")[1].split(".")[0]
        request = urllib.request.Request(
            f"{self.endpoint}/_aws/execute-api/{api}/$default/{SLUG}/api/v1{path}",
            json.dumps(body).encode() if body is not None else None,
            {"content-type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def file(self, address: str) -> tuple[str, str]:
        """A file of the portal and its type, once it is there."""
        s3 = client("s3", emulators.REGION, self.endpoint)
        until = time.monotonic() + SECONDS
        while True:
            try:
                found = s3.get_object(Bucket=self.outputs["SiteBucket"], Key=f"{SLUG}/{address}")
            except s3.exceptions.NoSuchKey:
                assert time.monotonic() < until, f"no {address} within {SECONDS} seconds"
                time.sleep(0.3)
            else:
                return str(found["Body"].read().decode()), str(found["ContentType"])

    def _ended(self) -> dict[str, Any]:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            (described,) = self.cloud.describe_stacks(StackName=STACK)["Stacks"]
            if not described["StackStatus"].endswith("IN_PROGRESS"):
                return dict(described)
            time.sleep(0.2)
        raise AssertionError("the stack did not come to an end")

    def _status(self) -> str:
        from botocore.exceptions import ClientError

        try:
            (described,) = self.cloud.describe_stacks(StackName=STACK)["Stacks"]
        except ClientError:
            return "DELETE_COMPLETE"
        return str(described["StackStatus"])


@pytest.fixture
def staff() -> Iterator[Issuer]:
    with issuer() as known:
        yield known


@pytest.fixture
def infra(staff: Issuer, tmp_path: Path) -> Path:
    """The configurations as they are shipped, and an issuer whom the deployment believes."""
    folder = tmp_path / "infra"
    shutil.copytree(ROOT / "infra", folder)
    with (folder / "deployments" / f"{SLUG}.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'\n[identity]\naddress = "http://127.0.0.1:8000/{SLUG}"\nissuer = "{staff.address}"\n'
            f'client_id = "{CLIENT}"\naudience = "{AUDIENCE}"\n'
        )
    return folder


def test_from_an_empty_account_to_the_page_that_residents_read_and_away_again(
    staff: Issuer,
    infra: Path,
    ministack: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", ministack)
    monkeypatch.setenv("AWS_DEFAULT_REGION", emulators.REGION)
    stack = Stack(ministack, infra)
    assert stack.ask("/health")[0] == 200
    application = ("/matters", _application())
    status, said = stack.ask(*application)
    assert status == 502 and "机密里还没有密钥" in said["errorMessage"]
    assert set(fill(stack.outputs["Keys"], randomness=os.urandom)) == {
        "pseudonyms",
        "sessions",
        "log",
        "vault",
    }
    _appointed(stack)

    now = time.time()
    token = staff.signed(staff.access_claims(now, sub="clerk"), typ="at+jwt")
    foreign = staff.signed(staff.access_claims(now, sub="clerk", aud="https://elsewhere"), typ="at+jwt")
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "one"}
    status, _ = stack.ask(*application, authorization=f"Bearer {foreign}")
    assert status == 401
    status, begun = stack.ask(*application, **headers)
    assert status == 201, begun
    again, same = stack.ask(*application, **headers)
    assert (again, same["matter"]) == (status, begun["matter"])

    page, kind = stack.file(f"matters/{begun['matter']}/index.html")
    assert kind.startswith("text/html")
    assert "老年人健康档案更新" in page and "13800138000" not in page
    stack.file("log/checkpoint")  # comes after the pages
    site = f"{ministack}/{stack.outputs['SiteBucket']}/{SLUG}/"
    capsys.readouterr()
    code = main(["--infra", str(infra), "verify", site])
    assert code == 0, capsys.readouterr()

    stack.delete()
    left = client("lambda", emulators.REGION, ministack).list_functions()["Functions"]
    assert [each for each in left if each["FunctionName"].startswith(STACK)] == []
    kept = client("dynamodb", emulators.REGION, ministack).describe_table(TableName=stack.outputs["Table"])
    assert kept["Table"]["TableStatus"] == "ACTIVE"


def _application() -> dict[str, Any]:
    today = SystemClock().today()
    dates = {"starts": (today + timedelta(60)).isoformat(), "ends": (today + timedelta(300)).isoformat()}
    return {"procedure": "access", "action": "submit", "place": TOP, "facts": {**APPLICATION, **dates}}


def _appointed(stack: Stack) -> None:
    """The first appointment, written from the machine of whoever put the stack into the air."""
    store = (
        f"dynamodb:{stack.outputs['Table']}?region={emulators.REGION}&bucket={stack.outputs['FilesBucket']}"
    )
    keys = CloudKeys(stack.outputs["Keys"], SLUG, os.urandom)
    service = open_service(
        load(stack.infra / "deployments" / f"{SLUG}.toml"), None, SystemClock(), store=store, keys=keys
    )
    with closing(service.store):
        row = {"id": "1", "person": "clerk", "post": "department", "place": TOP, "unit": "区卫健委"}
        register = registry.find_register(service.desk, "appointments")
        since = service.clock.today()
        registry.write_entries(service.desk, register, [{**row, "since": "2025-01-01"}], since, "system")
