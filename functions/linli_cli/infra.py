"""The folder of configurations, and the deployment that a command is about."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from linli.configuration import DeploymentFile, read
from linli.deployment import Deployment, load
from linli.errors import LoadFault, NotFound

if TYPE_CHECKING:  # only commands that work on a store load what one needs
    from linli.service import Service


class Infra(Struct, frozen=True):
    """The folder of ``deployments`` and ``jurisdictions``; ``chosen`` is the slug from ``--deployment``."""

    folder: Path
    chosen: str = ""

    def files(self) -> list[Path]:
        """The deployments' files, by slug; only the chosen one where one is chosen. Raises `NotFound`."""
        found = sorted((self.folder / "deployments").glob("*.toml"))
        slugs = "、".join(path.stem for path in found)
        if self.chosen:
            found = [path for path in found if path.stem == self.chosen]
            if not found:
                raise NotFound(
                    f"没有名为 {self.chosen} 的部署",
                    where=str(self.folder),
                    cure=f"有的是：{slugs or '没有'}",
                )
        if not found:
            raise NotFound(
                "没有部署的配置", where=str(self.folder / "deployments"), cure="写一个，或用 --infra 指明目录"
            )
        return found

    def any(self) -> Deployment:
        """The chosen deployment, or the first by slug."""
        return load(self.files()[0])

    def at(self, place: str) -> Deployment:
        """The deployment in which a place lies, the smallest where several do.

        Raises `NotFound` where none does, and `LoadFault` where that may be because one could not be loaded.
        """
        broken: LoadFault | None = None
        for path in sorted(self.files(), key=lambda path: (-_shared(_top(path), place), path.stem)):
            try:
                deployment = load(path)
            except LoadFault as fault:
                broken = broken or fault
                continue
            if deployment.covers(place):
                return deployment
        if broken is not None:
            raise broken
        names = "、".join(path.stem for path in self.files())
        raise NotFound(f"{place} 不在任何部署里", where="--at", cure=f"用 12 位区划代码；查过的部署：{names}")

    def opened(
        self, arguments: argparse.Namespace, code: str = "", *, writes: bool = False
    ) -> AbstractContextManager[Service]:
        """Open the service in which a place or a matter lies: for the commands of plugins, see `linli_cli.main`."""
        from linli_cli.home import opened

        return opened(self, arguments, code, writes=writes)


def _top(path: Path) -> str:
    """The code of a deployment's top place, read without loading any plugin."""
    config, _ = read(path, DeploymentFile)
    return "" if config is None else config.place


def _shared(one: str, other: str) -> int:
    """How many leading characters two codes share, so that the likeliest deployment is loaded first."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
