"""The package of a deployment's functions: one zip, with what they need and nothing else, the same for the same input.

It holds Linli without its command line, exactly the plugins of the deployment's lock, what Linli depends on, in the
versions of ``requirements.lock``, and the deployment's own files. It is copied from the environment in which this runs:
what was tried is what is sent. boto3 is not in it, because the runtime brings it.
"""

from __future__ import annotations

import hashlib
import io
import os
import platform
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec import Struct

from linli.configuration import DeploymentFile, read
from linli.deployment import Deployment, load
from linli.errors import BadInput, LoadFault
from linli.plugins import CORE, packaged

OWN = ("linli", "linli_site", "linli_functions")
DISTRIBUTION, EXTRAS = "linli", ("documents",)
SERVING = ("uvicorn",)
"""What one machine serves with, and a function does not."""
RUNTIMES = ("3.11", "3.12", "3.13", "3.14")
LARGEST = 50 * 1024 * 1024
"""The largest zip that a function takes from a bucket without more ado, in bytes."""

PLUGINS = "plugins.json"

_THEN = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip knows
_LEFT_OUT = {"__pycache__", "tests"}
_DEPLOYING = Path("linli_functions") / "deploying"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


class Package(Struct, frozen=True):
    """A package: its bytes, the SHA-256 of what it holds (hexadecimal), for which Python, and what is in it."""

    data: bytes
    digest: str
    runtime: str
    plugins: dict[str, str]
    libraries: dict[str, str]


def make_package(infra: Path, slug: str, lock: Path) -> Package:
    """The package of a deployment of an infra folder.

    Raises `LoadFault` where the deployment does not load, where an installed library is not the one of the lock, or
    where this machine is none for which a function's libraries are built; `BadInput` where it would be too large.
    """
    runtime = _runtime()
    deployment = load(infra / "deployments" / f"{slug}.toml")
    pinned = _pinned(lock)
    libraries = {name: found.version for name, found in sorted(_libraries())}
    for name, version in libraries.items():
        if pinned.get(name) != version:
            said = f"装的是 {name} {version}，锁定的是 {pinned.get(name, '没有这一个')}"
            raise LoadFault(said, where=str(lock), cure="make setup 按锁定的版本重新安装")
    files = dict(_files(infra, deployment, libraries))
    data, digest = _zipped({**files, **_compiled(files)})
    if len(data) > LARGEST:
        said = f"打包后有 {len(data) / 2**20:.1f} MB，最多 {LARGEST / 2**20:.0f} MB"
        raise BadInput(said, where=slug, cure="看插件里有没有不该带的文件")
    locked = {each.id: each.version for each in deployment.plugins if each.kind is not CORE}
    return Package(data, digest, runtime, locked, libraries)


