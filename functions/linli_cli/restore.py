"""Put the stores of a back-up back. End the process that serves them first.

    linli restore /srv/copies/2026-11-27 --home /srv/linli
    linli restore /srv/copies/2026-11-27 --home /srv/linli --replace

Everything is checked before anything is touched. Afterwards every store is verified as `linli verify` does it. Where
the log of a copy is shorter than the one that readers have seen on the portal, this is said: tell them so.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linli.deployment import load
from linli_cli.infra import Infra
from linli_cli.opened import add_home, home_of, opened
from linli_cli.output import print_json
from linli_functions.backups import restore


def configure(parser: argparse.ArgumentParser) -> None:
    """Take the folder of the back-up."""
    parser.add_argument("folder", type=Path, metavar="文件夹", help="linli backup 写的文件夹")
    parser.add_argument("--replace", action="store_true", help="换掉已有的存储；原来的另存在旁边")
    parser.add_argument("--portal", type=Path, metavar="目录", help="公开页面所在（默认：<home>/portal）")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    add_home(parser)


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Restore and verify; 1 where something does not fit."""
    from linli.verification import verify

    home = home_of(arguments)
    deployments = [load(path) for path in infra.files()]
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    portal = arguments.portal or home / "portal"
    done = restore(
        deployments, arguments.folder, home, portal, replace=arguments.replace, stamp=f"before-{stamp}"
    )
    by_slug = {deployment.slug: deployment for deployment in deployments}
    told: dict[str, dict[str, Any]] = {}
    for each in done:
        with opened(by_slug[each.copied.slug], home) as service:
            told[each.copied.slug] = {
                "leaves": each.copied.leaves,
                "aside": each.aside,
                "unseen": each.unseen,
                "faults": verify(service.desk),
            }
    if arguments.json:
        print_json(told)
    else:
        for slug, found in told.items():
            sound = "全部相符" if not found["faults"] else f"{len(found['faults'])} 处不符"
            print(f"{slug}：已恢复，日志 {found['leaves']} 条，{sound}")
            if found["aside"]:
                print(f"  原来的存储：{found['aside']}")
            if found["unseen"]:
                print(f"  公开页面上已有的日志比它多 {found['unseen']} 条：请在公开页面上说明，不要隐瞒")
            for fault in found["faults"]:
                print(f"  {fault}")
    return 1 if any(found["faults"] for found in told.values()) else 0
