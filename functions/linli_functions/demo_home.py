"""The home of a demo: built once, recognised when it was left half-built, and opened again in a moment.

``demo.json`` in the home folder says how far it is. Only a home that says ``ready`` is served; one that was left while
it was built is emptied and built anew. A folder that is not a demo's is never touched.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import msgspec
from msgspec import Struct

from linli.calendar import civil_date
from linli.deployment import load
from linli.errors import LinliError, LoadFault
from linli_functions.clocks import DemoClock
from linli_functions.demo_build import AS_OF, Built, build_deployment
from linli_functions.demo_cast import cast
from linli_functions.demo_script import fingerprint, read_script
from linli_functions.identity import Persona
from linli_functions.opening import House

MARKER, LOCK = "demo.json", "demo.lock"
READY, BUILDING = "ready", "building"
PROCESSES = 2

Told = Callable[[str], None]


class DemoHome(Struct, frozen=True, kw_only=True):
    """What ``demo.json`` says. ``story`` is the fingerprint of scripts and rules, ``built_on`` the machine's day."""

    state: str
    story: str
    as_of: date
    built_on: date
    built: tuple[Built, ...] = ()

    def clock(self) -> DemoClock:
        """The clock of the demo: it started at the as-of day when the home was built, and has run on since."""
        gone = civil_date(datetime.now(UTC)) - self.built_on
        return DemoClock(self.as_of + max(gone, timedelta(0)))


def prepare(
    infra: Path, home: Path, told: Told, processes: int = PROCESSES, address: str = ""
) -> tuple[DemoHome, bool]:
    """The home, built if it has to be; and whether it was built by this call.

    With an ``address`` the portals are built too, to be served there.

    Raises `LoadFault` for a folder that is not a demo's, a configuration that cannot be used, or a script that does
    not come true.
    """
    paths = sorted((infra / "deployments").glob("*.toml"))
    if not paths:
        raise LoadFault("没有部署的配置", where=str(infra / "deployments"), cure="用 --infra 指明目录")
    story = fingerprint(load(path) for path in paths)
    known = _known(home)
    if known is not None and known.state == READY:
        if known.story != story:
            told(f"提醒：{home} 是用另一版规则或脚本建的，照旧使用；要重建，先删去这个文件夹")
        return known, False
    if known is not None:
        told("上次没有建完，重新建")
        _empty(home)
    home.mkdir(parents=True, exist_ok=True)
    begun = DemoHome(state=BUILDING, story=story, as_of=AS_OF, built_on=civil_date(datetime.now(UTC)))
    _mark(home, begun)
    done = _build_all(paths, home, told, processes, address)
    ready = msgspec.structs.replace(begun, state=READY, built=tuple(done))
    _mark(home, ready)
    return ready, True


def personas(house: House) -> list[Persona]:
    """The personas that the sign-in pages offer."""
    return [
        member.persona(slug)
        for slug, service in house.items()
        for member in cast(service.deployment, read_script(service.deployment))
        if member.shown
    ]


@contextlib.contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold the home for one process; raises `LoadFault` where another holds it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("a") as file:
        try:
            import fcntl
        except (
            ImportError
        ):  # no such locks on Windows: two demos in one home are then the visitor's own doing
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LoadFault(
                "另一个 linli demo 正在用这个文件夹",
                where=str(home),
                cure="先结束它，或用 --home 换一个文件夹",
            ) from None
        yield


def _build_all(paths: Sequence[Path], home: Path, told: Told, processes: int, address: str) -> list[Built]:
    """Build every deployment, several at once; each process has its own stores and tells when it is done."""
    if processes < 2 or len(paths) < 2:
        return [_told(build_deployment(path, home, address, told), told) for path in paths]
    # Spawned and not forked: a forked process would share the locks of threads that are not there any more.
    with ProcessPoolExecutor(min(processes, len(paths)), mp_context=get_context("spawn")) as pool:
        running = {pool.submit(build_deployment, path, home, address): path for path in paths}
        try:
            done = [_told(future.result(), told) for future in as_completed(running)]
        except LinliError:
            pool.shutdown(cancel_futures=True)
            raise
    return sorted(done, key=lambda built: built.slug)


def _told(built: Built, told: Told) -> Built:
    pages = f"，公开页面 {built.portal_seconds:.1f} 秒" if built.portal_seconds else ""
    told(f"  {built.title}：{built.matters} 件事、{built.steps} 步，{built.seconds:.1f} 秒{pages}")
    return built


def _known(home: Path) -> DemoHome | None:
    """What a home says of itself; None for one that is empty. Raises `LoadFault` for a folder of something else."""
    try:
        return msgspec.json.decode((home / MARKER).read_bytes(), type=DemoHome)
    except FileNotFoundError:
        pass
    except msgspec.MsgspecError as error:
        raise LoadFault(
            f"{MARKER} 读不出来：{error}", where=str(home), cure="删去这个文件夹，再来一次"
        ) from None
    if home.is_dir() and any(entry.name != LOCK for entry in home.iterdir()):
        raise LoadFault(
            "这个文件夹里有别的东西，不是演示的", where=str(home), cure="用 --home 换一个空文件夹"
        )
    return None


def _mark(home: Path, known: DemoHome) -> None:
    partial = home / f"{MARKER}.partial"
    partial.write_bytes(msgspec.json.format(msgspec.json.encode(known)))
    os.replace(partial, home / MARKER)


def _empty(home: Path) -> None:
    """Throw away what a build left behind; the marker goes last, so that this can be interrupted too."""
    for entry in home.iterdir():
        if entry.name in (MARKER, LOCK):
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    (home / MARKER).unlink()
