"""Proposals as residents meet them: the police post by the 沙河, forty-eight that are closed, one that is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.systems.hall import ELSEWHERE, Denied, Hall

WUFUQIAO, YONGXING = "510104030006", "510104018003"
PAPER = {"title": "在沙河边上设警务室", "wanted": "在沙河边设一间警务室"}
At = Callable[..., Hall]


@pytest.fixture
def at(tmp_path: Path) -> At:
    """Open the hall of 五福桥社区 on a day."""
    return lambda day: Hall("jinjiang", WUFUQIAO, day, tmp_path, other=YONGXING)


def on_paper(hall: Hall, *names: str, **more: Any) -> str:
    """A paper with its signers, entered by the committee and handed in; the number of its matter."""
    for name in names:
        hall.town.get("procedures", name)  # whoever has an account is in the register of those who live here
    signers = [{"who": name} for name in names]
    matter = hall.take(
        "committee", "proposal", "raise_on_paper", {**PAPER, "signers": signers, **more}
    ).matter
    hall.take("committee", "proposal", "submit", {}, matter=matter)
    return matter


@pytest.mark.system("JJ-18")
def test_seven_signers_get_the_police_post_by_the_river_a_month_later(at: At) -> None:
    hall = at(date(2009, 5, 4))
    seven = [f"resident{n}" for n in range(1, 8)]
    matter = on_paper(hall, *seven)
    page = hall.page(f"proposals/{matter}.html")
    assert "提案，待受理" in page and "7 人联名，提案至少 5 人" in page
    told = hall.take("committee", "proposal", "accept", {"number": 1, "handler": "居民委员会"}, matter=matter)
    assert told.stage == "accepted"
    assert "由居民委员会办理，2009年6月4日前办结。" in hall.page(f"proposals/{matter}.html")
    forwarding = {"unit": "公安分局", "asked": "在沙河边设警务室"}
    assert hall.take("committee", "proposal", "forward", forwarding, matter=matter).stage == "forwarded"
    assert "已经转给公安分局，等它答复。" in hall.page(f"proposals/{matter}.html")
    hall.on(2009, 6, 3)
    with pytest.raises(Denied, match="没有办结凭据，不算办结"):
        hall.take("committee", "proposal", "complete", {"said": "警务室建成"}, matter=matter)
    done = {"said": "警务室建成", "evidence": "沙河边警务室已经挂牌"}
    assert hall.take("committee", "proposal", "complete", done, matter=matter).stage == "done"
    assert "已落实：警务室建成。" in hall.page(f"proposals/{matter}.html")
    told_all = [row.value.decode() for row in hall.town.store.rows("outbox", "", "~") if row.value]
    assert any("已经落实：警务室建成" in said and '"resident"' in said for said in told_all)
    assert not [said for said in hall.town.pages().values() if "resident7" in said]


@pytest.mark.system("JJ-18")
def test_a_single_persons_paper_is_kept_as_a_suggestion(at: At) -> None:
    hall = at(date(2009, 5, 4))
    matter = on_paper(hall, "resident1")
    assert hall.town.stage(matter) == "suggested"
    assert "1 人联名，按建议办理" in hall.page(f"matters/{matter}/index.html")


def test_who_signs_twice_or_lives_elsewhere_is_refused(at: At) -> None:
    hall = at(date(2026, 3, 2))
    with pytest.raises(Denied, match="同一个人签了两次，一人一次（"):
        on_paper(hall, "resident1", "resident2", "resident1")
    with pytest.raises(Denied, match="名单第 2 行的人不是本社区的居民（"):
        on_paper(hall, "resident1", ELSEWHERE)
    matter = hall.take("resident1", "proposal", "raise", PAPER).matter
    with pytest.raises(Denied, match="您已经联名，一人一次"):
        hall.take("resident1", "proposal", "sign", {}, matter=matter)
    with pytest.raises(Denied, match="您的岗位不能"):
        hall.take(ELSEWHERE, "proposal", "sign", {}, matter=matter)
    assert "还差 4 人" in hall.page(f"proposals/{matter}.html")


def test_a_deadline_in_a_year_without_a_calendar_is_refused_and_a_late_one_is_shown(at: At) -> None:
    hall = at(date(2026, 3, 2))
    matter = on_paper(hall, *(f"resident{n}" for n in range(1, 6)))
    hall.take("committee", "proposal", "accept", {"number": 1, "handler": "居民委员会"}, matter=matter)
    far = {"unit": "公安分局", "asked": "设警务室", "reply_by": "2031-03-03"}
    with pytest.raises(Denied, match=r"2031 年还没有官方的放假安排.*第二百零三条"):
        hall.take("committee", "proposal", "forward", far, matter=matter)
    hall.on(2026, 5, 11)
    assert "这件提案逾期了：办结这件提案的期限是2026年4月2日。" in hall.page(f"proposals/{matter}.html")
    assert "1 件逾期" in hall.town.place_page(WUFUQIAO)


@pytest.mark.system("JJ-04")
def test_the_party_organisation_proposes_without_co_signers_and_others_do_not(at: At) -> None:
    hall = at(date(2026, 3, 2))
    told = hall.take("party", "proposal", "raise_by_party", PAPER)
    assert told.stage == "submitted"
    assert "社区党组织提案，不用联名" in hall.page(f"proposals/{told.matter}.html")
    matter = on_paper(hall, "resident1", "resident2", "resident3", "resident4")
    assert hall.town.stage(matter) == "suggested"
    with pytest.raises(Denied):
        hall.take("resident1", "proposal", "raise_by_party", PAPER)


@pytest.mark.system("JJ-20")
def test_48_are_closed_and_taking_the_evidence_from_one_lists_it(at: At) -> None:
    hall = at(date(2009, 5, 4))
    papers = []
    for number in range(1, 49):
        names = [f"resident{n}" for n in range(1, 6)] if number % 2 else ["resident1"]
        matter = on_paper(hall, *names, title=f"第{number}件事")
        hall.take(
            "committee", "proposal", "accept", {"number": number, "handler": "居民委员会"}, matter=matter
        )
        done = {"said": "办好了", "evidence": "现场可以看到"}
        hall.take("committee", "proposal", "complete", done, matter=matter)
        papers.append(matter)
    hall.town.publish()
    assert "提案 24 件、建议 24 件，办结 48/48" in hall.town.place_page(WUFUQIAO)
    unhappy = {"satisfied": False, "said": "现场没有看到"}
    assert hall.take("rep1", "proposal", "supervise", unhappy, matter=papers[6]).stage == "disputed"
    hall.town.publish()
    said = hall.town.place_page(WUFUQIAO)
    assert "办结 47/48；没有办结的：第 7 号“第7件事”" in said
