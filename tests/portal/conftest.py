"""An office of 崇川 whose people have acted, and the portal of what they did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.places import Level
from linli.publication import publish
from linli.record import StoreRecord
from linli_site.bucket import Bucket, Memory
from linli_site.build import Report
from linli_site.portal import Portal, frame_of
from tests.access.conftest import Office, request, staffed

DAY = date(2026, 3, 2)
ADDRESS = "https://portal.example"
VERIFIED = {"duty": "entrusted", "nature": "service"}


class Town:
    """An office with people in two communities, ways to act, and the portal of its record."""

    def __init__(self, folder: Path, out: Bucket | None = None, slug: str = "chongchuan") -> None:
        self.office = staffed(Office(slug, DAY, folder))
        places = self.office.deployment.places
        codes = [place.code for place in places.below(self.office.top, Level.COMMUNITY)]
        self.home, self.near = codes[:2]
        self.street = places[self.home].parent
        self.office.appoint("committee", "committee", self.home)
        self.office.appoint("street", "street", self.street)
        self.out = out if out is not None else Memory()
        self.portal = self.opened(self.out)

    def opened(self, out: Bucket) -> Portal:
        """The portal of the record as it stands, in a bucket of its own."""
        frame = frame_of(self.office.deployment, "这是演示站点，事项和金额都是虚构的。")
        return Portal(self.office.deployment, StoreRecord(self.office.store), out, frame, address=ADDRESS)

    def submit(self, *communities: str, **more: Any) -> str:
        """The number of a new application."""
        facts = request(*(communities or (self.home,)), **more)
        return self.office.take("clerk", "access", "submit", facts, place=self.office.top).matter

    def decide(self, matter: str, **more: Any) -> Any:
        """Review an application and decide it."""
        self.office.take("reviewer", "access", "review", VERIFIED, matter=matter)
        return self.office.take("decider", "access", "admit", {"reason": "符合条件", **more}, matter=matter)

    def refuse(self, title: str = "入户统计空调数量", **more: Any) -> str:
        """The number of a committee's refusal."""
        facts = {
            "title": title,
            "asked_by": "区商务局",
            "asked_on": self.office.clock.day.isoformat(),
            **more,
        }
        return self.office.take("committee", "refusal", "record", facts, place=self.home).matter

    def built(self) -> Report:
        """Publish, and build the whole portal anew."""
        publish(self.office.service.desk)
        self.portal = self.opened(self.out)
        return self.portal.build(self.office.clock.today())

    def caught_up(self) -> Report:
        """Publish, and write only what that changed."""
        return self.portal.apply(publish(self.office.service.desk), self.office.clock.today())

    def page(self, address: str) -> str:
        """A page as it was written."""
        content = self.out.get(address)
        assert content is not None, f"no page at {address}"
        return content.decode()

    def files(self) -> Mapping[str, bytes]:
        """Every file of the portal."""
        return {address: self.out.get(address) or b"" for address in self.out.list()}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town on the second of March 2026 where nothing has happened yet."""
    return Town(tmp_path)


@pytest.fixture
def open_town(tmp_path: Path) -> Callable[..., Town]:
    """Open towns of other deployments or into other buckets."""

    def opened(out: Bucket | None = None, slug: str = "chongchuan") -> Town:
        return Town(tmp_path, out, slug)

    return opened
