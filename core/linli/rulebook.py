"""Judging: the rules and parameters in force at a place, applied to the facts of one moment.

Judging goes in this order: exemptions (named, with their own citation), guarantees (a right that no lower rule may
cut), then the strictest wins. A rulebook is built once when a deployment is loaded; for each moment and pair of dates
it keeps a *panel* of bound rules with the values they use, so that judging a case is a loop over plain functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from msgspec import Struct, structs, to_builtins
from msgspec.json import encode

from linli.calendar import WorkingCalendar
from linli.citations import Rank
from linli.errors import RuleFault
from linli.findings import SEVERITY, Finding, Verdict
from linli.parameters import Bound, Parameter, Setting, tightens
from linli.places import Places
from linli.rules import HAPPENED, Asked, Balance, Derived, EntryFact, Force, Rule
from linli.terms import Term
from linli.watchdog import Watch

# A rule is a small function; one that takes longer than this has gone wrong.
RULE_SECONDS = 2.0


class Outcome(StrEnum):
    """What a judgement comes to."""

    ADMISSIBLE = "admissible"
    INCOMPLETE = "incomplete"
    REVIEW = "review"
    REFUSED = "refused"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word in the box that residents read."""
        return {
            "admissible": "符合规定",
            "incomplete": "需要补充",
            "review": "待人工审核",
            "refused": "不予通过",
        }[self.value]


class Dates(Struct, frozen=True):
    """The two dates that govern a judgement: the day of the act, and the day of the decision."""

    happened: date
    decided: date

    @classmethod
    def on(cls, day: date) -> Dates:
        """Both on one day."""
        return cls(day, day)


class CitedArticle(Struct, frozen=True, omit_defaults=True):
    """A citation as it is kept with a finding."""

    source: str
    article: str
    rank: str
    since: date


# What a finding may record: closed types, so that its canonical bytes leave no room for a float.
Recorded = bool | int | str | None | tuple[str, ...] | dict[str, bool | int | str | None]
TermValue = int | str | tuple[str, ...]


class UsedValue(Struct, frozen=True, omit_defaults=True):
    """A value that a rule used: its name, the value, the day from which it holds; for a register fact, its version."""

    name: str
    value: Recorded
    since: date | None = None
    version: str = ""


class Heard(Struct, frozen=True, omit_defaults=True):
    """A finding as it is kept: which rule in which revision, what it said, on what it rests, which values it read.

    ``struck_by`` names the exemption or guarantee that struck it out; it is shown but does not count.
    """

    rule: str
    verdict: Verdict
    reason: str = ""
    cure: str = ""
    cites: tuple[CitedArticle, ...] = ()
    values: tuple[UsedValue, ...] = ()
    revision: int = 1
    struck_by: str = ""
    terms: tuple[tuple[str, TermValue], ...] = ()


def recorded(value: object) -> Recorded:
    """A value as a finding keeps it: structs as their fields, fractions and dates as text, tables in them as JSON."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    plain = to_builtins(value, enc_hook=str)
    if isinstance(plain, (list, tuple)):
        return tuple(str(each) for each in plain)
    if isinstance(plain, dict):
        return {name: each if _is_plain(each) else encode(each).decode() for name, each in plain.items()}
    return str(plain)


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, (bool, int, str))


class Judgement(Struct, frozen=True, omit_defaults=True):
    """What all rules of a moment say together.

    ``terms`` are combined values by term id. ``disputed`` names the terms that take exactly one value and got two.
    """

    moment: str
    place: str
    dates: Dates
    verdict: Outcome
    findings: tuple[Heard, ...] = ()
    terms: dict[str, TermValue] = {}
    disputed: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether a rule refuses."""
        return self.verdict is Outcome.REFUSED

    @property
    def incomplete(self) -> bool:
        """Whether something has to be completed first."""
        return self.verdict is Outcome.INCOMPLETE

    @property
    def left_to_people(self) -> bool:
        """Whether no rule that could have refused spoke here, so that whoever acts decides."""
        return self.verdict is Outcome.REVIEW and not self.adverse() and not self.disputed

    @property
    def word(self) -> str:
        """The word in the box that residents read."""
        return "由人决定" if self.left_to_people else self.verdict.title

    def term(self, term: Term[Any], otherwise: Any = None) -> Any:
        """The value that the rules set for a term, or ``otherwise``."""
        return self.terms.get(term.id, otherwise)

    def adverse(self) -> list[Heard]:
        """The findings that stand against the case, the heaviest first."""
        counted = [heard for heard in self.findings if not heard.struck_by and SEVERITY[heard.verdict] > 1]
        return sorted(counted, key=lambda heard: -SEVERITY[heard.verdict])


