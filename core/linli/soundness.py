"""Whether the rules and values of a deployment fit each other and the texts above them.

Loading can check what is declared: bounds, ranks, dates, ids, uses. It cannot read a function's mind. What
two texts disagree on is reported with both citations, the lower one first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

from linli.citations import Citation, Rank
from linli.faults import Fault
from linli.findings import Verdict
from linli.parameters import Parameter, Setting, loosens, readable
from linli.places import Places
from linli.plugins import PLACE
from linli.rulebook import BoundRule
from linli.rules import Asked, Force

if TYPE_CHECKING:
    from linli.deployment import Deployment

# A resolution may set aside what a street or a district laid down, not what a congress enacted.
STATUTE = Rank.LOCAL_REGULATION


def unsound(deployment: Deployment) -> list[Fault]:
    """Everything that keeps a deployment from loading."""
    return [
        *_values(deployment),
        *_rules(deployment),
        *_uses(deployment),
        *_exemptions(deployment),
        *_unders(deployment),
    ]


def alarms(deployment: Deployment, on: date) -> list[Fault]:
    """What stops no deployment but has to be looked at: articles that are no longer in force on a day."""
    found: dict[Fault, None] = {}
    for bound in deployment.rules:
        if bound.rule.in_force(on):
            found.update(dict.fromkeys(_dead(bound.plugin, bound.id, bound.rule.cites, on)))
    for setting in deployment.settings:
        if setting.in_force(on) and setting.cites is not None:
            key = f"{setting.parameter.id}@{setting.place}"
            found.update(dict.fromkeys(_dead(setting.origin, key, (setting.cites,), on)))
    return list(found)


def _dead(file: str, key: str, cites: tuple[Citation, ...], on: date) -> Iterator[Fault]:
    """Cited articles that ended before a day, unless the text that replaced them is cited beside them."""
    for cite in cites:
        source = cite.source
        if source.until is None or source.until >= on:
            continue
        if any(other.source.id == source.replaced_by for other in cites):
            continue
        by = f"，由 {source.replaced_by} 代替" if source.replaced_by else ""
        cure = "对照新的文本改写，或写明终止日 until"
        yield Fault(file, key, f"所引条文自 {source.until + _DAY} 起不再有效{by}", (cite,), cure, alarm=True)


def _values(deployment: Deployment) -> Iterator[Fault]:
    """Values that overlap at one place, loosen a higher one, or belong to no declared parameter."""
    places = deployment.places
    by_parameter: dict[str, list[Setting[Any]]] = {}
    for setting in deployment.settings:
        declared = deployment.parameters.get(setting.parameter.id)
        if declared is not setting.parameter:
            said = "参数没有登记" if declared is None else "参数与登记的不是同一个"
            yield Fault(
                setting.origin, _key(setting), said, cure="用 linli_parameters 钩子登记它，并引用同一个对象"
            )
        if setting.until is not None and setting.until < setting.since:
            yield Fault(setting.origin, _key(setting), "终止日早于生效日", cure="改正日期")
        by_parameter.setdefault(setting.parameter.id, []).append(setting)
    for settings in by_parameter.values():
        for one, other in combinations(settings, 2):
            if not _overlap(one, other):
                continue
            if one.place == other.place:
                yield _doubled(one, other)
            elif places.within(one.place, other.place):
                yield from _loosened(one, other, places)
            elif places.within(other.place, one.place):
                yield from _loosened(other, one, places)


def _doubled(one: Setting[Any], other: Setting[Any]) -> Fault:
    """Two values of one parameter at one place on the same day; the lower text is told of."""
    lower, higher = sorted((one, other), key=lambda s: (_rank(s), -s.since.toordinal(), s.origin))
    said = f"与 {higher.origin} 自 {higher.since} 起的值 {_readable(higher)} 日期重叠"
    if _rank(lower) < _rank(higher) and loosens(lower.parameter, lower.value, higher.value):
        said += "，而且放宽了上位文本"
    cure = "给先前的值写终止日 until，或去掉一个"
    return Fault(lower.origin, _key(lower), said, _cites(lower, higher), cure)


def _loosened(lower: Setting[Any], higher: Setting[Any], places: Places) -> Iterator[Fault]:
    """A value of a place below that is looser than that of a place above, on a day on which both hold.

    A figure that is but an example, or that its text leaves to lower levels, gives way. So does a text from
    above to a higher one that was made for the lower place: a city's regulation to a ministry's circular.
    """
    if not loosens(lower.parameter, lower.value, higher.value):
        return
    if higher.local_choice or higher.cites is None:
        return
    if lower.cites is not None and lower.cites.rank > higher.cites.rank:
        own = lower.cites.source.place
        if own != higher.place and places.within(own, higher.place):
            return
    said = (
        f"{_readable(lower)} 放宽了上级 {higher.place} 自 {higher.since} 起的 {_readable(higher)}"
        f"（{lower.parameter.title}{lower.parameter.bound.title_for(lower.value)}）"
    )
    yield Fault(lower.origin, _key(lower), said, _cites(lower, higher), "改成不比上级宽的值，或去掉它")


def _rules(deployment: Deployment) -> Iterator[Fault]:
    """Rules that cite nothing, judge no known moment, have no life, or reach further than their text."""
    told: set[str] = set()
    for bound in deployment.rules:
        rule, moment = bound.rule, bound.moment
        if bound.id not in told:
            told.add(bound.id)
            if not rule.cites:
                yield Fault(bound.plugin, bound.id, "规则没有依据", cure="在 cites 里写明条文")
            if moment not in deployment.moments:
                known = "、".join(sorted(deployment.moments)) or "没有"
                yield Fault(bound.plugin, bound.id, f"没有 {moment} 这个环节", cure=f"可用的环节：{known}")
            if rule.until is not None and rule.until < rule.since:
                yield Fault(bound.plugin, bound.id, "终止日早于生效日", cure="改正 since 或 until")
            if rule.exempts and rule.force is not Force.EXEMPTION:
                yield Fault(
                    bound.plugin, bound.id, "写了 exempts 但不是豁免", cure="写 force=Force.EXEMPTION"
                )
            if rule.secures and rule.force is not Force.GUARANTEE:
                yield Fault(
                    bound.plugin, bound.id, "写了 secures 但不是保障", cure="写 force=Force.GUARANTEE"
                )
            if rule.overridable and bound.rank >= STATUTE:
                said = f"依据是{bound.rank.title}，决议不能搁置"
                yield Fault(bound.plugin, bound.id, said, rule.cites, "去掉 overridable")
            if len(rule.changes) != rule.revision - 1:
                said = (
                    f"第 {rule.revision} 版应有 {rule.revision - 1} 个更正编号，写了 {len(rule.changes)} 个"
                )
                yield Fault(bound.plugin, bound.id, said, cure="每更正一次，在 changes 里写一个变更编号")
        yield from _outside(bound, deployment)


def _outside(bound: BoundRule, deployment: Deployment) -> Iterator[Fault]:
    """A mere account refuses only in its own place: its plugin's, and the one that it tells of."""
    if not bound.rule.cites or bound.rank is not Rank.ACCOUNT or bound.rule.power is not Verdict.REFUSE:
        return
    manifest = deployment.plugins[bound.plugin]
    own = [cite.source.place for cite in bound.rule.cites]
    if manifest.kind is PLACE:
        own.append(manifest.place)
    if not all(deployment.places.within(bound.place, place) for place in own):
        said = f"只依据地方做法记述的规则不能在 {bound.place} 作出“不符合”"
        yield Fault(
            bound.plugin, bound.id, said, bound.rule.cites, "改 power 为 Verdict.REVIEW，或只在本地启用"
        )


