"""Binding: at which places what a plugin brings holds.

A place plugin's rules hold at its place, a practice's wherever a jurisdiction switches it on; either only
where a jurisdiction, there or above, has switched the plugin on. Faults are added to the list that is handed
in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, structs

from linli.citations import NATION
from linli.configuration import DeploymentFile, JurisdictionFile
from linli.faults import Fault
from linli.parameters import Setting
from linli.places import Places
from linli.plugins import CORE, PLACE, Brought, Manifest, Plugins
from linli.rulebook import BoundRule

Active = Mapping[str, tuple[str, ...]]
"""For each plugin the highest places at which it is switched on."""


class Jurisdiction(Struct, frozen=True):
    """A place with a configuration of its own. ``plugins`` are switched on at it, not inherited."""

    place: str
    title: str
    file: str
    plugins: tuple[str, ...] = ()
    labels: dict[str, str] = {}


class Bound(Struct, frozen=True):
    """What a plugin answered to a hook of a practice, and a place at and below which it holds."""

    place: str
    what: Any


def jurisdictions(
    files: Mapping[str, JurisdictionFile], top: str, places: Places, faults: list[Fault]
) -> dict[str, Jurisdiction]:
    """The jurisdictions by place. Each lies in the deployment's top place or above it; a place has one."""
    found: dict[str, Jurisdiction] = {}
    for name, file in files.items():
        place = file.place
        if place not in places:
            said = f"{place} 不在任何插件登记的地方里"
            faults.append(Fault(name, "place", said, cure="改正代码，或启用登记它的插件"))
        elif top in places and not places.within(place, top) and not places.within(top, place):
            said = f"{place} 不在 {top} 之内，也不是它的上级"
            faults.append(Fault(name, "place", said, cure="从部署的 jurisdictions 里去掉它"))
        elif place in found:
            said = f"{place} 有两个配置：{found[place].file}、{name}"
            faults.append(Fault(name, "place", said, cure="合成一个"))
        else:
            found[place] = Jurisdiction(place, file.title, name, file.plugins, dict(file.labels))
    return found


def switched_on(
    by_place: Mapping[str, Jurisdiction],
    config: DeploymentFile,
    plugins: Plugins,
    places: Places,
    faults: list[Fault],
) -> Active:
    """At which places each plugin is switched on; a place below one of them is not named again."""
    found: dict[str, list[str]] = {m.id: [NATION] for m in plugins if m.kind is CORE}
    for place in sorted(by_place, key=lambda code: len(places.path(code))):
        file = by_place[place].file
        for number, plugin in enumerate(by_place[place].plugins):
            key = f"plugins[{number}]"
            if plugin not in config.plugins:
                said = f"插件 {plugin} 不在 {config.slug}.toml 的锁定表里"
                faults.append(Fault(file, key, said, cure="在部署的 [plugins] 里写上它的版本，或不启用它"))
                continue
            if plugin not in plugins:
                continue  # that it is missing or faulty has been said
            manifest = plugins[plugin]
            if manifest.kind is PLACE and _deeper(places, manifest.place, place) is None:
                said = f"插件 {plugin} 是 {manifest.place} 的，不能在 {place} 启用"
                faults.append(Fault(file, key, said, cure="只在它的地方、上级或下级启用"))
                continue
            above = found.setdefault(plugin, [])
            if not any(places.within(place, code) for code in above):
                above.append(place)
    for manifest in plugins:
        for place in found.get(manifest.id, ()):
            for needed in manifest.requires:
                if needed in config.plugins and needed not in plugins:
                    continue  # that it is missing or faulty has been said
                if not any(places.within(place, code) for code in found.get(needed, ())):
                    said = f"在 {place} 启用它，要先启用 {needed}"
                    cure = f"在同一地方或上级的配置里启用 {needed}"
                    faults.append(Fault(manifest.id, "requires", said, cure=cure))
    return {plugin: tuple(codes) for plugin, codes in sorted(found.items())}


def bound_rules(
    brought: Iterable[Brought], plugins: Plugins, active: Active, places: Places, faults: list[Fault]
) -> list[BoundRule]:
    """Rules under their full ids ``<plugin>.<moment>.<slug>``, at the places where they hold."""
    bound: list[BoundRule] = []
    seen: set[str] = set()
    for each in brought:
        manifest, rule = plugins[each.plugin], each.what
        for moment in rule.moments:
            id = f"{manifest.id}.{moment}.{rule.slug}"
            if id in seen:
                faults.append(Fault(manifest.id, id, "规则编号重复", cure="改掉一个函数的名字"))
                continue
            seen.add(id)
            bound.extend(
                BoundRule(id, manifest.id, moment, place, rule)
                for place in _places_of(manifest, active, places)
            )
    return bound


def bound_settings(
    brought: Iterable[Brought], plugins: Plugins, active: Active, places: Places, faults: list[Fault]
) -> list[Setting[Any]]:
    """The values that plugins give, as far as the plugins are switched on."""
    found: list[Setting[Any]] = []
    for each in brought:
        manifest, setting = plugins[each.plugin], each.what
        key = f"{setting.parameter.id}@{setting.place}"
        if setting.place not in places:
            faults.append(Fault(manifest.id, key, "没有这个地方", cure="改正代码，或用 linli_places 登记它"))
            continue
        if manifest.kind is PLACE and not places.within(setting.place, manifest.place):
            said = f"{manifest.place} 的插件不能给别处定值"
            faults.append(Fault(manifest.id, key, said, cure="移到那个地方的插件或配置"))
            continue
        for code in active.get(manifest.id, ()):
            at = _deeper(places, setting.place, code)
            if at is not None:
                found.append(structs.replace(setting, place=at, origin=manifest.id))
    return found


def bound_answers(
    brought: Iterable[Brought], plugins: Plugins, active: Active, places: Places
) -> tuple[Bound, ...]:
    """What plugins answered to a hook of a practice, at the places where it holds; nothing stands twice at a place."""
    return tuple(
        Bound(place, each.what)
        for each in brought
        for place in _places_of(plugins[each.plugin], active, places)
    )


def _places_of(manifest: Manifest, active: Active, places: Places) -> list[str]:
    """The places at which a plugin's rules hold."""
    codes = active.get(manifest.id, ())
    if manifest.kind is not PLACE:
        return list(codes)
    return sorted({place for code in codes if (place := _deeper(places, manifest.place, code)) is not None})


def _deeper(places: Places, one: str, other: str) -> str | None:
    """The lower of two places that lie in one another; None where neither lies in the other."""
    if places.within(one, other):
        return one
    return other if places.within(other, one) else None
