"""A fund's office: clerk, approvers, treasurer and manager, in a shipped deployment."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.deployment import Deployment, load
from linli.desk import Receipt
from linli.store import Store
from tests.access.conftest import INFRA, Office

DAY = date(2026, 3, 2)
Open = Callable[..., "FundOffice"]


class FundOffice(Office):
    """An office with one fund, whose number is ``fund``."""

    def __init__(
        self, slug: str, day: date, folder: Path, store: Store | None = None, loaded: Deployment | None = None
    ) -> None:
        super().__init__(slug, day, folder, store, loaded)
        for person, post in (
            ("manager", "fund_manager"),
            ("cashier", "fund_clerk"),
            ("approver", "fund_approver"),
            ("second", "fund_approver"),
            ("treasurer", "fund_treasurer"),
        ):
            self.appoint(person, post)
        self.appoint("both", "fund_clerk")
        self.appoint("both", "fund_approver")
        self.fund = self.open_fund()

    def open_fund(self, **more: Any) -> str:
        facts: dict[str, Any] = {
            "title": "邻里互助基金",
            "holder_kind": "foundation",
            "holder": "区基金会",
            "purposes": [{"name": "助老"}, {"name": "助学"}],
        }
        return self.take("manager", "fund", "open", {**facts, **more}, place=self.top).matter

    def give(self, amount: int, purpose: str = "", source: str = "居民自筹", **more: Any) -> Receipt:
        facts = {
            "fund": self.fund,
            "source": source,
            "channel": "grant",
            "amount_fen": amount,
            "purpose": purpose,
        }
        return self.take("cashier", "contribution", "record", {**facts, **more}, place=self.top)

    def ask(
        self, amount: int, purpose: str = "", source: str = "居民自筹", who: str = "cashier", **more: Any
    ) -> Receipt:
        facts = {
            "fund": self.fund,
            "source": source,
            "kind": "grant",
            "amount_fen": amount,
            "purpose": purpose,
            "reason": "慰问",
            "year": self.clock.day.year,
            "payee": "服务社",
        }
        return self.take(who, "payment", "submit", {**facts, **more}, place=self.top)

    def act(self, who: str, action: str, matter: str, procedure: str = "payment", **facts: Any) -> Receipt:
        return self.take(who, procedure, action, facts, matter=matter)

    def approve(self, matter: str, who: str = "approver") -> Receipt:
        return self.act(who, "approve", matter, no_interest=True)

    def held(self) -> dict[tuple[str, str], int]:
        """What the fund holds, by source and purpose."""
        prefix = f"fund:{self.fund}:"
        return {
            tuple(account.removeprefix(prefix).split(":")): amount  # type: ignore[misc]
            for (account, _), amount in self.store.balances(prefix).items()
            if amount
        }


@pytest.fixture
def open_funds(tmp_path: Path) -> Open:
    def opened(slug: str = "dongcheng", day: date = DAY, store: Store | None = None) -> FundOffice:
        return FundOffice(slug, day, tmp_path, store)

    return opened


@pytest.fixture
def open_carrying(tmp_path: Path) -> Open:
    """Open an office in a deployment whose configuration carries unused limits over."""

    def opened(slug: str = "dongcheng", day: date = DAY) -> FundOffice:
        infra = tmp_path / "infra"
        shutil.copytree(INFRA, infra, dirs_exist_ok=True)
        top = load(INFRA / "deployments" / f"{slug}.toml").place
        (configured,) = (infra / "jurisdictions").glob(f"{top}-*.toml")
        setting = (
            '\n[[parameters]]\nid = "funds.carry_over"\nvalue = true\nsince = 1990-01-01\nexample = true\n'
        )
        configured.write_text(configured.read_text("utf-8") + setting, "utf-8")
        loaded = load(infra / "deployments" / f"{slug}.toml")
        return FundOffice(slug, day, tmp_path, loaded=loaded)

    return opened
