"""A deployment: one store, one locked set of plugin versions, one owner, loaded once and then only read.

Loading is validation. It reads the configuration, asks every plugin once, binds rules and values to places,
and looks for everything that does not fit; it reports all of it at once and refuses to go on
(`linli.errors.LoadFault`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from linli.binding import (
    Active,
    Bound,
    Jurisdiction,
    bound_answers,
    bound_rules,
    bound_settings,
    jurisdictions,
    switched_on,
)
from linli.calendar import Notice, WorkingCalendar, read_notices
from linli.canonical import canonical
from linli.checks import Check
from linli.citations import NATION, Source
from linli.clouds import cloud_faults
from linli.configuration import DeploymentFile, IdentityTable, JurisdictionFile, read
from linli.configured import configured_settings, configured_sources
from linli.errors import BadInput, LoadFault, NotFound
from linli.faults import Fault
from linli.issuers import identity_faults
from linli.pages import FileKind, PageKind, Panel
from linli.parameters import Parameter, Setting
from linli.places import CODE, Place, Places
from linli.plugins import CORE, NOT_INSTALLED, Brought, Packaged, Plugins
from linli.procedures import Action, Post, Procedure
from linli.registers import Register
from linli.revisions import revision_faults
from linli.rulebook import BoundRule, Rulebook
from linli.rules import Rule
from linli.soundness import alarms, unsound
from linli.store_address import read_address
from linli.terms import Term

__all__ = ["Deployment", "Jurisdiction", "Moment", "check", "examine", "load"]


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
    identity: IdentityTable | None
    vault_key: str
    lock: str
    calendar: WorkingCalendar
    places: Places
    plugins: Plugins
    active: Active
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
    page_kinds: tuple[PageKind | FileKind | Panel, ...]
    posts: Mapping[str, Post]
    rulebooks: dict[str, Rulebook]
    answered: Mapping[str, tuple[Bound, ...]]

    def rulebook(self, place: str) -> Rulebook:
        """The rules and values in force at a place; places that share all of them share the rulebook.

        Raises `NotFound` for a place that is not known.
        """
        bearer = next((code for code in reversed(self.places.path(place)) if code in self.rulebooks), NATION)
        return self.rulebooks[bearer]

    def answers(self, place: str) -> dict[str, tuple[Any, ...]]:
        """What plugins registered through hooks of practices, by hook, as far as it holds at a place."""
        above = self.places.path(place)
        return {
            hook: tuple(each.what for each in bound if each.place in above)
            for hook, bound in self.answered.items()
        }

    def jurisdiction(self, place: str) -> Jurisdiction:
        """The nearest jurisdiction at or above a place; raises `NotFound` where there is none."""
        for code in reversed(self.places.path(place)):
            if code in self.jurisdictions:
                return self.jurisdictions[code]
        raise NotFound(
            f"{place} 及其上级都没有配置", cure="在 infra/jurisdictions 里为它或它的上级写一个配置"
        )

    def label(self, place: str, word: str) -> str:
        """The word that a place uses instead of the usual one; the nearest jurisdiction decides."""
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


def load(
    path: Path, *, modules: Iterable[object] = (), packaged: Mapping[str, Packaged] | None = None
) -> Deployment:
    """Load a deployment from its TOML file; raises `LoadFault` with every fault that stops it.

    ``modules`` are plugins handed in by tests instead of installed ones, ``packaged`` those that were found when a
    function was packaged. Either way everything is validated.
    """
    deployment, faults = examine(path, modules=modules, packaged=packaged)
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


def examine(
    path: Path, *, modules: Iterable[object] = (), packaged: Mapping[str, Packaged] | None = None
) -> tuple[Deployment | None, list[Fault]]:
    """Put a deployment together as far as it goes, and say everything that is wrong with it.

    The deployment is None where so much is missing that there is nothing to look at.
    """
    config, faults = read(path, DeploymentFile)
    if config is None:
        return None, faults
    if path.stem != config.slug:
        faults.append(Fault(path.name, "slug", f"{config.slug} 与文件名不同", cure="改成一样"))
    faults.extend(identity_faults(config, path.name))
    faults.extend(cloud_faults(config, path.name))
    if config.store:
        try:
            read_address(config.store)
        except BadInput as error:
            faults.append(Fault(path.name, "store", error.message, cure=error.cure))
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
    calendar = _calendar(infra, config, faults)
    plugins = _plugins(path.name, config, modules, packaged, faults)
    deployment = _assembled(config, files, plugins, calendar, _digest(infra, path, config), faults)
    return deployment, [*faults, *unsound(deployment)]


def _calendar(infra: Path, config: DeploymentFile, faults: list[Fault]) -> WorkingCalendar:
    notices: list[Notice] = []
    for name in config.notices:
        try:
            notices.extend(read_notices((infra / "notices" / name).read_text("utf-8"), name))
        except OSError:
            faults.append(Fault(name, "", "没有这个文件", cure="放到 notices 目录下，或改正文件名"))
        except BadInput as error:
            faults.append(Fault(name, "", error.message, cure=error.cure))
    try:
        return WorkingCalendar.official(notices)
    except BadInput as error:
        faults.append(Fault(f"{config.slug}.toml", "notices", error.message, cure=error.cure))
        return WorkingCalendar.official()


def _plugins(
    file: str,
    config: DeploymentFile,
    modules: Iterable[object],
    packaged: Mapping[str, Packaged] | None,
    faults: list[Fault],
) -> Plugins:
    """The plugins of the lock, each at its locked version."""
    plugins, wrong = Plugins.load(config.plugins, modules, packaged)
    # A plugin that is not there is wrong in the file that asks for it, not in itself.
    faults.extend(
        structs.replace(each, file=file, key=f"plugins.{each.file}")
        if each.message == NOT_INSTALLED and each.file in config.plugins
        else each
        for each in wrong
    )
    for manifest in plugins:
        locked = config.plugins.get(manifest.id)
        key = f"plugins.{manifest.id}"
        if locked is None and manifest.kind is not CORE:
            faults.append(Fault(file, key, "插件不在锁定表里", cure="在 [plugins] 里写上它的版本"))
        if locked is not None and manifest.version and locked != manifest.version:
            said = f"锁定的是 {locked}，装的是 {manifest.version}"
            faults.append(Fault(file, key, said, cure="装锁定的版本，或看过变更之后改锁定表"))
    return plugins


def _digest(infra: Path, path: Path, config: DeploymentFile) -> list[tuple[str, str]]:
    """A hash of the content of every configuration file, by name."""
    named = [path]
    named.extend(infra / "jurisdictions" / name for name in config.jurisdictions)
    named.extend(infra / "notices" / name for name in config.notices)
    return sorted(
        (each.name, hashlib.sha256(each.read_bytes()).hexdigest()) for each in named if each.is_file()
    )


def _assembled(
    config: DeploymentFile,
    files: Mapping[str, JurisdictionFile],
    plugins: Plugins,
    calendar: WorkingCalendar,
    digest: list[tuple[str, str]],
    faults: list[Fault],
) -> Deployment:
    """Put together what plugins and files bring; what does not fit is left out and told in ``faults``."""

    def brought(hook: str) -> list[Brought]:
        found, wrong = plugins.brought(hook)
        faults.extend(wrong)
        return found

    places = _places(config, files, brought("linli_places"), faults)
    by_place = jurisdictions(files, config.place, places, faults)
    active = switched_on(by_place, config, plugins, places, faults)
    figures = brought("linli_parameters")
    parameters: dict[str, Parameter[Any]] = _by_id(
        [each for each in figures if isinstance(each.what, Parameter)], "参数", faults
    )
    values = [each for each in figures if isinstance(each.what, Setting)]
    hooked = (each for hook in plugins.hooks_of(Rule) for each in brought(hook))
    rules = bound_rules(hooked, plugins, active, places, faults)
    answered = {
        hook: bound_answers(brought(hook), plugins, active, places)
        for hook in plugins.practice_hooks()
        if hook not in plugins.hooks_of(Rule)
    }
    settings = bound_settings(values, plugins, active, places, faults)
    sources = _sources(brought("linli_sources"), rules, settings, configured_sources(files, faults), faults)
    at_known = {name: file for name, file in files.items() if file.place in places}
    settings.extend(configured_settings(at_known, parameters, sources, faults))
    terms: dict[str, Term[Any]] = _by_id(brought("linli_terms"), "条款项", faults)
    procedures: dict[str, Procedure] = _by_id(brought("linli_procedures"), "程序", faults)
    registers: dict[str, Register] = _by_id(brought("linli_registers"), "名册", faults)
    bearing = {NATION, *(bound.place for bound in rules), *(setting.place for setting in settings)}
    return Deployment(
        slug=config.slug,
        title=config.title,
        owner=config.owner,
        place=config.place,
        store=config.store,
        icp=config.icp,
        contact=config.contact,
        identity=config.identity,
        vault_key=config.vault_key,
        lock=_lock(plugins, digest),
        calendar=calendar,
        places=places,
        plugins=plugins,
        active=active,
        jurisdictions=by_place,
        sources=sources,
        parameters=parameters,
        settings=tuple(sorted(settings, key=lambda s: (s.parameter.id, s.place, s.since))),
        rules=tuple(sorted(rules, key=lambda bound: (bound.id, bound.place))),
        terms=terms,
        procedures=procedures,
        moments=_moments(procedures),
        registers=registers,
        checks=tuple(_by_id(brought("linli_checks"), "检查", faults).values()),
        page_kinds=tuple(_by_id(brought("linli_pages"), "页面", faults).values()),
        posts=_posts(procedures, registers, faults),
        rulebooks={
            code: Rulebook(code, places, rules, settings, terms, calendar) for code in sorted(bearing)
        },
        answered=answered,
    )


def _by_id(brought: Iterable[Brought], what: str, faults: list[Fault]) -> dict[str, Any]:
    """Things by id; of two under one id the first by plugin id stays."""
    kept: dict[str, Brought] = {}
    for each in brought:
        known = kept.setdefault(each.what.id, each)
        if known is not each:
            said = f"{what}编号重复：{known.plugin} 已经登记了"
            faults.append(Fault(each.plugin, each.what.id, said, cure="编号只能用一次，改掉一个"))
    return {id: each.what for id, each in sorted(kept.items())}


def _places(
    config: DeploymentFile, files: Mapping[str, JurisdictionFile], brought: list[Brought], faults: list[Fault]
) -> Places:
    """All places of plugins and files; where some do not fit, those that do."""
    named: list[Place] = [each.what for each in brought]
    for file in files.values():
        for table in filter(None, file.places):
            named.append(Place(**{**structs.asdict(table), "parent": table.parent or file.place}))
    try:
        places = Places(named)
    except LoadFault as error:
        faults.append(Fault("places", "", error.message, cure=error.cure))
        places = Places(_standing(named))
    if config.place and config.place not in places:
        said = f"{config.place} 不在任何插件登记的地方里"
        cure = "改正代码，锁定登记它的插件，或写进一个地方配置的 places"
        faults.append(Fault(f"{config.slug}.toml", "place", said, cure=cure))
    return places


def _standing(named: Iterable[Place]) -> list[Place]:
    """The places with a proper code of their own whose parents are there, all the way up."""
    first = {place.code: place for place in reversed(list(named)) if CODE.match(place.code)}
    standing, known = list[Place](), {NATION}
    first.pop(NATION, None)
    while fitting := [place for place in first.values() if place.parent in known]:
        standing.extend(fitting)
        for place in fitting:
            known.add(place.code)
            del first[place.code]
    return standing


def _sources(
    registered: Iterable[Brought],
    rules: Iterable[BoundRule],
    settings: Iterable[Setting[Any]],
    configured: Iterable[tuple[Source, str]],
    faults: list[Fault],
) -> dict[str, Source]:
    """Every text that is registered, cited or configured; one id names one text."""
    named = [(each.what, each.plugin) for each in registered]
    named.extend((cite.source, bound.id) for bound in rules for cite in bound.rule.cites)
    named.extend((s.cites.source, f"{s.origin}：{s.parameter.id}") for s in settings if s.cites is not None)
    named.extend(configured)
    found: dict[str, tuple[Source, str]] = {}
    for source, origin in named:
        known, first = found.setdefault(source.id, (source, origin))
        if known != source:
            said = f"与 {first} 用同一编号说了两个文本"
            faults.append(Fault(origin, source.id, said, cure="写成一样，或换一个编号"))
    return {id: source for id, (source, _) in sorted(found.items())}


def _moments(procedures: Mapping[str, Procedure]) -> dict[str, Moment]:
    """Every judged moment; where actions share one, the first says which facts it reads."""
    found: dict[str, Moment] = {}
    for procedure in procedures.values():
        for action in procedure.actions.values():
            if action.judged:
                id = procedure.moment(action.id)
                found.setdefault(id, Moment(id, procedure, action, action.reads or action.form))
    return found


def _posts(
    procedures: Mapping[str, Procedure], registers: Mapping[str, Register], faults: list[Fault]
) -> dict[str, Post]:
    """Every kind of post that may act or write, by id."""
    named = [(p.id, post) for p in procedures.values() for post in p.posts().values()]
    named.extend((register.id, post) for register in registers.values() for post in register.written_by)
    found: dict[str, Post] = {}
    for where, post in named:
        if found.setdefault(post.id, post) != post:
            said = "用同一编号说了另一个岗位"
            faults.append(Fault(where, post.id, said, cure="写成一样，或换一个编号"))
    return dict(sorted(found.items()))


def _lock(plugins: Plugins, digest: list[tuple[str, str]]) -> str:
    versions = [(manifest.id, manifest.version) for manifest in plugins]
    return hashlib.sha256(canonical({"plugins": versions, "files": digest})).hexdigest()[:16]
