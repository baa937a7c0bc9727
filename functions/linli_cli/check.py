"""Load configurations and the plugins they name, and report everything that is wrong, all at once.

    linli check                                   every deployment of the infra folder
    linli check infra/deployments/here.toml       one deployment
    linli check infra/jurisdictions/there.toml    every deployment that uses this jurisdiction
    linli check --on 2027-01-01                   and what will rest on articles that have ended by then
    linli check --issuers                         and whether issuers of identities answer as the files say

Reported with file and key: unknown keys, missing plugins, wrong versions, values and rules that loosen a
higher text or cut a guarantee (with both citations), overlapping dates, articles no longer in force, rules
whose code was changed without a new revision.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from linli.configuration import DeploymentFile, read
from linli.deployment import check
from linli.errors import NotFound
from linli.faults import Fault
from linli_cli.infra import Infra
from linli_cli.options import day, today
from linli_cli.output import fault_as_json, print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Take files, a day, and --json."""
    parser.add_argument(
        "configs", nargs="*", metavar="CONFIG", type=Path, help="部署或地方的配置文件（默认：全部部署）"
    )
    parser.add_argument("--on", type=day, metavar="日期", help="检查哪一天的条文效力（默认：今天）")
    parser.add_argument(
        "--issuers", action="store_true", help="连一次统一身份认证，核对它的发现文档和公钥（要联网）"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Print every fault; 1 where there is one."""
    on: date = arguments.on or today()
    files = _deployments(arguments.configs, infra)
    faults = check(files, on)
    if arguments.issuers:
        faults += [fault for path in files for fault in _issuers(path)]
    if arguments.json:
        print_json(
            {"on": on, "checked": [path.name for path in files], "faults": [fault_as_json(f) for f in faults]}
        )
    else:
        for fault in faults:
            print(("提醒 " if fault.alarm else "错误 ") + str(fault))
        names = "、".join(path.stem for path in files)
        print(
            f"按 {on} 检查了 {len(files)} 个部署（{names}）："
            + (f"{len(faults)} 处问题" if faults else "没有问题")
        )
    return 1 if faults else 0


def _deployments(configs: list[Path], infra: Infra) -> list[Path]:
    """The deployments to check: those named, those that use a jurisdiction named, or all."""
    if not configs:
        return infra.files()
    found: dict[Path, None] = {}
    for path in configs:
        if not path.is_file():
            raise NotFound(
                f"没有 {path} 这个文件", cure="给出 infra/deployments 或 infra/jurisdictions 里的一个文件"
            )
        if path.parent.name != "jurisdictions":
            found[path] = None
            continue
        users = [
            each
            for each in sorted((path.parent.parent / "deployments").glob("*.toml"))
            if _uses(each, path.name)
        ]
        if not users:
            raise NotFound(f"没有部署用到 {path.name}", cure="在一个部署的 jurisdictions 里写上它")
        found.update(dict.fromkeys(users))
    return list(found)


def _issuers(path: Path) -> list[Fault]:
    """What is wrong with the issuers of a deployment when they are asked now."""
    from linli_functions.issuer import issuer_faults

    config, _ = read(path, DeploymentFile)
    return [] if config is None else issuer_faults(config, path.name)


def _uses(deployment: Path, name: str) -> bool:
    config, _ = read(deployment, DeploymentFile)
    return config is not None and name in config.jurisdictions
