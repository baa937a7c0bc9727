"""银行对账: the books set beside a statement of the bank, with what came of it.

The comparison is made by `linli.bank`; what is recorded here is which entry stands in which line, with the figures and
the statement as a document. A line that was found once is no news in the next statement. What does not fit is explained
by whoever keeps the money and looked at by somebody else.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.errors import BadInput
from linli.forms import INTERNAL, PUBLIC, day, document, line, number, rows
from linli.funds.posts import MANAGER, TREASURER
from linli.funds.wording import reconciliation_lead, reconciliation_name
from linli.matters import Matter
from linli.procedures import Nothing, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement

FITS = Stage("fits", "账实相符", final=True)
DIFFERS = Stage("differs", "有未核对清楚的，待说明", waits_for=(TREASURER.id,))
EXPLAINED = Stage("explained", "已说明，待复核", waits_for=(MANAGER.id,))
CONFIRMED = Stage("confirmed", "已复核", final=True)


class Found(Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of the books and the line of the statement that shows it."""

    entry: Annotated[str, line("账目", INTERNAL, max_length=120)]
    line: Annotated[str, line("流水号", INTERNAL, max_length=40)]


class Statement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement of the bank and how it compares. The figures count lines or entries, not fen.

    ``found`` are the entries that have their line; of ``on_the_way`` there is none yet, ``bounced`` came back;
    ``unclear`` lines fit several entries, ``unknown`` lines none.
    """

    account: Annotated[str, line("银行账户", INTERNAL, hint="尾号或简称", max_length=60)]
    since: Annotated[date, day("对账单从哪天")]
    until: Annotated[date, day("到哪天")]
    lines: Annotated[int, number("对账单行数")]
    found: Annotated[tuple[Found, ...], rows("已核对", INTERNAL, most=2_000)] = ()
    cleared: Annotated[int, number("已核对的笔数")]
    on_the_way: Annotated[int, number("在途")] = 0
    bounced: Annotated[int, number("银行退回")] = 0
    unclear: Annotated[int, number("对应不明")] = 0
    unknown: Annotated[int, number("账上没有")] = 0
    statement: Annotated[str, document("银行对账单")] = ""
    result: Annotated[str, document("逐笔核对结果")] = ""


class Explained(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of the lines that did not fit."""

    reason: Annotated[str, line("核对结果", PUBLIC)]


reconciliation = Procedure(
    "reconciliation",
    title="银行对账",
    stages=(FITS, DIFFERS, EXPLAINED, CONFIRMED),
    lead=reconciliation_lead,
    name=reconciliation_name,
    describe="账上的每一笔与银行对账单核对：对上的、在途的、退回的、账上没有的。",
    applicants=(TREASURER,),
    deciders=(MANAGER,),
    residents_object=False,
)


@reconciliation.action("record", title="登记对账结果", by=TREASURER, form=Statement, slot="statement")
def record(matter: Matter, form: Statement, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The books were compared with a statement; what does not fit waits to be explained."""
    if form.until < form.since:
        raise BadInput("结束日期早于开始日期", where="until")
    if form.until > scene.happened:
        raise BadInput("日期不能在今天之后", where="until")
    if len(form.found) != form.cleared:
        raise BadInput("已核对的笔数和逐笔列出的不一样", where="cleared")
    if form.cleared + form.bounced + form.unclear + form.unknown > form.lines:
        raise BadInput("各项加起来比对账单的行数多", where="lines")
    return to(DIFFERS if form.unclear or form.unknown else FITS)


@reconciliation.action("explain", title="说明", by=TREASURER, at=DIFFERS, form=Explained, slot="explanation")
def explain(matter: Matter, form: Explained, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Whoever keeps the money says what the lines are that did not fit."""
    return to(EXPLAINED)


@reconciliation.action(
    "confirm", title="复核", by=MANAGER, at=EXPLAINED, form=Nothing, apart_from=("record", "explain")
)
def confirm(matter: Matter, form: Nothing, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Somebody else has looked at it."""
    return to(CONFIRMED)
