"""The demo as it is served: its home opened, its portals and its log kept up to date while it runs."""

from __future__ import annotations

from pathlib import Path

from linli.clockwork import tick
from linli.publication import publish
from linli_functions.building import Builder
from linli_functions.demo_build import NOTICE, PORTALS
from linli_functions.demo_home import DemoHome, personas
from linli_functions.opening import House, log_signer
from linli_functions.serving import demo_identity, serve

HOST = "127.0.0.1"


def address(port: int) -> str:
    """The address at which a demo is served, with no slash at its end."""
    return f"http://{HOST}:{port}"


def serve_demo(infra: Path, home: Path, known: DemoHome, port: int) -> None:
    """Serve portals, workbenches and API of a demo on this machine until a signal ends it."""
    house = House.open(infra, home, known.clock())
    signers = {slug: log_signer(home, slug) for slug in house}
    serve(
        house,
        HOST,
        port,
        home / PORTALS,
        True,
        identity=demo_identity(personas(house), home, demo=True),
        publish=lambda service: publish(service.desk, signers[service.deployment.slug]),
        tick=lambda service: tick(service.desk, signers[service.deployment.slug]),
        build=Builder(home / PORTALS, address(port), NOTICE),
    )
