"""A task of one's own: what residents decided and carry out themselves, with the community's money where it needs any.

The money leaves the community's account for the task when the task is opened, and the task for whoever is paid when
what was done has been accepted; what is left goes back.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.access.posts import COMMITTEE, STREET
from linli.access.procedure import committed, community_account
from linli.errors import BadInput
from linli.forms import PUBLIC, day, document, line, money, yes_no
from linli.funding.posts import SUPERVISION
from linli.ledger import OUTSIDE, Posting
from linli.matters import Matter, State
from linli.procedures import Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.steps import DueBy
from linli_bodies.posts import CONVENER, REPRESENTATIVE
from linli_bodies.registers import BODIES
from linli_deliberation.wording import task_lead, task_name

RUNNING = Stage("running", "进行中", usable=True, waits_for=(COMMITTEE.id, CONVENER.id))
REPORTED = Stage("reported", "已报告完成，待验收", waits_for=(SUPERVISION.id,))
ACCEPTED = Stage("accepted", "已验收", final=True)


class TaskOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be done, by whom, until when, with how much of the community's money (fen)."""

    title: Annotated[str, line("任务", max_length=60)]
    plan: Annotated[str, line("怎样做", PUBLIC)]
    executor: Annotated[str, line("由谁执行", max_length=100, names=BODIES.id)]
    supervisor: Annotated[str, line("由谁监督", max_length=100, names=BODIES.id)]
    done_by: Annotated[date, day("办结日期")]
    amount_fen: Annotated[int, money("用社区账户的经费")] = 0
    basis: Annotated[str, line("依据的协商", max_length=80)] = ""


class TaskReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was done, for how much (fen), paid to which unit."""

    said: Annotated[str, line("完成情况", PUBLIC)]
    spent_fen: Annotated[int, money("实际支出")] = 0
    payee: Annotated[str, line("付给哪个单位", max_length=60)] = ""
    evidence: Annotated[str, document("凭据")] = ""


class Acceptance(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether those who watch accept what was done."""

    accepted: Annotated[bool, yes_no("验收合格")]
    said: Annotated[str, line("验收意见", PUBLIC)]


def held(state: State) -> int:
    """The community's money that a task still holds, in fen."""
    account = committed(state.matter)
    came = sum(p.amount for p in state.postings if p.destination == account)
    return came - sum(p.amount for p in state.postings if p.source == account)


def let_go(state: State) -> tuple[Posting, ...]:
    """What a task still holds goes back to the community."""
    left = held(state)
    if left <= 0:
        return ()
    return (Posting(committed(state.matter), community_account(state.place), left, purpose="退回未用经费"),)


task = Procedure(
    "task",
    title="自办任务",
    stages=(RUNNING, REPORTED, ACCEPTED),
    lead=task_lead,
    name=task_name,
    describe="居民协商决定、自己办的事：谁执行、谁监督、花多少钱、验收结果。",
    applicants=(COMMITTEE, CONVENER),
    deciders=(STREET,),
    release=let_go,
)


@task.action("open", title="开始", by=(COMMITTEE, CONVENER), form=TaskOrder, slot="order")
def begin(matter: Matter, form: TaskOrder, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What was decided begins; its money is set aside from the community's account."""
    if form.done_by <= scene.happened:
        raise BadInput("办结日期要在开始以后", where="done_by")
    if form.executor.strip() == form.supervisor.strip():
        raise BadInput("执行和监督不能是同一个组织", where="supervisor", cure="另请一个组织监督")
    postings: tuple[Posting, ...] = ()
    if form.amount_fen:
        account = community_account(scene.place)
        postings = (Posting(account, committed(scene.matter_id), form.amount_fen, purpose=form.title),)
    owed = DueBy("done", form.done_by, COMMITTEE.id, "完成任务")
    return to(RUNNING, due=owed, postings=postings)


@task.action("report", title="报告完成", by=(COMMITTEE, CONVENER), at=RUNNING, form=TaskReport, slot="report")
def report(matter: Matter, form: TaskReport, judgement: Judgement | None, scene: Scene) -> Outcome:
    """It was done, and this is what it cost."""
    assert matter.state is not None
    if form.spent_fen > held(matter.state):
        raise BadInput("支出超过这项任务的经费", where="spent_fen", cure="先经协商增加经费")
    if form.spent_fen and not form.payee:
        raise BadInput("要写明付给哪个单位", where="payee")
    return to(REPORTED)


@task.action(
    "accept",
    title="验收",
    by=(SUPERVISION, REPRESENTATIVE),
    at=REPORTED,
    form=Acceptance,
    slot="acceptance",
    apart_from=("open", "report"),
)
def accept(matter: Matter, form: Acceptance, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Those who watch accept it; only now is anybody paid. What they do not accept is done again."""
    assert matter.state is not None
    order, report = matter.facts("order", TaskOrder), matter.facts("report", TaskReport)
    assert order is not None and report is not None, "what is accepted was ordered and reported"
    if not form.accepted:
        return to(RUNNING, due=DueBy("done", order.done_by, COMMITTEE.id, "重新完成任务"))
    paid: tuple[Posting, ...] = ()
    if report.spent_fen:
        payee = f"{OUTSIDE}payee/{report.payee}"
        paid = (Posting(committed(matter.id), payee, report.spent_fen, purpose=order.title),)
    left = held(matter.state) - report.spent_fen
    back: tuple[Posting, ...] = ()
    if left:
        account = community_account(matter.place)
        back = (Posting(committed(matter.id), account, left, purpose="退回未用经费"),)
    return to(ACCEPTED, postings=(*paid, *back))
