"""How 东城 deliberates: four parts, layered forums, five steps, and a manual that each consultation cites.

The account gives no figure; its rules route, and refuse only what it says must be there.
"""

from __future__ import annotations

from collections.abc import Iterable

from linli.findings import Finding, not_applicable, refuse, require, satisfied, set_term
from linli.places import Level
from linli.plugins import hook
from linli.rules import Given, Rule, rule
from linli_bodies import asked_bodies, body_key, kind_of
from linli_bodies.kinds import TITLES
from linli_deliberation import (
    FORUM,
    MANUAL,
    MANUAL_IN_FORCE,
    PARTS,
    Appraised,
    Choice,
    ManualText,
    Opening,
    Round,
    forums,
)
from linli_dongcheng.sources import ACCOUNT

FOUR_PARTS = ACCOUNT.article(
    "", "社區居委會為共治載體", gist="街道工委领导、街道办负责、居委会为共治载体、各利益方参与"
)
LAYERS = ACCOUNT.article(
    "", "網格事務網格議,社區事務社區議", gist="网格事务网格议，社区事务社区议，深入到院落、楼宇"
)
FIVE_STEPS = ACCOUNT.article(
    "", "用項目的方式,由居民自己實施", gist="民提、民议、民决、民办、民评五个节点，以项目方式实施并评议反馈"
)
THE_MANUAL = ACCOUNT.article(
    "", "針對協商內容、協商主體、協商方式", gist="手册写明协商内容、主体、方式、结果的落实和评估"
)

PARLOUR, COMMUNITY_FORUM, GRID_FORUM = "party_member_parlour", "community_forum", "grid_forum"
SMALL_FORUMS = ("self_management_committee", "grid_self_management_group", GRID_FORUM, COMMUNITY_FORUM)
FORUMS_HERE = forums("dongcheng.forums", "这里的议事机构", (*SMALL_FORUMS, PARLOUR))

ROLES = (
    ("领导核心", "street_party_committee", True),
    ("责任主体", "street_office", True),
    ("共治载体", "residents_committee", False),
    ("参与主体", "stakeholders", False),
)


def _four(opening: Opening) -> list[str]:
    community = opening.path[0].code
    return [
        body_key(opening.street if at_street else community, kind)
        for _, kind, at_street in ROLES
        if opening.street or not at_street
    ]


FOUR_HERE = asked_bodies("dongcheng.four_parts", "协商共治的四方", _four)


@rule("consultation.raise", title="协商由居委会作共治载体，四方齐全", cites=FOUR_PARTS, uses=(FOUR_HERE,))
def four_parts_deliberate(opening: Opening, given: Given) -> Finding:
    """The committee convenes, and the record names the four parts."""
    if kind_of(opening.raised.convener) != "residents_committee":
        return refuse("缺少共治载体：不是由社区居委会召集", "由社区居委会召集")
    here = {kind_of(key) for key in given[FOUR_HERE]}
    missing = [f"{role}（{TITLES[kind]}）" for role, kind, _ in ROLES if kind not in here]
    if missing:
        return refuse(f"四方不齐，缺{'、'.join(missing)}", "先在组织名册里登记")
    parts = tuple(f"{role}：{TITLES[kind]}" for role, kind, _ in ROLES)
    return set_term(PARTS, parts, "四方齐全：" + "，".join(parts))


@rule("consultation.raise", title="网格的事网格议，社区的事社区议", cites=LAYERS, uses=(FORUMS_HERE,))
def issues_go_to_their_layer(opening: Opening, given: Given) -> Finding:
    """The smallest place that holds the whole issue deliberates it where it has a forum, else the next one up."""
    here = given[FORUMS_HERE]
    if opening.raised.party_concern:
        parlour = next((key for key in here if kind_of(key) == PARLOUR), None)
        if parlour is None:
            return require("党员关注的事由党员会客厅议，这里还没有登记党员会客厅", "先登记党员会客厅")
        return set_term(FORUM, parlour, "党员关注的事，由党员会客厅议")
    forum = next((key for key in here if kind_of(key) in SMALL_FORUMS), None)
    if forum is None:
        return require("这里还没有登记议事机构", "先登记社区议事厅或网格议事会")
    level = Level(opening.smallest).title
    return set_term(FORUM, forum, f"事情在一个{level}以内，由{TITLES[kind_of(forum)]}议")


