"""People whom forms name: a step keeps a pseudonym, rules see which posts they hold, steps appoint them.

And personal texts: posted under a duty that a rule has found, until its end, and never without one.
"""

import random
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Struct

from linli.appointments import APPOINTEES, asked_posts
from linli.clockwork import tick
from linli.desk import Call
from linli.errors import BadInput, Conflict, NotFound
from linli.findings import not_applicable, refuse, satisfied, set_term
from linli.forms import PERSONAL, PUBLIC, line, person, rows, text
from linli.plugins import PRACTICE
from linli.procedures import Appointing, Child, Once, Post, Procedure, Stage, to
from linli.publication import publish
from linli.record import StoreRecord
from linli.registry import end_entry, find_register, write_entries
from linli.replay import Sort, replay
from linli.reviewing import approve, posted_text
from linli.rules import rule
from linli.service import Service
from linli.store_memory import MemoryStore
from linli.terms import Combine, Term
from linli.vault import LocalMasterKey, Vault
from linli.vault_store import StoreVaultRows
from tests.access.conftest import SetClock
from tests.load.planted import COMMUNITY, LAW, STREET, district, loaded, planted, province, written

DAY = date(2026, 3, 2)
CLERK, PUBLISHER = Post("club_clerk", "经办人"), Post("publisher", "公开审核人")
DONE, REFUSED = Stage("done", "在任"), Stage("refused", "不予")
ELSEWHERE = asked_posts("club.elsewhere", "现任的岗位", lambda form: form.who)
EVER = asked_posts("club.ever", "曾任的岗位", lambda form: form.who, ever=True)
POSTED_UNTIL: Term[str] = Term("club.posted_until", "张贴到", str, Combine.EXACTLY_ONE)


