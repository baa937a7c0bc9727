"""How residents' committees are elected under the law of 2026: voters, list, candidates, proxies, quorum, count.

Of the earlier texts one rule lives on under its own dates: no length of residence may be asked of a voter.
"""

from __future__ import annotations

from datetime import date, timedelta

from linli.findings import Finding, Verdict, not_applicable, refuse, require, review, satisfied, set_term
from linli.rules import HAPPENED, Force, Given, rule
from linli.shares import AT_LEAST_ONE_THIRD, MORE_THAN_HALF, MORE_THAN_TWO_THIRDS
from linli_bodies import kind_of
from linli_bodies.balloting import (
    AnnulmentAt,
    CandidatesAt,
    ChallengeAt,
    CountAt,
    ElectionNoticeAt,
    ElectionType,
    NominationAt,
    Nominator,
    ProxiesAt,
    VoterListAt,
)
from linli_bodies.counting import elected
from linli_bodies.figures import (
    CHALLENGE_DAYS,
    ELECTED_LEAST,
    LIST_DAYS,
    LIST_UNTIL,
    NOMINATORS,
    PROXIES_MOST,
    PROXIES_UNTIL,
    RESIDENCE_MONTHS,
    RESULT_DAYS,
    RESULT_UNTIL,
    WORKER_MONTHS,
)
from linli_bodies.registration import Ground, Registration
from linli_bodies.taking import LeavingAt, Reason
from linli_bodies.vocabulary import ACT_DAY, DAYS_AFTER_LISTING, REGISTERED
from linli_national.earlier import under
from linli_national.sources import (
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
)

LAW = RESIDENTS_COMMITTEE_LAW_2026
COMMITTEE = "residents_committee"

SUFFRAGE = LAW.article(16, "居住期限", gist="有没有选举权不看居住期限")
REGISTERED_ARE = LAW.article(16, "对下列表示参加选举的人员进行登记", gist="户籍在此和常住在此的都登记")
WORKERS = LAW.article(
    16, "在本社区工作六个月以上的社区工作者", gist="社区工作者工作满六个月、本人申请，经确认登记"
)
LIST = LAW.article(17, "选举日的二十日前公布", gist="选民名单在选举日的二十日前公布")
CHALLENGES = LAW.article(
    17, "自名单公布之日起五日内", gist="对名单的异议在公布之日起五日内提出，三日内处理并公布"
)
NOMINATION = LAW.article(18, "十名以上选民联合提名推荐", gist="候选人由党组织或者十名以上选民联名提名")
CANDIDATES = LAW.article(18, "应当多于应选名额", gist="候选人多于应选名额")
BARRED = LAW.article(18, "不得作为候选人", gist="法律列明的几种人不得作为候选人")
LEAVING = LAW.article(15, "应当退出居民选举委员会", gist="成员或其近亲属成为候选人的，退出选举委员会")
RUN_BY = LAW.article(15, "由居民选举委员会主持", gist="选举由居民选举委员会主持")
WOMEN = LAW.article(8, "应当有妇女成员", gist="居委会成员中应当有妇女")
PROXIES = LAW.article(
    19,
    "每一选民接受的委托不得超过三人",
    gist="每人接受委托不超过三人；候选人不接受；代表选举不委托；名单公布",
)
QUORUM = LAW.article(19, "选举有效", gist="选民、户代表过半数，居民代表超过三分之二投票，选举有效")
MAJORITY = LAW.article(19, "始得当选", gist="得票过半数当选；另行选举以得票多的当选，但不少于三分之一")
BOOTH = LAW.article(19, "应当设立秘密写票处", gist="无记名投票、公开计票、设秘密写票处")
ANNULLED = LAW.article(
    22, "当选无效", gist="以暴力、威胁、欺骗、贿赂、伪造选票、虚报票数等手段当选的，当选无效"
)
RESULT = LAW.article(19, "选举结果应当当场公布", gist="选举结果当场公布")


@rule(
    "registration.register",
    title="住在这里就可以登记，不问住了多久",
    cites=(SUFFRAGE, REGISTERED_ARE),
    force=Force.GUARANTEE,
    secures=True,
    uses=(RESIDENCE_MONTHS,),
)
def everyone_who_lives_here_registers(voter: Registration, given: Given) -> Finding:
    """Adults with political rights register where they live, with or without local household registration."""
    if not voter.adult or voter.deprived or voter.ground is Ground.WORKS_HERE:
        return not_applicable()
    return satisfied(f"{voter.ground.title}，登记不看居住期限")


