"""A fund: who holds it, what it is for, which programmes and limits it has, and when it is to be disclosed.

A fund is one matter at a place. Its facts stand in the register ``funds.register`` under the number of the matter, so
that rules of contributions and payments read them; whatever they read is a condition of the commit. So a fund that is
suspended or closed in one moment pays nothing in the next.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from msgspec import Struct

from linli.calendar import Period, Unit, due
from linli.cash import moves_at_bank
from linli.errors import BadInput
from linli.forms import PUBLIC, choice, document, line, money, rows, text, yes_no
from linli.funds.accounts import KEPT_APART, fund_account
from linli.funds.dues import stage_of, with_due
from linli.funds.figures import FUNDS
from linli.funds.posts import CLERK, MANAGER
from linli.funds.vocabulary import DISCLOSURE_MONTHS, FINAL_DISCLOSURE_MONTHS, SEPARATOR
from linli.funds.wording import fund_lead, fund_name
from linli.matters import SUSPENDED, VOID, Matter
from linli.money import yuan
from linli.parameters import Parameter
from linli.procedures import Amendment, EntryChange, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.rules import Holdings
from linli.standing import Why
from linli.steps import DueBy, Step

OPEN = Stage("open", "开放", usable=True)
RETURNED = Stage("returned", "退回补正", waits_for=(MANAGER.id,))
REFUSED = Stage("refused", "不能设立", final=True)
CLOSED = Stage("closed", "已关闭", waits_for=(CLERK.id,))
SETTLED = Stage("settled", "已公开结算", final=True)


class Holder(StrEnum):
    """Who holds a fund."""

    FOUNDATION = "foundation"
    STREET = "street"
    TRUSTEE = "trustee"
    COMMITTEE = "committee"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {
            "foundation": "社区基金会等慈善组织",
            "street": "街道或区",
            "trustee": "受托单位",
            "committee": "居民委员会",
        }[self.value]


class Purpose(Struct, frozen=True, forbid_unknown_fields=True):
    """A purpose that money of the fund may be bound to."""

    name: Annotated[str, line("用途", max_length=40)]


class Programme(Struct, frozen=True, forbid_unknown_fields=True):
    """A programme under the fund, with what it may commit in a year in fen (0: only the fund's own limit)."""

    name: Annotated[str, line("计划名称", max_length=40)]
    yearly_fen: Annotated[int, money("每年总额", hint="0 表示不另设")] = 0


class FundOpening(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is laid down when a fund opens. Money in fen."""

    title: Annotated[str, line("基金名称", max_length=60)]
    holder_kind: Annotated[Holder, choice("由谁持有")]
    holder: Annotated[str, line("持有单位", max_length=60)]
    custodian: Annotated[str, line("代管单位", hint="自己没有账户的，填由谁代管", max_length=60)] = ""
    sub_account: Annotated[str, line("子账户名称", max_length=60)] = ""
    purposes: Annotated[tuple[Purpose, ...], rows("可以限定的用途")] = ()
    programmes: Annotated[tuple[Programme, ...], rows("下设计划")] = ()
    special: Annotated[bool, yes_no("财政每年安排的专项资金")] = False
    yearly_fen: Annotated[int, money("每年最多支出", hint="0 表示不限")] = 0
    emergency_only: Annotated[bool, yes_no("只用于应急")] = False
    rewards: Annotated[bool, yes_no("可以用于奖励")] = False
    matching: Annotated[bool, yes_no("只用于配比资助", hint="按项目自筹的钱配比")] = False
    basis: Annotated[str, line("设立依据", PUBLIC)] = ""
    agreement: Annotated[str, document("设立或代管协议")] = ""
    remarks: Annotated[str, text("内部备注")] = ""


class Disclosure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That income and use were made public: up to which day, and where."""

    period: Annotated[str, line("公开了哪一段时间的收支")]
    report: Annotated[str, document("公开的报告", PUBLIC)] = ""


class Closing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a fund closes, and what becomes of what is left (慈善法 Art. 58)."""

    reason: Annotated[str, line("关闭理由")]
    remainder: Annotated[str, line("剩余财产怎么办", hint="按协议；没有约定的，用于目的相同或相近的项目")] = (
        ""
    )


def _amended(amendment: Amendment) -> Outcome | None:
    """A year is closed for what it was closed with; a mistake is undone and done again."""
    if amendment.slot == "year_end":
        raise BadInput("结过的账不能更正", where="slot", cure="办“撤销结账”以后重新结账")
    return None


fund = Procedure(
    "fund",
    title="社区基金",
    stages=(OPEN, RETURNED, REFUSED, CLOSED, SETTLED),
    lead=fund_lead,
    name=fund_name,
    describe="一笔有来源、有用途的钱：谁持有，用在哪里，还剩多少。",
    deciders=(MANAGER,),
    registers=(FUNDS,),
    at_bank=moves_at_bank,
    amends=_amended,
    books_rest_on=KEPT_APART,
)


def entry(matter: Matter, scene: Scene, **more: Any) -> EntryChange:
    """What the register keeps of a fund as it stands, with what this step changes."""
    opening = matter.facts("fund", FundOpening)
    assert opening is not None and matter.state is not None, "an open fund was opened"
    values = {
        "since": matter.state.opened.isoformat(),
        "open": matter.state.reached == OPEN.id,
        "suspended": matter.state.suspended,
        "closed_year": closed_year(matter),
    }
    return _entry(opening, scene, {**values, **more})


def closings(matter: Matter) -> list[Step]:
    """The steps that closed a year and stand, oldest first."""
    found: list[Step] = []
    for step in matter.steps:
        said = step.judgement
        if step.action == "close_year" and said is not None and not (said.refused or said.incomplete):
            found.append(step)
        elif step.action == "undo_year":
            found.pop()
    return found


def closed_year(matter: Matter) -> int:
    """The last year whose books were closed, 0 for none."""
    found = closings(matter)
    return int(found[-1].facts["year"]) if found else 0


def _entry(opening: FundOpening, scene: Scene, more: dict[str, Any]) -> EntryChange:
    values: dict[str, Any] = {
        "title": opening.title,
        "place": scene.place,
        "holder": opening.holder,
        "holder_kind": opening.holder_kind.value,
        "custodian": opening.custodian,
        "sub_account": opening.sub_account,
        "purposes": SEPARATOR.join(each.name for each in opening.purposes),
        "programmes": SEPARATOR.join(f"{each.name}={each.yearly_fen}" for each in opening.programmes),
        "special": opening.special,
        "yearly_fen": opening.yearly_fen,
        "emergency_only": opening.emergency_only,
        "rewards": opening.rewards,
        "matching": opening.matching,
    }
    return EntryChange(FUNDS, scene.matter_id, {**values, **more})


def _disclosure(scene: Scene, title: str = "公开收支", months: Parameter[int] = DISCLOSURE_MONTHS) -> DueBy:
    period = Period(scene.rulebook.value(months, scene.decided, 3), Unit.MONTHS)
    reckoned = due(scene.decided, period, scene.calendar)
    return DueBy("disclosure", reckoned.day, CLERK.id, title, reckoned.provisional, "", reckoned.basis)


def _received(opening: FundOpening, judgement: Judgement, scene: Scene) -> Outcome:
    for purpose in opening.purposes:
        fund_account("0", "0", purpose.name)  # raises for a name that an account cannot bear
    names = [each.name for each in opening.programmes]
    if any(
        mark in name
        for name in (*names, *(each.name for each in opening.purposes))
        for mark in (SEPARATOR, "=")
    ):
        raise BadInput("用途和计划的名称里不能有顿号和等号", where="purposes")
    if len(set(names)) != len(names):
        raise BadInput("同一个计划写了两次", where="programmes")
    if judgement.refused:
        return to(REFUSED)
    if judgement.incomplete:
        return to(RETURNED)
    opened = {"since": scene.decided.isoformat(), "open": True, "suspended": False, "closed_year": 0}
    return to(OPEN, due=_disclosure(scene), entries=_entry(opening, scene, opened))


@fund.action(
    "open", title="设立基金", by=MANAGER, form=FundOpening, slot="fund", judged=True, reads=FundOpening
)
def open_fund(matter: Matter, form: FundOpening, judgement: Judgement, scene: Scene) -> Outcome:
    """A holder opens a fund; what is missing goes back."""
    return _received(form, judgement, scene)


@fund.action(
    "complete",
    title="补正后设立",
    by=MANAGER,
    at=RETURNED,
    form=FundOpening,
    slot="fund",
    judged=True,
    judged_as="open",
    reads=FundOpening,
)
def complete_fund(matter: Matter, form: FundOpening, judgement: Judgement, scene: Scene) -> Outcome:
    """What was returned comes back complete."""
    return _received(form, judgement, scene)


class Held(Struct, frozen=True):
    """What names the accounts of a fund: its number."""

    fund: str


FUND_MONEY = Holdings(
    "funds.fund_money", "基金现有和应交回的钱", lambda facts: (f"fund:{facts.fund}:", f"owed:{facts.fund}:")
)


def _of(matter: Matter, form: Any) -> Held:
    return Held(matter.id)


def _nothing_left(scene: Scene, said: str) -> None:
    left = sum(scene.given[FUND_MONEY].values())
    if left:
        raise BadInput(
            f"基金里还有 {yuan(left)}，{said}",
            where="remainder",
            cure="按协议或者用于目的相同、相近的项目，办“处理剩余财产”（慈善法第五十八条）",
        )


@fund.action(
    "disclose",
    title="公开收支",
    by=(CLERK, MANAGER),
    at=(OPEN, CLOSED, SUSPENDED),
    form=Disclosure,
    slot="disclosure",
    facts=_of,
    uses=(FUND_MONEY,),
)
def disclose(matter: Matter, form: Disclosure, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Income and use were made public; the next time is due from today. After closing it was the last."""
    if stage_of(matter).id == CLOSED.id:
        _nothing_left(scene, "不能作最后一次公开")
        return to(SETTLED)
    return to(OPEN, due=with_due(matter, _disclosure(scene)))


@fund.action("suspend", title="中止", by=MANAGER, at=OPEN, form=Why, slot="suspend")
def suspend(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A suspended fund pays and promises nothing, not even what was approved; it still accounts for its money."""
    return to(OPEN, due=with_due(matter), entries=entry(matter, scene, suspended=True))


@fund.action("resume", title="恢复", by=MANAGER, at=SUSPENDED, form=Why, slot="resume")
def resume(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The fund pays again."""
    return to(OPEN, due=with_due(matter), entries=entry(matter, scene, suspended=False))


@fund.action("reopen", title="重新开放", by=MANAGER, at=(CLOSED, SETTLED, VOID), form=Why, slot="reopen")
def reopen(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A fund that was closed takes and pays again."""
    if all(step.stage != OPEN.id for step in matter.steps):
        raise BadInput("这个基金没有开放过", where="stage", cure="另行设立基金")
    return to(OPEN, due=with_due(matter, _disclosure(scene)), entries=entry(matter, scene, open=True))


@fund.action(
    "void",
    title="作废",
    by=MANAGER,
    at=(OPEN, RETURNED, CLOSED),
    form=Why,
    slot="void",
    facts=_of,
    uses=(FUND_MONEY,),
)
def void(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A fund that should not have been opened takes and pays nothing; one that holds money is closed instead."""
    _nothing_left(scene, "不能作废")
    was_open = stage_of(matter).id != RETURNED.id
    return to(VOID, entries=(entry(matter, scene, open=False),) if was_open else ())


@fund.action("close", title="关闭基金", by=MANAGER, at=OPEN, form=Closing, slot="closing")
def close(matter: Matter, form: Closing, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A fund takes and promises nothing more; the full account is due."""
    whole = _disclosure(scene, "全面公开收支", FINAL_DISCLOSURE_MONTHS)
    return to(CLOSED, due=with_due(matter, whole), entries=entry(matter, scene, open=False))
