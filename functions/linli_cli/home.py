"""The home of stores and keys on this machine, and the deployment in it that a command is about."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from linli.appointments import Person
from linli.configuration import DeploymentFile, read
from linli.deployment import load
from linli.desk import Clock
from linli.errors import BadInput, NotFound
from linli.service import Service
from linli_cli.infra import Infra
from linli_cli.opened import HOME, HOME_FOLDER, keys_for, one_if_in_cloud
from linli_cli.options import day
from linli_functions.clocks import DemoClock, SystemClock
from linli_functions.opening import address_of, has_store, open_service


def add_home(parser: argparse.ArgumentParser) -> None:
    """Take the home folder and, for demos, the day."""
    parser.add_argument(
        "--home",
        metavar="目录",
        type=Path,
        default=Path(os.environ.get(HOME) or HOME_FOLDER),
        help=f"存储和密钥所在的目录（默认：环境变量 {HOME}，或 {HOME_FOLDER}）",
    )
    parser.add_argument("--day", type=day, metavar="日期", help="演示用：当作这一天办理（默认：今天）")


def add_person(parser: argparse.ArgumentParser, *, required: bool, otherwise: str = "公众") -> None:
    """Take whose posts count; ``otherwise`` says whose do where nobody is named."""
    said = "以谁的岗位" if required else f"以谁的岗位（默认：{otherwise}）"
    parser.add_argument("--as", dest="subject", required=required, default="", metavar="人员标识", help=said)


def clock(on: date | None) -> Clock:
    """The machine's clock, or a demo's that starts on a day."""
    return SystemClock() if on is None else DemoClock(on)


@contextmanager
def opened(
    infra: Infra, arguments: argparse.Namespace, code: str = "", *, writes: bool = False
) -> Iterator[Service]:
    """Open the service in which a place or a matter lies (``code``); closed again at the end.

    Only what ``writes`` makes a store where there is none: who reads has mistyped the folder. Raises `BadInput` where
    several deployments could be meant, `NotFound` where there is nothing to read.
    """
    path = _path(infra, code)
    config, _ = read(path, DeploymentFile)
    if (
        not writes
        and config is not None
        and not has_store(address_of(config.slug, config.store), arguments.home)
    ):
        cure = f"用 --home 或环境变量 {HOME} 指明存储所在的目录"
        raise NotFound(f"没有存储：{config.store}", where=str(arguments.home), cure=cure)
    deployment = load(path)
    service = open_service(deployment, arguments.home, clock(arguments.day), keys=keys_for(deployment))
    try:
        yield service
    finally:
        service.store.close()


def person(service: Service, subject: str) -> Person | None:
    """The person of ``--as``, with the posts of the day; None for the public."""
    return service.person(subject) if subject else None


def _path(infra: Infra, code: str) -> Path:
    """The chosen deployment, the only one, or the one whose place shares most with the code."""
    paths = one_if_in_cloud(infra)
    if len(paths) == 1:
        return paths[0]
    shared: dict[int, list[Path]] = {}
    for path in paths:
        config, _ = read(path, DeploymentFile)
        if config is not None:
            shared.setdefault(_in_common(config.place, code), []).append(path)
    most = max(shared, default=0)
    # Fewer than six digits in common is another county.
    if most < 6 or len(shared[most]) > 1:
        names = "、".join(path.stem for path in paths)
        raise BadInput("要写明用哪个部署", where="--deployment", cure=f"有：{names}；写在命令之前")
    return shared[most][0]


def _in_common(one: str, other: str) -> int:
    """How many leading characters two codes have in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
