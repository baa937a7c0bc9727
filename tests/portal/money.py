"""A district with a fund and a call, whose people act, and the portal of what they did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Raw

from linli.publication import Published, publish, take_down
from linli.record import StoreRecord
from linli_site.bucket import Bucket, Memory
from linli_site.build import Report
from linli_site.portal import Portal, frame_of
from tests.funding.conftest import Fund
from tests.funds.conftest import FundOffice

OPENED, DAY = date(2025, 4, 1), date(2026, 3, 9)
ADDRESS = "https://portal.example"


class MoneyTown:
    """A fund's office and a funder's, on one store, and their portal."""

    def __init__(self, folder: Path, out: Bucket | None = None) -> None:
        self.office = FundOffice("chongchuan", OPENED, folder)
        self.office.clock.day = DAY
        self.venture = Fund(self.office)
        self.out = out if out is not None else Memory()
        self.portal = self.opened(self.out)

    def opened(self, out: Bucket) -> Portal:
        """The portal of the record as it stands, in a bucket of its own."""
        frame = frame_of(self.office.deployment, "这是演示站点，事项和金额都是虚构的。")
        return Portal(self.office.deployment, StoreRecord(self.office.store), out, frame, address=ADDRESS)

    def spend(self, amount: int, **more: Any) -> str:
        """The number of a payment that was approved."""
        payment = self.office.ask(amount, **more).matter
        if self.office.approve(payment).stage == "awaiting":
            self.office.approve(payment, "second")
        return payment

    def built(self) -> Report:
        """Publish, and build the whole portal anew."""
        publish(self.office.service.desk)
        self.portal = self.opened(self.out)
        return self.portal.build(self.office.clock.today())

    def caught_up(self) -> Report:
        """Publish, and write only what that changed."""
        return self.portal.apply(publish(self.office.service.desk), self.office.clock.today())

    def taken_down(self, matter: str) -> None:
        """Take the first step of a matter down, and what the portal shows of it."""
        before = take_down(self.office.service.desk, matter, 1)
        record = StoreRecord(self.office.store)
        changes = {key: None if (raw := record.raw(key)) is None else Raw(raw) for key in before}
        self.portal.apply(Published(changes=changes, before=before), self.office.clock.today())

    def page(self, address: str) -> str:
        """A page as it was written."""
        content = self.out.get(address)
        assert content is not None, f"no page at {address}"
        return content.decode()

    def files(self) -> Mapping[str, bytes]:
        """Every file of the portal."""
        return {address: self.out.get(address) or b"" for address in self.out.list()}

    def filled(self) -> tuple[str, str, str]:
        """Let much happen; returns the numbers of a call, of a project that runs and of one that lost."""
        office, venture = self.office, self.venture
        for month in range(4, 13):
            office.clock.day = date(2025, month, 6)
            office.give(5_000_00, source="政府购买")
            office.give(2_345_67, "助老", "辖区单位赞助", donor="某商场", receipt_waived=True)
            self._paid(
                1_234_56, purpose="助老", source="辖区单位赞助", reason=f"{month}月的助老服务", kind="service"
            )
        office.clock.day = DAY
        for _ in range(45):
            office.give(100_00)
        self.spend(600_00, reason="慰问困难家庭", kind="relief")
        call = venture.publish(budget_fen=12_000_000, ties=["need"], parts=[{"percent": 60}, {"percent": 40}])
        won = venture.scored(call, 1, 30, 25, 15, 15)
        lost = venture.scored(call, 2, 20, 20, 15, 15)
        venture.award(won, 2)
        venture.award(lost, 2)
        office.clock.day = date(2026, 4, 20)
        said = {"starts": "2026-04-20", "ends": "2027-04-19", "payee": "第1社工服务社"}
        office.take("funder", "grant", "sign", said, matter=won)
        venture.pay(won, 1)
        spent = [{"name": "人员", "spent_fen": 1_000_000}]
        report = {"done": "结对六十户，每周上门", "served": 240, "spent": spent}
        office.take("org1", "grant", "report", report, matter=won)
        passed = {"no_interest": True, "passed": True, "finding": "进展正常"}
        office.take("street", "grant", "midterm", passed, matter=won)
        return call, won, lost

    def _paid(self, amount: int, **more: Any) -> None:
        payment = self.spend(amount, **more)
        self.office.act("treasurer", "pay", payment)
        self.office.act("treasurer", "clear", payment)
