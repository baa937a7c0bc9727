"""The function that publishes: woken by a stream, called by a schedule or handed a batch that failed before.

The event says nothing: what waits is an index of the store, and what the pages have to say is the record. So a batch
that ended in the queue of failures is done again by calling this function with it, or with anything else.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from linli_functions.handlers import setting
from linli_functions.handlers.telling import telling

if TYPE_CHECKING:
    from linli_functions.site_address import SiteAddress


FIGURES = {"steps": "StepsPublished", "held": "StepsHeld", "waiting": "Waiting", "written": "PagesWritten"}
_MANY = 1000


@telling("publish", FIGURES)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Publish everything that waits, then bring the portal up to date where one is named."""
    from linli.indexing import UNPLACED
    from linli.publication import publish
    from linli.registry import STALE

    service = setting.service()
    done = publish(service.desk, setting.keys().signer())
    told = {
        "placed": done.placed,
        "steps": done.steps,
        "withheld": done.withheld,
        "held": len(done.held),
        # What others wrote meanwhile, and what cannot go out however often it is tried.
        "waiting": sum(len(service.store.rows(index, limit=_MANY)) for index in (UNPLACED, STALE)),
    }
    site = _site()
    if site is None:
        return told
    from linli_functions.cloud import surroundings
    from linli_functions.putting_out import put_out

    out = put_out(service, site, os.environ.get("LINLI_CDN", ""), surroundings())
    return {**told, "written": len(out.written), "deleted": len(out.deleted), "pages": out.pages}


@cache
def _site() -> SiteAddress | None:
    from linli_functions.site_address import read_site

    said = os.environ.get("LINLI_SITE", "")
    return read_site(said) if said else None