@rule("consultation.raise", title="写明依据哪一版协商手册", cites=THE_MANUAL, uses=(MANUAL_IN_FORCE,))
def consultation_cites_the_manual(opening: Opening, given: Given) -> Finding:
    """Every consultation says by which version of the manual it runs."""
    manual = given[MANUAL_IN_FORCE]
    if manual is None:
        return require("这里还没有公布协商手册", "先由街道或居委会公布协商手册")
    said = f"{manual.title}第 {manual.version} 版（{manual.since} 施行）"
    return set_term(MANUAL, said, f"依据{said}")


@rule("consultation.discuss", title="在该议的地方议，请利益相关方参加", cites=LAYERS)
def it_is_discussed_in_its_forum(facts: Round, given: Given) -> Finding:
    """It is discussed in the forum whose it is, with those who have a stake."""
    if facts.forum and facts.discussed.forum != facts.forum:
        return refuse(
            f"这件事由{TITLES.get(kind_of(facts.forum), facts.forum)}议，不能在别处议", "在规定的议事机构议"
        )
    if not facts.discussed.invited:
        return require("没有登记请了哪些利益相关方", "登记受邀和到会的各方")
    came = sum(each.came for each in facts.discussed.invited)
    return satisfied(f"邀请 {len(facts.discussed.invited)} 方，到会 {came} 方")


@rule("consultation.decide", title="达成共识后拿出方案", cites=FIVE_STEPS)
def there_is_a_plan(choice: Choice, given: Given) -> Finding:
    """After the consensus comes a plan, with whoever carries it out."""
    if not choice.decision.plan.strip() or not choice.decision.executor.strip():
        return require("没有写明方案，或者由谁执行", "写明方案和执行的组织")
    return satisfied("方案和执行的组织已经写明")


@rule("consultation.implement", title="用项目的方式实施", cites=FIVE_STEPS)
def it_is_carried_out_as_a_project(choice: Choice, given: Given) -> Finding:
    """It is carried out as a project: a grant, a payment or a task, with a number of its own."""
    if choice.implementation is None:
        return not_applicable()
    if choice.decision.executor.strip() == choice.decision.supervisor.strip():
        return require("实施的项目没有另外的监督组织", "写明由谁监督")
    return satisfied(f"按项目实施：{choice.implementation.way.title}")


@rule("consultation.appraise", title="对项目评议并反馈", cites=FIVE_STEPS)
def the_result_is_fed_back(appraised: Appraised, given: Given) -> Finding:
    """The appraisal says something that goes back into the work."""
    if not appraised.said.strip():
        return require("没有写评议意见", "写明评议意见，反馈给执行的组织")
    return satisfied(f"{appraised.asked} 人参加评议，{appraised.score} 分")


@rule("manual.issue", title="协商手册五个部分齐全", cites=THE_MANUAL)
def the_manual_has_five_parts(text: ManualText, given: Given) -> Finding:
    """Content, participants, methods, implementation of results, evaluation."""
    missing = text.missing()
    if missing:
        return require(f"手册缺{'、'.join(missing)}", "五个部分都写全，再公布")
    return satisfied("五个部分齐全")


RULES = (
    four_parts_deliberate,
    issues_go_to_their_layer,
    consultation_cites_the_manual,
    it_is_discussed_in_its_forum,
    there_is_a_plan,
    it_is_carried_out_as_a_project,
    the_result_is_fed_back,
    the_manual_has_five_parts,
)


@hook
def deliberation_rules() -> Iterable[Rule]:
    """The rules of layered deliberation in five steps."""
    return RULES
