"""Serve every deployment from this machine: portal, workbench and API under /<slug>/, an index at /.

    linli serve --demo                        whoever opens the workbench chooses a persona
    linli serve --demo --port 8000 --home demo
    linli --deployment river serve        one deployment only; people sign in with the issuer of its [identity]

With --demo the clock starts at the demo's day (--day says another) and runs on. End with Ctrl-C: requests under way
are answered first.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec

from linli.clockwork import tick
from linli.desk import Clock
from linli.documents import take_down_expired
from linli.notes import Signer
from linli.publication import publish
from linli.record import RECORD
from linli.service import Service
from linli_cli.home import add_home
from linli_cli.infra import Infra
from linli_cli.output import note
from linli_functions.building import Builder
from linli_functions.clocks import DemoClock, SystemClock
from linli_functions.identities import identity_of
from linli_functions.identity import Identity, Persona, read_personas
from linli_functions.opening import House, log_signer, session_key
from linli_functions.serving import demo_identity, serve
from linli_functions.sessions import clear_ended


def configure(parser: argparse.ArgumentParser) -> None:
    """Take where to listen and whether it is a demo."""
    parser.add_argument("--host", default="127.0.0.1", help="监听的地址（默认：只有本机能访问）")
    parser.add_argument("--port", type=int, default=8000, metavar="端口", help="默认 8000")
    parser.add_argument("--portal", type=Path, metavar="目录", help="公开页面所在（默认：<home>/portal）")
    parser.add_argument("--demo", action="store_true", help="演示：不验证身份，在登录页选一个人员")
    parser.add_argument(
        "--personas", type=Path, metavar="FILE.toml", help="演示人员（默认：各地演示脚本里的）"
    )
    parser.add_argument(
        "--behind",
        action="append",
        default=[],
        metavar="地址",
        help="前面的代理的地址或网段，可以写几次；它转告的来访地址才算数",
    )
    add_home(parser)


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Serve until a signal ends it."""
    portal = arguments.portal or arguments.home / "portal"
    clock: Clock = SystemClock()
    if arguments.demo or arguments.day:
        clock = DemoClock(arguments.day or date.min.replace(year=2000))
    house = House.open(infra.folder, arguments.home, clock, only=infra.chosen)
    if isinstance(clock, DemoClock) and arguments.day is None:
        clock.set_day(max(demo_day(), *(_last_day(each) for each in house.values())))
    signers: dict[str, Signer] = {slug: log_signer(arguments.home, slug) for slug in house}
    note(f"http://{arguments.host}:{arguments.port}/  {'、'.join(house)}  {clock.today()}")
    serve(
        house,
        arguments.host,
        arguments.port,
        portal,
        arguments.demo,
        identity=_identity(arguments, house),
        publish=lambda service: publish(service.desk, signers[service.deployment.slug]),
        tick=lambda service: _tick(service, signers[service.deployment.slug]),
        build=Builder(portal, f"http://{arguments.host}:{arguments.port}"),
        behind=arguments.behind,
    )
    return 0


def demo_day() -> date:
    """The day on which a demo starts: that of the demo's story where it is installed."""
    from linli_functions.demo_build import AS_OF

    return AS_OF


def _identity(arguments: argparse.Namespace, house: House) -> Identity | Mapping[str, Identity]:
    if not arguments.demo:
        key = session_key(arguments.home)
        return {slug: identity_of(service, key) for slug, service in house.items()}
    personas: list[Persona] = []
    if arguments.personas:
        personas.extend(read_personas(arguments.personas))
    else:
        from linli_functions.demo_cast import cast
        from linli_functions.demo_script import read_script

        for slug, service in house.items():
            members = cast(service.deployment, read_script(service.deployment))
            personas.extend(member.persona(slug) for member in members if member.shown)
    return demo_identity(personas, arguments.home, demo=True)


def _last_day(service: Service) -> date:
    """The last day on which something published was recorded: a demo that is started again goes on from there."""
    stored = service.store.row(RECORD, "as-of")
    day = msgspec.json.decode(stored)["day"] if stored else ""
    return date.fromisoformat(day) if day else date.min


__all__ = ["configure", "demo_day", "run"]


def _tick(service: Service, signer: Signer) -> None:
    """What a new day does: what falls due, and documents that are kept no longer."""
    tick(service.desk, signer)
    take_down_expired(service)
    clear_ended(service.store, service.clock.today())
