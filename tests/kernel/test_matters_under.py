"""Matters opened under another matter, what an action reads and keeps, and fields of which nothing is kept."""

import random
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Struct

from linli import registry
from linli.canonical import digest
from linli.desk import Call
from linli.drafts import save_draft
from linli.errors import BadInput, Conflict, NotFound, WrongStage
from linli.forms import SECRET, fields, line, number, rows, text
from linli.ledger import PIECES, Posting
from linli.plugins import PRACTICE
from linli.procedures import Once, Post, Procedure, Stage, to
from linli.publication import publish
from linli.record import RECORD
from linli.registers import Register
from linli.rules import Asked, Balance
from linli.service import Service
from linli.steps import Publication
from linli.store_memory import MemoryStore
from linli.vault import LocalMasterKey, Vault
from linli.vault_store import StoreVaultRows
from tests.access.conftest import SetClock
from tests.load.planted import COMMUNITY, DISTRICT, STREET, district, loaded, planted, province, written

DAY = date(2026, 3, 2)
HOST = Post("host", "主持人")
GUEST = Post("guest", "来客")
OPEN, OVER = Stage("open", "开放"), Stage("over", "结束", final=True)
IN = Stage("in", "已收到", final=True)
WISH = "种一棵石榴树"


class Box(Struct, frozen=True, forbid_unknown_fields=True):
    """A box for wishes, for the guests of one list."""

    title: Annotated[str, line("名称")]


class Wish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wish that nobody may read, of the guest with a number."""

    guest: Annotated[int, number("号码")]
    wish: Annotated[str, line("心愿", SECRET)]
    length: Annotated[int, number("字数")] = 0
    card: Annotated[str, line("收据")] = ""


class Guest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A guest of a list."""

    id: Annotated[str, line("编号")]
    place: Annotated[str, line("地方")]
    table: Annotated[int, number("桌号")]


class Coming(Struct, frozen=True):
    """What the keys of register facts are found from."""

    list: str
    guest: int


GUESTS = Register("wishes.guests", "来客名册", Guest, key="id", place="place")
THE_GUEST: Asked[int] = Asked(
    "wishes.the_guest",
    "来客",
    GUESTS.id,
    lambda coming: (f"{coming.list}-{coming.guest}",),
    lambda entries: int(entries[0].values.get("table", 0)),
)
WISHES = Balance("wishes.received", "收到的心愿", lambda coming: "wishes:all", "件", commodity=PIECES)


def wishes() -> ModuleType:
    """A practice: a host opens a box, and guests put wishes into it."""
    box = Procedure(
        "box", title="心愿箱", stages=(OPEN, OVER), lead=lambda s, on: "心愿箱", name=lambda s: "心愿箱"
    )
    wish = Procedure(
        "wish", title="心愿", stages=(IN,), lead=lambda s, on: "心愿", name=lambda s: "心愿", under="box"
    )

    @box.action("begin", title="开箱", by=HOST, form=Box)
    def begin(matter: Any, form: Box, judgement: Any, scene: Any) -> Any:
        return to(OPEN)

    @box.action("rename", title="改名", by=HOST, at=OPEN, form=Box, slot="begin")
    def rename(matter: Any, form: Box, judgement: Any, scene: Any) -> Any:
        return to(OPEN)

    @box.action("end", title="封箱", by=HOST, at=OPEN)
    def end(matter: Any, form: Any, judgement: Any, scene: Any) -> Any:
        return to(OVER)

    @wish.action(
        "put",
        title="投入",
        by=GUEST,
        form=Wish,
        publication=Publication.WITHHELD,
        basis="心愿保密",
        facts=lambda matter, form: Coming(matter.above.state.facts["begin"]["title"], form.guest),
        uses=(THE_GUEST, WISHES),
        when=lambda above: above.stage_id == "open",
    )
    def put(matter: Any, form: Wish, judgement: Any, scene: Any) -> Any:
        if matter.above.state.stage_id != "open":
            raise WrongStage("箱子已经封了")
        if not scene.given[THE_GUEST]:
            raise BadInput("名册里没有这个号码", where="guest")
        assert len(scene.entropy) == 32
        kept = {"length": len(form.wish), "card": f"{scene.given[THE_GUEST]}-{scene.given[WISHES]}"}
        once = Once(f"{matter.above.id}/{form.guest}", "这个号码已经投过")
        return to(IN, kept=kept, claims=once, postings=Posting("outside:guests", "wishes:all", 1, PIECES))

    return planted("wishes", PRACTICE, linli_procedures=[box, wish], linli_registers=[GUESTS])