def _runtime() -> str:
    """The runtime whose libraries these are; raises `LoadFault` where there is none."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if sys.platform != "linux" or platform.machine() != "x86_64" or version not in RUNTIMES:
        here = f"{platform.system()} {platform.machine()}，Python {version}"
        cure = f"在 Linux x86_64 上用 Python {'、'.join(RUNTIMES)} 打包，例如在容器里"
        raise LoadFault(f"这里的程序库不能用在云上的函数里：{here}", where="linli deploy", cure=cure)
    return f"python{version}"


def _pinned(lock: Path) -> dict[str, str]:
    try:
        text = lock.read_text("utf-8")
    except OSError:
        raise LoadFault(
            "没有锁定程序库版本的文件", where=str(lock), cure="用 --lock 指明 requirements.lock"
        ) from None
    return {_normal(name): version for name, version in _PINNED.findall(text)}


def _libraries() -> Iterator[tuple[str, Distribution]]:
    """What Linli depends on, itself left out, by normalised name."""
    waiting, seen = _requires(distribution(DISTRIBUTION), EXTRAS), {DISTRIBUTION, *SERVING}
    while waiting:
        name, conditional = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            if conditional:  # a marker that does not hold here: another platform, an older Python
                continue
            raise LoadFault(f"没有安装 {name}", where=DISTRIBUTION, cure="make setup") from None
        yield name, found
        waiting += _requires(found)


def _requires(found: Distribution, extras: Iterable[str] = ()) -> list[tuple[str, bool]]:
    """What a distribution requires, each with whether a marker stands beside it; extras only where they are wanted."""
    wanted = []
    for said in found.requires or ():
        required, _, marker = said.partition(";")
        extra = _EXTRA.search(marker)
        name = _NAME.match(required.strip())
        if name is not None and (extra is None or extra[1] in extras):
            wanted.append((_normal(name[0]), bool(marker.strip()) and extra is None))
    return wanted


def _files(infra: Path, deployment: Deployment, libraries: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Every file of the package by its path."""
    for name in OWN:
        yield from _package(name)
    modules = packaged(each.id for each in deployment.plugins if each.kind is not CORE)
    for module in sorted({each.module.partition(":")[0].partition(".")[0] for each in modules.values()}):
        yield from _package(module)
    for name in libraries:
        for file in distribution(name).files or ():
            path = Path(str(file))
            if not _LEFT_OUT & set(path.parts) and ".." not in path.parts and path.suffix != ".pyc":
                if path.parts[0].endswith(".dist-info") and path.name != "METADATA":
                    continue  # what differs from one installation to another
                yield path.as_posix(), Path(str(file.locate())).read_bytes()
    yield PLUGINS, msgspec.json.encode(modules, order="deterministic")
    for path in _configuration(infra, deployment.slug):
        yield f"infra/{path.relative_to(infra).as_posix()}", path.read_bytes()


def _package(name: str) -> Iterator[tuple[str, bytes]]:
    """The files of an import package, wherever it is installed."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise LoadFault(f"没有安装 {name}", where="linli deploy", cure="make setup")
    root = Path(next(iter(spec.submodule_search_locations)))
    for path in sorted(root.rglob("*")):
        inside = Path(name) / path.relative_to(root)
        wanted = (
            path.suffix != ".pyc" and not _LEFT_OUT & set(inside.parts) and _DEPLOYING not in inside.parents
        )
        if wanted and path.is_file():
            yield inside.as_posix(), path.read_bytes()


def _configuration(infra: Path, slug: str) -> Iterator[Path]:
    """The deployment's file, and the files that it names."""
    file = infra / "deployments" / f"{slug}.toml"
    config, _ = read(file, DeploymentFile)
    if config is None:
        raise LoadFault("部署的文件读不懂", where=str(file), cure="linli check")
    yield file
    yield from (infra / "jurisdictions" / name for name in config.jurisdictions)
    yield from (infra / "notices" / name for name in config.notices)


def _compiled(files: dict[str, bytes]) -> dict[str, bytes]:
    """The byte code of every module: a function may not write its own, and would compile all of it at every start.

    It is made in a process of its own whose hashes are not by chance, and never held against the source: both are here.
    """
    with TemporaryDirectory() as folder:
        for name, data in files.items():
            if name.endswith(".py"):
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        words = ["-q", "--invalidation-mode", "unchecked-hash", "-s", folder, "-p", "/var/task", folder]
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        # Some libraries carry templates that are no Python of this version; they are left as they are.
        subprocess.run([sys.executable, "-m", "compileall", *words], env=environment, capture_output=True)
        made = Path(folder).rglob("*.pyc")
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in made}


def _zipped(files: dict[str, bytes]) -> tuple[bytes, str]:
    """The zip, and a hash of its content that does not depend on how it was compressed."""
    hashed, out = hashlib.sha256(), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _THEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            zipped.writestr(info, files[name])
            hashed.update(f"{len(name.encode())}:{name}:{len(files[name])}:".encode() + files[name])
    return out.getvalue(), hashed.hexdigest()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