_EARLIER = {"anchor": "居住期限", "gist": "有没有选举权不看居住期限"}
everyone_who_lives_here_registers_2018 = under(
    everyone_who_lives_here_registers, RESIDENTS_COMMITTEE_LAW_2018.article(8, **_EARLIER), "2018"
)
everyone_who_lives_here_registers_1990 = under(
    everyone_who_lives_here_registers, RESIDENTS_COMMITTEE_LAW_1990.article(8, **_EARLIER), "1990"
)


@rule("registration.register", title="年满十八周岁、有政治权利", cites=SUFFRAGE)
def voters_are_of_age(voter: Registration, given: Given) -> Finding:
    """Voters are eighteen and not deprived of political rights."""
    if not voter.adult:
        return refuse("选举日前不满十八周岁", cure="年满十八周岁后的选举再登记")
    if voter.deprived:
        return refuse("依照法律被剥夺政治权利", cure="恢复政治权利后再登记")
    return satisfied()


@rule("registration.register", title="社区工作者参选", cites=WORKERS, uses=(WORKER_MONTHS,))
def community_workers_are_confirmed(voter: Registration, given: Given) -> Finding:
    """Who works here and is registered elsewhere takes part on request, once confirmed."""
    if voter.ground is not Ground.WORKS_HERE:
        return satisfied("住在这里，不用确认")
    months = given[WORKER_MONTHS]
    if voter.months_worked < months:
        return refuse(
            f"在本社区工作 {voter.months_worked} 个月，要满 {months} 个月", cure=f"满 {months} 个月后再申请"
        )
    return review("户籍不在本社区的社区工作者，由居民选举委员会确认", cure="由居民选举委员会确认并登记")


@rule("election.announce", title="选举由居民选举委员会主持", cites=RUN_BY)
def an_election_committee_presides(notice: ElectionNoticeAt, given: Given) -> Finding:
    """Nobody but an election committee, chosen by the residents' meeting, runs the election."""
    if notice.kind != COMMITTEE:
        return not_applicable()
    if kind_of(notice.committee) != "election_committee":
        return require("没有写明居民选举委员会", cure="先由居民会议或者居民代表会议推选居民选举委员会")
    return satisfied()


@rule(
    "election.list",
    title="选民名单提前二十日公布",
    cites=LIST,
    governed_by=HAPPENED,
    uses=(LIST_DAYS, ACT_DAY),
)
def the_list_is_posted_in_time(posted: VoterListAt, given: Given) -> Finding:
    """The list is posted so many days before the vote, and comes down on the day of the vote."""
    days, ahead = given[LIST_DAYS], (posted.election_day - given[ACT_DAY]).days
    if ahead < days:
        return refuse(
            f"选举日是 {posted.election_day}，只提前 {ahead} 天公布，要提前 {days} 天",
            cure="推迟选举日，重新公告",
        )
    return set_term(LIST_UNTIL, posted.election_day.isoformat(), f"提前 {ahead} 天公布，到选举日撤下")


@rule("election.list", title="名单与登记的人数一致", cites=LIST, governed_by=HAPPENED, uses=(REGISTERED,))
def the_list_is_of_those_registered(posted: VoterListAt, given: Given) -> Finding:
    """The list has as many voters as were registered."""
    registered = given[REGISTERED]
    if posted.voters != registered:
        return require(
            f"名单上有 {posted.voters} 人，登记的有 {registered} 人", cure="核对登记和名单，补登或者更正"
        )
    return satisfied()


@rule(
    "election.challenge",
    title="异议在五日内提出",
    cites=CHALLENGES,
    governed_by=HAPPENED,
    uses=(CHALLENGE_DAYS, DAYS_AFTER_LISTING),
)
def challenges_come_in_time(challenge: ChallengeAt, given: Given) -> Finding:
    """Who objects to the list does so within five days of its posting."""
    days = given[CHALLENGE_DAYS]
    if given[DAYS_AFTER_LISTING] > days:
        return refuse(f"名单 {challenge.listed} 公布，异议要在 {days} 天内提出", cure="可以向街道办事处反映")
    return satisfied()


@rule("election.nominate", title="谁可以提名", cites=NOMINATION, governed_by=HAPPENED, uses=(NOMINATORS,))
def nominators_are_enough(nomination: NominationAt, given: Given) -> Finding:
    """Candidates are put forward by the community's party organisation, or by ten voters together."""
    if kind_of(nomination.body) != COMMITTEE:
        return not_applicable()
    if nomination.by is Nominator.PARTY:
        return satisfied("由社区党组织推荐")
    least = given[NOMINATORS]
    if nomination.signers < least:
        return refuse(
            f"{nomination.signers} 名选民联名，要 {least} 名以上",
            cure=f"还差 {least - nomination.signers} 名",
        )
    return satisfied()


