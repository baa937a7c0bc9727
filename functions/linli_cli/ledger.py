"""The ledger: what accounts hold, what moved it, whether it adds up, what the bank says, exports, what auditors get.

    linli ledger balances --account fund:
    linli ledger journal --account outside:source/居民自筹
    linli ledger check
    linli --deployment river ledger export --format beancount --output books.beancount
    linli --deployment river ledger export --format csv > books.csv
    linli --deployment river ledger package --audit 2026-1 --output audit.zip
    linli --deployment river ledger reconcile march.xlsx
    linli --deployment river ledger reconcile march.xlsx --as treasurer --bank 基本户

Money is counted in whole fen and shown in yuan. `reconcile` sets a statement of the bank beside the books: what fits,
what is on its way, what came back, what nobody knows. With --as it records the result: payments that the statement
shows have cleared, what it sends back has bounced, and the statement is kept. The exit code of check and of reconcile
is 1 where something does not add up.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from linli.deployment import Deployment
from linli.errors import BadInput
from linli.service import Service
from linli_cli import audit, reconciling
from linli_cli.infra import Infra
from linli_cli.opened import add_home, home_of, opened, stored
from linli_cli.output import note, print_json, write_new

FORMATS = ("beancount", "csv")


def configure(parser: argparse.ArgumentParser) -> None:
    """Take what to do, an account, a format and a file."""
    parser.add_argument(
        "what",
        choices=("balances", "journal", "check", "export", "reconcile", "package"),
        metavar="做什么",
    )
    parser.add_argument(
        "--account", default="", metavar="账户", help="balances 从这几个字开始；journal 这一个"
    )
    parser.add_argument("--format", choices=FORMATS, default="csv", help="export 的格式（默认：csv）")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="export、package 写到哪里，不覆盖已有的文件",
    )
    audit.add_package(parser)
    parser.add_argument("--json", action="store_true", help="输出 JSON（export、package 除外）")
    add_home(parser)
    reconciling.configure(parser)


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Do it for every deployment that has a store."""
    home = home_of(arguments)
    deployments = stored(infra, home)
    if arguments.what in ("export", "reconcile", "package"):
        return _for_one(arguments, deployments, home)
    look = {"balances": _balances, "journal": _journal, "check": _check}[arguments.what]
    told: dict[str, list[Any]] = {}
    for deployment in deployments:
        with opened(deployment, home) as service:
            told[deployment.slug] = list(look(service, arguments.account))
    if arguments.json:
        print_json(told)
    else:
        for slug, found in told.items():
            fine = "，账目相符" if arguments.what == "check" and not found else ""
            print(f"{slug}：{len(found)} {'处不符' if arguments.what == 'check' else '行'}{fine}")
            for each in found:
                print(
                    f"  {each if isinstance(each, str) else '  '.join(str(value) for value in each.values())}"
                )
    return 1 if arguments.what == "check" and any(told.values()) else 0


def _balances(service: Service, account: str) -> Iterator[dict[str, Any]]:
    from linli.books import balances
    from linli.journals import UNITS, amount_text

    for held in balances(service.store, account):
        yield {
            "account": held.account,
            "amount": amount_text(held.amount, held.commodity),
            "unit": UNITS.get(held.commodity, held.commodity),
        }


def _journal(service: Service, account: str) -> Iterator[dict[str, Any]]:
    from linli.books import journal
    from linli.journals import UNITS, amount_text

    for each in journal(service.store, account):
        posting = each.posting
        yield {
            "day": each.day.isoformat(),
            "step": each.name,
            "source": posting.source,
            "destination": posting.destination,
            "amount": amount_text(posting.amount, posting.commodity),
            "unit": UNITS.get(posting.commodity, posting.commodity),
            "purpose": posting.purpose,
            "reverses": posting.reverses,
        }


def _check(service: Service, account: str) -> Iterator[str]:
    from linli.books import check

    yield from check(service.store)


def _for_one(arguments: argparse.Namespace, deployments: list[Deployment], home: Path) -> int:
    """Do what is done for one deployment at a time."""
    if len(deployments) != 1:
        names = "、".join(each.slug for each in deployments)
        raise BadInput("一次只办一个部署的账", where="--deployment", cure=f"有：{names}；写在命令之前")
    act = {"export": _export, "reconcile": reconciling.reconcile, "package": audit.package}[arguments.what]
    return act(arguments, deployments[0], home)


def _export(arguments: argparse.Namespace, deployment: Deployment, home: Path) -> int:
    from linli.books import EXPORTS

    with opened(deployment, home) as service:
        data = EXPORTS[arguments.format](service.store, deployment.title)
    if arguments.output is None:
        sys.stdout.buffer.write(data)
        return 0
    write_new(arguments.output, data)
    note(f"写好了 {arguments.output}（{len(data)} 字节）")
    return 0
