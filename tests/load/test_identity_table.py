"""What `[identity]` of a deployment says wrong is told with its key, and nothing of a secret is repeated."""

import pytest

from linli.deployment import examine
from linli.issuers import KEY_ARN
from tests.load.planted import district, loaded, province, written

GOOD = {
    "address": '"https://sq.example.gov.cn/river"',
    "issuer": '"https://id.example.gov.cn"',
    "client_id": '"linli-river"',
    "audience": '"https://sq.example.gov.cn/river/api"',
}
RESIDENTS = {
    "issuer": '"https://people.example.gov.cn"',
    "client_id": '"linli-people"',
    "place_claim": '"community"',
}


def table(**changes):
    values = {**GOOD, **changes}
    return "[identity]\n" + "".join(f"{name} = {value}\n" for name, value in values.items())


def residents(**changes):
    values = {**RESIDENTS, **changes}
    return "[identity.residents]\n" + "".join(f"{name} = {value}\n" for name, value in values.items())


def file(folder, text, more=""):
    path = written(folder, more=more)
    path.write_text(path.read_text("utf-8") + text, "utf-8")
    return path


def faults(folder, text, more=""):
    _, found = examine(file(folder, text, more), modules=[province(), district()])
    return [(fault.key, str(fault)) for fault in found]


def test_a_whole_table_has_no_fault_and_is_handed_on(tmp_path):
    known = loaded(file(tmp_path, table() + residents()), province(), district()).identity
    assert known is not None and known.residents is not None
    assert (known.issuer, known.session_hours, known.scope) == ("https://id.example.gov.cn", 8, "linli")
    assert known.residents.place_claim == "community"


def test_an_issuer_on_this_machine_serves_a_site_on_this_machine(tmp_path):
    here = {"issuer": '"http://127.0.0.1:3000"', "address": '"http://localhost:8000/river"'}
    assert faults(tmp_path, table(**here)) == []


WRONG = [
    ("identity.issuer", {"issuer": '"http://id.example.gov.cn"'}, "要用 https"),
    ("identity.issuer", {"issuer": '"id.example.gov.cn"'}, "不是 https://"),
    ("identity.issuer", {"issuer": '"https://id.example.gov.cn?tenant=1"'}, "不能有用户名"),
    ("identity.issuer", {"issuer": '"https://id.example.gov.cn/ #x"'}, "不能用的字符"),
    ("identity.issuer", {"issuer": '"https://user:pass@id.example.gov.cn"'}, "用户名"),
    ("identity.issuer", {"issuer": '"https://id.example.gov.cn:port"'}, "不是网址"),
    ("identity.issuer", {"issuer": '"http://127.0.0.1:3000"'}, "只有本机能打开"),
    ("identity.address", {"address": '"sq.example.gov.cn"'}, "不是 https://"),
    ("identity.address", {"address": '"http://sq.example.gov.cn"'}, "要用 https"),
    ("identity.client_id", {"client_id": '" "'}, "没有写"),
    ("identity.scopes", {"scopes": '["profile"]'}, "openid"),
    ("identity.session_hours", {"session_hours": "48"}, "1 到 12"),
    ("identity.session_hours", {"session_hours": '"long"'}, "类型"),
    ("identity.audience", {"audience": '"linli-river"'}, "与 client_id 相同"),
    ("identity.scope", {"scope": '""'}, "权限范围"),
    ("identity.secret", {"secret": '"x"'}, "没有这个键"),
]


@pytest.mark.parametrize(("key", "changes", "said"), WRONG, ids=[f"{w[0]} {i}" for i, w in enumerate(WRONG)])
def test_what_is_wrong_is_told_with_its_key(tmp_path, key, changes, said):
    ((found, message),) = faults(tmp_path, table(**changes))
    assert found == key
    assert said in message


@pytest.mark.parametrize("name", ["issuer", "client_id"])
def test_what_is_needed_is_missed(tmp_path, name):
    values = {each: value for each, value in GOOD.items() if each != name}
    text = "[identity]\n" + "".join(f"{each} = {value}\n" for each, value in values.items())
    found = faults(tmp_path, text)
    assert [key for key, _ in found] == [f"identity.{name}"]
    assert "缺少" in found[0][1]


def test_residents_come_through_a_door_of_their_own(tmp_path):
    same = residents(issuer=GOOD["issuer"], client_id=GOOD["client_id"])
    ((key, message),) = faults(tmp_path, table() + same)
    assert key == "identity.residents" and "分不出谁是谁" in message
    ((key, _),) = faults(tmp_path, table() + residents(issuer='"http://people.example"'))
    assert key == "identity.residents.issuer"


def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path):
    found = faults(tmp_path, table(client_secret='"hunter2"') + residents(client_secret='"hunter3"'))
    assert [key for key, _ in found] == ["identity.client_secret", "identity.residents.client_secret"]
    assert not any("hunter" in message for _, message in found)
    assert all("环境变量" in message for _, message in found)


@pytest.mark.parametrize("arn", ["alias/linli", "arn:aws:s3:::bucket", "arn:aws:kms:cn-north-1:1:key/x", " "])
def test_a_key_that_is_no_key_of_the_key_service_is_told(tmp_path, arn):
    assert [key for key, _ in faults(tmp_path, "", f'vault_key = "{arn}"')] == ["vault_key"]


@pytest.mark.parametrize(
    ("partition", "region"),
    [("aws", "eu-west-1"), ("aws-cn", "cn-northwest-1"), ("aws-us-gov", "us-gov-west-1")],
)
def test_a_key_of_any_partition_is_one(partition, region):
    assert KEY_ARN.fullmatch(
        f"arn:{partition}:kms:{region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    )
    assert KEY_ARN.fullmatch(f"arn:{partition}:kms:{region}:123456789012:alias/linli/river")