class Hall:
    """A service with a host and a guest."""

    def __init__(self, folder: Path) -> None:
        files = {"990101000000-bing.toml": f'place = "{STREET}"\ntitle = "丙街道"\nplugins = ["wishes"]\n'}
        path = written(folder, files, plugins=("province", "district", "wishes"))
        self.store = MemoryStore("hall")
        randomness = random.Random(7).randbytes
        vault = Vault(StoreVaultRows(self.store), LocalMasterKey(folder / "key", randomness), randomness)
        deployment = loaded(path, province(), district(), wishes())
        self.clock = SetClock(DAY)
        self.service = Service(deployment, self.store, vault, self.clock, randomness, b"s" * 32)
        posts = [("host", "host", STREET), ("guest", "guest", COMMUNITY)]
        self.enter(
            "appointments",
            *({"id": n, "person": n, "post": p, "place": at, "since": "2000-01-01"} for n, p, at in posts),
        )
        self.enter(GUESTS.id, *({"id": f"春-{n}", "place": COMMUNITY, "table": n} for n in (1, 2, 3)))

    def enter(self, register: str, *rows_: dict[str, Any]) -> None:
        found = registry.find_register(self.service.desk, register)
        registry.write_entries(self.service.desk, found, rows_, date(2000, 1, 1), "test")

    def box(self, **more: Any) -> str:
        call = Call(procedure="box", action="begin", place=STREET, facts={"title": "春"}, **more)
        return self.service.take(call, self.service.person("host")).matter

    def host(self, action: str, box: str) -> None:
        facts = {"title": "夏"} if action == "rename" else {}
        call = Call(procedure="box", action=action, matter=box, facts=facts)
        self.service.take(call, self.service.person("host"))

    def call(self, box: str, guest: int = 1, wish: str = WISH, **more: Any) -> Call:
        facts = {"guest": guest, "wish": wish}
        return Call(procedure="wish", action="put", above=box, facts=facts, **{"place": COMMUNITY, **more})

    def put(self, box: str, guest: int = 1, wish: str = WISH, **more: Any) -> Any:
        return self.service.take(self.call(box, guest, wish, **more), self.service.person("guest"))


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)


def test_a_matter_under_another_names_it_and_is_listed_below_it(hall: Hall) -> None:
    box = hall.box()
    wish = hall.put(box).matter
    assert hall.service.matter(wish).state.parent == box  # type: ignore[union-attr]
    assert [row.key for row in hall.store.rows("children")] == [f"{box}/{wish}"]