@rule("election.stand", title="候选人多于应选名额", cites=CANDIDATES, governed_by=HAPPENED)
def more_candidates_than_seats(standing: CandidatesAt, given: Given) -> Finding:
    """There is a choice: for every post at least as many candidates as seats, and more of them in all."""
    if kind_of(standing.body) != COMMITTEE:
        return not_applicable()
    for post in dict.fromkeys(seat.post for seat in standing.up if seat.post is not None):
        seats = sum(seat.post is post for seat in standing.up)
        if sum(each.post is post for each in standing.candidates) < seats:
            return require(f"{post.title}要选 {seats} 名，候选人不够", cure="补充提名")
    if len(standing.candidates) <= len(standing.up):
        return require(
            f"应选 {len(standing.up)} 名，候选人 {len(standing.candidates)} 名，没有多于应选名额",
            cure="补充提名，候选人至少比应选名额多一名",
        )
    return satisfied()


@rule("election.stand", title="谁不得作为候选人", cites=BARRED, governed_by=HAPPENED)
def candidates_are_eligible(standing: CandidatesAt, given: Given) -> Finding:
    """Candidates are voters of the community and none of those whom the law bars."""
    if kind_of(standing.body) != COMMITTEE:
        return not_applicable()
    barred = [str(each.number) for each in standing.candidates if each.barred]
    if barred:
        return refuse(f"{'、'.join(barred)} 号有法定不得作为候选人的情形", cure="从候选人里去掉")
    strangers = [str(each.number) for each in standing.candidates if not each.voter_here]
    if strangers:
        return refuse(f"{'、'.join(strangers)} 号不在选民名单上", cure="从候选人里去掉，或先登记为选民")
    return satisfied()


@rule("election.stand", title="候选人及其近亲属退出选举委员会", cites=LEAVING, governed_by=HAPPENED)
def candidates_do_not_run_the_election(standing: CandidatesAt, given: Given) -> Finding:
    """Who stands, or has a near relative who stands, leaves the election committee."""
    if kind_of(standing.body) != COMMITTEE:
        return not_applicable()
    running = [str(each.number) for each in standing.candidates if each.runs_election]
    if running:
        return require(
            f"{'、'.join(running)} 号本人或近亲属还在居民选举委员会", cure="退出居民选举委员会，依次递补"
        )
    return satisfied()


@rule("election.stand", title="候选人中要有妇女", cites=WOMEN, governed_by=HAPPENED)
def a_woman_can_be_elected(standing: CandidatesAt, given: Given) -> Finding:
    """A general election without a woman among the candidates could not end lawfully."""
    if kind_of(standing.body) != COMMITTEE or standing.by_election:
        return not_applicable()
    if not any(each.woman for each in standing.candidates):
        return require("候选人里没有妇女，选出的居委会不可能有妇女成员", cure="补充提名妇女候选人")
    return satisfied()


@rule("election.proxies", title="委托投票", cites=PROXIES, governed_by=HAPPENED, uses=(PROXIES_MOST,))
def proxies_are_few(list_: ProxiesAt, given: Given) -> Finding:
    """At most three a voter, none for candidates, none in elections by representatives; the list is posted."""
    if list_.type is ElectionType.REPRESENTATIVES:
        return refuse("居民代表选举不实行委托投票", cure="由代表本人投票")
    most = given[PROXIES_MOST]
    standing = {each.who for each in list_.candidates}
    if any(each.who in standing for each in list_.proxies):
        return refuse("候选人接受了委托", cure="改由候选人以外的选民代为投票")
    if any(each.principals > most for each in list_.proxies):
        return refuse(f"有人接受委托超过 {most} 人", cure=f"每人最多代 {most} 人投票")
    return set_term(PROXIES_UNTIL, list_.election_day.isoformat(), "名单公布到选举日")


def _quorum(count: CountAt) -> Finding:
    share = MORE_THAN_TWO_THIRDS if count.type is ElectionType.REPRESENTATIVES else MORE_THAN_HALF
    missing = share.missing(count.voted, count.whole)
    if missing:
        return refuse(
            f"参加投票的要{share.say()}：{count.whole} 人中投票 {count.voted} 人，还差 {missing} 人",
            cure="选举无效，重新组织投票",
        )
    return satisfied(f"{count.whole} 人中投票 {count.voted} 人，{share.say()}")


