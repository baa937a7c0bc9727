"""Who may sit in the committees that the law knows, how a seat is left, and how a member is recalled."""

from __future__ import annotations

from linli.findings import Finding, not_applicable, refuse, require, satisfied
from linli.rules import HAPPENED, Given, rule
from linli.shares import MORE_THAN_HALF, MORE_THAN_TWO_THIRDS, Share
from linli_bodies import Manner, Plan, SeatPost, asked_seats, kind_of
from linli_bodies.figures import (
    COMMITTEE_LEAST,
    COMMITTEE_MOST,
    RECALL_REPRESENTATIVES,
    RECALL_SHARE,
)
from linli_bodies.founding import FoundingAt
from linli_bodies.taking import (
    Base,
    LeavingAt,
    PetitionAt,
    Reason,
    RecallVoteAt,
    Relatives,
    TakingAt,
)
from linli_bodies.vocabulary import ACT_DAY, POSTS_HELD, THE_BODY, THE_TERM
from linli_national.earlier import under
from linli_national.sources import (
    CIVIL_CODE_PROPERTY,
    PROPERTY_LAW_2007,
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
)

_1990, _2018, _2026 = (
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
)
COMMITTEE, SUPERVISION, REPRESENTATIVES = (
    "residents_committee",
    "affairs_supervision_committee",
    "representative_assembly",
)
# Seats of a residents' committee among which a woman has to be: the law allows nine.
BENCH = asked_seats("national.bench", "居委会现有席位", lambda facts: facts.body, 9)

SIZE = _2026.article(8, "共五至九人", gist="居委会由五至九人组成")
CHOSEN = _2026.article(14, "选举产生", gist="居委会成员由居民选举产生")


@rule("body.establish", title="居委会五至九人", cites=SIZE, uses=(COMMITTEE_LEAST, COMMITTEE_MOST))
def committee_has_five_to_nine(founding: FoundingAt, given: Given) -> Finding:
    """A residents' committee has no fewer and no more members than the law says."""
    if founding.kind != COMMITTEE:
        return not_applicable()
    least, most = given[COMMITTEE_LEAST], given[COMMITTEE_MOST]
    if not least <= founding.seat_count <= most:
        return refuse(
            f"居委会由 {least} 至 {most} 人组成，填了 {founding.seat_count} 人",
            cure=f"改为 {least} 至 {most} 人",
        )
    return satisfied()


committee_has_five_to_nine_2018 = under(
    committee_has_five_to_nine, _2018.article(7, "共五至九人", gist="居委会由五至九人组成"), "2018"
)
committee_has_five_to_nine_1990 = under(
    committee_has_five_to_nine, _1990.article(7, "共五至九人", gist="居委会由五至九人组成"), "1990"
)


@rule(
    "body.establish",
    title="居民代表占五分之四以上",
    cites=_2026.article(28, "五分之四以上", gist="居民代表应占居民代表会议组成人员的五分之四以上"),
)
def representatives_are_four_fifths(founding: FoundingAt, given: Given) -> Finding:
    """At least four fifths of a representatives' assembly are residents' representatives."""
    if founding.kind != REPRESENTATIVES or not founding.seat_count:
        return not_applicable()
    sent = sum(plan.count for plan in founding.seats if plan.post is SeatPost.REPRESENTATIVE)
    missing = Share(4, 5).missing(sent, founding.seat_count)
    if missing:
        return refuse(
            f"{founding.seat_count} 个席位里居民代表有 {sent} 个，不到五分之四",
            cure="增加居民代表的席位，或减少其他席位",
        )
    return satisfied()


@rule("seat.fill", title="居委会成员由选举产生", cites=CHOSEN)
def committee_is_elected(taking: TakingAt, given: Given) -> Finding:
    """Nobody is appointed to a residents' committee."""
    if taking.kind != COMMITTEE:
        return not_applicable()
    if taking.manner is not Manner.ELECTED:
        return refuse(f"居委会成员由居民选举产生，不能{taking.manner.title}", cure="办理选举或补选")
    return satisfied()


committee_is_elected_2018 = under(
    committee_is_elected, _2018.article(8, "选举产生", gist="居委会成员由居民选举产生"), "2018"
)
committee_is_elected_1990 = under(
    committee_is_elected, _1990.article(8, "选举产生", gist="居委会成员由居民选举产生"), "1990"
)


@rule(
    "seat.fill",
    title="近亲属回避",
    cites=_2026.article(8, "实行近亲属回避", gist="居委会成员之间实行近亲属回避"),
)
def near_relatives_are_kept_apart(taking: TakingAt, given: Given) -> Finding:
    """Whoever joins a committee declares that no near relative sits there; the declaration is not published."""
    if taking.kind != COMMITTEE or not taking.who:
        return not_applicable()
    if taking.relatives is None:
        return require("没有近亲属情况声明", cure="由本人声明与居委会其他成员有没有近亲属关系")
    if taking.relatives is Relatives.SOME:
        return refuse("与居委会其他成员有近亲属关系，应当回避", cure="有关的一方不担任居委会成员")
    return satisfied()


