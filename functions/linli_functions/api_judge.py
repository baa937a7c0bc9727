"""The ways of the API that need no store: what there is, what is asked, and how facts would be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linli.errors import BadInput, NotFound
from linli.forms import read, schema
from linli.procedures import Action, Procedure
from linli.rulebook import Ask, Dates, Figures
from linli.rules import Asked, Balance
from linli.standing import standing_actions
from linli_functions.answers import PUBLIC_FOR_MINUTES, answer, judgement_view
from linli_functions.limits import TokenBuckets
from linli_functions.replies import Reply
from linli_functions.visits import Visit, Way

if TYPE_CHECKING:  # judging needs no store, and starts without what works on one
    from linli.deployment import Deployment
    from linli.desk import Desk


def ways(limiter: TokenBuckets) -> list[Way]:
    """The ways; ``limiter`` bounds how often an address may have facts judged."""

    def judge(visit: Visit) -> Reply:
        limiter.take(visit.address)
        return judged(visit)

    return [
        Way(method="GET", path="/health", answer=health, title="是否正常"),
        Way(method="GET", path="/procedures", answer=procedures, title="有哪些程序"),
        Way(
            method="GET", path="/procedures/{procedure}", answer=procedure, title="一个程序的环节、动作和表单"
        ),
        Way(method="GET", path="/places/{code}", answer=place, title="一个地方"),
        Way(method="GET", path="/moments/{moment}/schema", answer=moment_schema, title="一个环节要填的事实"),
        Way(
            method="POST",
            path="/moments/{moment}/judge",
            answer=judge,
            title="按当地规则试判，什么都不保存",
            body=dict[str, Any],
            query=(
                ("place", "地方，12 位区划代码"),
                ("on", "决定的日期，默认今天"),
                ("happened", "行为的日期"),
            ),
        ),
    ]


def health(visit: Visit) -> Reply:
    """Say that the function answers, and by which locked rules."""
    return answer({"status": "ok", "deployment": visit.deployment.slug, "lock": visit.deployment.lock})


def procedures(visit: Visit) -> Reply:
    """List the procedures."""
    listed = [
        {"id": each.id, "title": each.title, "describe": each.describe, "actions": list(_actions(each))}
        for each in visit.deployment.procedures.values()
    ]
    return answer({"procedures": listed}, cache=PUBLIC_FOR_MINUTES)


def procedure(visit: Visit) -> Reply:
    """Tell everything of a procedure: stages, actions, who may take them, and their forms as JSON Schema."""
    found = visit.deployment.procedures.get(visit.path["procedure"])
    if found is None:
        raise NotFound(
            "没有这个程序", where="procedure", cure=f"有：{'、'.join(visit.deployment.procedures)}"
        )
    told = {
        "id": found.id,
        "title": found.title,
        "version": found.version,
        "describe": found.describe,
        "stages": [
            {"id": s.id, "title": s.title, "usable": s.usable, "final": s.final}
            for s in found.stages.values()
        ],
        "actions": [_action(found, action) for action in _actions(found).values()],
    }
    return answer(told, cache=PUBLIC_FOR_MINUTES)


def place(visit: Visit) -> Reply:
    """Tell what a place is and what lies directly below it."""
    places = visit.deployment.places
    found = places[visit.path["code"]]
    told = {
        "code": found.code,
        "title": found.title,
        "full_title": places.title(found.code),
        "level": found.level.value,
        "parent": found.parent,
        "since": found.since,
        "until": found.until,
        "predecessors": found.predecessors,
        "covered": visit.deployment.covers(found.code),
        "children": [{"code": child.code, "title": child.title} for child in places.children(found.code)],
    }
    return answer(told, cache=PUBLIC_FOR_MINUTES)


def moment_schema(visit: Visit) -> Reply:
    """Tell the JSON Schema (2020-12) of the facts of a moment."""
    return answer(schema(visit.deployment.moment(visit.path["moment"]).facts), cache=PUBLIC_FOR_MINUTES)


def judged(visit: Visit) -> Reply:
    """Judge facts by the rules of a place on a day, on public figures only, and store nothing.

    ``unread`` names the registers and accounts that rules wanted and that are not public, or not at hand here.
    """
    moment = visit.deployment.moment(visit.path["moment"])
    code = visit.query.get("place", "")
    if not visit.deployment.covers(code):
        raise BadInput(f"这里不管“{code}”这个地方", where="place", cure="填本部署内的 12 位区划代码")
    on = visit.day("on") or visit.day("happened")
    if on is None:
        if visit.held is None:
            raise BadInput("要写明按哪一天的规则", where="on", cure="写成 on=2026-03-01")
        on = visit.held.clock.today()
    dates = Dates(visit.day("happened") or on, on)
    if dates.happened > dates.decided:
        raise BadInput("行为的日期不能在决定之后", where="happened")
    facts = read(moment.facts, visit.json(dict[str, Any]))
    rulebook = visit.deployment.rulebook(code)
    wanted = rulebook.ask(moment.id, facts, dates)
    asked = _public_part(visit.deployment, moment.id, wanted, facts)
    figures, unread = Figures(), _unread(wanted, Ask())
    if visit.held is not None:
        figures, unread = _figures(visit.held.desk, asked, dates), _unread(wanted, asked)
    judgement = rulebook.judge(moment.id, facts, dates, figures)
    return answer({**judgement_view(judgement), "unread": unread})


def _figures(desk: Desk, asked: Ask, dates: Dates) -> Figures:
    found, _, _ = desk.figures(asked.entries, asked.balances, dates.decided)
    return found


def _public_part(deployment: Deployment, moment: str, ask: Ask, facts: Any) -> Ask:
    """What of an ask anybody may have read: a register or account that a rule keeps private is left out whole."""
    uses = [use for bound in deployment.rules if bound.moment == moment for use in bound.rule.uses]
    private = {use.register for use in uses if isinstance(use, Asked) and not use.public}
    closed = {use.account(facts) for use in uses if isinstance(use, Balance) and not use.public}
    return Ask(
        {register: keys for register, keys in ask.entries.items() if register not in private},
        {account: commodity for account, commodity in ask.balances.items() if account not in closed},
    )


def _unread(wanted: Ask, read_: Ask) -> list[str]:
    registers = [name for name in wanted.entries if name not in read_.entries]
    return registers + [account for account in wanted.balances if account not in read_.balances]


def _actions(found: Procedure) -> dict[str, Action]:
    every = {**standing_actions(found), **found.actions}
    return {id: action for id, action in every.items() if not action.system}


def _action(found: Procedure, action: Action) -> dict[str, Any]:
    return {
        "id": action.id,
        "title": action.title,
        "by": [{"id": post.id, "title": post.title, "reach": post.reach.value} for post in action.by],
        "at": [stage.id for stage in action.at],
        "opens": action.opens,
        "moment": found.moment(action.id) if action.judged else "",
        "bulk": action.bulk,
        "hint": action.hint,
        "form": schema(action.form),
    }
