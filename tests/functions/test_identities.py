"""The identity of a deployment from its file and the environment: secrets, and issuers that are asked by `check`."""

import shutil

import msgspec
import pytest

from linli.configuration import IdentityTable
from linli.errors import LoadFault
from linli_cli.main import main
from linli_functions.identities import client_secret, identity_of
from linli_functions.identity import Nobody
from linli_functions.openid import OpenIdentity
from tests.functions.issuers import issuer
from tests.functions.offices import INFRA, Office

NAME = "LINLI_CLIENT_SECRET_RIVER_EAST"


def test_a_deployment_without_issuers_has_nobody_and_one_with_them_has_doors(tmp_path):
    service = Office(tmp_path).service
    assert isinstance(identity_of(service, b"k" * 32, {}), Nobody)
    table = IdentityTable(address="https://a.example/b", issuer="https://id.example", client_id="c")
    service.deployment = msgspec.structs.replace(service.deployment, identity=table)
    found = identity_of(service, b"k" * 32, {})
    assert isinstance(found, OpenIdentity) and [door.id for door in found.doors()] == ["staff"]


def test_a_secret_comes_from_the_environment_or_a_file_that_it_names(tmp_path):
    file = tmp_path / "secret"
    file.write_text("from-file\n", "utf-8")
    said = {NAME: "plain", f"{NAME}_RESIDENTS_FILE": str(file)}
    assert client_secret("river-east", "staff", said) == "plain"
    assert client_secret("river-east", "residents", said) == "from-file"
    assert client_secret("river-east", "residents", {NAME: "plain"}) == ""


@pytest.mark.parametrize("content", [None, b"", b"a\nb", b"\xff", b"x" * 501])
def test_a_file_that_holds_no_secret_is_refused_without_being_repeated(tmp_path, content):
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(LoadFault) as error:
        client_secret("river-east", "staff", {f"{NAME}_FILE": str(file)})
    assert error.value.where == f"{NAME}_FILE" and "xxx" not in str(error.value)


@pytest.mark.parametrize(
    ("changes", "code", "said"), [({}, 0, ""), ({"issuer": "https://x"}, 1, "不是配置里写的")]
)
def test_check_asks_the_issuers_where_it_is_told_to(tmp_path, capsys, changes, code, said):
    shutil.copytree(INFRA, tmp_path / "infra")
    path = tmp_path / "infra" / "deployments" / "lugu.toml"
    with issuer() as there:
        table = (
            f'\n[identity]\naddress = "http://127.0.0.1/lugu"\nissuer = "{there.address}"\nclient_id = "c"\n'
        )
        path.write_text(path.read_text("utf-8") + table, "utf-8")
        there.changes = changes
        words = ["--infra", str(tmp_path / "infra"), "check", str(path), "--on", "2026-03-02"]
        assert main(words) == 0 and there.asked == []
        assert main([*words, "--issuers"]) == code
    assert said in capsys.readouterr().out
