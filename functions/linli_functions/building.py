"""Building portals while a house is served: each is kept in memory, so that a publication costs its own pages only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from linli.service import Service

if TYPE_CHECKING:
    from linli_site.portal import Portal

RECEIPTS = "receipts"
"""Where the form of the portal looks receipts up: `linli_functions.receipts_page`, beside the portal's pages."""


class Builder:
    """Builds the portal of each deployment into ``<folder>/<slug>``; a `linli_functions.keeping.Build`.

    What the last build knew is kept in ``<folder>/<slug>.json``, so that a restart draws only what has changed since.
    """

    def __init__(self, folder: Path, address: str = "", notice: str = "") -> None:
        """Take the folder of all portals, the address under which they are served, and a sentence for every page."""
        self._folder = folder
        self._address = address
        self._notice = notice
        self._portals: dict[str, Portal] = {}

    def __call__(self, service: Service, published: Any) -> object:
        """Build what a publication has changed; everything where it is None. Returns the site's report."""
        # The generator is loaded by whoever builds, never by a function that answers JSON.
        from linli_site.manifest import ManifestFile

        slug, today = service.deployment.slug, service.clock.today()
        known = self._portals.get(slug)
        (self._folder / slug).mkdir(parents=True, exist_ok=True)
        with ManifestFile(self._folder / f"{slug}.json") as file:
            if known is not None and published is not None:
                report = known.apply(published, today)
            else:
                known = self._opened(service)
                report = known.build(today, file.manifest)
                self._portals[slug] = known
            file.save(known.manifest())
        return report

    def _opened(self, service: Service) -> Portal:
        from linli.record import StoreRecord
        from linli_site.bucket import Folder
        from linli_site.portal import Portal, frame_of

        slug = service.deployment.slug
        return Portal(
            service.deployment,
            StoreRecord(service.store),
            Folder(self._folder / slug),
            frame_of(service.deployment, self._notice),
            address=f"{self._address}/{slug}" if self._address else "",
            receipts=RECEIPTS,
        )
