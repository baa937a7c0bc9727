"""What is said before anything is touched: settings that do not fit, no way in, and what a change would be."""

from __future__ import annotations

import io
import json
import re
import shutil
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from linli.clouds import cloud_faults
from linli.configuration import CloudTable, DeploymentFile
from linli.errors import Conflict, LinliError
from linli.store_dynamodb_calls import NoAnswer, Refused
from linli_cli.main import main
from linli_functions.deploying import calls
from linli_functions.deploying.calls import Cloud
from linli_functions.deploying.packages import Packages
from linli_functions.deploying.picture import Picture, differences
from linli_functions.deploying.stack import (
    ChangeSet,
    Stack,
    StackFailed,
    check_stack,
    find_stack,
    make,
    parameter_differences,
    parameters_of,
    resource_differences,
    resources,
)
from tests.docs.chapters import read as read_chapter
from tests.infra.template import FILE, read

ROOT = Path(__file__).parents[2]
SLUG = "lugu"
IN_CHINA = CloudTable(region="cn-north-1", package_bucket="river-packages")
RIVER = DeploymentFile(
    slug="river", title="河", owner="某区", place="1", store="x", plugins={}, jurisdictions=(), cloud=IN_CHINA
)
AT_REST = Stack("linli-river", "CREATE_COMPLETE", "", {"Deployment": "river", "Owner": "某区"}, {})


def faults(**changed: Any) -> list[str]:
    icp = changed.pop("icp", "")
    table = structs.replace(IN_CHINA, **changed)
    return [str(fault) for fault in cloud_faults(structs.replace(RIVER, cloud=table, icp=icp), "river.toml")]


def test_the_least_that_may_be_said_of_a_cloud_is_enough() -> None:
    assert faults() == []
    assert faults(region="eu-central-1", portal="cdn") == []
    assert faults(portal="public", icp="京ICP备1号") == []
    distributed = {"portal": "cdn", "domain": "sq.example.cn", "certificate": "ASCA1"}
    assert faults(**distributed, icp="京ICP备1号") == []
    assert list(cloud_faults(structs.replace(RIVER, cloud=None), "river.toml")) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"region": ""}, "cloud.region：没有写"),
        ({"region": "beijing"}, "“beijing”不能用在这里"),
        ({"package_bucket": "Not_A_Bucket"}, "cloud.package_bucket"),
        ({"account": "1234"}, "12 位账号"),
        ({"stack": "1st"}, "cloud.stack"),
        ({"role": "deployer"}, "cloud.role"),
        ({"alarm_topic": "me@example.cn"}, "cloud.alarm_topic"),
        ({"log_days": 30}, "日志不能正好留 30 天"),
        ({"portal": "open"}, "没有“open”这种公开方式"),
        ({"portal": "public"}, "中国区域里没有备案号的网站"),
        ({"portal": "cdn", "icp": "京ICP备1号"}, "没有自带的域名"),
        ({"portal": "cdn", "domain": "sq.example.cn", "icp": "1"}, "有域名而没有证书"),
        ({"domain": "sq.example.cn"}, "只有 portal 是 cdn 时才用得上"),
        ({"portal": "cdn", "domain": "https://sq.example.cn/", "certificate": "x", "icp": "1"}, "只写域名"),
    ],
)
def test_settings_that_do_not_fit_are_told_with_their_key(changed: dict[str, Any], said: str) -> None:
    assert any(said in fault for fault in faults(**changed)), faults(**changed)


def test_every_parameter_that_is_set_is_one_of_the_template() -> None:
    declared = read()["Parameters"]
    package = {"CodeKey": "linli/river/ab.zip", "Runtime": "python3.12"}
    for table in (IN_CHINA, structs.replace(IN_CHINA, region="eu-central-1")):
        told = parameters_of(RIVER, structs.replace(table, certificate="x"), package, "http://127.0.0.1:1")
        assert set(told) <= set(declared)
        assert {name for name, each in declared.items() if "Default" not in each} <= set(told)


def test_resources_are_read_from_the_text_as_a_reader_of_yaml_reads_them() -> None:
    found = resources(FILE.read_text("utf-8"))
    assert {name: kind for name, (kind, _) in found.items()} == {
        name: each["Type"] for name, each in read()["Resources"].items()
    }


def test_what_two_templates_make_differently_is_told_and_what_is_kept_is_not_lost() -> None:
    text = FILE.read_text("utf-8")
    assert list(resource_differences(text, text.replace("# What is kept.", "# What stays."))) == []
    longer = text.replace("MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 1209000")
    (change,) = resource_differences(text, longer)
    assert str(change) == "FailedQueue：AWS::SQS::Queue → 内容有变"
    block = text[text.index("  FilesBucket:\n") : text.index("  FilesBucketPolicy:\n")]
    (gone,) = resource_differences(text, text.replace(block, ""))
    assert str(gone) == "去掉 FilesBucket（原来是 AWS::S3::Bucket，其中的数据留下，不删）"
    assert len(list(resource_differences("", text))) == len(resources(text))


