"""What is given in an election, from its announcement to the count, and what rules see of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.forms import INTERNAL, PERSONAL, choice, day, line, number, person, rows, text, yes_no
from linli_bodies.keys import kind_of
from linli_bodies.registers import BODIES, KEY_LENGTH
from linli_bodies.seating import SeatPost
from linli_bodies.taking import Relatives

# Terms by which rules say until which day a list of names is posted; see `linli.forms.text`.
LIST_UNTIL_ID = "election.list_until"
PROXIES_UNTIL_ID = "election.proxies_until"
RESULT_UNTIL_ID = "election.result_until"


class ElectionType(StrEnum):
    """Who votes: everyone, one of each household, or the residents' representatives."""

    DIRECT = "direct"
    HOUSEHOLDS = "households"
    REPRESENTATIVES = "representatives"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"direct": "直接选举", "households": "户代表选举", "representatives": "居民（小组）代表选举"}[
            self.value
        ]


class SeatUp(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A seat that is up for election."""

    seat: Annotated[int, number("席位", least=1, most=999)]
    post: Annotated[SeatPost | None, choice("职务", hint="不用填")] = None


class ElectionNotice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An election is announced: of which body, by whom it is decided, on which day, for which seats (none: all)."""

    body: Annotated[str, line("组织", hint="组织编号", max_length=KEY_LENGTH, names=BODIES.id)]
    type: Annotated[ElectionType, choice("选举方式")]
    election_day: Annotated[date, day("选举日")]
    by_election: Annotated[bool, yes_no("补选")] = False
    up: Annotated[tuple[SeatUp, ...], rows("补选的席位", hint="换届选举不填，就是全部席位")] = ()
    term_number: Annotated[int, number("第几届", most=999)] = 1
    committee: Annotated[
        str, line("居民选举委员会", hint="组织编号", max_length=KEY_LENGTH, names=BODIES.id)
    ] = ""
    basis: Annotated[str, line("依据", hint="决议或文件的编号", max_length=120)] = ""
    title: Annotated[str, line("名称", hint="不用填", max_length=100)] = ""


class ElectionNoticeAt(ElectionNotice, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An announcement as rules see it."""

    place: Annotated[str, line("地方", max_length=40)] = ""

    @property
    def kind(self) -> str:
        """The kind of the body."""
        return kind_of(self.body)


class Book(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many voters were registered on paper."""

    voters: Annotated[int, number("登记人数", least=1, most=100_000)]


class VoterList(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The list of voters; the names lie in the vault until they are posted, and come down on the day of the vote."""

    voters: Annotated[int, number("选民人数", least=1, most=100_000)]
    names: Annotated[str, text("选民名单", PERSONAL, "一行一个姓名，不写别的", shown_under=LIST_UNTIL_ID)]


class VoterListAt(VoterList, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list as rules see it."""

    election: Annotated[str, line("选举", max_length=60)] = ""
    body: Annotated[str, line("组织", max_length=KEY_LENGTH, names=BODIES.id)] = ""
    election_day: Annotated[date, day("选举日")] = date.min
    by_election: Annotated[bool, yes_no("补选")] = False


class WrongInList(StrEnum):
    """What is objected to in a list."""

    LEFT_OUT = "left_out"
    NOT_ENTITLED = "not_entitled"
    MISTAKE = "mistake"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label in forms."""
        return {"left_out": "漏登", "not_entitled": "不应登记", "mistake": "登记有误"}[self.value]


class Challenge(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody objects to the list; whom it concerns is for the election committee alone."""

    what: Annotated[WrongInList, choice("异议")]
    details: Annotated[str, text("说明", PERSONAL)] = ""
    serial: Annotated[int, number("第几件", hint="不用填")] = 0


class ChallengeAt(Challenge, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An objection as rules see it: with the day on which the list was posted."""

    listed: Annotated[date, day("名单公布日")] = date.min


class Ruling(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the election committee decides on an objection; published."""

    serial: Annotated[int, number("第几件异议", least=1, most=9999)]
    upheld: Annotated[bool, yes_no("异议成立")]
    voters: Annotated[int, number("名单更正后的选民人数", least=1, most=100_000)]
    reason: Annotated[str, line("处理决定")]


class Nominator(StrEnum):
    """Who put a candidate forward."""

    PARTY = "party"
    VOTERS = "voters"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {"party": "社区党组织推荐", "voters": "选民联名"}[self.value]


class Nomination(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody is put forward for a post, by the party organisation or by so many voters."""

    post: Annotated[SeatPost, choice("职务")]
    by: Annotated[Nominator, choice("由谁提名")]
    who: Annotated[str, person("被提名人")]
    signers: Annotated[int, number("联名的选民", most=100_000)] = 0


class NominationAt(Nomination, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A nomination as rules see it."""

    body: Annotated[str, line("组织", max_length=KEY_LENGTH, names=BODIES.id)] = ""
    type: Annotated[ElectionType, choice("选举方式")] = ElectionType.DIRECT


class Candidate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A candidate under a number; what is declared is judged and counted, never published."""

    number: Annotated[int, number("号", least=1, most=999)]
    post: Annotated[SeatPost, choice("职务")]
    who: Annotated[str, person("谁")]
    voter_here: Annotated[bool, yes_no("在选民名单上（住在这里）")] = True
    barred: Annotated[bool, yes_no("有法定不得作为候选人的情形", INTERNAL)] = False
    relatives: Annotated[Relatives | None, choice("近亲属情况声明", INTERNAL)] = None
    woman: Annotated[bool, yes_no("妇女", INTERNAL)] = False
    runs_election: Annotated[bool, yes_no("本人或近亲属在选举委员会", INTERNAL)] = False


class Candidates(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The final list of candidates, by number; their names are given at the meeting with residents, not here."""

    candidates: Annotated[tuple[Candidate, ...], rows("候选人", most=200)]


class CandidatesAt(Candidates, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The candidates as rules see them: with the body, and the seats that are up."""

    body: Annotated[str, line("组织", max_length=KEY_LENGTH, names=BODIES.id)] = ""
    by_election: Annotated[bool, yes_no("补选")] = False
    up: Annotated[tuple[SeatUp, ...], rows("席位")] = ()
    election_day: Annotated[date, day("选举日")] = date.min


class Proxy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A voter votes for others who are away."""

    who: Annotated[str, person("受托人")]
    principals: Annotated[int, number("委托人数", least=1, most=999)]


class Proxies(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who votes for whom; the list of both is posted, as the law wants it."""

    proxies: Annotated[tuple[Proxy, ...], rows("代为投票", most=1000)]
    names: Annotated[str, text("委托人和受托人名单", PERSONAL, "一行一对姓名", shown_under=PROXIES_UNTIL_ID)]


class ProxiesAt(Proxies, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The proxies as rules see them: with the candidates, who hold none."""

    type: Annotated[ElectionType, choice("选举方式")] = ElectionType.DIRECT
    election_day: Annotated[date, day("选举日")] = date.min
    candidates: Annotated[tuple[Candidate, ...], rows("候选人")] = ()


class Votes(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a candidate got."""

    number: Annotated[int, number("候选人号", least=1, most=999)]
    votes: Annotated[int, number("得票")]


class Count(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The count, in public: of so many who could vote, so many did; who got how many votes.

    ``least`` is what a body's own charter asks for, where the law says nothing. ``tally`` names the count of a ballot
    that was held on the platform: then its figures are the count.
    """

    whole: Annotated[int, number("应参加投票的", hint="选民、户的代表或居民代表的总数", least=0)]
    voted: Annotated[int, number("参加投票的")]
    votes: Annotated[tuple[Votes, ...], rows("得票", most=200)]
    booth: Annotated[bool, yes_no("设有秘密写票处，无记名投票、公开计票")]
    least: Annotated[int, number("章程规定的当选最低票数", hint="法律没有规定的组织填")] = 0
    tally: Annotated[str, line("计票结果编号", max_length=120)] = ""
    elected: Annotated[str, line("当选的候选人号", hint="不用填", max_length=600)] = ""
    left: Annotated[int, number("没有选出的席位", hint="不用填", most=999)] = 0
    names: Annotated[
        str, text("当选人名单", PERSONAL, "按职务写姓名，不写别的", shown_under=RESULT_UNTIL_ID)
    ] = ""


class CountAt(Count, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The count as rules see it."""

    body: Annotated[str, line("组织", max_length=KEY_LENGTH, names=BODIES.id)] = ""
    type: Annotated[ElectionType, choice("选举方式")] = ElectionType.DIRECT
    by_election: Annotated[bool, yes_no("补选")] = False
    again: Annotated[bool, yes_no("另行选举")] = False
    up: Annotated[tuple[SeatUp, ...], rows("席位")] = ()
    candidates: Annotated[tuple[Candidate, ...], rows("候选人")] = ()
    seated_women: Annotated[int, number("前一次投票当选的妇女")] = 0


class Fraud(StrEnum):
    """By what means somebody was elected who should not have been."""

    VIOLENCE = "violence"
    THREATS = "threats"
    DECEIT = "deceit"
    BRIBES = "bribes"
    FORGED = "forged"
    MISCOUNTED = "miscounted"
    OTHER = "other"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label that residents read."""
        return {
            "violence": "暴力",
            "threats": "威胁",
            "deceit": "欺骗",
            "bribes": "贿赂",
            "forged": "伪造选票",
            "miscounted": "虚报选举票数",
            "other": "其他不正当手段",
        }[self.value]


class Annulment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """It was found that a candidate was elected by improper means; the election of that candidate does not count."""

    number: Annotated[int, number("候选人号", least=1, most=999)]
    by: Annotated[Fraud, choice("查实的不正当手段")]
    reference: Annotated[str, line("调查处理决定的编号", max_length=120)] = ""
    left: Annotated[int, number("要另行选举的席位", hint="不用填", most=999)] = 0


class AnnulmentAt(Annulment, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An annulment as rules see it."""

    body: Annotated[str, line("组织", max_length=KEY_LENGTH, names=BODIES.id)] = ""


class HandOver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The new members take their seats, and the work is handed over under the street's eyes."""

    inventory: Annotated[bool, yes_no("印章、账目、资产和档案已清点移交")]
    supervised: Annotated[bool, yes_no("街道办事处在场监督")]
