"""`linli deploy` on an emulator: the first time, a change, one that fails, one that is not well, and who may not.

One account and one stack serve all tests here, in the order in which they stand: each leaves it well.
"""

from __future__ import annotations

import io
import json
import shutil
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from linli import registry
from linli.deployment import load
from linli.service import Call
from linli.store_dynamodb_layout import Layout, keyed
from linli_cli.main import main
from linli_functions.cloud import client
from linli_functions.deploying import planning
from linli_functions.deploying.applying import ASKED, Unwell, call_function, function_event, publish
from linli_functions.deploying.calls import Cloud
from linli_functions.deploying.package import Package, make_package
from linli_functions.deploying.stack import Stack, find_stack
from linli_functions.keyring import CloudKeys
from linli_functions.opening import log_signer, open_service
from tests.functions.offices import APPLICATION, StandingClock
from tests.store import emulators

ROOT = Path(__file__).parents[2]
SLUG, STACK, BUCKET = "lugu", "linli-lugu", "packages-of-lugu"
STREET, COMMUNITY = "110107011000", "110107011001"
SOMEBODY_ELSE = "111111111111"


class Deploying:
    """A deployment's file, and the command."""

    def __init__(self, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.file = file
        written = (*file.parents[1].rglob("*.toml"), file.parents[1] / "template.yaml")
        self._texts = {path: path.read_bytes() for path in written}
        self._capsys = capsys

    def __call__(self, act: str, *more: str) -> tuple[int, str, str]:
        """Exit code, what it answered, and what it said on the way."""
        self._capsys.readouterr()
        code = main(["deploy", act, str(self.file), *more])
        told = self._capsys.readouterr()
        return code, told.out, told.err

    def linli(self, *words: str) -> tuple[int, str, str]:
        """Another command over the same deployment."""
        self._capsys.readouterr()
        code = main(["--infra", str(self.file.parents[1]), "--deployment", SLUG, *words])
        told = self._capsys.readouterr()
        return code, told.out, told.err

    def lies_in(self, outputs: dict[str, str]) -> None:
        """Have the file say that the store lies in the cloud, from now on."""
        store = f"dynamodb:{outputs['Table']}?region={emulators.REGION}&bucket={outputs['FilesBucket']}"
        text = f'store = "{store}"\nvault_key = "{outputs["VaultKey"]}"'
        replaced(self.file, 'store = "lugu.sqlite"', text)
        self._texts[self.file] = self.file.read_bytes()

    def put_back(self) -> None:
        """Have the files say what they said."""
        for path, text in self._texts.items():
            path.write_bytes(text)

    def json(self, act: str, *more: str) -> dict[str, Any]:
        """What a command that ends well answers to programs."""
        code, out, err = self(act, "--json", *more)
        assert code == 0, err + out
        found: dict[str, Any] = json.loads(out)
        return found

    def stack(self) -> Stack:
        """The stack as it stands."""
        found = find_stack(Cloud(emulators.REGION), STACK)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def endpoint(ministack: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", ministack)
        yield ministack
        cloud = client("cloudformation", emulators.REGION, ministack)
        cloud.delete_stack(StackName=STACK)


@pytest.fixture(scope="module")
def file(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    infra = tmp_path_factory.mktemp("deploy") / "infra"
    shutil.copytree(ROOT / "infra", infra)
    shutil.copy(ROOT / "requirements.lock", infra.parent)
    found = infra / "deployments" / f"{SLUG}.toml"
    with found.open("a", encoding="utf-8") as out:
        out.write(f'\n[cloud]\nregion = "{emulators.REGION}"\npackage_bucket = "{BUCKET}"\n')
    return found


_made: dict[bytes, Package] = {}


def made_once(infra: Path, slug: str, lock: Path) -> Package:
    """The package of a deployment; packed once for the same files, because that takes seconds."""
    texts = b"".join(path.read_bytes() for path in sorted(infra.rglob("*.toml")))
    if texts not in _made:
        _made[texts] = make_package(infra, slug, lock)
    return _made[texts]


@pytest.fixture
def deploy(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Deploying]:
    """The command over a file that is put back afterwards."""
    monkeypatch.setattr(planning, "make_package", made_once)
    deploying = Deploying(file, capsys)
    yield deploying
    deploying.put_back()


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_what_was_never_deployed_is_planned_as_new_and_nothing_is_made(deploy: Deploying) -> None:
    told = deploy.json("plan")
    assert told["state"] == "" and told["replay"] is None
    assert {each["part"] for each in told["changes"]} >= {"plugins", "rules", "values", "resources"}
    code, out, _ = deploy("plan")
    assert code == 0 and "第一次部署" in out and "新增 national：0.1.0" in out
    code, out, _ = deploy("status")
    assert code == 1 and "还没有部署" in out
    assert find_stack(Cloud(emulators.REGION), STACK) is None


def test_a_bucket_of_somebody_else_is_refused_before_anything_is_made(
    deploy: Deploying, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", SOMEBODY_ELSE)
        Cloud(emulators.REGION).call(
            "s3",
            "CreateBucket",
            Bucket="taken-by-others",
            CreateBucketConfiguration={"LocationConstraint": emulators.REGION},
        )
    replaced(deploy.file, BUCKET, "taken-by-others")
    code, _, said = deploy("apply")
    assert code == 1 and "taken-by-others：不是这个账号的存储桶" in said
    assert find_stack(Cloud(emulators.REGION), STACK) is None


def test_another_account_than_the_file_says_is_refused(deploy: Deploying) -> None:
    replaced(deploy.file, "[cloud]", f'[cloud]\naccount = "{SOMEBODY_ELSE}"')
    code, _, said = deploy("apply")
    assert code == 1 and f"配置写的是 {SOMEBODY_ELSE}" in said


def test_a_street_goes_into_the_cloud_from_its_machine_however_often_it_is_interrupted(
    deploy: Deploying, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home, keys, archive = tmp_path / "home", tmp_path / "keys", tmp_path / "lugu.linli"
    _decided(deploy.file, home)
    assert deploy.linli("move", "out", str(archive), "--keys", str(keys), "--home", str(home))[0] == 0
    from linli_functions.deploying import applying

    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(applying, "make", interrupted)
        with pytest.raises(KeyboardInterrupt):
            deploy("apply", "--awaiting")
    outputs = deploy.json("apply", "--awaiting")["outputs"]
    code, out, said = deploy("plan")
    assert code == 0 and "更新" in out and "没有重判" in said and "机密里还没有密钥" in said
    with pytest.raises(Unwell, match="机密里还没有密钥"):  # as the schedule may try
        publish(Cloud(emulators.REGION), deploy.stack())
    deploy.lies_in(outputs)
    into = ("--keys", str(keys), "--secret", outputs["Keys"], "--home", str(tmp_path / "other"))
    code, out, said = deploy.linli("move", "in", str(archive), *into)
    assert code == 0 and "和搬出时相同；全部相符" in out, said
    done = deploy.json("apply")
    assert done["keys"] == [] and done["published"]["pages"] > 100
    monkeypatch.setenv("LINLI_KEYS", outputs["Keys"])
    code, out, said = deploy.linli("list", "access", "--at", STREET, "--home", str(tmp_path / "other"))
    assert code == 0 and APPLICATION["title"] in out, said
    assert not (tmp_path / "other" / "keys").exists()
    code, out, _ = deploy("status")
    assert code == 0 and "函数都正常" in out and "失败队列" in out and "national 0.1.0" in out


def test_applied_again_nothing_changes_and_the_keys_stay(deploy: Deploying) -> None:
    secret = deploy.stack().outputs["Keys"]
    keys = CloudKeys(secret, SLUG, bytes).held()
    done = deploy.json("apply")
    assert (done["changed"], done["keys"], done["published"]["written"]) == ({}, [], 0)
    assert CloudKeys(secret, SLUG, bytes).held() == keys
    code, out, _ = deploy("plan")
    assert code == 0 and "没有变化" in out


def test_the_bucket_of_packages_is_closed(deploy: Deploying) -> None:
    s3 = client("s3", emulators.REGION)
    blocked = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert all(blocked.values()) and len(blocked) == 4


def test_a_plan_says_what_changes_and_which_decisions_would_come_out_differently(deploy: Deploying) -> None:
    stands, again = deploy.stack(), deploy.json("plan")["replay"]
    assert again["counts"].get("same", 0) >= 1 and again["differing"] == []
    replaced(
        deploy.file.parents[1] / "jurisdictions" / "110107011000-lugu.toml",
        'id = "access.notice_working_days"\nvalue = 10\n',
        'id = "access.notice_working_days"\nvalue = 70\n',
    )
    code, said, _ = deploy("plan")
    assert code == 0
    assert "access.notice_working_days @鲁谷街道 2020-01-01 起：10个工作日，示例 → 70个工作日，示例" in said
    assert "结论不同 1" in said
    assert deploy.stack() == stands  # which was only looked at


def test_functions_that_are_not_well_give_way_to_those_that_ran_before(
    deploy: Deploying, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = deploy.stack()

    def broken(*given: Any) -> Package:
        made = made_once(*given)
        data = io.BytesIO(made.data)
        with zipfile.ZipFile(data, "a") as spoilt, pytest.warns(UserWarning, match="Duplicate name"):
            spoilt.writestr("linli_functions/handlers/judge.py", "raise RuntimeError")
            code = f"linli_functions/handlers/__pycache__/judge.{sys.implementation.cache_tag}.pyc"
            spoilt.writestr(code, b"")  # so that the source counts
        return structs.replace(made, data=data.getvalue(), digest="b" * 64)

    monkeypatch.setattr(planning, "make_package", broken)
    code, _, said = deploy("apply")
    assert code == 1 and "Judge" in said and "已恢复成原来的" in said
    after = deploy.stack()
    assert after.parameters == before.parameters and after.stands
    answer = call_function(
        Cloud(emulators.REGION), after, "Judge", function_event(f"/{SLUG}{ASKED['Judge']}")
    )
    assert answer["statusCode"] == 200


def test_a_stack_that_cannot_be_made_is_as_it_was_and_says_why(deploy: Deploying) -> None:
    before = deploy.stack().parameters
    template = deploy.file.parents[1] / "template.yaml"
    replaced(template, "Handler: linli_functions.handlers.clock.handler", "Handler: ''")
    replaced(template, "S3Key: {Ref: CodeKey}", "S3Key: nothing")
    code, _, said = deploy("apply")
    assert code == 1 and "已恢复原状" in said
    assert deploy.stack().parameters == before and deploy.stack().stands


def test_a_change_that_would_lose_data_is_not_made(deploy: Deploying) -> None:
    template = deploy.file.parents[1] / "template.yaml"
    replaced(template, "AttributeName: sk, KeyType: RANGE", "AttributeName: other, KeyType: RANGE")
    replaced(template, "AttributeName: sk, AttributeType", "AttributeName: other, AttributeType")
    before = deploy.stack()
    code, _, said = deploy("apply")
    assert code == 1 and "会换掉或去掉存放数据的 Table" in said
    assert deploy.stack() == before


def test_the_stack_of_another_owner_is_left_alone(deploy: Deploying) -> None:
    replaced(deploy.file, "owner = ", 'owner = "别家" # ')
    code, _, said = deploy("apply")
    assert code == 1 and "这个栈的所有者是" in said and "各家的代码各用各的栈" in said


def test_a_key_of_persons_that_is_not_the_stacks_is_refused(deploy: Deploying) -> None:
    arn = f"arn:aws-cn:kms:{emulators.REGION}:{SOMEBODY_ELSE}:key/1"
    replaced(deploy.file, "vault_key = ", f'vault_key = "{arn}" # ')
    code, _, said = deploy("plan")
    assert code == 1 and "云上的函数只能用栈自己的密钥" in said and deploy.stack().outputs["VaultKey"] in said


def test_a_table_of_another_version_is_refused_before_anything_is_changed(deploy: Deploying) -> None:
    table = deploy.stack().outputs["Table"]
    key = keyed(Layout(SLUG).meta())
    dynamodb = client("dynamodb", emulators.REGION)
    asked = {"TableName": table, "Key": key, "UpdateExpression": "SET #s = :n"}
    asked["ExpressionAttributeNames"] = {"#s": "schema"}
    was = dynamodb.get_item(TableName=table, Key=key)["Item"]["schema"]
    for schema in ({"N": "99"}, was):
        dynamodb.update_item(**asked, ExpressionAttributeValues={":n": schema})
        if schema != was:
            code, _, said = deploy("apply")
            assert code == 1 and "存储的版本是 99" in said


def _decided(file: Path, home: Path) -> None:
    """An application of the day of the office, judged and stored on one machine."""
    service = open_service(load(file), home, StandingClock())
    with closing(service.store):
        names = ("id", "person", "post", "place", "unit", "since")
        register = registry.find_register(service.desk, "appointments")
        row = dict(zip(names, ("1", "clerk", "department", STREET, "区卫健委", "2025-01-01"), strict=True))
        registry.write_entries(service.desk, register, [row], service.clock.today(), "system")
        asked = {**APPLICATION["communities"][0], "community": COMMUNITY}
        facts = {**APPLICATION, "communities": [asked]}
        call = Call(procedure="access", action="submit", place=STREET, facts=facts, key="one")
        service.take(call, service.person("clerk"))
    log_signer(home, SLUG)
