"""BJ-37, the centre for social organisations of Dongcheng: who comes first among equals, and how many there are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.identifiers import uscc_check_character
from tests.systems.test_funding import RUBRIC, Fair, code

REGISTERED, FILED = 353, 1_700
PUBLIC_SERVICE, CULTURE = "公益服务类", "文教体育类"


@pytest.fixture
def fair(tmp_path: Path) -> Fair:
    return Fair("dongcheng", tmp_path)


def scored(fair: Fair, call: str, number: int, points: int, **more: Any) -> str:
    """The number of a project of one organisation that two experts gave as many points each."""
    told = fair.apply(call, code=code(number), title=f"项目{number}", **more)
    assert told.stage == "submitted", told.adverse
    told = fair.take("operator", "qualify", {"number": number}, matter=told.matter)
    assert told.stage == "scoring", told.adverse
    given = [{"criterion": name, "points": points} for name in RUBRIC]
    for expert in ("expert1", "expert2"):
        sheet = {"no_interest": True, "points": given, "ground": "可行"}
        fair.take(expert, "score", sheet, matter=told.matter)
    fair.take("operator", "conclude", {}, matter=told.matter)
    held = {"held": "2026-03-09", "form": "居民议事会", "persons": 23, "outcome": "同意"}
    fair.take("committee", "discuss", held, matter=told.matter)
    return told.matter


@pytest.mark.system("BJ-37")
def test_with_equal_scores_the_public_service_organisation_comes_first(fair: Fair) -> None:
    for number, kind in ((1, CULTURE), (2, PUBLIC_SERVICE), (3, PUBLIC_SERVICE)):
        fair.enroll(code(number), title=f"第{number}服务社", kind=kind)
    call = fair.publish(budget_fen=3_500_000, cap_fen=3_500_000)
    # The culture body has the lower number and the lower code: without the preference it would come first.
    culture, service = scored(fair, call, 1, 22), scored(fair, call, 2, 22)
    worse = scored(fair, call, 3, 20)
    told = [fair.take("awarder", "award", {"projects": 3}, matter=each) for each in (service, culture, worse)]
    assert [each.stage for each in told] == ["notice", "lost", "lost"]
    assert [each.terms["grant.place_among"] for each in told] == [1, 2, 3], "the score still counts first"
    used = told[0].finding("awarded-by-score")["values"]
    preferred = next(each for each in used if each["name"] == "grant.preferred_kinds")
    assert list(preferred["value"]) == [PUBLIC_SERVICE]
    page = fair.page(service)
    assert "公益服务类" in page and "名列第 1" in page
    assert "资金已按得分次序用完" in fair.town.matter_page(culture)


@pytest.mark.system("BJ-37")
def test_the_register_counts_those_registered_and_those_filed(fair: Fair) -> None:
    """The account's 353 and 1,700, from sample rows that are handed in as a table and named as samples."""
    town = fair.town
    row = {"place": fair.top, "since": date(2010, 1, 1)}
    registered = [
        {**row, "code": _code(number), "title": f"登记组织{number:04}（示例）", "standing": "registered"}
        for number in range(REGISTERED - 1)  # one is in the register already
    ]
    filed = [
        {**row, "code": f"B-{number:05}", "title": f"社区组织{number:04}（示例）", "standing": "filed"}
        for number in range(FILED)
    ]
    town.imports("organizations", registered)
    town.imports("organizations", filed)
    town.publish()
    assert "登记的 353 家，备案的 1,700 家" in town.place_page(town.place)


def _code(number: int) -> str:
    body = f"52110101EX{number:07d}"
    return body + uscc_check_character(body)