class BoundRule(Struct, frozen=True):
    """A rule of a plugin at a moment, holding at a place and below."""

    id: str
    plugin: str
    moment: str
    place: str
    rule: Rule

    @property
    def rank(self) -> Rank:
        """The rank of the highest text cited."""
        return max((cite.rank for cite in self.rule.cites), default=Rank.ACCOUNT)


class Ask(Struct, frozen=True):
    """Register facts and balances that a panel wants, to be read in one batch.

    ``entries`` holds keys by register, ``balances`` the commodity of each account.
    """

    entries: dict[str, tuple[str, ...]] = {}
    balances: dict[str, str] = {}


class Figures(Struct, frozen=True):
    """The answers to an `Ask`: entries by (register, key), balances by account."""

    entries: Mapping[tuple[str, str], EntryFact] = {}
    balances: Mapping[str, int] = {}


NO_FIGURES = Figures()


class _Seat(Struct, frozen=True):
    """A bound rule on a panel, with everything that is known before the facts are."""

    id: str
    judge: Callable[[Any, Any], Finding]
    given: dict[Any, Any]
    values: tuple[UsedValue, ...]
    asked: tuple[Asked[Any] | Balance | Derived[Any], ...]
    cites: tuple[CitedArticle, ...]
    revision: int
    power: int
    bound: BoundRule


class _Panel(Struct, frozen=True):
    """The seats of one moment on one pair of dates. ``special``: some exempt or guarantee; ``asks``: some ask."""

    seats: tuple[_Seat, ...]
    special: bool
    asks: bool


_REFUSE = SEVERITY[Verdict.REFUSE]
_OUTCOMES = {
    SEVERITY[Verdict.REFUSE]: Outcome.REFUSED,
    SEVERITY[Verdict.REQUIRE]: Outcome.INCOMPLETE,
    SEVERITY[Verdict.REVIEW]: Outcome.REVIEW,
}


