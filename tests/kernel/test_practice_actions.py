"""What an action of a practice can do: claim once, open other matters, take its step down, set entries."""

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import pytest
from msgspec import Struct

from linli import registry
from linli.desk import Call
from linli.errors import BadInput, Conflict
from linli.findings import satisfied
from linli.forms import line, number
from linli.plugins import PRACTICE
from linli.procedures import Child, EntryChange, Once, Post, Procedure, Stage, to
from linli.publication import publish
from linli.record import StoreRecord
from linli.registers import Register, decode_version
from linli.replay import Sort, replay
from linli.rules import rule
from linli.service import Service
from linli.store_memory import MemoryStore
from linli.vault import LocalMasterKey, Vault
from linli.vault_store import StoreVaultRows
from tests.access.conftest import SetClock
from tests.load.planted import COMMUNITY, LAW, STREET, district, loaded, planted, province, written

DAY = date(2026, 3, 2)
NEIGHBOUR = Post("neighbour", "居民")
OPEN, DONE = Stage("open", "征集中"), Stage("done", "已落实", final=True)


class Task(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be done, for at most 100 yuan."""

    what: Annotated[str, line("做什么")]
    yuan: Annotated[int, number("多少元")] = 0


class Seen(Struct, frozen=True):
    """Where a matter lies, from the nation down."""

    path: tuple[str, ...]


@rule("petition.look", title="在街道里", cites=LAW.article(1))
def lies_in_the_street(facts: Any, given: Any) -> Any:
    return satisfied(facts.path[-2])


class Seat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A seat in one house; a chair stands in one house only."""

    house: Annotated[str, line("院落")]
    place: Annotated[str, line("地方")]
    chair: Annotated[str, line("召集人")]


SEATS = Register("petitions.seats", "召集人名册", Seat, key="house", place="place", unique=("chair",))


def petitions() -> ModuleType:
    """A practice: neighbours sign a petition once each, and what they ask for is opened as a task."""
    petition = Procedure(
        "petition",
        title="联名",
        stages=(OPEN, DONE),
        lead=lambda state, on: "联名",
        name=lambda state: "联名",
    )
    task = Procedure(
        "task", title="任务", stages=(OPEN,), lead=lambda state, on: "任务", name=lambda state: "任务"
    )

    @petition.action("begin", title="发起", by=NEIGHBOUR, form=Task)
    def begin(matter: Any, form: Task, judgement: Any, scene: Any) -> Any:
        return to(OPEN)

    @petition.action("sign", title="联名", by=NEIGHBOUR, at=OPEN, form=Task)
    def sign(matter: Any, form: Task, judgement: Any, scene: Any) -> Any:
        once = Once(f"{scene.matter_id}/{scene.actor.person}", "您已经联名", "不用再签")
        return to(OPEN, claims=once, takedown=date(2026, 3, 5))

    @petition.action("carry", title="落实", by=NEIGHBOUR, at=OPEN, form=Task)
    def carry(matter: Any, form: Task, judgement: Any, scene: Any) -> Any:
        facts = {"what": form.what, "yuan": form.yuan}
        pair = [Child(scene.place, "open", facts, procedure="task", key=key) for key in ("", "second")]
        return to(DONE, children=pair)

    @petition.action("seat", title="推选", by=NEIGHBOUR, at=OPEN, form=Seat)
    def seat(matter: Any, form: Seat, judgement: Any, scene: Any) -> Any:
        values = {"house": form.house, "place": form.place, "chair": form.chair}
        return to(OPEN, entries=EntryChange(SEATS.id, form.house, values if form.chair else {}))

    @task.action("open", title="立项", by=NEIGHBOUR, form=Task)
    def open_task(matter: Any, form: Task, judgement: Any, scene: Any) -> Any:
        if form.yuan > 100:
            raise BadInput("最多一百元", where="yuan")
        bought = Child(scene.place, "begin", {"what": "买灯"}, procedure="petition", key="parts")
        return to(OPEN, children=bought if form.what == "修灯，先买灯" else ())

    @petition.action(
        "look",
        title="看在哪里",
        by=NEIGHBOUR,
        at=OPEN,
        judged=True,
        facts=lambda matter, form: Seen(matter.places.path(matter.place)),
        reads=Seen,
    )
    def look(matter: Any, form: Any, judgement: Any, scene: Any) -> Any:
        return to(OPEN)

    return planted(
        "petitions",
        PRACTICE,
        linli_procedures=[petition, task],
        linli_registers=[SEATS],
        linli_rules=[lies_in_the_street],
    )


class Yard:
    """A service with neighbours."""

    def __init__(self, folder: Path) -> None:
        files = {
            "990101000000-bing.toml": f'place = "{STREET}"\ntitle = "丙街道"\nplugins = ["petitions"]\n',
        }
        path = written(folder, files, plugins=("province", "district", "petitions"))
        store = MemoryStore("hall")
        randomness = random.Random(7).randbytes
        vault = Vault(StoreVaultRows(store), LocalMasterKey(folder / "key", randomness), randomness)
        deployment = loaded(path, province(), district(), petitions())
        self.clock = SetClock(DAY)
        self.service = Service(deployment, store, vault, self.clock, randomness, b"s" * 32)
        register = registry.find_register(self.service.desk, "appointments")
        for name in ("one", "two"):
            row = {"id": name, "person": name, "post": "neighbour", "place": COMMUNITY, "since": "2000-01-01"}
            registry.write_entries(self.service.desk, register, [row], date(2000, 1, 1), "test")

    def take(self, who: str, action: str, facts: dict[str, Any] | None = None, **more: Any) -> Any:
        """Act on a petition."""
        call = Call(
            procedure="petition", action=action, facts={"what": "修灯"} if facts is None else facts, **more
        )
        return self.service.take(call, self.service.person(who))

    def begun(self) -> str:
        """A petition."""
        return str(self.take("one", "begin", place=COMMUNITY).matter)


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return Yard(tmp_path)


def test_a_person_signs_once_and_is_told_so_the_second_time(yard: Yard) -> None:
    petition = yard.begun()
    yard.take("one", "sign", matter=petition)
    yard.take("two", "sign", matter=petition)
    with pytest.raises(Conflict) as refused:
        yard.take("one", "sign", matter=petition)
    assert (refused.value.message, refused.value.cure) == ("您已经联名", "不用再签")
    assert len(yard.service.steps(petition)) == 3


def test_the_same_call_again_gets_its_receipt_although_the_claim_is_taken(yard: Yard) -> None:
    petition = yard.begun()
    first = yard.take("one", "sign", matter=petition, key="k1")
    assert yard.take("one", "sign", matter=petition, key="k1") == first


def test_what_two_do_once_each_is_another_in_another_matter(yard: Yard) -> None:
    for petition in (yard.begun(), yard.begun()):
        yard.take("one", "sign", matter=petition)


def test_a_step_opens_matters_of_another_procedure_and_says_which(yard: Yard) -> None:
    petition = yard.begun()
    receipt = yard.take("one", "carry", matter=petition)
    assert receipt.children == (f"{petition}.task.{COMMUNITY}", f"{petition}.task-second.{COMMUNITY}")
    for child in receipt.children:
        found = yard.service.matter(child)
        assert (found.procedure.id, found.state.parent) == ("task", petition)
    assert yard.service.steps(petition)[-1].action == "batch_done"


def test_what_a_child_opens_is_opened_with_it(yard: Yard) -> None:
    petition = yard.begun()
    receipt = yard.take("one", "carry", {"what": "修灯，先买灯"}, matter=petition)
    for child in receipt.children:
        (bought,) = yard.service.steps(child)[0].children
        assert bought == f"{child}.petition-parts.{COMMUNITY}"
        assert yard.service.matter(bought).state.parent == child


def test_rules_may_be_handed_what_lies_in_what_and_replay_hands_them_the_same(yard: Yard) -> None:
    petition = yard.begun()
    receipt = yard.take("one", "look", {}, matter=petition)
    assert receipt.judgement.findings[0].reason == STREET
    (judged,) = replay(yard.service.desk)
    assert judged.sort is Sort.SAME


@pytest.mark.parametrize("tries", ["take", "dry_run"])
def test_a_matter_that_cannot_be_opened_stops_the_step_that_would_open_it(yard: Yard, tries: str) -> None:
    petition = yard.begun()
    call = Call(procedure="petition", action="carry", facts={"what": "修灯", "yuan": 101}, matter=petition)
    act: Callable[[Call, Any], Any] = getattr(yard.service, tries)
    with pytest.raises(BadInput, match="最多一百元"):
        act(call, yard.service.person("one"))
    assert len(yard.service.steps(petition)) == 1


def test_a_published_step_comes_down_on_the_day_that_its_action_named(yard: Yard) -> None:
    petition = yard.begun()
    yard.take("one", "sign", matter=petition)
    assert yard.service.steps(petition)[-1].takedown == date(2026, 3, 5)


def test_an_entry_set_by_a_step_is_published_like_one_entered_by_hand(yard: Yard) -> None:
    petition = yard.begun()
    yard.take("one", "seat", {"house": "二号院", "place": COMMUNITY, "chair": "第三单元"}, matter=petition)
    publish(yard.service.desk)
    shown = StoreRecord(yard.service.store).get(f"registers/{SEATS.id}/二号院")
    assert shown["versions"][-1]["values"]["chair"] == "第三单元"


def test_what_may_stand_in_one_entry_only_is_held_for_steps_too(yard: Yard) -> None:
    petition = yard.begun()
    first = {"house": "二号院", "place": COMMUNITY, "chair": "第三单元"}
    yard.take("one", "seat", first, matter=petition)
    with pytest.raises(Conflict, match="已经属于 二号院"):
        yard.take("one", "seat", {**first, "house": "三号院"}, matter=petition)
    yard.take("one", "seat", {**first, "chair": ""}, matter=petition)
    yard.take("one", "seat", {**first, "house": "三号院"}, matter=petition)
    shadow = yard.service.store.entries(f"{SEATS.id}.chair", ["第三单元"])["第三单元"]
    assert decode_version(shadow.body).values["house"] == "三号院"