@rule("election.count", title="多少人投票选举才有效", cites=QUORUM, governed_by=HAPPENED)
def enough_take_part(count: CountAt, given: Given) -> Finding:
    """More than half of the voters or households, more than two thirds of the representatives."""
    return _quorum(count) if kind_of(count.body) == COMMITTEE else not_applicable()


@rule("election.count", title="多少票当选", cites=MAJORITY, governed_by=HAPPENED, power=Verdict.SATISFIED)
def a_majority_elects(count: CountAt, given: Given) -> Finding:
    """More than half of those who voted; when it is voted again, at least a third of the ballots cast."""
    if kind_of(count.body) != COMMITTEE or not count.voted:
        return not_applicable()
    share = AT_LEAST_ONE_THIRD if count.again else MORE_THAN_HALF
    return set_term(ELECTED_LEAST, share.least(count.voted), f"要得到投票人数的{share.say()}")


@rule("election.count", title="秘密写票、公开计票", cites=BOOTH, governed_by=HAPPENED)
def ballots_are_secret(count: CountAt, given: Given) -> Finding:
    """There is a place where nobody sees what is written, and the count is open."""
    if kind_of(count.body) != COMMITTEE or count.tally:
        return not_applicable()
    if not count.booth:
        return refuse("没有设秘密写票处，或者不是无记名投票、公开计票", cure="重新组织投票")
    return satisfied()


@rule("election.count", title="选出的居委会要有妇女", cites=WOMEN, governed_by=HAPPENED)
def the_elected_include_a_woman(count: CountAt, given: Given) -> Finding:
    """Where a general election fills all seats without a woman, a person has to look at it."""
    if kind_of(count.body) != COMMITTEE or count.by_election or not count.voted:
        return not_applicable()
    share = AT_LEAST_ONE_THIRD if count.again else MORE_THAN_HALF
    seated = elected(count.candidates, count.up, count.votes, share.least(count.voted))
    women = count.seated_women + sum(candidate.woman for candidate, _ in seated)
    if len(seated) == len(count.up) and not women:
        return review("当选的人里没有妇女", cure="由街道办事处指导另行选举，选出妇女成员")
    return satisfied()


@rule(
    "election.count",
    title="当场公布结果",
    cites=RESULT,
    governed_by=HAPPENED,
    uses=(RESULT_DAYS, ACT_DAY),
    power=Verdict.SATISFIED,
)
def the_result_is_posted(count: CountAt, given: Given) -> Finding:
    """The result is made known at once; the names of those elected come down after some days."""
    if kind_of(count.body) != COMMITTEE:
        return not_applicable()
    last: date = given[ACT_DAY] + timedelta(days=given[RESULT_DAYS])
    return set_term(RESULT_UNTIL, last.isoformat(), "选举结果当场公布")


@rule("election.annul", title="以不正当手段当选的，当选无效", cites=ANNULLED)
def improper_means_annul_an_election(found: AnnulmentAt, given: Given) -> Finding:
    """What was investigated and found leads to a new vote on the seat; what was only alleged does not."""
    if kind_of(found.body) != COMMITTEE:
        return not_applicable()
    if not found.reference:
        return require("没有写明调查处理的决定", cure="由街道办事处调查，写明处理决定的编号")
    return satisfied(f"查实以{found.by.title}当选，{found.number} 号当选无效")


@rule("seat.leave", title="已经就任的，当选无效也要有处理决定", cites=ANNULLED)
def an_annulled_member_leaves(leaving: LeavingAt, given: Given) -> Finding:
    """A member whose election is found void leaves the seat, on the decision of those who investigated."""
    if leaving.kind != COMMITTEE or leaving.reason is not Reason.ANNULLED:
        return not_applicable()
    if not leaving.reference:
        return require("没有写明调查处理的决定", cure="在“依据”里填处理决定的编号")
    return satisfied("查实以不正当手段当选，当选无效，席位补选")


RULES = (
    everyone_who_lives_here_registers_1990,
    everyone_who_lives_here_registers_2018,
    everyone_who_lives_here_registers,
    voters_are_of_age,
    community_workers_are_confirmed,
    an_election_committee_presides,
    the_list_is_posted_in_time,
    the_list_is_of_those_registered,
    challenges_come_in_time,
    nominators_are_enough,
    more_candidates_than_seats,
    candidates_are_eligible,
    candidates_do_not_run_the_election,
    a_woman_can_be_elected,
    proxies_are_few,
    enough_take_part,
    a_majority_elects,
    ballots_are_secret,
    the_elected_include_a_woman,
    the_result_is_posted,
    improper_means_annul_an_election,
    an_annulled_member_leaves,
)
