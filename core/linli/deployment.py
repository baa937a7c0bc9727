"""A deployment: one store, one locked set of plugin versions, one owner, loaded once and then only read.

Loading is validation. It reads the configuration, asks every plugin once, binds rules and values to places,
and looks for everything that does not fit; it reports all of it at once and refuses to go on
(`linli.errors.LoadFault`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, structs

from linli.calendar import Notice, WorkingCalendar, read_notices
from linli.canonical import canonical
from linli.checks import Check
from linli.citations import NATION, Citation, Rank, Source
from linli.configuration import (
    CitesTable,
    DeploymentFile,
    JurisdictionFile,
    ParameterTable,
    SourceTable,
    read,
)
from linli.errors import BadInput, LoadFault, NotFound
from linli.faults import Fault
from linli.pages import PageKind
from linli.parameters import Parameter, Setting
from linli.places import Place, Places
from linli.plugins import CORE, PLACE, Brought, Manifest, Plugins
from linli.procedures import Action, Post, Procedure
from linli.registers import Register
from linli.revisions import revision_faults
from linli.rulebook import BoundRule, Rulebook
from linli.rules import Rule
from linli.soundness import alarms, unsound
from linli.terms import Term

T = TypeVar("T")


class Jurisdiction(Struct, frozen=True):
    """A place with a configuration of its own. ``plugins`` are those switched on at it, not those inherited."""

    place: str
    title: str
    file: str
    plugins: tuple[str, ...] = ()
    labels: dict[str, str] = {}


class Moment(Struct, frozen=True):
    """A moment at which rules judge: ``<procedure>.<action>``, and the struct of facts that they see."""

    id: str
    procedure: Procedure
    action: Action
    facts: type


class Deployment(Struct, frozen=True, eq=False, kw_only=True):
    """Everything that a deployment is made of; read-only.

    ``place`` is the code of the top place that the portal shows. ``active`` says for each plugin at which
    places it is switched on. ``lock`` is a hash of plugin versions and configuration: two deployments with
    the same lock judge alike.
    """

    slug: str
    title: str
    owner: str
    place: str
    store: str
    icp: str
    contact: str
    lock: str
    calendar: WorkingCalendar
    places: Places
    plugins: Plugins
    active: Mapping[str, tuple[str, ...]]
    jurisdictions: Mapping[str, Jurisdiction]
    sources: Mapping[str, Source]
    parameters: Mapping[str, Parameter[Any]]
    settings: tuple[Setting[Any], ...]
    rules: tuple[BoundRule, ...]
    terms: Mapping[str, Term[Any]]
    procedures: Mapping[str, Procedure]
    moments: Mapping[str, Moment]
    registers: Mapping[str, Register]
    checks: tuple[Check, ...]
    page_kinds: tuple[PageKind, ...]
    posts: Mapping[str, Post]
    rulebooks: dict[str, Rulebook]

    def rulebook(self, place: str) -> Rulebook:
        """The rules and values in force at a place; places that share all of them share the rulebook.

        Raises `NotFound` for a place that is not known.
        """
        bearer = next((code for code in reversed(self.places.path(place)) if code in self.rulebooks), NATION)
        return self.rulebooks[bearer]

    def jurisdiction(self, place: str) -> Jurisdiction:
        """The nearest jurisdiction at or above a place; raises `NotFound` where there is none."""
        for code in reversed(self.places.path(place)):
            if code in self.jurisdictions:
                return self.jurisdictions[code]
        raise NotFound(
            f"{place} 及其上级都没有配置", cure="在 infra/jurisdictions 里为它或它的上级写一个配置"
        )

    def label(self, place: str, word: str) -> str:
        """The word that a place uses instead of the usual one: the nearest jurisdiction that has one decides."""
        for code in reversed(self.places.path(place)):
            if code in self.jurisdictions and word in self.jurisdictions[code].labels:
                return self.jurisdictions[code].labels[word]
        return word

    def covers(self, place: str) -> bool:
        """Whether a place lies in this deployment."""
        return self.places.within(place, self.place)

    def moment(self, id: str) -> Moment:
        """A moment by id; raises `NotFound` naming those there are."""
        try:
            return self.moments[id]
        except KeyError:
            raise NotFound(
                f"没有 {id} 这个环节", cure=f"可用的环节：{'、'.join(sorted(self.moments))}"
            ) from None


def load(path: Path, *, modules: Iterable[object] = ()) -> Deployment:
    """Load a deployment from its TOML file; raises `LoadFault` with every fault that stops it.

    ``modules`` are plugins handed in by tests instead of installed ones.
    """
    deployment, faults = examine(path, modules=modules)
    stopping = [fault for fault in faults if not fault.alarm]
    if stopping or deployment is None:
        listed = "\n".join(str(fault) for fault in stopping)
        raise LoadFault(f"配置有 {len(stopping)} 处问题：\n{listed}", where=path.name, faults=stopping)
    return deployment


def check(paths: Iterable[Path], on: date, *, modules: Iterable[object] = ()) -> list[Fault]:
    """Every fault and every alarm of deployments on a day; nothing is raised for a fault."""
    found: dict[Fault, None] = {}  # a jurisdiction's fault is told once, however many deployments share it
    for path in paths:
        deployment, faults = examine(path, modules=modules)
        found.update(dict.fromkeys(faults))
        if deployment is not None:
            found.update(dict.fromkeys(alarms(deployment, on)))
            for manifest in deployment.plugins:
                rules = [bound for bound in deployment.rules if bound.plugin == manifest.id]
                folder = deployment.plugins.folder(manifest.id)
                found.update(dict.fromkeys(revision_faults(manifest.id, rules, folder)))
    return list(found)


def examine(path: Path, *, modules: Iterable[object] = ()) -> tuple[Deployment | None, list[Fault]]:
    """Put a deployment together as far as it goes, and say everything that is wrong with it.

    The deployment is None where so much is missing that there is nothing to look at.
    """
    config, faults = read(path, DeploymentFile)
    if config is None:
        return None, faults
    if path.stem != config.slug:
        faults.append(Fault(path.name, "slug", f"{config.slug} 与文件名不同", cure="改成一样"))
    infra = path.parent.parent
    files: dict[str, JurisdictionFile] = {}
    for number, name in enumerate(config.jurisdictions):
        if name in files:
            faults.append(Fault(path.name, f"jurisdictions[{number}]", f"{name} 写了两次", cure="去掉一个"))
            continue
        jurisdiction, wrong = read(infra / "jurisdictions" / name, JurisdictionFile)
        faults.extend(wrong)
        if jurisdiction is not None:
            files[name] = jurisdiction
    calendar, wrong = _calendar(infra, config)
    faults.extend(wrong)
    plugins, wrong = _plugins(path.name, config, modules)
    faults.extend(wrong)
    deployment, wrong = _Assembly(path.name, config, files, plugins).assemble(
        calendar, _digest(infra, path, config)
    )
    faults.extend(wrong)
    if deployment is not None:
        faults.extend(unsound(deployment))
    return deployment, faults


def _calendar(infra: Path, config: DeploymentFile) -> tuple[WorkingCalendar, list[Fault]]:
    faults: list[Fault] = []
    notices: list[Notice] = []
    for name in config.notices:
        try:
            notices.extend(read_notices((infra / "notices" / name).read_text("utf-8"), name))
        except OSError:
            faults.append(Fault(name, "", "没有这个文件", cure="放到 notices 目录下，或改正文件名"))
        except BadInput as error:
            faults.append(Fault(name, "", error.message, cure=error.cure))
    try:
        return WorkingCalendar.official(notices), faults
    except BadInput as error:
        faults.append(Fault("notices", "", error.message, cure=error.cure))
        return WorkingCalendar.official(), faults


def _plugins(file: str, config: DeploymentFile, modules: Iterable[object]) -> tuple[Plugins, list[Fault]]:
    """The plugins of the lock, each at its locked version."""
    plugins, faults = Plugins.load(config.plugins, modules)
    for manifest in plugins:
        locked = config.plugins.get(manifest.id)
        key = f"plugins.{manifest.id}"
        if locked is None and manifest.kind is not CORE:
            faults.append(Fault(file, key, "插件不在锁定表里", cure="在 [plugins] 里写上它的版本"))
        if locked is not None and manifest.version and locked != manifest.version:
            said = f"锁定的是 {locked}，装的是 {manifest.version}"
            faults.append(Fault(file, key, said, cure="装锁定的版本，或看过变更之后改锁定表"))
    return plugins, faults


def _digest(infra: Path, path: Path, config: DeploymentFile) -> list[tuple[str, str]]:
    """A hash of the content of every configuration file, by name."""
    named = [
        path,
        *(infra / "jurisdictions" / n for n in config.jurisdictions),
        *(infra / "notices" / n for n in config.notices),
    ]
    return sorted(
        (each.name, hashlib.sha256(each.read_bytes()).hexdigest()) for each in named if each.is_file()
    )


class _Assembly:
    """The putting together of one deployment: everything that plugins and files bring, by id, bound to places."""

    def __init__(
        self, file: str, config: DeploymentFile, files: Mapping[str, JurisdictionFile], plugins: Plugins
    ) -> None:
        self.file = file
        self.config = config
        self.files = files
        self.plugins = plugins
        self.faults: list[Fault] = []

    def assemble(
        self, calendar: WorkingCalendar, digest: list[tuple[str, str]]
    ) -> tuple[Deployment | None, list[Fault]]:
        places = self._places()
        if places is None:
            return None, self.faults
        jurisdictions = self._jurisdictions(places)
        active = self._active(places, jurisdictions)
        brought = self._brought("linli_parameters")
        parameters = self._by_id([b for b in brought if isinstance(b.what, Parameter)], "参数")
        rules = self._rules(places, active)
        settings = self._settings(places, active, [b for b in brought if isinstance(b.what, Setting)])
        cited = [cite.source for bound in rules for cite in bound.rule.cites]
        cited.extend(setting.cites.source for setting in settings if setting.cites is not None)
        sources = self._sources(cited)
        settings.extend(self._configured(parameters, sources))
        terms = self._by_id(self._brought("linli_terms"), "条款项")
        procedures: dict[str, Procedure] = self._by_id(self._brought("linli_procedures"), "程序")
        registers: dict[str, Register] = self._by_id(self._brought("linli_registers"), "名册")
        checks = self._by_id(self._brought("linli_checks"), "检查")
        page_kinds = self._by_id(self._brought("linli_pages"), "页面")
        bearing = {NATION, *(bound.place for bound in rules), *(setting.place for setting in settings)}
        rulebooks = {
            code: Rulebook(code, places, rules, settings, terms, calendar)
            for code in sorted(bearing)
            if code in places
        }
        deployment = Deployment(
            slug=self.config.slug,
            title=self.config.title,
            owner=self.config.owner,
            place=self.config.place,
            store=self.config.store,
            icp=self.config.icp,
            contact=self.config.contact,
            lock=self._lock(digest),
            calendar=calendar,
            places=places,
            plugins=self.plugins,
            active=active,
            jurisdictions=jurisdictions,
            sources=sources,
            parameters=parameters,
            settings=tuple(sorted(settings, key=lambda s: (s.parameter.id, s.place, s.since))),
            rules=tuple(sorted(rules, key=lambda bound: (bound.id, bound.place))),
            terms=terms,
            procedures=procedures,
            moments=self._moments(procedures),
            registers=registers,
            checks=tuple(checks.values()),
            page_kinds=tuple(page_kinds.values()),
            posts=self._posts(procedures, registers),
            rulebooks=rulebooks,
        )
        return deployment, self.faults

    def _fault(
        self, key: str, message: str, cure: str = "", *, file: str = "", cites: Sequence[Citation] = ()
    ) -> None:
        self.faults.append(Fault(file or self.file, key, message, tuple(cites), cure))

    def _brought(self, name: str) -> list[Brought]:
        found, faults = self.plugins.brought(name)
        self.faults.extend(faults)
        return found

    def _by_id(self, brought: Iterable[Brought], what: str) -> dict[str, Any]:
        """Things by id; two things under one id are a fault, and the first by plugin id stays."""
        kept: dict[str, Brought] = {}
        for each in brought:
            known = kept.setdefault(each.what.id, each)
            if known is not each:
                said = f"{what}编号重复：{known.plugin}、{each.plugin} 都登记了"
                self._fault(each.what.id, said, "编号只能用一次，改掉一个", file=each.plugin)
        return {id: each.what for id, each in sorted(kept.items())}

    def _places(self) -> Places | None:
        brought: list[Place] = [each.what for each in self._brought("linli_places")]
        for file in self.files.values():
            brought.extend(
                Place(**{**structs.asdict(p), "parent": p.parent or file.place}) for p in file.places
            )
        try:
            places = Places(brought)
        except LoadFault as error:
            self._fault("", error.message, error.cure, file="places")
            return None
        if self.config.place not in places:
            self._fault(
                "place", f"{self.config.place} 不在任何插件登记的地方里", "改正代码，或锁定登记它的插件"
            )
            return None
        return places

    def _jurisdictions(self, places: Places) -> dict[str, Jurisdiction]:
        found: dict[str, Jurisdiction] = {}
        for name, file in self.files.items():
            if file.place not in places:
                self._fault("place", f"{file.place} 不在任何插件登记的地方里", "改正代码", file=name)
                continue
            if not (
                places.within(file.place, self.config.place) or places.within(self.config.place, file.place)
            ):
                self._fault(
                    "place",
                    f"{file.place} 不在 {self.config.place} 之内，也不是它的上级",
                    "从部署里去掉",
                    file=name,
                )
                continue
            if file.place in found:
                said = f"{file.place} 有两个配置：{found[file.place].file}、{name}"
                self._fault("place", said, "合成一个", file=name)
                continue
            found[file.place] = Jurisdiction(file.place, file.title, name, file.plugins, dict(file.labels))
        return found

    def _active(
        self, places: Places, jurisdictions: Mapping[str, Jurisdiction]
    ) -> dict[str, tuple[str, ...]]:
        """At which places each plugin is switched on; a place below one of them is not named again."""
        found: dict[str, list[str]] = {m.id: [NATION] for m in self.plugins if m.kind is CORE}
        for place in sorted(jurisdictions, key=lambda code: len(places.path(code))):
            jurisdiction = jurisdictions[place]
            for number, plugin in enumerate(jurisdiction.plugins):
                key = f"plugins[{number}]"
                if plugin not in self.config.plugins:
                    self._fault(
                        key,
                        f"插件 {plugin} 不在 {self.file} 的锁定表里",
                        "写进锁定表",
                        file=jurisdiction.file,
                    )
                    continue
                if plugin not in self.plugins:
                    continue  # that it is missing or faulty has been said
                manifest = self.plugins[plugin]
                if manifest.kind is PLACE and _deeper(places, manifest.place, place) is None:
                    said = f"插件 {plugin} 是 {manifest.place} 的，不能在 {place} 启用"
                    self._fault(key, said, "只在它的地方、上级或下级启用", file=jurisdiction.file)
                    continue
                above = found.setdefault(plugin, [])
                if not any(places.within(place, code) for code in above):
                    above.append(place)
        for manifest in self.plugins:
            for place in found.get(manifest.id, ()):
                for needed in manifest.requires:
                    if not any(places.within(place, code) for code in found.get(needed, ())):
                        said = f"在 {place} 启用它需要先启用 {needed}"
                        self._fault("requires", said, f"在同一地方或上级启用 {needed}", file=manifest.id)
        return {plugin: tuple(codes) for plugin, codes in sorted(found.items())}

    def _rules(self, places: Places, active: Mapping[str, tuple[str, ...]]) -> list[BoundRule]:
        """Rules under their full ids: a place plugin's at its place, a practice's where it is switched on."""
        bound: list[BoundRule] = []
        seen: dict[tuple[str, str], Rule] = {}
        for hook in ("access_rules", "linli_rules"):
            for each in self._brought(hook):
                manifest, rule = self.plugins[each.plugin], each.what
                for moment in rule.moments:
                    id = f"{manifest.id}.{moment}.{rule.slug}"
                    if (manifest.id, id) in seen:
                        self._fault(id, "规则编号重复", "改掉一个函数的名字", file=manifest.id)
                        continue
                    seen[manifest.id, id] = rule
                    for place in _bound_places(places, manifest, active):
                        bound.append(BoundRule(id, manifest.id, moment, place, rule))
        return bound

    def _settings(
        self, places: Places, active: Mapping[str, tuple[str, ...]], brought: Iterable[Brought]
    ) -> list[Setting[Any]]:
        """The values that plugins give, as far as the plugins are switched on."""
        found: list[Setting[Any]] = []
        for each in brought:
            manifest, setting = self.plugins[each.plugin], each.what
            key = f"{setting.parameter.id}@{setting.place}"
            if setting.place not in places:
                self._fault(key, "没有这个地方", "改正代码", file=manifest.id)
                continue
            if manifest.kind is PLACE and not places.within(setting.place, manifest.place):
                self._fault(
                    key,
                    f"{manifest.id} 不能给 {manifest.place} 以外的地方定值",
                    "移到那个地方的插件",
                    file=manifest.id,
                )
                continue
            for code in active.get(manifest.id, ()):
                at = _deeper(places, setting.place, code)
                if at is not None:
                    found.append(structs.replace(setting, place=at, origin=manifest.id))
        return found

    def _sources(self, cited: Iterable[Source]) -> dict[str, Source]:
        """Every text, registered, cited or configured; one id names one text."""
        found: dict[str, tuple[Source, str]] = {}

        def take(source: Source, origin: str) -> None:
            known, first = found.setdefault(source.id, (source, origin))
            if known != source:
                said = f"{origin} 与 {first} 用同一编号说了两个文本"
                self._fault(source.id, said, "写成一样，或换一个编号", file="sources")

        for each in self._brought("linli_sources"):
            take(each.what, each.plugin)
        for source in cited:
            take(source, "规则或参数的引用")
        for name, file in self.files.items():
            for number, table in enumerate(file.sources):
                configured = self._source(table, file.place, name, f"sources[{number}].")
                if configured is not None:
                    take(configured, name)
        return {id: source for id, (source, _) in sorted(found.items())}

    def _source(self, table: SourceTable, place: str, file: str, above: str) -> Source | None:
        ranks = {rank.name.lower(): rank for rank in Rank}
        if table.rank not in ranks:
            self._fault(
                above + "rank", f"没有“{table.rank}”这个位阶", f"可以写的有：{'、'.join(ranks)}", file=file
            )
            return None
        if table.until is not None and table.until < table.since:
            self._fault(above + "until", "终止日早于生效日", "改正日期", file=file)
        return Source(
            table.id,
            table.title,
            ranks[table.rank],
            table.since,
            table.until,
            table.place or place,
            table.number,
            table.text or None,
            table.replaced_by,
            table.note,
        )

    def _configured(
        self, parameters: Mapping[str, Parameter[Any]], sources: Mapping[str, Source]
    ) -> list[Setting[Any]]:
        """The values that the jurisdictions' files give."""
        found: list[Setting[Any]] = []
        for name, file in self.files.items():
            for number, table in enumerate(file.parameters):
                setting = self._configured_one(
                    table, file.place, name, f"parameters[{number}].", parameters, sources
                )
                if setting is not None:
                    found.append(setting)
        return found

    def _configured_one(
        self,
        table: ParameterTable,
        place: str,
        file: str,
        above: str,
        parameters: Mapping[str, Parameter[Any]],
        sources: Mapping[str, Source],
    ) -> Setting[Any] | None:
        before = len(self.faults)
        parameter = parameters.get(table.id)
        if parameter is None:
            self._fault(
                above + "id",
                f"没有登记过的参数 {table.id}",
                "改正编号；linli plugins show 列出所有参数",
                file=file,
            )
        cites = None if table.cites is None else self._cites(table.cites, file, above, sources)
        if table.cites is None and not table.example:
            self._fault(above + "cites", f"{table.id} 没有依据", "写明依据，或标为 example = true", file=file)
        if parameter is None:
            return None
        value = _as_kind(table.value, parameter.kind)
        if value is None:
            said = f"{table.id} 的值应是 {parameter.kind.__name__}，不是 {table.value!r}"
            self._fault(above + "value", said, '改正值；分数写成 "1/10"', file=file)
        if table.until is not None and table.until < table.since:
            self._fault(above + "until", "终止日早于生效日", "改正日期", file=file)
        if len(self.faults) > before:
            return None
        return Setting(
            parameter, place, value, table.since, table.until, cites, table.example, table.local_choice, file
        )

    def _cites(
        self, table: CitesTable, file: str, above: str, sources: Mapping[str, Source]
    ) -> Citation | None:
        source = sources.get(table.source)
        if source is None:
            said = f"没有编号为 {table.source} 的文本"
            self._fault(
                above + "cites.source", said, "在 [[sources]] 里写上它，或启用登记它的插件", file=file
            )
            return None
        return source.article(table.article, table.anchor, gist=table.gist)

    def _moments(self, procedures: Mapping[str, Procedure]) -> dict[str, Moment]:
        found: dict[str, Moment] = {}
        for procedure in procedures.values():
            for action in procedure.actions.values():
                if action.judged:
                    id = procedure.moment(action.id)
                    found.setdefault(id, Moment(id, procedure, action, action.reads or action.form))
        return found

    def _posts(
        self, procedures: Mapping[str, Procedure], registers: Mapping[str, Register]
    ) -> dict[str, Post]:
        found: dict[str, Post] = {}
        named = [
            (p.id, post) for p in procedures.values() for action in p.actions.values() for post in action.by
        ]
        named.extend((r.id, post) for r in registers.values() for post in r.written_by)
        for where, post in named:
            if found.setdefault(post.id, post) != post:
                self._fault(
                    post.id, f"{where} 用同一编号说了另一个岗位", "写成一样，或换一个编号", file="posts"
                )
        return dict(sorted(found.items()))

    def _lock(self, digest: list[tuple[str, str]]) -> str:
        versions = [(manifest.id, manifest.version) for manifest in self.plugins]
        return hashlib.sha256(canonical({"plugins": versions, "files": digest})).hexdigest()[:16]


def _deeper(places: Places, one: str, other: str) -> str | None:
    """The lower of two places that lie in one another; None where neither lies in the other."""
    if places.within(one, other):
        return one
    return other if places.within(other, one) else None


def _bound_places(places: Places, manifest: Manifest, active: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The places at which a plugin's rules hold."""
    switched_on = active.get(manifest.id, ())
    if manifest.kind is not PLACE:
        return list(switched_on)
    deeper: Callable[[str], str | None] = lambda code: _deeper(places, manifest.place, code)
    return sorted({place for code in switched_on if (place := deeper(code)) is not None})


def _as_kind(raw: Any, kind: type) -> Any:
    """A TOML value as a value of the parameter's type, or None where it is none."""
    if kind is Fraction and isinstance(raw, str):
        try:
            return Fraction(raw)
        except (ValueError, ZeroDivisionError):
            return None
    if kind is tuple and isinstance(raw, list) and all(isinstance(each, str) for each in raw):
        return tuple(raw)
    return raw if type(raw) is kind else None
