"""What is left when a fund closes: as agreed, or for another project of the same or a similar aim (慈善法 Art. 58)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from linli.errors import BadInput
from linli.forms import PUBLIC, document, line, rows
from linli.funds.accounts import UNRESTRICTED, fund_account, parts
from linli.funds.dues import stage_of, with_due
from linli.funds.opening import CLOSED, SETTLED, fund
from linli.funds.posts import MANAGER
from linli.funds.vocabulary import TAKES
from linli.ledger import Posting
from linli.matters import Matter
from linli.procedures import Outcome, Scene, to
from linli.rulebook import Judgement
from linli.rules import Holdings


class Similar(Struct, frozen=True, forbid_unknown_fields=True):
    """A purpose, and the similar one under which the other fund uses its money."""

    purpose: Annotated[str, line("原来的用途", max_length=40)]
    becomes: Annotated[str, line("改为相近的用途", max_length=40)]


class HandOver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To which fund what is left goes, and on what it rests."""

    to: Annotated[str, line("接收基金编号", max_length=60)]
    basis: Annotated[str, document("捐赠协议、募捐方案的约定，或者理事会决议", PUBLIC)] = ""
    similar: Annotated[tuple[Similar, ...], rows("用途相近的对应", hint="用途相同的不用填")] = ()
    reason: Annotated[str, line("怎样处理，向社会公开", PUBLIC)]


class Handing(Struct, frozen=True, kw_only=True):
    """What rules see when the rest of a fund is handed over: ``fund`` is the one that takes it, ``giver`` the other."""

    fund: str
    giver: str
    basis: str


def _handing(matter: Matter, form: HandOver) -> Handing:
    return Handing(fund=form.to, giver=matter.id, basis=form.basis)


LEFT = Holdings(
    "funds.left", "剩余的钱和应交回的钱", lambda facts: (f"fund:{facts.giver}:", f"owed:{facts.giver}:")
)


@fund.action(
    "hand_over",
    title="处理剩余财产",
    by=MANAGER,
    at=(CLOSED, SETTLED),
    form=HandOver,
    slot="hand_over",
    judged=True,
    facts=_handing,
    reads=Handing,
    uses=(LEFT,),
)
def hand_over(matter: Matter, form: HandOver, judgement: Judgement, scene: Scene) -> Outcome:
    """What is left goes to another fund, each yuan under the purpose that it was bound to, or a similar one."""
    stage = stage_of(matter)
    if judgement.refused or judgement.incomplete:
        return to(stage, due=with_due(matter))
    similar = {each.purpose: each.becomes for each in form.similar}
    takes = {UNRESTRICTED, *judgement.term(TAKES, ())}
    postings: list[Posting] = []
    for (account, _), amount in sorted(scene.given[LEFT].items()):
        named = parts(account)
        if named is None:
            raise BadInput("还有应交回的结余", where="to", cure="先办“交回年终结余”")
        _, source, purpose = named
        becomes = similar.get(purpose, purpose)
        if becomes not in takes or (purpose != UNRESTRICTED and becomes == UNRESTRICTED):
            raise BadInput(
                f"接收的基金没有“{becomes}”这个用途",
                where="similar",
                cure="换一个基金，或写明改为哪个相近的用途（慈善法第五十八条）",
            )
        postings.append(Posting(account, fund_account(form.to, source, becomes), amount, purpose=becomes))
    if not postings:
        raise BadInput("没有剩余的钱", where="to")
    return to(stage, due=with_due(matter), postings=postings)