def test_opening_one_reads_no_other_and_leaves_no_step_above(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = hall.box()
    known = {hall.put(box, 1).matter, hall.put(box, 2).matter}
    read: list[str] = []
    steps = hall.store.steps
    monkeypatch.setattr(
        hall.store, "steps", lambda matter, after=0: read.append(matter) or steps(matter, after)
    )  # type: ignore[func-returns-value]
    hall.put(box, 3)
    assert read and not known & set(read)
    assert len(hall.service.steps(box)) == 1


def test_it_needs_a_matter_above_of_the_right_kind(hall: Hall) -> None:
    with pytest.raises(BadInput, match="哪一件“心愿箱”"):
        hall.put("")
    wish = hall.put(hall.box()).matter
    with pytest.raises(NotFound, match="不是“心愿箱”的事项"):
        hall.put(wish, 2)
    with pytest.raises(BadInput, match="不属于别的事项"):
        hall.box(above=wish)


def test_it_lies_at_the_place_above_or_below_that(hall: Hall) -> None:
    box = hall.box()
    assert hall.service.matter(hall.put(box).matter).place == COMMUNITY
    with pytest.raises(NotFound, match="这里不管"):
        hall.put(box, 2, place=DISTRICT)


def test_what_happens_above_meanwhile_is_seen(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    box = hall.box()
    commit, closing = hall.store.commit, iter([True])

    def close_first(commit_: Any) -> None:
        if next(closing, False):
            hall.host("end", box)
        commit(commit_)

    monkeypatch.setattr(hall.store, "commit", close_first)
    with pytest.raises(WrongStage, match="已经封了"):
        hall.put(box)
    assert not hall.store.rows("children") and not hall.store.balance("wishes:all", PIECES)


def test_an_action_is_given_what_it_reads_and_keeps_what_it_works_out(hall: Hall) -> None:
    box = hall.box()
    hall.put(box, 1)
    wish = hall.put(box, 2).matter
    facts = hall.service.matter(wish).state.facts["put"]  # type: ignore[union-attr]
    assert facts == {"guest": 2, "wish": "", "length": len(WISH), "card": "2-1"}
    hall.host("rename", box)
    with pytest.raises(BadInput, match="名册里没有这个号码"):
        hall.put(box, 3)


def test_what_is_opened_under_a_matter_is_not_counted_as_withheld(hall: Hall) -> None:
    box = hall.box()
    hall.put(box)
    publish(hall.service.desk)
    keys = [row.key for row in hall.store.rows(RECORD)]
    assert f"matters/{box}" in keys
    assert not [key for key in keys if key.startswith("withheld/")]


def test_nobody_begins_it_by_itself_and_it_is_offered_on_the_matter_above(hall: Hall) -> None:
    guest = hall.service.person("guest")
    assert not hall.service.openers(guest)
    box = hall.box()
    offered = hall.service.openers_under(hall.service.matter(box), guest)
    assert [(procedure, action.id, place) for procedure, action, place in offered] == [
        ("wish", "put", COMMUNITY)
    ]
    assert not hall.service.openers_under(hall.service.matter(box), hall.service.person("host"))
    hall.host("end", box)
    assert not hall.service.openers_under(hall.service.matter(box), guest)


def test_a_secret_stands_nowhere_in_the_store_and_cannot_be_guessed_from_a_hash(hall: Hall) -> None:
    box = hall.box()
    call = hall.call(box, key="k1")
    hall.service.take(call, hall.service.person("guest"))
    held = everything(hall)
    assert WISH.encode() not in held
    # Whoever knows all of the call but the wish could try wishes against a hash of it.
    assert digest(msgspec.json.encode(call, order="sorted")).encode() not in held
    # The same key with another wish is the same call: not even a hash of the first was kept to tell them apart.
    again = hall.service.take(hall.call(box, wish="种一棵枣树", key="k1"), hall.service.person("guest"))
    assert again.code == ""
    assert len(hall.store.rows("children")) == 1


def everything(hall: Hall) -> bytes:
    """All bytes that the store holds, texts as they are."""
    store = hall.store
    found = [step.body for matter in store.matters() for step in store.steps(matter)]
    found += [part for claim in store.claims() for part in (claim.key.encode(), claim.value)]
    for index in ("children", "matters", "unplaced", "outbox", "receipts", "drafts", "waiting", "due"):
        found += [part for row in store.rows(index) for part in (row.key.encode(), row.value or b"")]
    return b"\n".join(found)


def test_a_form_with_a_secret_makes_no_draft(hall: Hall) -> None:
    with pytest.raises(BadInput, match="不能存草稿"):
        save_draft(hall.service.desk, hall.call(hall.box()), hall.service.person("guest"))


def test_a_claim_holds_under_one_matter_only(hall: Hall) -> None:
    first, second = hall.box(), hall.box()
    hall.put(first)
    hall.put(second)
    with pytest.raises(Conflict, match="已经投过"):
        hall.put(first)


def test_only_fields_that_can_be_blank_are_secret() -> None:
    class Told(Struct, frozen=True):
        told: Annotated[str, text("说明", SECRET)]

    class Row(Struct, frozen=True):
        one: Annotated[str, line("一", SECRET)]

    class Table(Struct, frozen=True):
        table: Annotated[tuple[Row, ...], rows("表")]

    for form in (Told, Table):
        with pytest.raises(TypeError, match="secret"):
            fields(form)


def test_what_is_opened_under_a_matter_is_not_judged_by_rules() -> None:
    wish = Procedure("w", title="", stages=(IN,), lead=lambda s, on: "", name=lambda s: "", under="box")
    with pytest.raises(ValueError, match="cannot be judged"):
        wish.action("put", title="", by=GUEST, form=Wish, judged=True)(lambda *_: to(IN))
