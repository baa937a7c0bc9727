"""Say which plugins are installed, where they are switched on, and what rules they bring.

linli plugins                              what is installed, and which deployments use it
linli plugins show ID                      its rules with citation, rank and dates, and its values
linli plugins revisions ID                 whether changed rules have a new revision number
linli plugins revisions ID --write         count the present state as seen (commit the file)
"""

from __future__ import annotations

import argparse
from typing import Any

from linli.deployment import Deployment, load
from linli.errors import LoadFault, NotFound
from linli.parameters import readable
from linli.plugins import CORE, Manifest, installed
from linli.revisions import revision_faults, write_revisions
from linli.rulebook import BoundRule
from linli_cli.infra import Infra
from linli_cli.output import fault_as_json, note, plain, print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Take nothing, or ``show ID``, or ``revisions ID``."""
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(what=None)
    what = parser.add_subparsers(dest="what", metavar="show | revisions")
    show = what.add_parser("show", help="一个插件的规则和参数值")
    show.add_argument("plugin", metavar="ID")
    show.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="输出 JSON")
    revisions = what.add_parser("revisions", help="规则改了代码有没有改版次")
    revisions.add_argument("plugin", metavar="ID")
    revisions.add_argument("--write", action="store_true", help="把现在的版次和代码记下来")
    revisions.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="输出 JSON")


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Print what was asked for."""
    deployments, broken = _loaded(infra)
    if arguments.what is None:
        return _listed(deployments, broken, as_json=arguments.json)
    using = [each for each in deployments if arguments.plugin in each.plugins]
    if not using:
        if broken:
            raise broken[0]
        known = "、".join(sorted({m.id for each in deployments for m in each.plugins}))
        raise NotFound(f"没有部署用到插件 {arguments.plugin}", cure=f"用到的有：{known}")
    if arguments.what == "show":
        return _shown(using, arguments.plugin, as_json=arguments.json)
    return _revised(using, arguments.plugin, write=arguments.write, as_json=arguments.json)


def _loaded(infra: Infra) -> tuple[list[Deployment], list[LoadFault]]:
    """Every deployment that loads, and the faults of those that do not."""
    found, broken = list[Deployment](), list[LoadFault]()
    for path in infra.files():
        try:
            found.append(load(path))
        except LoadFault as fault:
            broken.append(fault)
    return found, broken


def _listed(deployments: list[Deployment], broken: list[LoadFault], *, as_json: bool) -> int:
    manifests: dict[str, Manifest] = {m.id: m for each in deployments for m in each.plugins}
    unused = sorted(set(installed()) - set(manifests))
    rows = [
        _row(manifest, deployments)
        for manifest in sorted(manifests.values(), key=lambda m: (m.kind is not CORE, m.id))
    ]
    if as_json:
        print_json({"plugins": rows, "unused": unused, "not_loaded": [fault.where for fault in broken]})
    else:
        for row in rows:
            where = "；".join(f"{slug}：{'、'.join(places)}" for slug, places in row["enabled"].items())
            named = f"{row['id']} {row['version'] or '（随核心）'}"
            print(f"{named}  {row['title']}（{row['rules']} 条规则）  {where}")
        if unused:
            print(f"装了但没有部署用到：{'、'.join(unused)}")
    for fault in broken:
        note(f"linli: {fault.where} 没有载入，运行 linli check 看原因")
    return 1 if broken else 0


def _row(manifest: Manifest, deployments: list[Deployment]) -> dict[str, Any]:
    using = [each for each in deployments if manifest.id in each.plugins]
    rules = {bound.id for each in using for bound in each.rules if bound.plugin == manifest.id}
    return {
        "id": manifest.id,
        "title": manifest.title,
        "kind": manifest.kind.value,
        "version": manifest.version,
        "place": manifest.place,
        "requires": list(manifest.requires),
        "rules": len(rules),
        "enabled": {each.slug: list(each.active.get(manifest.id, ())) for each in using},
    }


def _shown(using: list[Deployment], plugin: str, *, as_json: bool) -> int:
    manifest = using[0].plugins[plugin]
    rules = {bound.id: bound for each in using for bound in each.rules if bound.plugin == plugin}
    settings = {
        (s.parameter.id, s.place, s.since): s for each in using for s in each.settings if s.origin == plugin
    }
    if as_json:
        values = [
            {
                "parameter": s.parameter.id,
                "place": s.place,
                "value": plain(s.value),
                "since": plain(s.since),
                "until": plain(s.until),
                "example": s.example,
                "cites": [s.cites.label] if s.cites else [],
            }
            for s in settings.values()
        ]
        print_json(
            {**_row(manifest, using), "rules": [_rule(rules[id]) for id in sorted(rules)], "values": values}
        )
        return 0
    print(f"{manifest.id} {manifest.version}  {manifest.title}（{manifest.kind.title}）")
    if manifest.description:
        print(manifest.description)
    for each in using:
        print(
            f"  在 {each.slug} 启用于 {'、'.join(each.active.get(plugin, ())) or '（锁定了，没有地方启用）'}"
        )
    for id in sorted(rules):
        rule = rules[id].rule
        life = _life(rule.since, rule.until)
        print(f"\n{id}\n  {rule.title}（{rules[id].rank.title}，{life}，第 {rule.revision} 版）")
        for cite in rule.cites:
            print(f"  {cite.label}{'：' + cite.gist if cite.gist else ''}")
    if settings:
        print("\n参数值")
    for setting in settings.values():
        rests = setting.cites.label if setting.cites else "示例"
        value = readable(setting.value, setting.parameter.unit)
        life = _life(setting.since, setting.until)
        print(
            f"  {setting.parameter.title} {value}（{setting.parameter.id}，{setting.place}，{life}，{rests}）"
        )
    return 0


def _rule(bound: BoundRule) -> dict[str, Any]:
    rule = bound.rule
    return {
        "id": bound.id,
        "title": rule.title,
        "place": bound.place,
        "rank": bound.rank.name.lower(),
        "force": rule.force.value,
        "power": rule.power.value,
        "governed_by": rule.governed_by.value,
        "since": plain(rule.since),
        "until": plain(rule.until),
        "revision": rule.revision,
        "cites": [
            {
                "source": c.source.id,
                "article": c.article,
                "rank": c.rank.name.lower(),
                "since": plain(c.source.since),
            }
            for c in rule.cites
        ],
        "uses": [use.id for use in rule.uses],
    }


def _life(since: object, until: object) -> str:
    return f"{since} 至 {until}" if until else f"{since} 起"


def _revised(using: list[Deployment], plugin: str, *, write: bool, as_json: bool) -> int:
    # Rules for a practice are there only where it is locked: all deployments together have them all.
    rules = [bound for each in using for bound in each.rules if bound.plugin == plugin]
    folder = using[0].plugins.folder(plugin)
    if write:
        if folder is None:
            raise NotFound(f"{plugin} 没有自己的目录", cure="插件要是一个装好的包")
        faults = write_revisions(plugin, rules, folder)
    else:
        faults = revision_faults(plugin, rules, folder)
    if as_json:
        print_json({"plugin": plugin, "faults": [fault_as_json(fault) for fault in faults]})
    else:
        for fault in faults:
            print(fault)
        if not faults:
            print(f"{plugin} 的 {len({bound.id for bound in rules})} 条规则都与 revisions.toml 一致")
    return 1 if faults else 0