@rule(
    "seat.fill",
    title="居委会中应当有妇女成员",
    cites=_2026.article(8, "应当有妇女成员", gist="居委会成员中应当有妇女"),
    uses=(BENCH, THE_BODY, ACT_DAY),
)
def one_woman_at_least(taking: TakingAt, given: Given) -> Finding:
    """The last free seat of a committee without a woman is a woman's."""
    body = given[THE_BODY]
    if taking.kind != COMMITTEE or body is None:
        return not_applicable()
    others = [s for s in given[BENCH] if s.seat != taking.seat and s.held(given[ACT_DAY])]
    if taking.woman or any(seat.woman for seat in others):
        return satisfied()
    if len(others) + 1 >= len(Plan.read(body.plan).seats):
        return refuse("居委会将没有妇女成员", cure="最后一个席位由妇女担任")
    return satisfied("还有空席，妇女成员待选")


@rule(
    "seat.fill",
    title="居委会成员及其近亲属不能监督自己",
    cites=_2026.article(
        36, "不得担任居务监督委员会成员", gist="居委会成员及其近亲属不得担任居务监督委员会成员"
    ),
    uses=(POSTS_HELD,),
)
def supervisors_stand_apart(taking: TakingAt, given: Given) -> Finding:
    """Members of the committee and their near relatives do not supervise it."""
    if taking.kind != SUPERVISION or not taking.who:
        return not_applicable()
    if f"committee@{taking.body_place}" in given[POSTS_HELD]:
        return refuse("是居委会成员，不能担任居务监督委员会成员", cure="另选一位居民或社区工作者")
    if taking.relatives is None:
        return require("没有近亲属情况声明", cure="由本人声明与居委会成员有没有近亲属关系")
    if taking.relatives is Relatives.SOME:
        return refuse("是居委会成员的近亲属，不能担任居务监督委员会成员", cure="另选一位居民或社区工作者")
    return satisfied()


@rule(
    "seat.fill",
    title="居务监督委员会由会议推选",
    cites=_2026.article(36, "推选产生", gist="居务监督委员会成员由居民会议或者居民代表会议推选"),
)
def supervisors_are_chosen_by_the_meeting(taking: TakingAt, given: Given) -> Finding:
    """The members of the supervision committee are chosen by a meeting of residents, and not sent."""
    if taking.kind != SUPERVISION:
        return not_applicable()
    if taking.manner not in (Manner.ELECTED, Manner.RECOMMENDED):
        return refuse(f"居务监督委员会成员由会议推选，不能{taking.manner.title}", cure="提交居民代表会议推选")
    if not taking.reference:
        return require("没有写明哪次会议推选", cure="在“依据”里填会议决议的编号")
    return satisfied()


@rule(
    "seat.fill",
    title="届满应当换届选举",
    cites=_2026.article(14, "届满应当及时举行换届选举", gist="任期届满应当及时换届"),
    uses=(THE_TERM, ACT_DAY),
)
def a_term_that_is_over_fills_no_seats(taking: TakingAt, given: Given) -> Finding:
    """Nobody joins a committee whose term is over: it is elected anew."""
    term = given[THE_TERM]
    if taking.kind not in (COMMITTEE, SUPERVISION, REPRESENTATIVES) or term is None:
        return not_applicable()
    if term.until < given[ACT_DAY]:
        return refuse(f"第 {term.number} 届任期已于 {term.until} 届满，不能补人", cure="办理换届选举")
    return satisfied()


@rule(
    "seat.fill",
    title="业主委员会由业主组成",
    cites=CIVIL_CODE_PROPERTY.article(277, "选举业主委员会", gist="业主选举业主委员会"),
)
def owners_committees_are_owners(taking: TakingAt, given: Given) -> Finding:
    """An owners' committee is elected by the owners, out of them."""
    if taking.kind != "owners_committee" or not taking.who:
        return not_applicable()
    if not taking.lives_here:
        return refuse("不是这里的业主，不能担任业主委员会成员", cure="由业主大会从业主中选举")
    if taking.manner is not Manner.ELECTED:
        return refuse(f"业主委员会由业主选举产生，不能{taking.manner.title}", cure="由业主大会选举")
    return satisfied()


owners_committees_are_owners_2007 = under(
    owners_committees_are_owners, PROPERTY_LAW_2007.article(75, gist="业主选举业主委员会"), "2007"
)


