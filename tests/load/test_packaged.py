"""Plugins that were looked up when a function was packaged: the same deployment, or none."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from msgspec import structs

from linli.deployment import load
from linli.errors import LoadFault
from linli.plugins import Packaged, packaged
from linli_functions.handlers.packaging import read_packaged, write_packaged

PATH = Path(__file__).parents[2] / "infra" / "deployments" / "chongchuan.toml"


@pytest.fixture(scope="module")
def found() -> dict[str, Packaged]:
    return packaged(tomllib.loads(PATH.read_text("utf-8"))["plugins"])


def test_the_deployment_is_the_one_that_installed_plugins_make(found):
    here, there = load(PATH, packaged=found), load(PATH)
    assert here.lock == there.lock
    assert [bound.id for bound in here.rules] == [bound.id for bound in there.rules]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"digest": "0" * 64}, "打包时记下的不同"),
        ({"version": "9.9.9"}, "装的是 9.9.9"),
        ({"module": "linli_none"}, "导入时出错"),
    ],
)
def test_what_is_not_what_was_packaged_stops_the_load(found, change, said):
    other = {**found, "national": structs.replace(found["national"], **change)}
    with pytest.raises(LoadFault, match=said):
        load(PATH, packaged=other)


def test_a_plugin_of_the_lock_that_was_not_packaged_is_missing_though_it_is_installed(found):
    with pytest.raises(LoadFault, match="没有安装这个插件"):
        load(PATH, packaged={"national": found["national"]})


def test_code_that_was_changed_after_packaging_is_refused(tmp_path, monkeypatch):
    code = tmp_path / "linli_sample_changed"
    code.mkdir()
    (code / "__init__.py").write_text("", "utf-8")
    (code / "rules.py").write_text("LIMIT = 1\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    from linli.plugins import _digest

    before = _digest(__import__("linli_sample_changed"))
    (code / "rules.py").write_text("LIMIT = 2\n", "utf-8")
    assert _digest(__import__("linli_sample_changed")) != before
    sys.modules.pop("linli_sample_changed")


def test_what_was_written_is_read_and_nothing_else_is(found, tmp_path):
    file = tmp_path / "plugins.json"
    write_packaged(PATH, file)
    assert read_packaged(file) == found
    for broken in (b"", b"[]", b'{"national": {"module": "a"}}'):
        file.write_bytes(broken)
        with pytest.raises(LoadFault):
            read_packaged(file)
    with pytest.raises(LoadFault):
        read_packaged(tmp_path / "none")


def test_a_packaged_function_answers_without_searching_for_plugins_or_opening_a_store(tmp_path):
    file = tmp_path / "plugins.json"
    write_packaged(PATH, file)
    http = {"method": "GET", "path": "/chongchuan/api/v1/procedures", "sourceIp": "127.0.0.1"}
    event = {"version": "2.0", "headers": {}, "rawQueryString": "", "requestContext": {"http": http}}
    script = (
        "import sys\nbefore = set(sys.modules)\n"
        f"from linli_functions.handlers.judge import handler\nanswer = handler({event!r}, None)\n"
        "assert answer['statusCode'] == 200, answer\n"
        "heavy = ('importlib.metadata', 'sqlite3', 'jinja2', 'openpyxl', 'cryptography', 'jwt', 'linli_site')\n"
        "print(*(name for name in heavy if name in set(sys.modules) - before))"
    )
    environment = {**os.environ, "LINLI_DEPLOYMENT": str(PATH), "LINLI_PLUGINS": str(file)}
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    *told, heavy = ran.stdout.split("\n")[:-1]
    assert heavy == "" and len(told) == 1, "beside its one line of metrics it loads nothing that is heavy"