class Rulebook:
    """Rules and parameters in force at one place. Immutable after load; safe for threads."""

    def __init__(
        self,
        place: str,
        places: Places,
        rules: Iterable[BoundRule],
        settings: Iterable[Setting[Any]],
        terms: Mapping[str, Term[Any]],
        calendar: WorkingCalendar,
    ) -> None:
        """Take the rules and settings that hold at ``place``: those bound to it or to a place above it."""
        path = places.path(place)
        self.place = place
        self._depth = {code: depth for depth, code in enumerate(path)}
        self.rules = tuple(sorted((r for r in rules if r.place in self._depth), key=lambda r: r.id))
        self._settings: dict[str, list[Setting[Any]]] = {}
        for setting in settings:
            if setting.place in self._depth:
                self._settings.setdefault(setting.parameter.id, []).append(setting)
        self._terms = terms
        self.calendar = calendar
        self._panels: dict[tuple[str, date, date], _Panel] = {}

    def setting(self, parameter: Parameter[Any], on: date) -> Setting[Any] | None:
        """The setting that holds on a day: the strictest under a ceiling or floor, else the nearest place's latest."""
        held: dict[str, Setting[Any]] = {}
        for setting in self._settings.get(parameter.id, ()):
            known = held.get(setting.place)
            if setting.in_force(on) and (known is None or setting.since >= known.since):
                held[setting.place] = setting
        winner: Setting[Any] | None = None
        for setting in sorted(held.values(), key=lambda s: self._depth[s.place]):
            # A mere example gives way, and so does a text that leaves the figure to lower levels.
            free = (
                winner is None
                or winner.cites is None
                or winner.local_choice
                or parameter.bound is Bound.DEFAULT
            )
            if winner is None or free or _prevails(parameter, setting, winner):
                winner = setting
        return winner

    def settings(self, parameter: Parameter[Any]) -> list[Setting[Any]]:
        """All settings of a parameter that hold here at some time, oldest first."""
        return sorted(self._settings.get(parameter.id, ()), key=lambda s: (s.since, self._depth[s.place]))

    def value(self, parameter: Parameter[Any], on: date, otherwise: Any = None) -> Any:
        """The value of a parameter on a day, or ``otherwise`` where no text gives one."""
        setting = self.setting(parameter, on)
        return otherwise if setting is None else setting.value

    def in_force(self, moment: str, dates: Dates) -> list[BoundRule]:
        """The rules that judge a moment on these dates, each by the date that governs it."""
        return [r for r in self.rules if r.moment == moment and r.rule.in_force(_governing(r.rule, dates))]

    def ask(self, moment: str, facts: Any, dates: Dates) -> Ask:
        """What has to be read before the facts can be judged. Pure; raises `RuleFault` where a key function fails."""
        panel = self._panel(moment, dates)
        if not panel.asks:
            return Ask()
        entries: dict[str, set[str]] = {}
        balances: dict[str, str] = {}
        for seat in panel.seats:
            for asked in seat.asked:
                try:
                    if isinstance(asked, Derived):
                        continue
                    if isinstance(asked, Balance):
                        balances[asked.account(facts)] = asked.commodity
                    else:
                        entries.setdefault(asked.register, set()).update(asked.keys(facts))
                except Exception as error:
                    raise RuleFault(f"规则要的数据 {asked.id} 取不出来：{error!r}", where=seat.id) from error
        wanted = {name: tuple(sorted(keys)) for name, keys in entries.items()}
        return Ask(wanted, dict(sorted(balances.items())))

    def judge(
        self,
        moment: str,
        facts: Any,
        dates: Dates,
        figures: Figures = NO_FIGURES,
        overridden: Mapping[str, str] = {},
    ) -> Judgement:
        """Judge facts. Pure: the same facts, dates and figures give the same judgement.

        ``overridden`` names rules that a resolution sets aside, with the reference of the resolution; a rule that is
        not overridable stands. Raises `RuleFault`, naming the rule, where one raises, loops, or answers something
        that is no finding or more than it declared.
        """
        panel = self._panel(moment, dates)
        watch = Watch(RULE_SECONDS, moment)
        try:
            heard, heaviest, decided, has_terms = watch.run(self._hear, watch, panel, facts, dates, figures)
        except RuleFault:
            raise
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            raise RuleFault(
                f"规则出错：{said}", where=watch.name, cure="这一步没有保存，请把规则编号告诉插件作者"
            ) from error
        if heaviest > 1 and (panel.special or overridden):
            heard = _strike(panel, heard, overridden)
            heaviest = max((SEVERITY[each.verdict] for each in heard if not each.struck_by), default=0)
        terms, disputed = self._combine(heard) if has_terms else ({}, ())
        verdict = _OUTCOMES.get(heaviest, Outcome.ADMISSIBLE)
        if verdict is Outcome.ADMISSIBLE and (disputed or not decided):
            verdict = Outcome.REVIEW
        return Judgement(moment, self.place, dates, verdict, tuple(heard), terms, disputed)

    def _hear(
        self, watch: Watch, panel: _Panel, facts: Any, dates: Dates, figures: Figures
    ) -> tuple[list[Heard], int, bool, bool]:
        """Ask every seat: findings, the heaviest severity, whether one with the power to refuse spoke, any terms."""
        heard: list[Heard] = []
        heaviest, decided, has_terms = 0, False, False
        for seat in panel.seats:
            name = watch.name = seat.id
            given, values = (
                self._answer(seat, facts, dates, figures) if seat.asked else (seat.given, seat.values)
            )
            finding = seat.judge(facts, given)
            if type(finding) is not Finding:
                raise RuleFault(f"规则答的是 {type(finding).__name__}，不是结论", where=name)
            severity = SEVERITY[finding.verdict]
            if severity > 1 and severity > seat.power:
                raise RuleFault(f"规则答了 {finding.verdict}，超出它声明的权限", where=name)
            if severity > heaviest:
                heaviest = severity
            if severity and seat.power == _REFUSE:
                decided = True
            if finding.terms:
                has_terms = True
            heard.append(
                Heard(
                    name,
                    finding.verdict,
                    finding.reason,
                    finding.cure,
                    seat.cites,
                    values,
                    seat.revision,
                    "",
                    finding.terms,
                )
            )
        return heard, heaviest, decided, has_terms

    def _answer(
        self, seat: _Seat, facts: Any, dates: Dates, figures: Figures
    ) -> tuple[dict[Any, Any], tuple[UsedValue, ...]]:
        """What an asking rule is given, and the record of it."""
        given, values = dict(seat.given), list(seat.values)
        for asked in seat.asked:
            version = ""
            if isinstance(asked, Derived):
                value = asked.value(facts, dates.happened, dates.decided, self.calendar)
            elif isinstance(asked, Balance):
                value = figures.balances.get(asked.account(facts), 0)
            else:
                found = [
                    figures.entries.get((asked.register, key), EntryFact(key, 0, {}))
                    for key in asked.keys(facts)
                ]
                value = asked.value(found)
                version = ",".join(f"{fact.key}@{fact.version}" for fact in found)
            given[asked] = value
            values.append(UsedValue(asked.id, recorded(value), None, version))
        return given, tuple(values)

    def _combine(self, heard: Sequence[Heard]) -> tuple[dict[str, Any], tuple[str, ...]]:
        said: dict[str, list[Any]] = {}
        for each in heard:
            if not each.struck_by:
                for term, value in each.terms:
                    said.setdefault(term, []).append(value)
        terms: dict[str, TermValue] = {}
        disputed: list[str] = []
        for term, values in said.items():
            declared = self._terms.get(term)
            if declared is None:
                raise RuleFault(f"没有登记过的条款项 {term}", where=self.place, cure="用 terms 钩子登记它")
            joined = declared.join(values)
            if joined is None:
                disputed.append(term)
            else:
                terms[term] = joined
        return terms, tuple(disputed)

    def _panel(self, moment: str, dates: Dates) -> _Panel:
        key = (moment, dates.happened, dates.decided)
        panel = self._panels.get(key)
        if panel is None:
            seats = tuple(self._seat(bound, dates) for bound in self.in_force(moment, dates))
            special = any(seat.bound.rule.force is not Force.ORDINARY for seat in seats)
            panel = _Panel(seats, special, any(seat.asked for seat in seats))
            if len(self._panels) >= 4096:  # a replay of many years must not grow without end
                self._panels.clear()
            self._panels[key] = panel
        return panel

    def _seat(self, bound: BoundRule, dates: Dates) -> _Seat:
        on = _governing(bound.rule, dates)
        given: dict[Any, Any] = {}
        values: list[UsedValue] = []
        asked: list[Asked[Any] | Balance | Derived[Any]] = []
        for use in bound.rule.uses:
            if not isinstance(use, Parameter):
                asked.append(use)
                continue
            setting = self.setting(use, on)
            if setting is None:
                raise RuleFault(
                    f"参数 {use.id} 在 {on} 没有值", where=bound.id, cure="在插件或配置里给出这一天的值"
                )
            given[use] = setting.value
            values.append(UsedValue(use.id, recorded(setting.value), setting.since))
        cites = tuple(
            CitedArticle(c.source.id, c.article, c.rank.name.lower(), c.source.since)
            for c in bound.rule.cites
        )
        return _Seat(
            bound.id,
            bound.rule.judge,
            given,
            tuple(values),
            tuple(asked),
            cites,
            bound.rule.revision,
            SEVERITY[bound.rule.power],
            bound,
        )


