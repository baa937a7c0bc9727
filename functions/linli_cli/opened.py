"""The stores that a command looks into: where they lie, and which deployments have one."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linli.deployment import Deployment, load
from linli.errors import NotFound
from linli.service import Service
from linli_cli.infra import Infra
from linli_functions.opening import address_of, has_store

HOME = "LINLI_HOME"
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
    found = [load(path) for path in infra.files()]
    kept = [each for each in found if has_store(address_of(each.slug, each.store), home)]
    if not kept:
        names = "、".join(deployment.store for deployment in found)
        raise NotFound(f"没有存储：{names}", where=str(home), cure=f"用 --home 或环境变量 {HOME} 指明目录")
    return kept


@contextmanager
def opened(deployment: Deployment, home: Path, secret: str = "") -> Iterator[Service]:
    """A deployment at work over its store, closed in the end; ``secret`` holds its keys where the home does not."""
    from linli_functions.clocks import SystemClock
    from linli_functions.keyring import CloudKeys
    from linli_functions.opening import open_service

    keys = CloudKeys(secret, deployment.slug, os.urandom) if secret else None
    service = open_service(deployment, home, SystemClock(), keys=keys)
    try:
        yield service
    finally:
        service.store.close()
