"""Back up stores while they are written to.

    linli backup /srv/copies/2026-11-27 --home /srv/linli
    linli backup /srv/copies/2026-11-27 --keys /media/safe/2026-11-27

Each copy is one moment of its store, and is checked before it counts. Keys go into a folder of their own, and only
where one is named: keep it apart from the copies, who has both has the personal data.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from linli_cli.infra import Infra
from linli_cli.opened import add_home, home_of, stored
from linli_cli.output import print_json
from linli_functions.backups import back_up


def configure(parser: argparse.ArgumentParser) -> None:
    """Take the folders to write."""
    parser.add_argument("folder", type=Path, metavar="文件夹", help="新建的文件夹")
    parser.add_argument("--keys", type=Path, metavar="文件夹", help="把密钥复制到另一个新建的文件夹")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    add_home(parser)


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Back up every deployment that has a store in the home folder."""
    home = home_of(arguments)
    made = back_up(stored(infra, home), home, arguments.folder, datetime.now(UTC), arguments.keys)
    if arguments.json:
        print_json(msgspec.to_builtins(made))
        return 0
    for copied in made.stores:
        print(f"{copied.slug}：{copied.file}，{copied.size / 2**20:.1f} MB，日志 {copied.leaves} 条，已核对")
    if arguments.keys is None:
        print("密钥没有复制；要复制到另一处：--keys")
    return 0