def _uses(deployment: Deployment) -> Iterator[Fault]:
    """Parameters and registers that rules use: declared, and valued on every day of the rule's life."""
    told: set[tuple[str, str]] = set()
    for bound in deployment.rules:
        for use in bound.rule.uses:
            if isinstance(use, Parameter):
                fault = _unvalued(bound, use, deployment)
            elif isinstance(use, Asked):
                fault = _unregistered(bound, use, deployment)
            else:
                continue
            if fault is not None and (bound.id, use.id) not in told:
                told.add((bound.id, use.id))
                yield fault


def _unregistered(bound: BoundRule, use: Asked[Any], deployment: Deployment) -> Fault | None:
    if use.register in deployment.registers:
        return None
    if any(use.register in procedure.registers for procedure in deployment.procedures.values()):
        return None
    name, _, unique = use.register.rpartition(".")
    if name in deployment.registers and unique in deployment.registers[name].unique:
        return None
    return Fault(
        bound.plugin,
        bound.id,
        f"{use.id} 要查的名册 {use.register} 没有登记",
        cure="用 linli_registers 登记它",
    )


def _unvalued(bound: BoundRule, use: Parameter[Any], deployment: Deployment) -> Fault | None:
    declared = deployment.parameters.get(use.id)
    if declared is not use:
        said = f"用了没有登记的参数 {use.id}" if declared is None else f"参数 {use.id} 与登记的不是同一个"
        return Fault(bound.plugin, bound.id, said, cure="用 linli_parameters 钩子登记它，并引用同一个对象")
    path = deployment.places.path(bound.place)
    settings = [s for s in deployment.settings if s.parameter is use and s.place in path]
    day = _first_gap(settings, bound.rule.since, bound.rule.until)
    if day is None:
        return None
    said = f"参数 {use.id} 在 {bound.place} 自 {day} 起没有值，而规则那天有效"
    return Fault(bound.plugin, bound.id, said, bound.rule.cites, "给出那一天的值，或改规则的日期")


