"""The demo as it is served: its home opened, published, shown as portals, and kept up to date while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from linli.clockwork import tick
from linli.publication import publish
from linli.record import StoreRecord
from linli.service import Service
from linli_functions.demo_home import PORTALS, DemoHome, personas
from linli_functions.opening import House, log_signer
from linli_functions.serving import demo_identity, serve

if TYPE_CHECKING:
    from linli_site.portal import Portal

HOST = "127.0.0.1"
NOTICE = "这是演示：地名是真的，事项、数字和人员都是编的。"


class Portals:
    """The portals of a house: built from what the last build knew, then kept in step with each publication."""

    def __init__(self, home: Path, address: str) -> None:
        """Take the home folder, and the address under which the portals are served (no slash at its end)."""
        self._home = home
        self._address = address
        self._portals: dict[str, Portal] = {}

    def build(self, service: Service, published: Any = None) -> object:
        """Bring one portal up to date: by what a publication changed, or as a whole where that is None."""
        from linli_site.bucket import Folder
        from linli_site.manifest import ManifestFile
        from linli_site.portal import Portal, frame_of

        slug, today = service.deployment.slug, service.clock.today()
        known = self._portals.get(slug)
        with ManifestFile(self._home / PORTALS / f"{slug}.json") as file:
            if known is None or published is None:
                folder = Folder(self._home / PORTALS / slug)
                frame = frame_of(service.deployment, NOTICE)
                root = f"{self._address}/{slug}"
                known = Portal(
                    service.deployment,
                    StoreRecord(service.store),
                    folder,
                    frame,
                    address=root,
                    receipts="api/v1/receipts/",
                )
                report = known.build(today, file.manifest)
                self._portals[slug] = known
            else:
                report = known.apply(published, today)
            file.save(known.manifest())
        return report


def serve_demo(infra: Path, home: Path, known: DemoHome, port: int) -> None:
    """Serve portals, workbenches and API of a demo at 127.0.0.1 until a signal ends it."""
    house = House.open(infra, home, known.clock())
    portals = Portals(home, f"http://{HOST}:{port}")
    identity = demo_identity(personas(house), home, demo=True)
    serve(
        house,
        HOST,
        port,
        home / PORTALS,
        True,
        identity=identity,
        publish=lambda service: publish(service.desk, log_signer(home, service.deployment.slug)),
        tick=lambda service: tick(service.desk, log_signer(home, service.deployment.slug)),
        build=portals.build,
    )
