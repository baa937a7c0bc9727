"""A funder, an operator, experts, organisations and a community, around one call for projects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.store_memory import MemoryStore
from tests.access.conftest import Office

TOP, HOME, NEAR, OTHER_STREET = "320613000000", "320613001001", "320613001002", "320613002000"
OPENING, DAY = date(2026, 3, 2), date(2026, 3, 9)
RUBRIC = [
    {"criterion": "need", "points": 30},
    {"criterion": "benefit", "points": 30},
    {"criterion": "feasibility", "points": 20},
    {"criterion": "sustainability", "points": 20},
]


def code(number: int) -> str:
    """A well-formed unified social credit code for the made-up organisation of that number."""
    from linli.identifiers import uscc_check_character

    body = f"52320613MJ{number:07d}"
    return body + uscc_check_character(body)


def announcement(**more: Any) -> dict[str, Any]:
    """A complete call; money in fen."""
    facts: dict[str, Any] = {
        "title": "2026年公益创投",
        "programme": "venture_grant",
        "source": "福利彩票公益金",
        "budget_fen": 20_000_000,
        "opens": "2026-03-02",
        "closes": "2026-04-10",
        "cap_fen": 10_000_000,
        "rubric": RUBRIC,
        "reviewers": 2,
        "indicators": "服务人次和满意度",
    }
    return {**facts, **more}


def project(call: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """A complete application of the organisation of that number."""
    facts: dict[str, Any] = {
        "call": call,
        "title": f"邻里互助{number}号",
        "code": code(number),
        "theme": "elderly",
        "need": "居民议事会第3号：独居老人需要陪伴",
        "target_group": "独居老人 60 人",
        "goal": "每位老人每周有人上门",
        "plan": "招募志愿者，逐楼结对",
        "actors": "社工两人，志愿者三十人",
        "evaluation": "每季度回访",
        "budget": [
            {"name": "人员", "grant_fen": 4_000_000, "own_fen": 2_000_000},
            {"name": "物资", "grant_fen": 4_000_001, "own_fen": 4_000_000},
        ],
        "resources": [
            {"means": "department", "what": "区民政局经费"},
            {"means": "organization", "what": "社工两人"},
            {"means": "professionals", "what": "护士一人"},
        ],
        "months": 12,
    }
    return {**facts, **more}


def sheet(*points: int, **more: Any) -> dict[str, Any]:
    """A reviewer's sheet for the four criteria of the rubric."""
    names = [row["criterion"] for row in RUBRIC]
    given = [{"criterion": name, "points": each} for name, each in zip(names, points, strict=True)]
    return {"no_interest": True, "points": given, "ground": "需求清楚，做法可行", **more}


class Fund:
    """An office with everyone who takes part in a call, and short ways through it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.take = office.take
        for name, post in (
            ("funder", "funder"),
            ("operator", "grant_operator"),
            ("expert1", "grant_expert"),
            ("expert2", "grant_expert"),
            ("expert3", "grant_expert"),
            ("awarder", "grant_decider"),
            ("treasurer", "treasurer"),
        ):
            office.appoint(name, post, unit="区民政局" if post == "funder" else "")
        for number in (1, 2, 3):
            office.appoint(f"org{number}", "organization", unit=f"第{number}社工服务社")
        office.appoint("committee", "committee", HOME)
        office.appoint("supervision", "affairs_supervision", HOME)
        office.appoint("street", "street", office.deployment.places[HOME].parent)
        office.appoint("other-street", "street", OTHER_STREET)
        office.appoint("resident", "resident", HOME)
        office.enter("organizations", *(organization(number) for number in (1, 2, 3)))

    def publish(self, **more: Any) -> str:
        """The number of a published call."""
        return self.take("funder", "call", "publish", announcement(**more), place=TOP).matter

    def apply(self, call: str, number: int = 1, place: str = HOME, **more: Any) -> str:
        """The number of an application that waits to be examined."""
        receipt = self.take(f"org{number}", "grant", "apply", project(call, number, **more), place=place)
        judged = receipt.judgement
        assert receipt.stage == "submitted", [f.reason for f in judged.adverse()] if judged else ""
        return receipt.matter

    def scored(self, call: str, number: int, *points: int, **more: Any) -> str:
        """The number of an application that two experts gave these points each."""
        matter = self.apply(call, number, **more)
        receipt = self.take("operator", "grant", "qualify", {"number": number}, matter=matter)
        judged = receipt.judgement
        assert receipt.stage == "scoring", [f.reason for f in judged.adverse()] if judged else ""
        for expert in ("expert1", "expert2"):
            self.take(expert, "grant", "score", sheet(*points), matter=matter)
        self.take("operator", "grant", "conclude", {}, matter=matter)
        return matter

    def award(self, matter: str, projects: int, **more: Any) -> Any:
        """The receipt of the decision on a project."""
        return self.take("awarder", "grant", "award", {"projects": projects, **more}, matter=matter)

    def running(self, call: str = "", **more: Any) -> str:
        """The number of a project that was awarded and has its agreement."""
        matter = self.scored(call or self.publish(), 1, 30, 25, 15, 15, **more)
        assert self.award(matter, 1).stage == "notice"
        self.office.clock.day = date(2026, 4, 20)
        said = {"starts": "2026-04-20", "ends": "2027-04-19", "payee": "第1社工服务社"}
        self.take("funder", "grant", "sign", said, matter=matter)
        return matter

    def pay(self, matter: str, tranche: int) -> Any:
        """The receipt of a payment."""
        return self.take("treasurer", "grant", "pay", {"tranche": tranche}, matter=matter)

    def balance(self, account: str) -> int:
        """What an account holds, in fen."""
        return self.office.store.balance(account)


def organization(number: int, **more: Any) -> dict[str, Any]:
    """The register's entry of a made-up organisation that meets every condition."""
    return {
        "code": code(number),
        "title": f"第{number}社工服务社",
        "place": TOP,
        "standing": "registered",
        "since": "2020-05-01",
        "report_year": 2025,
        **more,
    }


@pytest.fixture
def open_fund(tmp_path: Path) -> Iterator[Callable[..., Fund]]:
    """Open a fund for a deployment; everyone is appointed in 崇川 unless places are given."""

    def opened(store: MemoryStore | None = None) -> Fund:
        return Fund(Office("chongchuan", DAY, tmp_path, store))

    yield opened


@pytest.fixture
def fund(open_fund: Callable[..., Fund]) -> Fund:
    """崇川 on the ninth of March 2026."""
    return open_fund()
