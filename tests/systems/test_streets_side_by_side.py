"""Two streets that configure themselves against each other, and another deployment beside them, at the same time.

That no store is read for another deployment's request is tried in tests/functions/test_isolation.py, with a spy.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from tests.systems.conftest import Open
from tests.systems.town import Denied, Town, request

DAY = date(2026, 3, 2)
THREADS, ROUNDS = 8, 3
DONGSI, CHAOYANGMEN = "110101006000", "110101007000"
HOMES = {DONGSI: "110101006001", CHAOYANGMEN: "110101007001"}
OTHER = {DONGSI: CHAOYANGMEN, CHAOYANGMEN: DONGSI}
# Notice and time to decide as the two streets set them for themselves: working days, examples both.
NOTICE = {DONGSI: 30, CHAOYANGMEN: 15}
REVIEW = {DONGSI: 15, CHAOYANGMEN: 20}
PEOPLE = {
    **{f"reviewer@{street}": [("access_reviewer", street)] for street in HOMES},
    **{f"decider@{street}": [("access_decider", street)] for street in HOMES},
}


@pytest.fixture
def dongcheng(open_town: Open) -> Town:
    opened = open_town("dongcheng", DAY, people=PEOPLE)
    opened.lists()
    return opened


def round_in(town: Town, street: str) -> tuple[str, str]:
    """One round of work in a street: two applications, of which its own rules return or admit the one or the other."""
    other = OTHER[street]
    # Seven months are too long for 朝阳门; four weeks' notice is too short for 东四.
    long = request(HOMES[street], item="DC-W03", starts="2026-06-01", ends="2026-12-31")
    soon = request(HOMES[street], item="DC-W03", starts="2026-04-01", ends="2026-05-31")

    early = town.take("clerk", "submit", soon, place=street)
    (used,) = [
        v for v in early.finding("applied-in-time")["values"] if v["name"] == "access.notice_working_days"
    ]
    assert used["value"] == NOTICE[street]
    assert early.stage == {DONGSI: "returned", CHAOYANGMEN: "under_review"}[street]

    told = town.take("clerk", "submit", long, place=street)
    assert told.stage == "under_review", told.adverse
    verified = {"duty": "entrusted", "nature": "service"}
    with pytest.raises(Denied) as caught:
        town.take(f"reviewer@{other}", "review", verified, matter=told.matter)
    assert caught.value.status == 403
    town.take(f"reviewer@{street}", "review", verified, matter=told.matter)
    with pytest.raises(Denied) as caught:
        town.take(f"decider@{other}", "admit", {"reason": "越区"}, matter=told.matter)
    assert caught.value.status == 403
    decided = town.take(f"decider@{street}", "admit", {"reason": "符合条件"}, matter=told.matter)
    assert decided.stage == {DONGSI: "admitted", CHAOYANGMEN: "returned"}[street]
    months = {v["value"] for v in decided.finding("admission-has-an-end")["values"]}
    assert months == {{DONGSI: 9, CHAOYANGMEN: 6}[street]}
    return early.matter, told.matter


def test_eight_threads_in_two_streets_are_each_judged_by_their_own_rulebook(dongcheng: Town) -> None:
    dongcheng.get("waiting", "clerk")
    for who in PEOPLE:
        dongcheng.get("waiting", who)
    rounds = [street for _ in range(THREADS * ROUNDS // 2) for street in HOMES]
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda street: round_in(dongcheng, street), rounds))
    assert len({matter for pair in found for matter in pair}) == 2 * len(rounds)
    for street in HOMES:
        waiting = {m["place"] for m in dongcheng.get("waiting", f"reviewer@{street}")["matters"]}
        assert waiting <= {street}
    dongcheng.publish()
    for street, (early, late) in list(zip(rounds, found, strict=True))[:2]:
        assert ("至少要提前 30 个工作日" in dongcheng.matter_page(early)) == (street == DONGSI)
        assert ("一次准入最长 6 个月，申请的期限超过了" in dongcheng.matter_page(late)) == (
            street == CHAOYANGMEN
        )


def test_each_street_says_until_when_it_decides_by_its_own_figure(dongcheng: Town) -> None:
    days = {}
    for street, home in HOMES.items():
        told = dongcheng.take("clerk", "submit", request(home, item="DC-W03"), place=street)
        (due,) = dongcheng.get(f"matters/{told.matter}")["due"]
        days[street] = date.fromisoformat(due["day"])
    assert days[DONGSI] < days[CHAOYANGMEN], (
        f"{REVIEW[DONGSI]} working days are sooner than {REVIEW[CHAOYANGMEN]}"
    )
    dongcheng.publish()
    for street in HOMES:
        figures = dongcheng.page(f"rules/{street}/figures.html")
        assert f"{NOTICE[street]} 个工作日" in figures and "示例" in figures


def test_two_deployments_judge_the_same_application_at_once_each_by_its_own_rules(
    open_town: Open, dongcheng: Town
) -> None:
    chongchuan = open_town("chongchuan", DAY)
    for town in (dongcheng, chongchuan):
        for who in ("clerk", "reviewer", "decider"):
            town.get("waiting", who)

    def judged(town: Town) -> tuple[str, set[str]]:
        home, item = ("110101002001", "DC-W03") if town is dongcheng else ("320613005002", "")
        told = town.take("clerk", "submit", request(home, item=item, consent=None))
        town.take("reviewer", "review", {"duty": "entrusted", "nature": "service"}, matter=told.matter)
        decided = town.take("decider", "admit", {"reason": "提请决定"}, matter=told.matter)
        return decided.stage, {f["rule"].split(".")[0] for f in decided.judgement["findings"]}

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(judged, [dongcheng, chongchuan] * (THREADS * ROUNDS // 2)))
    assert {stage for stage, _ in found[0::2]} == {"refused"}
    assert {stage for stage, _ in found[1::2]} == {"admitted"}
    assert all("chongchuan" not in plugins and "beijing" in plugins for _, plugins in found[0::2])
    assert all(plugins <= {"national", "chongchuan"} for _, plugins in found[1::2])
