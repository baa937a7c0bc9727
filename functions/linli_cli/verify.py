"""Prove store, ledger, log and published record against each other; or check a portal from outside.

    linli verify
    linli verify --home /srv/linli --json
    linli verify https://portal.example/yiqu/
    linli verify https://portal.example/yiqu/ --key 'linli/yiqu+…' --earlier checkpoint-2026-10

Without an address the stores of this machine are verified. With the address of a portal, or the folder of one, only
what it publishes is read: the signature, every tile and entry, an earlier checkpoint that you kept, every published
body. Names what does not fit, the first thing found first. The exit code is 1 where anything does not.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from linli_cli.infra import Infra
from linli_cli.opened import add_home, home_of, opened, stored
from linli_cli.output import print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Take the folder of the stores, or a portal."""
    parser.add_argument(
        "portal", nargs="?", default="", metavar="网站", help="公开页面的网址或文件夹；不写就核对本机的存储"
    )
    parser.add_argument(
        "--key", default="", metavar="公钥", help="从别处得到的验证公钥（默认：相信网站自己写的）"
    )
    parser.add_argument("--earlier", type=Path, metavar="文件", help="以前留下的检查点：日志只能比它长")
    parser.add_argument(
        "--earlier-key",
        default="",
        metavar="公钥",
        help="换过密钥时，签那个检查点的公钥（默认：与 --key 相同）",
    )
    add_home(parser)
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Print what does not fit; 1 where something does not."""
    return _outside(arguments) if arguments.portal else _inside(arguments, infra)


def _outside(arguments: argparse.Namespace) -> int:
    """Check a portal by what it publishes."""
    import msgspec

    from linli_cli.fetching import fetcher
    from linli_site.outside import check_portal

    earlier = arguments.earlier.read_text("utf-8") if arguments.earlier else ""
    found = check_portal(
        fetcher(arguments.portal), key=arguments.key, earlier=earlier, earlier_key=arguments.earlier_key
    )
    if arguments.json:
        print_json(msgspec.to_builtins(found))
        return 1 if found.faults else 0
    print(
        f"{found.origin}：日志 {found.size} 条，{'全部相符' if not found.faults else f'{len(found.faults)} 处不符'}"
    )
    print(
        f"  {found.matters} 件事，公开内容 {found.bodies} 步、{found.texts} 份文字，已撤下 {found.taken_down} 份"
    )
    if found.grown_from:
        print(f"  包含以前留下的检查点（{found.grown_from} 条）")
    if found.own_word:
        print("  公钥是网站自己写的；请与公布在别处的核对，再用 --key")
    if found.handed_to:
        print(f"  正在更换密钥，新的公钥：{found.handed_to}")
    for fault in found.faults:
        print(f"  {fault}")
    return 1 if found.faults else 0


def _inside(arguments: argparse.Namespace, infra: Infra) -> int:
    """Verify the stores of this machine."""
    from linli.sequencing import read_head
    from linli.verification import verify

    home = home_of(arguments)
    told: dict[str, dict[str, Any]] = {}
    for deployment in stored(infra, home):
        with opened(deployment, home) as service:
            head, _ = read_head(service.store)
            told[deployment.slug] = {"leaves": head.size, "root": head.root, "faults": verify(service.desk)}
    if arguments.json:
        print_json(told)
    else:
        for slug, found in told.items():
            faults = found["faults"]
            print(
                f"{slug}：日志 {found['leaves']} 条，{'全部相符' if not faults else f'{len(faults)} 处不符'}"
            )
            for fault in faults:
                print(f"  {fault}")
    return 1 if any(found["faults"] for found in told.values()) else 0
