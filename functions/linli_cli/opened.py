"""The stores that a command looks into: where they lie, with which keys, and which deployments have one.

The keys lie in the home folder. Of a deployment in the cloud the variable ``LINLI_KEYS`` names their secret, as it does
for its functions: with other keys the same people would count as others.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linli.deployment import Deployment, load
from linli.errors import BadInput, NotFound
from linli.service import Service
from linli.store_address import FileAddress
from linli_cli.infra import Infra
from linli_functions.keyring import CloudKeys
from linli_functions.opening import address_of, has_store

HOME = "LINLI_HOME"
KEYS = "LINLI_KEYS"
HOME_FOLDER = ".linli"


def add_home(parser: argparse.ArgumentParser) -> None:
    """Take the folder in which stores and keys lie."""
    parser.add_argument(
        "--home", metavar="目录", help=f"存储和密钥所在的目录（默认：环境变量 {HOME}，或 {HOME_FOLDER}）"
    )


def home_of(arguments: argparse.Namespace) -> Path:
    """The folder that was named, on the command line or in the environment."""
    return Path(arguments.home or os.environ.get(HOME) or HOME_FOLDER)


def stored(infra: Infra, home: Path) -> list[Deployment]:
    """The deployments that have a store in the folder; raises `NotFound` where none has."""
    found = [load(path) for path in one_if_in_cloud(infra)]
    kept = [each for each in found if has_store(address_of(each.slug, each.store), home)]
    if not kept:
        names = "、".join(deployment.store for deployment in found)
        raise NotFound(f"没有存储：{names}", where=str(home), cure=f"用 --home 或环境变量 {HOME} 指明目录")
    return kept


def one_if_in_cloud(infra: Infra) -> list[Path]:
    """The deployments' files; raises `BadInput` where one secret is named and it is not said whose."""
    paths = infra.files()
    if os.environ.get(KEYS) and len(paths) > 1:
        cure = f"有：{'、'.join(path.stem for path in paths)}；写在命令之前。不在云上的部署就去掉 {KEYS}"
        raise BadInput(f"{KEYS} 是一个部署的密钥，要写明是哪个", where="--deployment", cure=cure)
    return paths


def keys_for(deployment: Deployment, secret: str = "") -> CloudKeys | None:
    """The keys of a deployment in the cloud; None where they lie in the home folder, as those of a file's store do."""
    named = secret or os.environ.get(KEYS, "")
    if not named or (not secret and isinstance(address_of(deployment.slug, deployment.store), FileAddress)):
        return None
    return CloudKeys(named, deployment.slug, os.urandom)


@contextmanager
def opened(deployment: Deployment, home: Path, secret: str = "") -> Iterator[Service]:
    """A deployment at work over its store, closed in the end; ``secret`` holds its keys where the home does not."""
    from linli_functions.clocks import SystemClock
    from linli_functions.opening import open_service

    service = open_service(deployment, home, SystemClock(), keys=keys_for(deployment, secret))
    try:
        yield service
    finally:
        service.store.close()