def _first_gap(settings: Iterable[Setting[Any]], since: date, until: date | None) -> date | None:
    """The first day of a life on which no setting holds; None where there is no such day."""
    day = since
    for setting in sorted(settings, key=lambda s: s.since):
        if setting.since > day:
            break
        if setting.until is None:
            return None
        day = max(day, setting.until + _DAY)
    return day if until is None or day <= until else None


def _exemptions(deployment: Deployment) -> Iterator[Fault]:
    """Exemptions from rules that are not there, from guarantees, and from rules of a higher rank."""
    by_id = {bound.id: bound for bound in deployment.rules}
    for bound in by_id.values():
        for name in bound.rule.exempts:
            exempted = by_id.get(name)
            if exempted is None:
                yield Fault(
                    bound.plugin, bound.id, f"豁免的规则 {name} 不存在", cure="改正编号，或启用它的插件"
                )
                continue
            cites = (*bound.rule.cites[:1], *exempted.rule.cites[:1])
            if exempted.rule.force is Force.GUARANTEE:
                yield Fault(bound.plugin, bound.id, f"{name} 是一项保障，不能豁免", cites, "去掉这项豁免")
            elif exempted.rank > bound.rank:
                said = f"{bound.rank.title}不能豁免{exempted.rank.title}的规则 {name}"
                yield Fault(bound.plugin, bound.id, said, cites, "引用同位或上位的条文，或去掉这项豁免")


_DAY = timedelta(days=1)


def _unders(deployment: Deployment) -> Iterator[Fault]:
    """Procedures whose matters are opened under those of a procedure that nobody brings."""
    for procedure in deployment.procedures.values():
        if procedure.under and procedure.under not in deployment.procedures:
            cure = "锁定带来它的插件，或改正 under"
            yield Fault(procedure.id, "under", f"没有“{procedure.under}”这个程序", cure=cure)


def _key(setting: Setting[Any]) -> str:
    return f"{setting.parameter.id}@{setting.place}"


def _rank(setting: Setting[Any]) -> int:
    return 0 if setting.cites is None else setting.cites.rank


def _cites(*settings: Setting[Any]) -> tuple[Citation, ...]:
    return tuple(setting.cites for setting in settings if setting.cites is not None)


def _readable(setting: Setting[Any]) -> str:
    return readable(setting.value, setting.parameter.unit)


def _overlap(one: Setting[Any], other: Setting[Any]) -> bool:
    return one.since <= (other.until or date.max) and other.since <= (one.until or date.max)
