"""What `linli ledger reconcile` does: a statement of the bank beside the books, printed, and recorded where asked."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from linli.deployment import Deployment
from linli.errors import BadInput
from linli.reconciling import Compared, Told, compare, record
from linli.service import Service
from linli_cli.opened import opened
from linli_cli.output import print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Take the statement, whose money lies in the account, and who records the result."""
    group = parser.add_argument_group("reconcile")
    group.add_argument("file", type=Path, nargs="?", metavar="对账单", help="银行对账单，.csv 或 .xlsx")
    group.add_argument(
        "--fund",
        action="append",
        default=[],
        metavar="编号",
        help="账户里是哪个基金或哪次征集的钱，可以写几次（默认：全部）",
    )
    group.add_argument("--as", dest="subject", default="", metavar="人员标识", help="登记结果：以谁的岗位")
    group.add_argument("--at", default="", metavar="地方", help="登记结果：在哪里（默认：整个部署）")
    group.add_argument("--bank", default="", metavar="账户", help="登记结果：银行账户的简称")


def reconcile(arguments: argparse.Namespace, deployment: Deployment, home: Path) -> int:
    """Compare, tell, and record where somebody is named; 1 where something does not fit."""
    with opened(deployment, home) as service:
        return _reconcile(arguments, service)


def _reconcile(arguments: argparse.Namespace, service: Service) -> int:
    if arguments.file is None:
        raise BadInput("要写明对账单文件", where="对账单", cure="例如 linli ledger reconcile 三月.xlsx")
    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        raise BadInput(
            f"读不出来：{error.strerror}", where=str(arguments.file), cure="检查文件名和权限"
        ) from None
    compared = compare(service, data, arguments.file.name, arguments.fund)
    told: list[Told] = []
    matter = ""
    if arguments.subject:
        person = service.person(arguments.subject)
        receipt, told = record(
            service,
            compared,
            data,
            arguments.file.name,
            account=arguments.bank,
            place=arguments.at or service.deployment.place,
            person=person,
        )
        matter = receipt.matter
    if arguments.json:
        print_json({"fits": list(_fits(compared)), **_rest(compared), "recorded": matter})
    else:
        _tell(compared, told, matter)
    return 0 if compared.fits else 1


def _fits(compared: Compared) -> Iterator[dict[str, Any]]:
    for name, line in sorted(compared.found.lines.items(), key=lambda pair: pair[1]):
        yield {"line": line, "entry": name, "state": compared.found.states[name].value}


def _rest(compared: Compared) -> dict[str, Any]:
    return {
        "on_the_way": [entry.name for entry in compared.on_the_way],
        "bounced": [entry.name for entry in compared.bounced],
        "unclear": {line: list(names) for line, names in compared.found.unclear.items()},
        "unknown": [line.number for line in compared.found.unknown],
    }


def _tell(compared: Compared, told: list[Told], matter: str) -> None:
    """Print what fits first, then what does not, each in a line of its own."""
    from linli.money import yuan_exact

    by_number = {line.number: line for line in compared.lines}
    for fit in _fits(compared):
        line = by_number.get(fit["line"])
        if line is not None:
            state = compared.found.states[fit["entry"]].title
            print(f"{state}  {line.day}  {line.number}  {yuan_exact(line.amount)}  {fit['entry']}")
    for entry in compared.on_the_way:
        print(f"在途  {entry.day}  对账单上没有  {entry.name}  {entry.posting.purpose}")
    for entry in compared.bounced:
        print(f"已退回  {entry.day}  账上还没有登记  {entry.name}")
    for number, names in compared.found.unclear.items():
        line = by_number[number]
        print(f"对应不明  {line.day}  {number}  {yuan_exact(line.amount)}  可能是：{'、'.join(names)}")
    for line in compared.found.unknown:
        print(f"账上没有  {line.day}  {line.number}  {yuan_exact(line.amount)}  {line.memo}")
    print(_summary(compared))
    for each in told:
        done = {"clear": "登记为银行已付或已到账", "bounce": "登记为银行退回"}[each.action]
        print(
            f"{each.entry.matter}：没有{done}（{each.refusal}）"
            if each.refusal
            else f"{each.entry.matter}：{done}"
        )
    if matter:
        print(f"对账结果记在 {matter}")


def _summary(compared: Compared) -> str:
    found = compared.found
    counted = {
        "在途": len(compared.on_the_way),
        "账上没有登记的退回": len(compared.bounced),
        "对应不明": len(found.unclear),
        "账上没有": len(found.unknown),
    }
    said = [f"{name} {number} 笔" for name, number in counted.items() if number]
    return "，".join([f"{len(compared.lines)} 行", *said, *(["账实相符"] if compared.fits else [])])
