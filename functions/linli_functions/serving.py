"""Serving a house from one machine: portals, APIs and workbenches of all its deployments under one address."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from linli.errors import LoadFault
from linli_functions.api import LIMITS, VERSION, Limits, api, framed
from linli_functions.clocks import instant
from linli_functions.identity import DemoIdentity, Identity, Persona
from linli_functions.keeping import Build, Keeper, Publish, Tick
from linli_functions.opening import House, session_key
from linli_functions.portals import index, portal
from linli_functions.threads import ready_for_threads

GRACE_SECONDS = 10


def app(
    house: House, identity: Identity | Mapping[str, Identity], portals: Path, limits: Limits = LIMITS
) -> Starlette:
    """The whole app: ``/``, and for each deployment its portal, ``/<slug>/api/v1``, ``/<slug>/desk`` and
    ``/<slug>/receipts``. There is one identity for all of them, or one each by slug."""
    routes: list[BaseRoute] = [index(house)]
    for slug, service in house.items():
        who = identity[slug] if isinstance(identity, Mapping) else identity
        routes.append(Mount(f"/{slug}{VERSION}", api(service, who, limits)))
        # The workbench brings templates with it, which a house may be served without.
        if importlib.util.find_spec("linli_functions.workbench") is not None:
            from linli_functions.workbench import workbench

            routes.append(Mount(f"/{slug}/desk", workbench(service, who)))
        if importlib.util.find_spec("linli_site") is not None:
            from linli_functions.receipts_page import receipts_page

            routes.append(receipts_page(service, limits))
        routes.append(portal(service.deployment, portals / slug))
    return framed(routes)


def demo_identity(
    personas: Sequence[Persona], home: Path, *, demo: bool, secure: bool = False
) -> DemoIdentity:
    """The identity of a demo, with its key in the home folder; raises `LoadFault` outside demo mode."""
    return DemoIdentity(personas, session_key(home), instant, os.urandom, demo=demo, secure=secure)


def serve(
    house: House,
    host: str,
    port: int,
    portals: Path,
    demo: bool,
    *,
    identity: Identity | Mapping[str, Identity],
    publish: Publish | None = None,
    tick: Tick | None = None,
    build: Build | None = None,
    behind: Sequence[str] = (),
) -> None:
    """Serve until a signal ends it; requests under way are answered, then the stores are closed.

    A keeper publishes, lets the clock act and has pages built meanwhile. Raises `LoadFault` where a demo would be
    reachable from other machines without having said so, by any address but this machine's own, and for an
    address in ``behind`` that is none. ``behind`` are the addresses or networks of proxies: what they say of a
    caller's address (``X-Forwarded-For``) is believed, of anyone else's word nothing.
    """
    import uvicorn

    for each in behind:
        try:
            ip_network(each, strict=False)
        except ValueError:
            raise LoadFault(
                f"“{each}”不是地址", where="--behind", cure="例如 127.0.0.1 或 10.0.0.0/8"
            ) from None

    if demo and host not in ("127.0.0.1", "::1", "localhost") and not os.environ.get("LINLI_DEMO_OPEN"):
        raise LoadFault(
            "演示模式不验证身份，任何人都能以任何人的身份登录",
            where="--host",
            cure="只在本机使用；确实要开放（例如在容器里）时设环境变量 LINLI_DEMO_OPEN=1",
        )
    keeper = Keeper(house.values(), publish, tick, build)
    config = uvicorn.Config(
        app(house, identity, portals),
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        # What a caller says of its address is not believed, unless the caller is a proxy that was named.
        proxy_headers=bool(behind),
        forwarded_allow_ips=list(behind),
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    ready_for_threads()
    keeper.start()
    try:
        uvicorn.Server(config).run()
    finally:
        keeper.stop(GRACE_SECONDS)
        house.close()
