"""Polls: make the tally key, make the roll with its voting codes, open the box and count.

    linli poll key tally.key
    linli poll roll numbers.txt --roll 户代表2026 --place 990101001000 --entries roll.csv --letters letters.csv
    linli poll count 990101-2026-7K3MQ2XR --key tally.key --as teller --home .linli
    linli poll count 990101-2026-7K3MQ2XR --key tally.key --as teller --dry-run --ballots ballots.pb

*key* writes the private tally key to a new file, for its owner only, and prints the public key that belongs into the
notice; given a file that is there it prints the public key again. Keep the file apart from the store and its back-ups:
whoever has both knows who voted how, and without the file no ballot can ever be opened.

*roll* takes a file with a number a line. It writes the roll to import (`linli import voters`), with hashes of voting
codes, and beside it the codes themselves for the letters: print them, hand them out, and delete the file.

*count* opens every ballot of a closed poll, counts, prints the result with its certificate, and hands it in as a step;
with --dry-run it hands in nothing.
"""

from __future__ import annotations

import argparse
import csv
import random
import secrets
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from linli.errors import BadInput, NotFound
from linli.keyfile import secret_file
from linli_votes.rolls import code_hash, new_code, voter_key
from linli_votes.sealing import new_private_key, public_of

if TYPE_CHECKING:  # only a count loads what works on a store
    from linli.service import Service

TITLE = "投票：生成计票密钥和名册，开票计票"
STORES = True


class Stores(Protocol):
    """What a command is handed that works on stores."""

    def opened(
        self, arguments: argparse.Namespace, code: str = "", *, writes: bool = False
    ) -> AbstractContextManager[Service]:
        """Open the service in which a place or a matter lies."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Take what to do and what it needs."""
    parser.add_argument("what", choices=("key", "roll", "count"), metavar="做什么", help="key、roll 或 count")
    parser.add_argument(
        "subject_of", metavar="FILE或编号", help="key：密钥文件；roll：编号文件；count：投票的事项编号"
    )
    parser.add_argument("--roll", default="", metavar="名称", help="roll：名册名称，与投票公告一致")
    parser.add_argument("--place", default="", metavar="地方", help="roll：12 位区划代码")
    parser.add_argument("--entries", type=Path, metavar="FILE.csv", help="roll：写出要导入的名册")
    parser.add_argument("--letters", type=Path, metavar="FILE.csv", help="roll：写出印信用的投票码")
    parser.add_argument("--key", type=Path, metavar="FILE", help="count：密钥文件")
    parser.add_argument("--as", dest="subject", default="", metavar="人员标识", help="count：计票人")
    parser.add_argument("--ballots", type=Path, metavar="FILE.pb", help="count：另外写出选票文件")
    parser.add_argument("--dry-run", action="store_true", help="count：只开票计票，不登记")
    parser.add_argument("--json", action="store_true", help="count：输出 JSON")


def run(arguments: argparse.Namespace, infra: Stores) -> int:
    """Do it."""
    what = {"key": _key, "roll": _roll, "count": _count}[arguments.what]
    return what(arguments, infra)


def _key(arguments: argparse.Namespace, infra: Stores) -> int:
    path = Path(arguments.subject_of)
    made = not path.exists()
    private = secret_file(path, lambda: (new_private_key(secrets.token_bytes(32)) + "\n").encode())
    _say(public_of(private.decode("ascii", "replace")))
    if made:
        said = (
            f"密钥写在 {path}，只有您能读。请另存一份，不要和存储、备份放在一起；丢了它，选票就再也打不开。"
        )
        _note(said)
    return 0


def _roll(arguments: argparse.Namespace, infra: Stores) -> int:
    for name in ("roll", "place", "entries", "letters"):
        if not getattr(arguments, name):
            raise BadInput(f"生成名册要写明 --{name}", where=f"--{name}", cure="见 linli poll --help")
    numbers = _numbers(Path(arguments.subject_of))
    codes = [(number, new_code(secrets.token_bytes(16))) for number in numbers]
    entries = (
        (voter_key(arguments.roll, number), arguments.place, code_hash(arguments.roll, number, code))
        for number, code in codes
    )
    _write(arguments.entries, ("名册和编号", "地方", "投票码摘要"), entries)
    _write(arguments.letters, ("编号", "投票码"), codes, mode=0o600)
    _note(f"{len(codes)} 个编号。导入名册：linli import voters {arguments.entries}")
    _note(f"投票码在 {arguments.letters}：印成信发到各户，然后删掉这个文件。")
    return 0


def _numbers(path: Path) -> list[str]:
    """The numbers in a file, one a line; raises `BadInput` for a bad or repeated one, with its line."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(
            f"编号文件读不出来：{error}", where=str(path), cure="UTF-8 文本，每行一个编号"
        ) from None
    found: dict[str, int] = {}
    for at, line in enumerate(lines, 1):
        number = line.strip()
        if not number:
            continue
        if not (number.isalnum() and len(number) <= 12):
            raise BadInput(
                f"“{number[:20]}”不能作编号", where=f"{path} 第 {at} 行", cure="用 12 个以内的字母和数字"
            )
        if number in found:
            said = f"{number} 写了两次（先前在第 {found[number]} 行）"
            raise BadInput(said, where=f"{path} 第 {at} 行", cure="每个编号只写一次")
        found[number] = at
    if not found:
        raise BadInput("没有编号", where=str(path), cure="每行写一个编号")
    return list(found)


def _write(path: Path, heading: tuple[str, ...], rows: Iterable[tuple[str, ...]], mode: int = 0o644) -> None:
    """Write a table that is not there yet; with a byte order mark, so that Excel reads it."""
    try:
        with open(path, "x", encoding="utf-8-sig", newline="") as file:
            path.chmod(mode)
            writer = csv.writer(file)
            writer.writerow(heading)
            writer.writerows(rows)
    except FileExistsError:
        raise BadInput("文件已经有了", where=str(path), cure="换一个名字，或先移走它") from None


def _count(arguments: argparse.Namespace, infra: Stores) -> int:
    from linli.service import Call
    from linli_votes.opening import open_and_count
    from linli_votes.procedure import TELLER
    from linli_votes.results import file_of
    from linli_votes.telling import told

    if arguments.key is None or not arguments.subject:
        raise BadInput("开票要写明密钥文件和计票人", where="--key", cure="例如 --key tally.key --as teller")
    try:
        private = arguments.key.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(f"密钥文件读不出来：{error}", where=str(arguments.key), cure="核对文件名") from None
    poll = arguments.subject_of
    with infra.opened(arguments, poll, writes=True) as service:
        counted = open_and_count(service, poll, private, random.SystemRandom().shuffle)
        if not arguments.dry_run:
            call = Call(procedure="poll", action="count", matter=poll, facts=counted.facts, as_post=TELLER.id)
            service.take(call, service.person(arguments.subject))
    if arguments.ballots is not None:
        arguments.ballots.write_bytes(file_of(counted.result))
    if arguments.json:
        data = {name: counted.facts[name] for name in ("online", "paper", "spoiled", "revoked", "file")}
        data |= {"selected": counted.result.selected, "certificate": counted.result.count.certificate}
        _say(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())
    else:
        facts = counted.facts
        _say(f"网上 {facts['online']} 张，纸质 {facts['paper']} 张，其中废票 {facts['spoiled']} 张。")
        _say(told(counted.result.election, counted.result.count))
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _note(text: str) -> None:
    sys.stderr.write(text + "\n")
