"""The entry point of the command `linli`.

Each command is a module of this package with ``configure(parser)`` and ``run(arguments, infra) -> int``; it
is imported only when it is called, so that `linli --help` and every other command start fast. A plugin brings
a command by the entry point group `linli.commands`: a module of the same two functions and a ``TITLE``. One that
works on a store says ``STORES = True``: it is given ``--home`` and ``--day``, and ``infra.opened(arguments, code,
writes=…)`` opens the service in which a place or a matter lies.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from linli.errors import BadInput, LinliError, LoadFault, NotFound

# The name of each command, its module, and what it does. A new command is a module and a line here.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("linli_cli.demo", "建好演示，在本机打开公开页面、工作台和接口"),
    "check": ("linli_cli.check", "检查配置和插件，一次列出所有问题"),
    "plugins": ("linli_cli.plugins", "装了哪些插件、在哪里启用、有哪些规则"),
    "schema": ("linli_cli.schema", "一个环节要填的事实，JSON Schema"),
    "judge": ("linli_cli.judge", "按当地规则判断事实，什么都不保存"),
    "take": ("linli_cli.take", "开始一件事，或办理一步"),
    "show": ("linli_cli.show", "一件事的现状和经过"),
    "list": ("linli_cli.listing", "一个地方的事项，或等某人办的事"),
    "import": ("linli_cli.importing", "从表格导入名册，全部或者一条也不"),
    "export": ("linli_cli.exporting", "把名册导出成表格，或写出空表"),
    "forget": ("linli_cli.forget", "删除一个人的个人信息，或说明为什么不能"),
    "serve": ("linli_cli.serve", "在本机运行：公开页面、工作台、接口"),
    "build": ("linli_cli.build", "生成公开页面，只重画有变化的"),
    "replay": ("linli_cli.replay", "把已存的决定重新判断一遍，分类列出不同"),
    "ledger": ("linli_cli.ledger", "账户余额、流水、对账，导出给别的程序"),
    "verify": ("linli_cli.verify", "核对存储、账目、日志和公开记录，指出不符之处"),
    "backup": ("linli_cli.backup", "备份存储，不用停止运行"),
    "restore": ("linli_cli.restore", "从备份恢复存储，并核对"),
    "move": ("linli_cli.move", "把一个部署搬到别的机器、云上，或搬回来"),
    "upgrade": ("linli_cli.upgrade", "把旧版本写的存储升级到这个版本"),
    "store": ("linli_cli.storing", "建一张存储用的 DynamoDB 表，供试用"),
    "deploy": ("linli_cli.deploy", "放到云上：会有什么变化、更新、现状"),
}

COMMAND_GROUP = "linli.commands"
"""The entry point group in which installed plugins name their commands."""

FINE, FOUND, BAD_USAGE = 0, 1, 2
EXIT_CODES = f"退出码：{FINE} 正常；{FOUND} 发现问题，或者不予通过；{BAD_USAGE} 用法或输入有误。"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 fine, 1 faults found or refused, 2 bad usage or input."""
    given = sys.argv[1:] if argv is None else list(argv)
    try:
        arguments = _parser(given).parse_args(given)
    except SystemExit as end:  # argparse has printed what there is to say
        return int(end.code or 0)
    except LoadFault as fault:
        print(f"linli: {fault}", file=sys.stderr)
        return FOUND
    if arguments.command is None:
        _parser(given).print_help()
        return BAD_USAGE
    # Imported here: who asks for help does not wait for the kernel.
    from linli_cli.infra import Infra
    from linli_cli.output import complain

    try:
        infra = Infra(Path(arguments.infra) if arguments.infra else _infra_folder(), arguments.deployment)
        return int(arguments.run(arguments, infra))
    except LinliError as error:
        complain(error, as_json=getattr(arguments, "json", False))
        return BAD_USAGE if isinstance(error, (BadInput, NotFound)) else FOUND
    except BrokenPipeError:  # the reader, say `head`, has seen enough
        sys.stderr.close()
        return FINE


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """The parser; only the command that is called gets its own arguments."""
    parser = argparse.ArgumentParser(
        prog="linli",
        description="邻里：按当地规则判断社区事务，并公开每一个决定。",
        epilog=f"{EXIT_CODES} 每个命令都有 --help，例如 linli judge --help。",
    )
    parser.add_argument(
        "--infra", metavar="目录", help="配置所在的目录（默认：环境变量 LINLI_INFRA，或 infra）"
    )
    parser.add_argument("--deployment", metavar="名称", default="", help="用哪个部署（默认：按地方去找）")
    commands = parser.add_subparsers(dest="command", metavar="命令")
    called = _called(given)
    described = import_module(COMMANDS[called][0]) if called in COMMANDS else None
    titles = {name: about for name, (_, about) in COMMANDS.items()}
    if called not in COMMANDS:  # looked for only now: the commands of this package do not wait for it
        brought = _brought(called)
        described = brought.get(called) if called else None
        titles |= {name: module.TITLE for name, module in brought.items() if name not in COMMANDS}
    for name, about in titles.items():
        is_called = described is not None and name == called
        command = commands.add_parser(
            name,
            help=about,
            description=described.__doc__ if described is not None and is_called else None,
            epilog=EXIT_CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if described is not None and is_called:
            described.configure(command)
            if getattr(described, "STORES", False):
                from linli_cli.home import add_home

                add_home(command)
            command.set_defaults(run=described.run)
    return parser


def _brought(called: str | None) -> dict[str, Any]:
    """The commands of installed plugins: the one that is called, or for the list of commands all of them.

    Raises LoadFault where the one that is called cannot be imported; in the list such a one says so.
    """
    from importlib.metadata import entry_points

    found: dict[str, Any] = {}
    for point in sorted(entry_points(group=COMMAND_GROUP), key=lambda point: (point.name, point.value)):
        if called not in (None, point.name):
            continue
        try:
            found[point.name] = point.load()
        except Exception as error:  # whatever a plugin raises when imported is its fault, and is told as such
            said = f"命令导入时出错：{error!r}"
            if called:
                raise LoadFault(said, where=point.value, cure="改正插件，或卸载它") from error
            found[point.name] = SimpleNamespace(TITLE=said.replace("%", "%%"))
    return found


def _called(given: Sequence[str]) -> str | None:
    """The command among the arguments: the first that is neither an option nor an option's value."""
    words = iter(given)
    for word in words:
        if word in ("--infra", "--deployment"):
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


def _infra_folder() -> Path:
    """Where the configurations lie: LINLI_INFRA, or ``infra`` of the current folder or of the checkout."""
    named = os.environ.get("LINLI_INFRA")
    if named:
        return Path(named)
    checkout = Path(__file__).resolve().parents[2]
    for folder in (Path.cwd(), *Path.cwd().parents, checkout):
        if (folder / "infra" / "deployments").is_dir():
            return folder / "infra"
    raise NotFound("找不到配置目录 infra", cure="用 --infra 或环境变量 LINLI_INFRA 指明")
