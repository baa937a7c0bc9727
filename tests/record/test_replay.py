"""Judging again: the same bytes, or a reason why not, and which sentence of which rule it is."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linli.access import AT_DECISION, STATION_OF, AccessRequest
from linli.calendar import civil_date
from linli.deployment import Deployment, load
from linli.desk import Call
from linli.findings import Finding, refuse, satisfied
from linli.registry import find_register, write_entries
from linli.replay import Replayed, Sort, replay
from linli.rules import Given, Rule, rule
from linli.steps import decode, encode, step_leaf
from linli.store_sqlite import SqliteStore
from linli_cli.main import main
from linli_functions.clocks import SystemClock
from linli_functions.opening import open_service
from tests.record.town import DISTRICT, LAW, NORTH, REQUEST, START, STREET, Town, deployed, known, paid

INFRA = Path(__file__).parents[2] / "infra"


def sorts(town: Town, deployment: Deployment | None = None, **more: Any) -> dict[str, int]:
    return dict(Counter(each.sort.value for each in replay(town.desk, deployment=deployment, **more)))


def differing(town: Town, deployment: Deployment | None = None, **more: Any) -> list[Replayed]:
    return [each for each in replay(town.desk, deployment=deployment, **more) if each.sort is not Sort.SAME]


def other(tmp_path: Path, *rules: Rule, price: int = 100) -> Deployment:
    folder = tmp_path / "other"
    folder.mkdir()
    return deployed(folder, *rules, price=price)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_every_stored_judgement_comes_out_the_same(tmp_path: Path, kind: str) -> None:
    store = SqliteStore(tmp_path / "town.sqlite", "town") if kind == "sqlite" else None
    town = Town(tmp_path, store)
    item = {"code": "A1", "title": "档案", "place": DISTRICT, "duty": "entrusted"}
    write_entries(town.desk, find_register(town.desk, "work_items"), [item], date(2025, 1, 1), "seed")
    matter = town.admit(item="A1")
    town.submit(communities=[{"community": NORTH, "need_fen": 5, "offered_fen": 5}])
    town.refuse()
    child = f"{matter}.{NORTH}"
    renewal = {"ends": "2027-06-30", "need_fen": 50_000, "offered_fen": 50_000}
    town.take("decides", "renew", renewal, matter=child)
    change = [{"field": "persons", "value": "3"}]
    town.take("decides", "correct", {"slot": "request", "changes": change, "reason": "数错了"}, matter=matter)
    found = sorts(town)
    assert found == {"same": 9}
    town.store.close()


def test_a_register_is_read_in_the_version_that_was_recorded(tmp_path: Path) -> None:
    town = Town(tmp_path)
    items = find_register(town.desk, "work_items")
    item = {"code": "A1", "title": "档案", "place": DISTRICT, "duty": "entrusted"}
    write_entries(town.desk, items, [item], date(2025, 1, 1), "seed")
    town.submit(item="A1")
    write_entries(town.desk, items, [{**item, "title": "改了名"}], date(2025, 1, 1), "seed")
    town.submit(item="A1")
    assert sorts(town) == {"same": 2}
    said = [town.service.steps(m)[0].judgement.findings[0].reason for m in town.store.matters()]  # type: ignore[union-attr]
    assert sorted(said) == ["清单：改了名", "清单：档案"]


def test_a_parameter_with_another_value_is_a_change_of_the_law_and_says_the_sentence(tmp_path: Path) -> None:
    town = Town(tmp_path)
    matter = town.admit()
    dearer = other(tmp_path, price=1_000_000)
    found = {(each.matter, each.moment): each for each in differing(town, dearer)}
    each = found[matter, "access.admit"]
    assert (each.sort, each.was, each.now, each.turned) == (Sort.LAW_CHANGED, "admissible", "refused", True)
    [difference] = each.differences
    assert (difference.said, difference.says) == ("安排了 100000 分", "安排的经费不够")
    assert difference.rule == "town.access.admit.is-paid"
    assert len(found) == 3


def corrected(rule: Rule, revision: int, *changes: str) -> Rule:
    return msgspec.structs.replace(rule, revision=revision, changes=changes)


def test_a_corrected_rule_is_named_with_its_changelog_entry(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.admit()
    mended = corrected(paid(least=10**9), 3, "0001.rule", "0002.rule")
    found = differing(town, other(tmp_path, mended, known()))
    assert {each.sort for each in found} == {Sort.RULE_CORRECTED}
    assert {each.differences[0].changes for each in found} == {("0001.rule", "0002.rule")}


def test_a_rule_that_answers_otherwise_without_a_new_revision_is_a_fault(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.admit()
    found = differing(town, other(tmp_path, paid(least=10**9), known()))
    assert {each.sort for each in found} == {Sort.FAULT}


def test_a_rule_that_raises_is_a_fault_and_the_rest_is_judged(tmp_path: Path) -> None:
    def is_paid(request: AccessRequest, given: Given) -> Finding:
        raise RuntimeError("broken")

    town = Town(tmp_path)
    town.admit()
    broken = rule(*AT_DECISION, title="坏了", cites=LAW.article(1))(is_paid)
    found = sorts(town, other(tmp_path, broken, known()))
    assert found == {"same": 2, "fault": 3}


def test_a_new_rule_is_a_change_of_the_law(tmp_path: Path) -> None:
    def is_short(request: AccessRequest, given: Given) -> Finding:
        return refuse("太长") if request.days > 10 else satisfied()

    town = Town(tmp_path)
    town.admit()
    new = rule("access.submit", title="不得太长", cites=LAW.article(9))(is_short)
    found = differing(town, other(tmp_path, paid(), known(), new))
    assert [(each.moment, each.sort, each.now) for each in found] == [
        ("access.submit", Sort.LAW_CHANGED, "refused")
    ]
    assert found[0].differences[0].was == ""


def test_what_asks_for_a_fact_that_was_not_recorded_cannot_be_decided(tmp_path: Path) -> None:
    def has_station(request: AccessRequest, given: Given) -> Finding:
        return satisfied() if any(given[STATION_OF]) else refuse("没有服务站")

    town = Town(tmp_path)
    town.admit()
    asking = rule("access.submit", title="有服务站", cites=LAW.article(9), uses=(STATION_OF,))(has_station)
    found = differing(town, other(tmp_path, paid(), known(), asking))
    assert [(each.sort, each.now) for each in found] == [(Sort.UNDECIDABLE, "")]
    assert "stations.serves" in found[0].why


def test_on_another_day_the_law_of_that_day_is_applied(tmp_path: Path) -> None:
    def is_old(request: AccessRequest, given: Given) -> Finding:
        return refuse("旧法不许")

    old = rule("access.submit", title="旧法", cites=LAW.article(8), until=date(2025, 12, 31))(is_old)
    folder = tmp_path / "here"
    folder.mkdir()
    town = Town(folder, deployment=deployed(folder, paid(), known(), old))
    town.submit()
    assert sorts(town) == {"same": 1}
    [found] = differing(town, on=date(2025, 6, 1))
    assert (found.sort, found.was, found.now) == (Sort.LAW_CHANGED, "admissible", "refused")
    assert found.differences[0].says == "旧法不许"


def test_only_the_place_that_was_asked_for_is_replayed(tmp_path: Path) -> None:
    town = Town(tmp_path)
    matter = town.admit()
    assert {each.matter for each in replay(town.desk, NORTH)} == {f"{matter}.{NORTH}"}
    assert len(list(replay(town.desk, STREET))) == 2
    assert len(list(replay(town.desk, DISTRICT))) == 5


def test_an_altered_judgement_is_found(tmp_path: Path) -> None:
    town = Town(tmp_path)
    matter = town.submit()
    stored = town.store.steps(matter)[0]
    step = decode(stored.body)
    assert step.judgement is not None
    forged = msgspec.structs.replace(step.judgement, findings=step.judgement.findings[1:])
    verdict = msgspec.structs.replace(
        step, judgement=msgspec.structs.replace(step.judgement, verdict="refused")
    )
    for altered in (verdict, msgspec.structs.replace(step, judgement=forged)):
        body = encode(altered)
        kept = msgspec.structs.replace(stored, body=body, leaf=step_leaf(body, stored.salt))
        town.store._steps.put(matter, [kept])  # type: ignore[attr-defined]
        assert [each.sort for each in replay(town.desk)] != [Sort.SAME]


def test_replay_reads_without_writing(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.admit()

    def commit(change: object) -> None:
        raise AssertionError("replay wrote something")

    town.store.commit = commit  # type: ignore[method-assign]
    assert set(sorts(town)) == {"same"}


def test_an_entry_from_paper_is_judged_by_the_law_of_its_own_days(tmp_path: Path) -> None:
    town = Town(tmp_path)
    call = Call(
        procedure="access",
        action="submit",
        facts=REQUEST,
        place=DISTRICT,
        happened=START - timedelta(days=100),
        on_behalf_of="paper",
    )
    town.service.take(call, town.service.person("asks"))
    assert sorts(town) == {"same": 1}
    assert [each.decided for each in replay(town.desk)] == [START - timedelta(days=100)]


def test_the_command_says_how_the_stored_decisions_of_a_shipped_deployment_come_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment = load(INFRA / "deployments" / "dongcheng.toml")
    service = open_service(deployment, tmp_path, SystemClock())
    today = civil_date(SystemClock().now())
    since = "2025-01-01"
    asks = {"id": "1", "person": "asks", "post": "department", "place": "110101000000", "unit": "区卫健委"}
    appointed = [{**asks, "since": since}]
    write_entries(
        service.desk, find_register(service.desk, "appointments"), appointed, date(2025, 1, 1), "seed"
    )
    ends = today + timedelta(days=300)
    facts = {
        **REQUEST,
        "communities": [{"community": "110101007001", "need_fen": 1, "offered_fen": 1}],
        "starts": (today + timedelta(days=60)).isoformat(),
        "ends": ends.isoformat(),
    }
    call = Call(procedure="access", action="submit", facts=facts, place="110101000000")
    service.take(call, service.person("asks"))
    service.store.close()
    arguments = ["--infra", str(INFRA), "--deployment", "dongcheng", "replay", "--home", str(tmp_path)]
    assert main(arguments) == 0
    assert "重判 1 次；相同 1" in capsys.readouterr().out
    assert main([*arguments, "--on", "2020-06-01", "--json"]) in (0, 1)
    told = json.loads(capsys.readouterr().out)["dongcheng"]
    assert told["counts"].get("same", 0) == 0
    assert told["differing"][0]["differences"] or told["differing"][0]["why"]
