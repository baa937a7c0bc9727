"""What rules of any place answer when there is a quorum, a majority or enough signatures to be counted.

A rule says by which share and for which body; these functions say it in words, with the numbers as terms of the case,
so that a page can draw them and a resident sees how many are still missing. Everything is whole numbers and exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import structs

from linli.findings import Finding, not_applicable, refuse, require, satisfied, set_terms
from linli.shares import Share
from linli.terms import Term
from linli_deliberation.sittings import Asking, Ballot, Basis, Sitting
from linli_deliberation.vocabulary import (
    ABSTAINED,
    PASS_AREA,
    PASS_LEAST,
    PRESENT,
    QUORUM_AREA,
    QUORUM_LEAST,
    QUORUM_WORDS,
    SIGN_BASE,
    SIGN_LEAST,
    SIGNED,
    VOTES_AGAINST,
    VOTES_FOR,
)

Terms = dict[Term[Any], Any]
CM2 = 10_000
"""Square centimetres in a square metre."""


def against(finding: Finding, terms: Terms) -> Finding:
    """A finding that stands against the case and sets terms all the same: the numbers are known whatever they say."""
    return structs.replace(finding, terms=set_terms(terms).terms)


def quorum(sitting: Sitting, share: Share) -> Finding:
    """Whether those present are the share of all who are entitled that a text asks for; before the count, how many."""
    call, unit = sitting.call, sitting.call.basis.unit
    if not call.base:
        return refuse(
            f"应到{call.basis.title}是零，算不出{share.say()}是多少",
            "先登记居民底数（户数、代表数），再召集",
        )
    least = share.least(call.base)
    terms: Terms = {QUORUM_LEAST: least, QUORUM_WORDS: (share.say(),)}
    needed = f"应到 {call.base} {unit}，要{share.say()}，至少 {least} {unit}"
    if not sitting.counted:
        return set_terms(terms, f"{needed}到会才能开会")
    terms[PRESENT] = sitting.present
    came = f"到会 {sitting.present} {unit}"
    if sitting.present > call.base:
        return against(refuse(f"{came}，多于应到 {call.base} {unit}", "核对应到数和签到"), terms)
    if sitting.present < least:
        missing = least - sitting.present
        return against(
            refuse(f"{came}；{needed}，还差 {missing} {unit}", f"再有 {missing} {unit}到会，或者改期再开"),
            terms,
        )
    return set_terms(terms, f"{came}；{needed}")


def quorum_of_area(sitting: Sitting, share: Share) -> Finding:
    """The same of the area that owners hold, in square centimetres."""
    call = sitting.call
    if not call.area_cm2:
        return refuse("专有部分总面积是零，算不出比例", "先登记专有部分总面积，再召集")
    least = share.least(call.area_cm2)
    terms: Terms = {QUORUM_AREA: least}
    needed = f"专有部分总面积 {metres(call.area_cm2)}，要{share.say()}，至少 {metres(least)}"
    if not sitting.counted:
        return set_terms(terms, needed)
    came = f"到会业主 {metres(sitting.area_present_cm2)}"
    if sitting.area_present_cm2 > call.area_cm2:
        return against(refuse(f"{came}，多于总面积", "核对面积"), terms)
    if sitting.area_present_cm2 < least:
        missing = metres(least - sitting.area_present_cm2)
        return against(refuse(f"{came}；{needed}，还差 {missing}", f"再有 {missing}的业主参加"), terms)
    return set_terms(terms, f"{came}；{needed}")


def majority(ballot: Ballot, share: Share, whole: int | None = None) -> Finding:
    """How many of those present (or of another whole) have to agree; that fewer do is no fault, it is a rejection.

    More votes than there are people present cannot be.
    """
    present = ballot.sitting.present
    unit = ballot.sitting.call.basis.unit
    counted: Terms = {
        PRESENT: present,
        VOTES_FOR: ballot.votes_for,
        VOTES_AGAINST: ballot.votes_against,
        ABSTAINED: ballot.abstained,
    }
    if ballot.cast > present:
        return against(
            refuse(f"同意、反对、弃权一共 {ballot.cast} 票，多于到会 {present} {unit}", "核对票数和到会人数"),
            counted,
        )
    of = present if whole is None else whole
    if not of:
        return against(refuse("没有人到会，不能表决", "改期再开"), counted)
    least = share.least(of)
    word = "通过" if ballot.votes_for >= least else "没有通过"
    whose = f"到会 {of} {unit}" if whole is None else f"全体 {of} {unit}"
    said = f"{whose}，要{share.say()}同意，至少 {least} 票；同意 {ballot.votes_for} 票，{word}"
    return set_terms({**counted, PASS_LEAST: least}, said)


def majority_of_area(ballot: Ballot, share: Share) -> Finding:
    """The area that has to agree, out of that of the owners who take part."""
    here, agreed = ballot.sitting.area_present_cm2, ballot.count.area_for_cm2
    if agreed > here:
        return refuse(f"同意的面积 {metres(agreed)}多于到会的 {metres(here)}", "核对面积")
    if not here:
        return refuse("没有登记到会业主的专有部分面积，不能表决", "先登记面积")
    least = share.least(here)
    word = "达到" if agreed >= least else "没有达到"
    said = (
        f"到会业主 {metres(here)}，要{share.say()}同意，至少 {metres(least)}；同意 {metres(agreed)}，{word}"
    )
    return set_terms({PASS_AREA: least}, said)


def enough_sign(asking: Asking, base: int, share: Share) -> Finding:
    """Whether enough of those entitled have asked that a meeting be called, and how many are still missing."""
    basis: Basis = asking.demand.basis
    if not base:
        return refuse(
            f"居民底数里没有{basis.title}的数目，算不出{share.say()}",
            "先由居民委员会登记居民底数",
        )
    least = share.least(base)
    terms: Terms = {SIGNED: asking.signed, SIGN_LEAST: least, SIGN_BASE: base}
    needed = f"共 {base} {basis.unit}，{share.say()}提议就应当召集，即 {least} {basis.unit}"
    if asking.signed > base:
        return against(refuse(f"提议的 {asking.signed} {basis.unit}，多于总数 {base}", "核对签名"), terms)
    if asking.signed < least:
        missing = least - asking.signed
        said = f"已有 {asking.signed} {basis.unit}提议；{needed}，还差 {missing} {basis.unit}"
        return against(require(said, f"再有 {missing} {basis.unit}签名"), terms)
    return set_terms(terms, f"已有 {asking.signed} {basis.unit}提议；{needed}")


def metres(area_cm2: int) -> str:
    """An area as people read it, rounded down to the square decimetre: ``1,234.56 平方米``."""
    whole, rest = divmod(area_cm2, CM2)
    return f"{whole:,}.{rest // 100:02} 平方米" if rest else f"{whole:,} 平方米"


def live_here(named: Sequence[str], posts: Sequence[Sequence[str]], place: str) -> Finding:
    """Whether everybody on a sheet is a resident of the place or one of its representatives."""
    if not named:
        return not_applicable()
    here = {f"{post}@{place}" for post in ("resident", "representative")}
    elsewhere = [number for number, held in enumerate(posts, 1) if not here & set(held)]
    if elsewhere:
        lines = "、".join(str(number) for number in elsewhere)
        return refuse(f"名单第 {lines} 行的人不是本社区的居民", "去掉这一行；搬来的先登记居住地")
    return satisfied(f"名单上的 {len(named)} 人都是本社区的居民")