def test_parameters_are_told_in_words_and_packages_by_the_first_digits() -> None:
    was = {"CodeKey": f"linli/river/{'a' * 64}.zip", "LogDays": "365", "Protect": "no"}
    now = {"CodeKey": f"linli/river/{'b' * 64}.zip", "LogDays": "180"}
    assert [str(each) for each in parameter_differences(was, now)] == [
        "函数包：aaaaaaaaaaaa → bbbbbbbbbbbb",
        "日志留的天数：365 → 180",
    ]


def test_a_change_is_told_part_by_part() -> None:
    was = Picture(
        "river", "1", "l", {"national": "0.1.0"}, {}, {"r @河": "旧（第 1 版）"}, {"n @河": "10"}, {}
    )
    now = Picture("river", "2", "m", {"national": "0.2.0"}, {}, {}, {"n @河": "15"}, {"icp": "1"})
    assert [str(each) for each in differences(was, now)] == [
        "national：0.1.0 → 0.2.0",
        "去掉 r @河（原来是 旧（第 1 版））",
        "n @河：10 → 15",
        "新增 icp：1",
    ]
    assert differences(now, now) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"status": "UPDATE_IN_PROGRESS"}, "有人正在部署"),
        ({"status": "UPDATE_ROLLBACK_FAILED"}, "栈停在半路，要人来看"),
        ({"parameters": {"Deployment": "river", "Owner": "另一区"}}, "这个栈的所有者是“另一区”，不是“某区”"),
        ({"parameters": {"Deployment": "lake", "Owner": "某区"}}, "这个栈的部署是“lake”"),
    ],
)
def test_a_stack_that_is_not_ours_to_change_is_left_alone(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(Conflict, match=said):
        check_stack(structs.replace(AT_REST, **changed), RIVER)


def test_a_stack_that_never_was_counts_as_none() -> None:
    assert check_stack(None, RIVER) is None
    assert check_stack(structs.replace(AT_REST, status="ROLLBACK_COMPLETE", parameters={}), RIVER) is None
    assert check_stack(structs.replace(AT_REST, status="REVIEW_IN_PROGRESS", parameters={}), RIVER) is None
    for status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"):
        assert check_stack(structs.replace(AT_REST, status=status), RIVER) is not None


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment's file with a cloud, on a machine without credentials."""
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "PROFILE", "ENDPOINT_URL"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    shutil.copytree(ROOT / "infra", tmp_path / "infra")
    found = tmp_path / "infra" / "deployments" / f"{SLUG}.toml"
    with found.open("a", encoding="utf-8") as out:
        out.write('\n[cloud]\nregion = "cn-north-1"\npackage_bucket = "river-packages"\n')
    return found


def said_of(file: Path, act: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command says that ends badly."""
    code = main(["deploy", act, str(file)])
    told = capsys.readouterr()
    assert code in (1, 2) and told.out == ""
    return told.err


@pytest.mark.parametrize("act", ["plan", "apply", "status"])
def test_without_credentials_it_is_said_how_to_have_them(
    act: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = said_of(file, act, capsys)
    assert "没有访问凭证" in said and "AWS_PROFILE" in said


def test_a_profile_that_there_is_not_is_named(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    said = said_of(file, "plan", capsys)
    assert "访问凭证读不出来" in said and "nobody" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('region = "cn-north-1"\n', "", "cloud.region：缺少这个键"),
        ("cn-north-1", "cn-north-9", "没有“cn-north-9”这个区域（例如 cn-north-1、cn-northwest-1）"),
        ('\n[cloud]\nregion = "cn-north-1"\npackage_bucket = "river-packages"\n', "", "写上 [cloud]"),
        ("[plugins]\n", '[plugins]\nnowhere = "1.0"\n', "没有安装这个插件"),
        ('deliberation = "0.1.0"', "", "插件 deliberation 不在 lugu.toml 的锁定表里"),
        ('national = "0.1.0"', 'national = "9.9.9"', "锁定的是 9.9.9"),
        ("[cloud]\n", "[cloud]\nowner = 1\n", "cloud.owner：没有这个键"),
        (
            "[cloud]\n",
            '[identity]\naddress = "https://sq.example.cn/lugu"\nissuer = "http://id.example.cn"\n'
            'client_id = "x"\n[cloud]\n',
            "要用 https",
        ),
        (
            "[cloud]\n",
            '[identity]\naddress = "http://127.0.0.1:8000/lugu"\nissuer = "http://127.0.0.1:9"\n'
            'client_id = "x"\n[cloud]\n',
            "identity.issuer：连不上",
        ),
    ],
)
def test_a_file_that_is_wrong_is_refused_before_anybody_is_asked(
    old: str, new: str, said: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    assert said in said_of(file, "plan", capsys)


def test_a_package_can_be_made_without_any_cloud_and_is_not_written_over(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["deploy", "package", str(file), "--out", str(tmp_path / "river.zip"), "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    with zipfile.ZipFile(tmp_path / "river.zip") as packed:
        assert f"infra/deployments/{SLUG}.toml" in packed.namelist()
    assert told["bytes"] == (tmp_path / "river.zip").stat().st_size
    assert told["plugins"] == tomllib.loads(file.read_text("utf-8"))["plugins"]
    assert main(words) == 2
    assert "文件已经有了" in capsys.readouterr().out


def test_an_emulator_elsewhere_is_no_emulator(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://198.51.100.7:4566")
    assert "不在本机" in said_of(file, "plan", capsys)


class Answers:
    """A cloud that answers what it is told to, by operation: an answer, or an error; a list is answered one by one."""

    def __init__(self, **told: Any) -> None:
        self.told: dict[str, Any] = {"GetCallerIdentity": {"Account": "123456789012"}, **told}
        self.asked: list[str] = []

    def __call__(self, client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        self.asked.append(operation)
        answer = self.told[operation]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answers]:
    """Have the cloud answer so."""

    def answer(**told: Any) -> Answers:
        answers = Answers(**told)
        monkeypatch.setattr(calls, "answered", answers)
        return answers

    return answer


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (Refused("ExpiredTokenException"), "访问凭证过期了"),
        (Refused("UnrecognizedClientException"), "访问凭证在这个区域不能用（中国区域和其他区域的账号"),
        (Refused("AccessDenied", status=403), "没有 cloudformation:DescribeStacks 的权限"),
        (NoAnswer("timed out"), "cloudformation 没有答复"),
        (Refused("ValidationError", "something else"), "云上不接受：something else"),
    ],
)
def test_a_cloud_that_refuses_is_explained(
    refused: Exception, said: str, answering: Callable[..., Answers]
) -> None:
    answering(DescribeStacks=refused)
    with pytest.raises(LinliError, match=re.escape(said)):
        find_stack(Cloud("cn-north-1"), "linli-river")


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (Refused("403", "Forbidden", 403), "不是这个账号的存储桶（名称是别的账号的"),
        (Refused("301", "Moved Permanently", 301), "存储桶在另一个区域"),
        (Refused("500", "Internal", 500), "存储桶出错"),
    ],
)
def test_a_bucket_that_cannot_be_used_is_explained(
    refused: Exception, said: str, answering: Callable[..., Answers]
) -> None:
    answering(HeadBucket=refused)
    with pytest.raises(LinliError, match=re.escape(said)):
        Packages(Cloud("cn-north-1"), "river-packages").is_there()


def test_a_picture_that_cannot_be_read_is_none(answering: Callable[..., Answers]) -> None:
    packages = Packages(Cloud("cn-north-1"), "river-packages")
    for told in (Refused("NoSuchKey", status=404), {"Body": io.BytesIO(b'{"slug": 1}')}):
        answering(GetObject=told)
        assert packages.picture("linli/river/ab.zip") is None


def event(number: int, resource: str, status: str, reason: str = "") -> dict[str, str]:
    return {
        "EventId": str(number),
        "LogicalResourceId": resource,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


def test_a_change_that_is_undone_tells_what_failed_first_and_not_what_failed_because_of_it(
    answering: Callable[..., Answers],
) -> None:
    before = {"StackEvents": [event(1, "Table", "CREATE_FAILED", "of another day")]}
    first = [
        event(6, "linli-river", "UPDATE_ROLLBACK_COMPLETE"),
        event(5, "Judge", "UPDATE_FAILED", "Resource update cancelled"),
    ]
    second = [
        event(4, "Matters", "UPDATE_FAILED", "no such key"),
        event(3, "Clock", "UPDATE_FAILED", "denied"),
    ]
    pages = [{"StackEvents": first, "NextToken": "2"}, {"StackEvents": second + before["StackEvents"]}]
    stack = {"StackName": "linli-river", "StackStatus": "UPDATE_ROLLBACK_COMPLETE"}
    answers = answering(
        DescribeStackEvents=[before, before, pages[0], *pages],
        ExecuteChangeSet={},
        DescribeStacks=[{"Stacks": [{**stack, "StackStatus": "UPDATE_IN_PROGRESS"}]}, {"Stacks": [stack]}],
    )
    change = ChangeSet("id", "linli-river", {})
    with pytest.raises(StackFailed, match=r"已恢复原状.*：Clock denied；Matters no such key（"):
        make(Cloud("cn-north-1"), change, lambda seconds: None)
    # It waited until the change had begun, and then until it was over.
    assert answers.asked.count("DescribeStackEvents") == 5 and answers.asked.count("DescribeStacks") == 2


def test_the_chapter_names_every_call_that_is_made() -> None:
    folder = Path(calls.__file__).parent
    code = "".join(path.read_text("utf-8") for path in sorted(folder.glob("*.py")))
    made = {(service, name) for service, name in re.findall(r'\.call\(\s*"(\w+)",\s*"(\w+)"', code)}
    made |= {("s3", name) for name in re.findall(r'self\._call\("(\w+)"', code)}
    told = re.findall(r"^\| `(\w+)`[^|]* \| (.+) \|$", read_chapter("deploy.md"), re.MULTILINE)
    assert {(service, name) for service, names in told for name in re.findall(r"`(\w+)`", names)} == made


def test_a_region_of_either_partition_is_known() -> None:
    assert {Cloud(name).region for name in ("cn-northwest-1", "eu-central-1")} == {
        "cn-northwest-1",
        "eu-central-1",
    }
