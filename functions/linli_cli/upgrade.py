"""Bring stores that an older Linli wrote to the tables of this one. End the process that serves them first.

    linli backup /srv/copies/before-upgrade --home /srv/linli     with the older Linli
    linli upgrade --dry-run --home /srv/linli
    linli upgrade --home /srv/linli

A dry run does all of the work and takes it back. Either way a store is changed as a whole or not at all.
"""

from __future__ import annotations

import argparse

import msgspec

from linli.store_upgrades import Upgraded, upgrade
from linli_cli.infra import Infra
from linli_cli.opened import add_home, home_of, stored
from linli_cli.output import print_json
from linli_functions.opening import store_file


def configure(parser: argparse.ArgumentParser) -> None:
    """Take whether to keep what is done."""
    parser.add_argument("--dry-run", action="store_true", help="全部做一遍，不保存")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    add_home(parser)


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Upgrade every store of the home folder."""
    home = home_of(arguments)
    done = {
        deployment.slug: upgrade(store_file(deployment, home), dry_run=arguments.dry_run)
        for deployment in stored(infra, home)
    }
    if arguments.json:
        print_json(msgspec.to_builtins(done))
        return 0
    for slug, upgraded in done.items():
        print(f"{slug}：{_said(upgraded, dry_run=arguments.dry_run)}")
        for change in upgraded.changes:
            print(f"  {change}")
    return 0


def _said(upgraded: Upgraded, *, dry_run: bool) -> str:
    if upgraded.before == upgraded.after:
        return f"已经是版本 {upgraded.after}"
    return f"版本 {upgraded.before} → {upgraded.after}，{'可以升级，没有保存' if dry_run else '已升级'}"
