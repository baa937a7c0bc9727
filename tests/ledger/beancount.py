"""Enough of beancount's language to read an export by our own eyes: opens, transactions, balance assertions."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

ACCOUNT = r"(?:Assets|Equity)(?::[A-Z0-9][A-Za-z0-9-]*)+"
STRING = r'"(?:[^"\\\n]|\\["\\])*"'
AMOUNT = r"-?\d+(?:\.\d\d)? [A-Z][A-Z0-9'._-]{0,22}[A-Z0-9]"
DAY = r"\d{4}-\d\d-\d\d"
OPEN = re.compile(rf"({DAY}) open ({ACCOUNT})")
BALANCE = re.compile(rf"({DAY}) balance ({ACCOUNT})  ({AMOUNT})")
TRANSACTION = re.compile(rf"({DAY}) \* ({STRING}) ({STRING})")
LEG = re.compile(rf"  ({ACCOUNT})  ({AMOUNT})")
METADATA = re.compile(rf"  ([a-z]+): ({STRING})")
OPTION = re.compile(rf"option {STRING} {STRING}")


@dataclass
class Read:
    """What an export says: who is open since when, the legs of each transaction, balances asserted and summed."""

    opened: dict[str, str] = field(default_factory=dict)
    linli: dict[str, str] = field(default_factory=dict)
    transactions: list[list[tuple[str, int, str]]] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    asserted: dict[tuple[str, str], int] = field(default_factory=dict)
    sums: Counter[tuple[str, str]] = field(default_factory=Counter)


def read(text: str) -> Read:
    """Read every line, or raise AssertionError naming the first that is none of the language."""
    found = Read()
    last = ""
    for line in filter(None, text.splitlines()):
        if match := OPEN.fullmatch(line):
            assert match[2] not in found.opened, f"opened twice: {line}"
            found.opened[match[2]], last = match[1], match[2]
        elif match := TRANSACTION.fullmatch(line):
            found.transactions.append([])
            found.days.append(match[1])
            last = ""
        elif match := LEG.fullmatch(line):
            number, currency = match[2].split()
            assert match[1] in found.opened and found.opened[match[1]] <= found.days[-1], f"not open: {line}"
            amount = int(number.replace(".", ""))
            found.transactions[-1].append((match[1], amount, currency))
            found.sums[match[1], currency] += amount
        elif match := BALANCE.fullmatch(line):
            number, currency = match[3].split()
            assert match[1] > found.days[-1], f"asserted before the last day: {line}"
            found.asserted[match[2], currency] = int(number.replace(".", ""))
        elif match := METADATA.fullmatch(line):
            if last and match[1] == "linli":
                found.linli[last] = match[2]
        else:
            assert OPTION.fullmatch(line), f"no beancount: {line}"
    return found