class Filled(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who takes the seat."""

    title: Annotated[str, line("席位")]
    who: Annotated[str, person("谁")]


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of several."""

    who: Annotated[str, person("谁")]


class Roll(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Members, and their names as a list to be posted."""

    title: Annotated[str, line("名册")]
    members: Annotated[tuple[Row, ...], rows("成员")]
    names: Annotated[str, text("成员名单", PERSONAL, shown_under=POSTED_UNTIL.id)] = ""
    notes: Annotated[str, text("备注", PERSONAL)] = ""


def club() -> ModuleType:
    """A practice in which seats are filled and lists posted."""
    procedure = Procedure(
        "club",
        title="席位",
        stages=(DONE, REFUSED),
        lead=lambda state, on: "席位",
        name=lambda state: "席位",
    )

    @procedure.action("fill", title="就任", by=CLERK, form=Filled, judged=True)
    def fill(matter: Any, form: Filled, judgement: Any, scene: Any) -> Any:
        if judgement.refused:
            return to(REFUSED)
        made = Appointing(id=f"club-{form.title}", who=form.who, post="club_chair", place=scene.place)
        return to(DONE, appointments=made)

    @procedure.action("leave", title="离任", by=CLERK, at=DONE)
    def leave(matter: Any, form: Any, judgement: Any, scene: Any) -> Any:
        title = matter.state.facts["fill"]["title"]
        return to(DONE, appointments=Appointing(id=f"club-{title}"))

    @procedure.action("sign", title="入社", by=CLERK, form=Filled)
    def sign(matter: Any, form: Filled, judgement: Any, scene: Any) -> Any:
        return to(DONE, claims=Once(f"member/{form.title}", "已经入社", who=form.who))

    @procedure.action("elect", title="选出", by=CLERK, form=Roll)
    def elect(matter: Any, form: Roll, judgement: Any, scene: Any) -> Any:
        seated = [
            Child(scene.place, "fill", {"title": f"{n}", "who": row.who}, procedure="club", key=f"s{n}")
            for n, row in enumerate(form.members, 1)
        ]
        return to(DONE, children=seated)

    @procedure.action("list", title="名册", by=CLERK, form=Roll, judged=True)
    def list_(matter: Any, form: Roll, judgement: Any, scene: Any) -> Any:
        assert all(each.who.startswith("who:") for each in form.members)
        return to(DONE)

    @rule("club.fill", title="不得兼任", cites=LAW.article(1), uses=(ELSEWHERE, EVER))
    def one_seat_each(form: Filled, given: Any) -> Any:
        if form.title == "老社长" and not any(e.startswith("club_chair") for e in given[EVER]):
            return refuse("没有当过社长", "请推荐当过的人")
        held = [each for each in given[ELSEWHERE] if each.startswith("club_chair")]
        return refuse("已经在别处任职", "先辞去") if held else satisfied()

    @rule("club.list", title="名单要张贴", cites=LAW.article(2))
    def lists_are_posted(form: Roll, given: Any) -> Any:
        if form.title == "不公布":
            return not_applicable()
        return set_term(POSTED_UNTIL, "2026-03-20")

    return planted(
        "club",
        PRACTICE,
        linli_procedures=[procedure],
        linli_rules=[one_seat_each, lists_are_posted],
        linli_terms=[POSTED_UNTIL],
    )


class House:
    """A service with a clerk and a publisher."""

    def __init__(self, folder: Path) -> None:
        files = {
            "990101000000-bing.toml": f'place = "{STREET}"\ntitle = "丙街道"\nplugins = ["club"]\n',
        }
        path = written(folder, files, plugins=("province", "district", "club"))
        self.store = MemoryStore("hall")
        randomness = random.Random(7).randbytes
        vault = Vault(StoreVaultRows(self.store), LocalMasterKey(folder / "key", randomness), randomness)
        self.clock = SetClock(DAY)
        deployment = loaded(path, province(), district(), club())
        self.service = Service(deployment, self.store, vault, self.clock, randomness, b"s" * 32)
        self.register = find_register(self.service.desk, "appointments")
        for name, post in (("clerk", "club_clerk"), ("publisher", "publisher")):
            self.appoint(name, post, "2000-01-01")

    def appoint(self, name: str, post: str, since: str, **more: Any) -> None:
        row = {"id": f"{name}-{post}", "person": name, "post": post, "place": COMMUNITY, "since": since}
        write_entries(self.service.desk, self.register, [{**row, **more}], date.fromisoformat(since), "test")

    def take(self, action: str, facts: dict[str, Any], matter: str = "", **more: Any) -> Any:
        place = "" if matter else COMMUNITY
        call = Call(procedure="club", action=action, facts=facts, matter=matter, place=place, **more)
        return self.service.take(call, self.service.person("clerk"))

    def posts(self, subject: str) -> set[str]:
        return self.service.person(subject).posts()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_step_and_what_is_published_of_it_name_nobody(house: House):
    told = house.take("fill", {"title": "甲", "who": "zhang"})
    listed = house.take("list", {"title": "花名册", "members": [{"who": "zhang"}, {"who": "li"}]})
    publish(house.service.desk)
    (step,), (other,) = (house.service.steps(each.matter) for each in (told, listed))
    assert step.facts["who"].startswith("who:")
    assert other.facts["members"][0]["who"] != step.facts["who"], "another name in another matter"
    assert "zhang" not in str(step) + str(other)
    shown = StoreRecord(house.store).get(f"matters/{told.matter}")
    assert shown["steps"][0]["facts"] == {"title": "甲"}


def test_who_is_seated_holds_the_post_and_who_leaves_loses_it_the_same_day(house: House):
    told = house.take("fill", {"title": "甲", "who": "zhang"})
    assert house.posts("zhang") == {"club_chair"}
    house.clock.day = date(2026, 4, 1)
    house.take("leave", {}, matter=told.matter)
    assert house.posts("zhang") == set()


def test_a_successor_takes_the_place_of_who_was_there(house: House):
    house.take("fill", {"title": "甲", "who": "zhang"})
    house.clock.day = date(2026, 4, 1)
    house.take("fill", {"title": "甲", "who": "li"})
    assert (house.posts("zhang"), house.posts("li")) == (set(), {"club_chair"})


def test_a_rule_sees_which_posts_somebody_holds_on_the_day_and_not_who_it_is(house: House):
    house.take("fill", {"title": "甲", "who": "zhang"})
    told = house.take("fill", {"title": "乙", "who": "zhang"})
    assert told.stage == "refused"
    assert "zhang" not in str(house.service.steps(told.matter)[0].judgement)
    assert house.take("fill", {"title": "乙", "who": "li"}).stage == "done"


@pytest.mark.parametrize(
    ("day", "stage"),
    [(date(2026, 3, 31), "refused"), (date(2026, 4, 1), "done")],
    ids=["last day", "day after"],
)
def test_a_post_counts_until_its_last_day(house: House, day: date, stage: str):
    house.appoint("zhang", "club_chair", "2025-01-01", until="2026-03-31")
    house.clock.day = day
    assert house.take("fill", {"title": "甲", "who": "zhang"}).stage == stage


def test_a_rule_can_ask_what_somebody_held_before(house: House):
    house.appoint("zhang", "club_chair", "2025-01-01", until="2025-12-31")
    assert house.take("fill", {"title": "老社长", "who": "li"}).stage == "refused"
    assert house.take("fill", {"title": "老社长", "who": "zhang"}).stage == "done"


def test_an_act_entered_from_paper_is_judged_by_who_held_what_on_its_day(house: House):
    house.appoint("zhang", "club_chair", "2026-02-01")
    facts = {"title": "甲", "who": "zhang"}
    for day, stage in ((date(2026, 1, 31), "done"), (date(2026, 2, 1), "refused")):
        assert house.take("fill", facts, happened=day, on_behalf_of="paper").stage == stage


def test_what_was_ended_or_handed_to_somebody_else_stays_in_the_history_of_a_person(house: House):
    house.appoint("zhang", "club_chair", "2025-01-01")
    house.clock.day = date(2026, 3, 10)
    end_entry(house.service.desk, house.register, "zhang-club_chair", date(2026, 3, 10), "test", "辞职")
    stored = house.store.entries(APPOINTEES, ["zhang"])["zhang"]
    held = msgspec.json.decode(stored.body)["values"]["held"]
    assert [(each["since"], each["until"]) for each in held] == [("2025-01-01", "2026-03-09")]


def test_whom_a_matter_names_its_children_can_name_by_pseudonyms_of_their_own(house: House):
    told = house.take("elect", {"title": "一届", "members": [{"who": "zhang"}, {"who": "li"}]})
    assert house.posts("zhang") == house.posts("li") == {"club_chair"}
    (parent, *_), (child,) = (house.service.steps(name) for name in (told.matter, told.children[0]))
    assert child.facts["who"].startswith("who:")
    assert child.facts["who"] != parent.facts["members"][0]["who"]


def test_a_child_is_judged_by_who_holds_what(house: House):
    house.appoint("zhang", "club_chair", "2025-01-01")
    told = house.take("elect", {"title": "一届", "members": [{"who": "zhang"}]})
    assert house.service.matter(told.children[0]).state.stage_id == "refused"


def test_what_a_person_does_once_is_once_in_whatever_matter(house: House):
    house.take("sign", {"title": "棋社", "who": "zhang"})
    house.take("sign", {"title": "棋社", "who": "li"})
    house.take("sign", {"title": "诗社", "who": "zhang"})
    with pytest.raises(Conflict, match="已经入社"):
        house.take("sign", {"title": "棋社", "who": "zhang"})


def test_replay_judges_by_the_posts_of_then(house: House):
    first = house.take("fill", {"title": "甲", "who": "zhang"})
    second = house.take("fill", {"title": "乙", "who": "zhang"})
    house.clock.day = date(2026, 5, 1)
    house.take("leave", {}, matter=first.matter)
    replayed = list(replay(house.service.desk))
    assert {each.matter: each.sort for each in replayed} == {
        first.matter: Sort.SAME,
        second.matter: Sort.SAME,
    }


def test_a_posted_list_goes_out_under_its_article_until_its_end_and_comes_down(house: House):
    desk, publisher = house.service.desk, house.service.person("publisher")
    facts = {"title": "花名册", "members": [], "names": "甲某\n乙某", "notes": "丙某生病"}
    told = house.take("list", facts)
    assert "甲某" not in str(house.service.steps(told.matter)[0])
    assert posted_text(desk, publisher, told.matter, 1, "names") == "甲某\n乙某"
    with pytest.raises(BadInput, match="最迟 2026-03-20 撤下"):
        approve(desk, publisher, told.matter, 1, "names", b"x", basis="", takedown=date(2026, 3, 21))
    last = date(2026, 3, 20)
    approve(desk, publisher, told.matter, 1, "names", "甲某、乙某".encode(), basis="", takedown=last)
    tick(desk)
    shown = StoreRecord(house.store).get(f"texts/{told.matter}/000001/names")
    assert (shown["text"], shown["basis"]) == ("甲某、乙某", "《会堂法》第二条")
    house.clock.day = last
    tick(desk)
    assert StoreRecord(house.store).get(f"texts/{told.matter}/000001/names").get("text", "") == ""


@pytest.mark.parametrize("field", ["names", "notes"])
def test_a_personal_text_without_a_duty_goes_out_for_nobody(house: House, field: str):
    desk, publisher = house.service.desk, house.service.person("publisher")
    told = house.take("list", {"title": "不公布", "members": [], "names": "甲某", "notes": "丙某生病"})
    with pytest.raises((BadInput, NotFound)):
        approve(desk, publisher, told.matter, 1, field, b"x", basis="", takedown=date(2026, 3, 5))
    with pytest.raises(NotFound):
        posted_text(desk, publisher, told.matter, 1, field)


def test_only_a_personal_text_can_be_shown_under_a_duty():
    with pytest.raises(TypeError, match="only a personal text"):
        text("名单", PUBLIC, shown_under="club.posted_until")
