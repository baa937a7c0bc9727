"""Publish what may go out, and build the static portal from it.

    linli build --home .linli --out public
    linli --deployment SLUG build --out public --address https://example.cn/linli --explain

Only pages that read something that has changed are drawn; --explain says for each of them what that was. What the
next build has to know is kept beside the portal, in <out>/<slug>.json; without it everything is built anew. Nothing
is written where a page may not go out: personal data on it, a link that leads nowhere. The exit code is then 1.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from linli_cli.infra import Infra
from linli_cli.opened import add_home, home_of, opened, stored
from linli_cli.options import day
from linli_cli.output import print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Take the folders, the day, and what to say."""
    add_home(parser)
    parser.add_argument(
        "--out",
        metavar="目录",
        type=Path,
        default=Path("public"),
        help="写到哪里，每个部署一个子目录（默认：public）",
    )
    parser.add_argument("--on", type=day, metavar="日期", help="按哪一天的状态（默认：今天）")
    parser.add_argument("--address", metavar="网址", default="", help="公开页面的网址，印在张贴的通知上")
    parser.add_argument("--receipts", metavar="网址", default="", help="凭回执查询的网址（默认：没有）")
    parser.add_argument("--notice", metavar="一句话", default="", help="写在每一页上方，例如说明这是演示")
    parser.add_argument(
        "--processes", type=int, metavar="N", default=2, help="大量页面时用几个进程（默认：2）"
    )
    parser.add_argument("--explain", action="store_true", help="说明每一页为什么重画")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Build the portal of every deployment that has a store; `BuildFault` where one cannot go out."""
    # The generator is loaded by this command only.
    from linli.publication import publish
    from linli.record import StoreRecord
    from linli_functions.opening import log_signer
    from linli_site.bucket import Folder
    from linli_site.facts import OnDisk
    from linli_site.manifest import ManifestFile
    from linli_site.portal import Portal, frame_of

    home = home_of(arguments)
    told = {}
    for deployment in stored(infra, home):
        slug = deployment.slug
        with opened(deployment, home) as service, ManifestFile(arguments.out / f"{slug}.json") as file:
            published = publish(service.desk, log_signer(home, slug))
            portal = Portal(
                deployment,
                StoreRecord(service.store),
                Folder(arguments.out / slug),
                frame_of(deployment, arguments.notice),
                address=f"{arguments.address.rstrip('/')}/{slug}" if arguments.address else "",
                receipts=arguments.receipts,
                processes=arguments.processes,
                values=OnDisk(),
            )
            report = portal.build(arguments.on or service.clock.today(), file.manifest)
            file.save(portal.manifest())
        told[slug] = {
            "pages": report.pages,
            "written": list(report.written),
            "deleted": list(report.deleted),
            "held": list(published.held),
            "reasons": report.reasons if arguments.explain else {},
        }
        if arguments.json:
            continue
        for line in report.explain() if arguments.explain else ():
            print(line)
        print(
            f"{slug}：共 {report.pages} 个文件，写了 {len(report.written)} 个，删了 {len(report.deleted)} 个，"
            f"在 {arguments.out / slug}"
        )
        for held in published.held:
            print(f"  没有公开：{held}")
    if arguments.json:
        print_json(told)
    return 0