@rule(
    "seat.leave",
    title="居委会成员怎样离任",
    cites=_2026.article(21, "审议通过之日起终止", gist="辞职经居民会议或者居民代表会议审议通过才终止职务"),
)
def committee_members_leave_by_law(leaving: LeavingAt, given: Given) -> Finding:
    """An elected member resigns with the meeting's consent, is recalled by vote, or loses the post by law."""
    if leaving.kind != COMMITTEE:
        return not_applicable()
    if leaving.reason in (Reason.REPLACED, Reason.DISMISSED):
        return refuse(
            f"居委会成员由选举产生，不能{leaving.reason.title}", cure="要求罢免的，按罢免的程序联名提出、投票"
        )
    if leaving.reason is Reason.RECALLED:
        return refuse("罢免要经联名和投票", cure="在这个席位的事项里办理“联名要求罢免”和“登记罢免表决”")
    if leaving.reason in (Reason.RESIGNED, Reason.INCOMPETENT) and not leaving.reference:
        return require("没有写明哪次会议审议", cure="在“依据”里填居民会议或者居民代表会议的决议编号")
    return satisfied()


RECALLERS = _2026.article(
    20,
    "可以提出罢免居民委员会成员的要求",
    gist="十分之一以上居民、户代表或三分之一以上居民代表",
)
RECALLED = _2026.article(
    20, "须有选民或者户的代表过半数或者超过三分之二的居民代表投票", gist="罢免的投票人数和通过票数"
)


@rule(
    "seat.petition_recall",
    title="多少人可以要求罢免",
    cites=RECALLERS,
    governed_by=HAPPENED,
    uses=(RECALL_SHARE, RECALL_REPRESENTATIVES),
)
def enough_ask_for_a_recall(petition: PetitionAt, given: Given) -> Finding:
    """A tenth of the voters or household representatives, or a third of the residents' representatives."""
    if kind_of(petition.body) != COMMITTEE:
        return not_applicable()
    sent = petition.base is Base.REPRESENTATIVES
    share = Share.at_least(given[RECALL_REPRESENTATIVES] if sent else given[RECALL_SHARE])
    missing = share.missing(petition.signers, petition.whole)
    if missing:
        return refuse(
            f"{petition.base.title}要{share.say()}联名，{petition.whole} 人中有 {petition.signers} 人",
            cure=f"还差 {missing} 人",
        )
    return satisfied(f"{petition.signers} 人联名，达到{share.say()}")


@rule("seat.recall_vote", title="罢免的投票和通过", cites=RECALLED, governed_by=HAPPENED)
def recall_is_carried(vote: RecallVoteAt, given: Given) -> Finding:
    """More than half of the voters, or more than two thirds of the representatives, vote; more than half agree."""
    if kind_of(vote.body) != COMMITTEE:
        return not_applicable()
    quorum = MORE_THAN_TWO_THIRDS if vote.base is Base.REPRESENTATIVES else MORE_THAN_HALF
    missing = quorum.missing(vote.voted, vote.whole)
    if missing:
        return refuse(f"投票的{vote.base.title}要{quorum.say()}，还差 {missing} 人", cure="重新组织投票")
    if not vote.voted or MORE_THAN_HALF.missing(vote.in_favour, vote.voted):
        return refuse(
            f"同意罢免的 {vote.in_favour} 票，没有超过投票的 {vote.voted} 人的半数",
            cure="罢免不通过，继续任职",
        )
    return satisfied(f"投票 {vote.voted} 人，同意 {vote.in_favour} 票")


@rule(
    "seat.recall_vote",
    title="被要求罢免的人有权申辩",
    cites=_2026.article(20, "有权提出申辩意见", gist="被提出罢免的成员有权申辩"),
    governed_by=HAPPENED,
)
def the_accused_is_heard(vote: RecallVoteAt, given: Given) -> Finding:
    """Whoever is to be recalled can say something before the vote."""
    if kind_of(vote.body) != COMMITTEE:
        return not_applicable()
    if not vote.defended:
        return require("没有登记申辩意见", cure="先听取并登记申辩意见；本人不申辩的，登记“本人放弃申辩”")
    return satisfied()


RULES = (
    committee_has_five_to_nine_1990,
    committee_has_five_to_nine_2018,
    committee_has_five_to_nine,
    representatives_are_four_fifths,
    committee_is_elected_1990,
    committee_is_elected_2018,
    committee_is_elected,
    near_relatives_are_kept_apart,
    one_woman_at_least,
    supervisors_stand_apart,
    supervisors_are_chosen_by_the_meeting,
    a_term_that_is_over_fills_no_seats,
    owners_committees_are_owners_2007,
    owners_committees_are_owners,
    committee_members_leave_by_law,
    enough_ask_for_a_recall,
    recall_is_carried,
    the_accused_is_heard,
)