def _prevails(parameter: Parameter[Any], lower: Setting[Any], higher: Setting[Any]) -> bool:
    """Whether a lower level's setting holds against the one above: it must be stricter, or, for a fixed value, of a
    higher rank (a law that a lower level cites against a mere notice above).
    """
    if parameter.bound in (Bound.CEILING, Bound.FLOOR):
        return tightens(parameter, lower.value, higher.value)
    return (lower.cites.rank if lower.cites else 0) > (higher.cites.rank if higher.cites else 0)


def _governing(rule: Rule, dates: Dates) -> date:
    return dates.happened if rule.governed_by is HAPPENED else dates.decided


def _strike(panel: _Panel, heard: list[Heard], overridden: Mapping[str, str]) -> list[Heard]:
    """Mark the findings that an exemption, a guarantee or a resolution strikes out."""
    bound = {seat.id: seat.bound for seat in panel.seats}
    struck: dict[str, str] = {}
    for each in heard:
        by = bound[each.rule]
        if each.verdict is not Verdict.SATISFIED:
            continue
        if by.rule.force is Force.EXEMPTION:
            for name in by.rule.exempts:
                if name in bound and bound[name].rule.force is not Force.GUARANTEE:
                    struck[name] = each.rule
        elif by.rule.force is Force.GUARANTEE and by.rule.secures:
            for other in bound.values():
                if other.rank < by.rank and other.rule.force is not Force.GUARANTEE:
                    struck[other.id] = each.rule
    for name, resolution in overridden.items():
        if name in bound and bound[name].rule.overridable and bound[name].rule.force is not Force.GUARANTEE:
            struck.setdefault(name, resolution)
    return [
        structs.replace(each, struck_by=struck[each.rule])
        if SEVERITY[each.verdict] > 1 and each.rule in struck
        else each
        for each in heard
    ]
