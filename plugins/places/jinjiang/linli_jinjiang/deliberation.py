"""How 锦江 deliberates: proposals with co-signers, the party's right to propose, the representatives' word on projects.

The account tells cases, not thresholds: seven signed, it was built a month later, eighty-one were present. The least
number of signers and the period are examples.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from linli.checks import Check
from linli.findings import Finding, Verdict, not_applicable, refuse, require, satisfied, set_terms
from linli.funding import ACT_DAY, Candidacy
from linli.parameters import Setting
from linli.plugins import hook
from linli.resolutions import asked_resolution
from linli.rules import Given, Rule, rule
from linli_bodies import kind_of
from linli_deliberation import (
    POSTS_OF_NAMED,
    PROPOSAL_KIND,
    PROPOSAL_MONTHS,
    SIGNERS,
    SIGNERS_LEAST,
    SIGNERS_NEEDED,
    Conclusion,
    Manner,
    Origin,
    Sitting,
    Stakeholder,
    Submission,
    asked_rejection,
    closure,
    kinds_among,
    live_here,
    rejection_key,
)
from linli_jinjiang.sources import ACCOUNT, JINJIANG

JOINT_PROPOSAL = ACCOUNT.article("", "联合了其他6位居民", gist="居民联名向居委会提出提案")
PARTY_RIGHT = ACCOUNT.article("", "社区党组织对社区重大事项拥有提案权", gist="社区党组织对重大事项有提案权")
REPRESENTATIVES_DECIDE = ACCOUNT.article(
    "", "两个修建休闲活动室的项目被否决了", gist="项目由居民代表会议表决，社区想推动的也可以被否决"
)
SUPERVISED = ACCOUNT.article("", "在社区居民代表委员会的监督下", gist="居民代表委员会监督提案和建议的办结")
JOINT_MEETING = ACCOUNT.article("", "建立社区党建工作联席会", gist="建立社区党建工作联席会")

SINCE = date(2008, 1, 1)
SETTINGS = (
    SIGNERS_LEAST.at(JINJIANG, 5, since=SINCE, example=True),
    PROPOSAL_MONTHS.at(JINJIANG, 1, since=SINCE, example=True),
)
CLOSURE = closure("jinjiang.closure", SUPERVISED)

REJECTED = asked_rejection(
    "grant.rejected_here",
    "这个项目有没有被否决",
    lambda facts: rejection_key(facts.place, facts.request.title),
)
RESOLUTION = asked_resolution("grant.resolution", "项目的决议", lambda facts: facts.request.resolution)


@rule(
    "proposal.submit",
    title="居民联名达到人数的是提案，不够的作建议",
    cites=JOINT_PROPOSAL,
    uses=(SIGNERS_LEAST,),
    power=Verdict.SATISFIED,
)
def joint_papers_are_proposals(facts: Submission, given: Given) -> Finding:
    """Enough residents together make a proposal, which is followed to its end; fewer make a suggestion."""
    if facts.origin is Origin.PARTY:
        return not_applicable()
    least = given[SIGNERS_LEAST]
    kind = "proposal" if facts.signed >= least else "suggestion"
    said = f"{facts.signed} 人联名，提案至少 {least} 人"
    if kind == "suggestion":
        said += f"，还差 {least - facts.signed} 人；这样提交就作为建议"
    terms = {PROPOSAL_KIND: kind, SIGNERS: facts.signed, SIGNERS_NEEDED: least}
    return set_terms(terms, said)


@rule("proposal.submit", title="社区党组织有提案权，不用联名", cites=PARTY_RIGHT)
def the_party_may_propose_alone(facts: Submission, given: Given) -> Finding:
    """The party organisation brings a major matter without co-signers."""
    if facts.origin is not Origin.PARTY:
        return not_applicable()
    if not facts.paper.wanted.strip():
        return require("没有写明希望怎样办", "写明希望怎样办")
    return set_terms({PROPOSAL_KIND: "proposal"}, "社区党组织提案，不用联名")


@rule("proposal.submit", title="联名的人是本社区的居民", cites=JOINT_PROPOSAL, uses=(POSTS_OF_NAMED,))
def co_signers_live_here(facts: Submission, given: Given) -> Finding:
    """Whoever signs on paper is a resident of the community."""
    posts = given[POSTS_OF_NAMED]
    return live_here(facts.named, posts, facts.place)


@rule(
    "grant.apply",
    "grant.award",
    title="居民代表会议否决的项目，当年不能资助",
    cites=REPRESENTATIVES_DECIDE,
    uses=(REJECTED, RESOLUTION, ACT_DAY),
)
def rejected_projects_are_not_funded(facts: Candidacy, given: Given) -> Finding:
    """What the representatives rejected is not funded in the same year, whoever wishes it."""
    rejected, resolution, today = given[REJECTED], given[RESOLUTION], given[ACT_DAY]
    if rejected is not None and today <= rejected.until:
        return refuse(
            f"“{rejected.item}”被居民代表会议否决（决议 {rejected.resolution}），{rejected.until} 以前不能资助",
            "改提别的项目，或者下一年重新提交表决",
        )
    if not facts.request.resolution:
        return not_applicable("没有提交过表决")
    if resolution is None:
        return refuse(f"没有编号为 {facts.request.resolution} 的决议", "填写表决这个项目的决议编号")
    if not resolution.stands:
        return refuse(f"决议 {facts.request.resolution} 没有通过，或者无效", "先经居民代表会议表决通过")
    if "".join(resolution.item.split()) != "".join(facts.request.title.split()):
        return refuse(
            f"决议 {facts.request.resolution} 表决的是“{resolution.item}”", "填写这个项目的决议编号"
        )
    return satisfied(f"{resolution.decided} 经{resolution.body}表决通过")


@rule("meeting.call", title="联席会议有成员单位参加", cites=JOINT_MEETING)
def a_joint_meeting_invites_units(sitting: Sitting, given: Given) -> Finding:
    """A joint meeting on party-building has member units."""
    if kind_of(sitting.call.body) != "party_joint_meeting" and sitting.call.manner is not Manner.JOINT:
        return not_applicable()
    units = [each.who for each in sitting.call.invited if each.kind is Stakeholder.UNIT]
    if not units:
        return require("没有登记成员单位", "登记受邀的成员单位")
    return satisfied(f"成员单位 {len(units)} 个：{'、'.join(units)}")


@rule("meeting.conclude", title="联席会议有会议记录", cites=JOINT_MEETING)
def a_joint_meeting_has_minutes(facts: Conclusion, given: Given) -> Finding:
    """A joint meeting is written down, and says which units came."""
    call = facts.sitting.call
    if kind_of(call.body) != "party_joint_meeting" and call.manner is not Manner.JOINT:
        return not_applicable()
    if not facts.minutes.minutes or Stakeholder.UNIT not in kinds_among(facts.sitting.came):
        return require("没有会议记录，或者没有登记成员单位的到会情况", "写上会议记录，登记各单位来没来")
    return satisfied("会议记录和成员单位到会情况齐全")


RULES = (
    joint_papers_are_proposals,
    the_party_may_propose_alone,
    co_signers_live_here,
    a_joint_meeting_invites_units,
    a_joint_meeting_has_minutes,
)


@hook
def linli_parameters() -> Iterable[Setting[Any]]:
    """Examples: five signers, a month."""
    return SETTINGS


@hook
def deliberation_rules() -> Iterable[Rule]:
    """The rules of proposals and joint meetings."""
    return RULES


@hook
def funding_rules() -> Iterable[Rule]:
    """The rule that a rejected project is not funded."""
    return [rejected_projects_are_not_funded]


@hook
def linli_checks() -> Iterable[Check]:
    """Whether proposals and suggestions are closed."""
    return [CLOSURE]
