"""义仓: goods that were given, by the lot: what, how many, until when, and what they were handed out for.

A lot is one matter. Its stock is an account that cannot fall below zero; on the morning after its last day nothing can
be handed out any more, and what is left is written off. What a market (义集) brings in is a contribution.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Struct

from linli.bookings import undone
from linli.errors import BadInput
from linli.forms import INTERNAL, day, line, number
from linli.funds.accounts import KEPT_APART
from linli.funds.accounts import lot as lot_account
from linli.funds.posts import MANAGER, STOREKEEPER
from linli.funds.wording import lot_lead, lot_name
from linli.ledger import OUTSIDE, PIECES, Posting
from linli.matters import VOID, Matter
from linli.procedures import Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.standing import Why
from linli.steps import DueBy

IN_STOCK = Stage("in_stock", "在库", usable=True)
EMPTY = Stage("empty", "已发完", final=True)
EXPIRED = Stage("expired", "已过期", waits_for=(STOREKEEPER.id,))
WRITTEN_OFF = Stage("written_off", "已核销", final=True)


class Lot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Goods that were given. ``expires`` is the last day on which they may be handed out."""

    item: Annotated[str, line("物品", max_length=40)]
    quantity: Annotated[int, number("数量", least=1, most=1_000_000)]
    unit: Annotated[str, line("计量单位", hint="件、袋、箱", max_length=10)] = "件"
    expires: Annotated[date | None, day("可用到哪天")] = None
    donor: Annotated[str, line("捐赠方", hint="单位，或同意公开的称呼；要匿名就空着", max_length=60)] = ""
    purpose: Annotated[str, line("用途", max_length=40)] = ""
    shelf: Annotated[str, line("货位", INTERNAL, max_length=40)] = ""


class HandOut(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Goods that leave the store, and what for."""

    quantity: Annotated[int, number("数量", least=1, most=1_000_000)]
    use: Annotated[str, line("用于", max_length=60)]


goods = Procedure(
    "goods",
    title="义仓",
    stages=(IN_STOCK, EMPTY, EXPIRED, WRITTEN_OFF),
    lead=lot_lead,
    name=lot_name,
    describe="捐来的物品：有多少，到哪天，发给谁用。",
    deciders=(MANAGER,),
    books_rest_on=KEPT_APART,
)


def stock(matter: Matter) -> int:
    """How many are left of a lot."""
    held = lot_account(matter.id)
    return sum(
        p.amount if p.destination == held else -p.amount
        for p in (matter.state.postings if matter.state else ())
        if held in (p.source, p.destination)
    )


@goods.action("receive", title="入库", by=STOREKEEPER, form=Lot, slot="lot")
def receive(matter: Matter, form: Lot, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Goods come in; what has run out already does not."""
    if form.expires is not None and form.expires < scene.happened:
        raise BadInput("已经过期，不能入库", where="expires")
    until = () if form.expires is None else (_until(form.expires),)
    posting = Posting(f"{OUTSIDE}goods", lot_account(scene.matter_id), form.quantity, PIECES, form.purpose)
    return to(IN_STOCK, due=until, postings=posting)


def _until(expires: date) -> DueBy:
    return DueBy("expiry", expires, STOREKEEPER.id, "用完", lapses_to=EXPIRED.id)


@goods.action("hand_out", title="出库", by=STOREKEEPER, at=IN_STOCK, form=HandOut, slot="hand_out")
def hand_out(matter: Matter, form: HandOut, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Goods are handed out for a use; more than there is cannot be."""
    assert matter.state is not None
    left = stock(matter)
    if form.quantity > left:
        raise BadInput(
            f"库里只有 {left}，不能发 {form.quantity}", where="quantity", cure="减少数量，或换一批"
        )
    use = form.use.replace(":", "：")
    posting = Posting(lot_account(matter.id), f"{OUTSIDE}use/{use}", form.quantity, PIECES, form.use)
    if form.quantity == left:
        return to(EMPTY, postings=posting)
    return to(IN_STOCK, due=matter.state.due, postings=posting)


@goods.action("write_off", title="核销过期物品", by=STOREKEEPER, at=EXPIRED, form=Why, slot="write_off")
def write_off(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What ran out is written off, so that the stock is what can be used."""
    return to(
        WRITTEN_OFF, postings=Posting(lot_account(matter.id), f"{OUTSIDE}expired", stock(matter), PIECES)
    )


@goods.action("void", title="作废", by=MANAGER, at=IN_STOCK, form=Why, slot="void")
def void(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A lot that was entered wrongly is undone, if nothing of it was handed out."""
    if len(matter.steps) > 1:
        raise BadInput("已经发放过，不能作废", where="void", cure="剩下的出库或核销")
    return to(VOID, postings=undone(matter))
