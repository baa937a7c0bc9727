"""The package of the functions: whole by itself, exactly the lock's plugins, the same bytes for the same input."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from linli.errors import LoadFault
from linli_functions.deploying import package
from linli_functions.deploying.package import Package, make_package

ROOT = Path(__file__).parents[2]
INFRA, LOCK = ROOT / "infra", ROOT / "requirements.lock"
SLUG = "lugu"
MOST_BYTES = 25_000_000  # targets, row 13, without what only images need

MAKE = """
import hashlib, sys
from pathlib import Path
from linli_functions.deploying.package import make_package
made = make_package(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
print(hashlib.sha256(made.data).hexdigest(), made.digest)
"""

CALL = """
import json, sys
sys.path.insert(0, sys.argv[1])
from linli_functions.handlers import judge
event = json.load(sys.stdin)
answer = judge.handler(event, None)
print(json.dumps([answer["statusCode"], answer["body"], sorted({m.split(".")[0] for m in sys.modules})]))
"""


@pytest.fixture(scope="module")
def made() -> Package:
    return make_package(INFRA, SLUG, LOCK)


def names(made: Package) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(made.data)).namelist()


def test_the_same_input_gives_the_same_bytes_in_another_place_and_process(
    tmp_path: Path, made: Package
) -> None:
    shutil.copytree(INFRA, tmp_path / "elsewhere")
    done = subprocess.run(
        [sys.executable, "-c", MAKE, tmp_path / "elsewhere", SLUG, LOCK],
        cwd=tmp_path,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai"},
        capture_output=True,
        text=True,
        check=True,
    )
    import hashlib

    assert done.stdout.split() == [hashlib.sha256(made.data).hexdigest(), made.digest]


def test_another_configuration_gives_another_hash(tmp_path: Path, made: Package) -> None:
    shutil.copytree(INFRA, tmp_path / "infra")
    with (tmp_path / "infra" / "deployments" / f"{SLUG}.toml").open("a", encoding="utf-8") as file:
        file.write("# …\n")
    assert make_package(tmp_path / "infra", SLUG, LOCK).digest != made.digest


def test_it_holds_the_plugins_of_the_lock_and_no_others(made: Package) -> None:
    tops = {name.split("/")[0] for name in names(made)}
    plugins = {top for top in tops if top.startswith("linli_")} - {"linli_functions", "linli_site"}
    assert plugins == {f"linli_{id}" for id in made.plugins}
    assert "linli_jinjiang" not in tops and "linli_cli" not in tops
    configured = sorted(name for name in names(made) if name.startswith("infra/"))
    assert f"infra/deployments/{SLUG}.toml" in configured
    assert not any("jinjiang" in name or "machine" in name for name in configured)


def test_nothing_is_in_it_that_has_no_business_there(made: Package) -> None:
    wrong = re.compile(r"(^|/)(tests?|\.git)/|(^|/)(boto3|botocore|uvicorn|pytest|moto)(/|-)")
    found = [
        name for name in names(made) if wrong.search(name) and not name.startswith(("PIL/", "jinja2/tests"))
    ]
    assert found == []
    assert not any(name.startswith("linli_functions/deploying") for name in names(made))


def test_it_is_no_larger_than_the_target_but_for_images(made: Package) -> None:
    held = zipfile.ZipFile(io.BytesIO(made.data)).infolist()
    held = [each for each in held if not each.filename.endswith(".pyc")]
    size = sum(each.file_size for each in held if not each.filename.lower().startswith(("pil/", "pillow")))
    assert size <= MOST_BYTES


def test_it_runs_with_nothing_else_installed(tmp_path: Path, made: Package) -> None:
    from tests.functions.test_handlers import event

    zipfile.ZipFile(io.BytesIO(made.data)).extractall(tmp_path)
    asked = event("GET", "/health")
    asked["rawPath"] = asked["requestContext"]["http"]["path"] = f"/{SLUG}/api/v1/health"
    variables = {
        "LINLI_DEPLOYMENT": f"infra/deployments/{SLUG}.toml",
        "LINLI_PLUGINS": "plugins.json",
        "LAMBDA_TASK_ROOT": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", CALL, tmp_path],
        input=json.dumps(asked),
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    status, body, modules = json.loads(done.stdout.splitlines()[-1])
    assert status == 200, body
    assert "importlib_metadata" not in modules and "boto3" not in modules


def test_nothing_is_compiled_at_a_start(tmp_path: Path, made: Package) -> None:
    sources = {name for name in names(made) if name.endswith(".py")}
    compiled = {name for name in names(made) if name.endswith(".pyc")}
    tag = sys.implementation.cache_tag
    told = {str(Path(n).parent / "__pycache__" / f"{Path(n).stem}.{tag}.pyc") for n in sources}
    assert {name for name in told if name.startswith(("linli", "starlette", "msgspec"))} <= compiled
    data = zipfile.ZipFile(io.BytesIO(made.data)).read(f"linli/__pycache__/money.{tag}.pyc")
    assert int.from_bytes(data[4:8], "little") == 0b01, "held against no source and no time"


def test_a_library_that_is_not_the_locked_one_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(re.sub(r"(?m)^starlette==\S+", "starlette==0.1.0", LOCK.read_text("utf-8")), "utf-8")
    with pytest.raises(LoadFault, match=r"装的是 starlette .*，锁定的是 0\.1\.0"):
        make_package(INFRA, SLUG, lock)
    with pytest.raises(LoadFault, match="没有锁定"):
        make_package(INFRA, SLUG, tmp_path / "nothing")


def test_a_machine_that_is_none_of_the_functions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package.platform, "machine", lambda: "arm64")
    with pytest.raises(LoadFault, match=r"arm64.*在 Linux x86_64 上"):
        make_package(INFRA, SLUG, LOCK)
