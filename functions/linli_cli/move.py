"""Move a deployment: from one machine to another, into the cloud, and back. Nothing of its record changes.

    linli --deployment river move out river.linli --keys /media/safe/river --home /srv/linli
    linli --deployment river move in river.linli --keys /media/safe/river --home /srv/linli

End the process that serves it before you move it out, and start the new one when it has arrived. The file holds the
whole store, personal data sealed; the keys go into a folder of their own: keep the two apart. Interrupted, `move in`
goes on when it is called again. Afterwards the store is verified as `linli verify` does it: the log has the same root,
under the same key.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from linli_cli.infra import Infra
from linli_cli.opened import add_home, home_of, opened
from linli_cli.output import print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Take which way, and the file."""
    ways = parser.add_subparsers(dest="way", required=True, metavar="方向")
    out = ways.add_parser("out", help="把部署的存储写成一个文件")
    into = ways.add_parser("in", help="把文件里的存储搬到部署配置说的地方")
    for way, said in ((out, "新建的文件"), (into, "linli move out 写的文件")):
        way.add_argument("file", type=Path, metavar="文件", help=said)
        way.add_argument("--keys", type=Path, metavar="文件夹", help="密钥写到哪里，或在哪里")
        way.add_argument(
            "--secret", default="", metavar="ARN", help="密钥不在目录里而在云上的机密里时，写它的 ARN"
        )
        way.add_argument("--json", action="store_true", help="输出 JSON")
        add_home(way)
    into.add_argument(
        "--vault-from", default="", metavar="ARN", help="原来包个人密钥的是云上的密钥时，写它的 ARN"
    )


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Move out or in; 1 where what arrived does not fit together."""
    from linli.deployment import load
    from linli.errors import BadInput
    from linli_functions.moving import moved_in, moved_out

    paths = infra.files()
    if len(paths) > 1:
        names = "、".join(path.stem for path in paths)
        raise BadInput("要写明搬哪个部署", where="--deployment", cure=f"有：{names}；写在命令之前")
    deployment, home = load(paths[0]), home_of(arguments)
    if arguments.way == "out":
        header = moved_out(deployment, home, arguments.file, arguments.keys, arguments.secret)
        told = {"slug": deployment.slug, "leaves": header.leaves, "root": header.root}
        if arguments.json:
            print_json(told)
            return 0
        print(f"{deployment.slug}：已搬出到 {arguments.file}，日志 {header.leaves} 条")
        if arguments.keys is None:
            print("密钥没有复制；要复制到另一处：--keys")
        return 0
    from linli.verification import verify

    header = moved_in(
        deployment, home, arguments.file, arguments.keys, arguments.secret, arguments.vault_from
    )
    with opened(deployment, home, arguments.secret) as service:
        faults = verify(service.desk)
    if arguments.json:
        print_json({"slug": deployment.slug, "leaves": header.leaves, "root": header.root, "faults": faults})
        return 1 if faults else 0
    sound = "全部相符" if not faults else f"{len(faults)} 处不符"
    print(f"{deployment.slug}：已搬入，日志 {header.leaves} 条，和搬出时相同；{sound}")
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0
