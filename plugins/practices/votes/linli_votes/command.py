"""Count a file of ballots by the rule it declares.

    linli count FILE.pb
    linli count FILE.pb --method equalshares/add1
    linli count FILE.pb --method score-and-vote --weights 60:40
    linli count FILE.pb --json

Prints the chosen projects with the reasons and a certificate that anyone can reproduce from the same file.
"""

from __future__ import annotations

import argparse
import sys
from fractions import Fraction
from pathlib import Path

import msgspec

from linli.errors import BadInput, NotFound
from linli_votes.certificates import count
from linli_votes.methods import METHODS, Given
from linli_votes.numbers import amount
from linli_votes.reading import read
from linli_votes.scored import EQUAL_WEIGHTS
from linli_votes.telling import told

TITLE = "清点一份选票文件（.pb），写明每一步"


def configure(parser: argparse.ArgumentParser) -> None:
    """Take the file, the method, and what the method needs besides."""
    parser.add_argument("file", metavar="FILE.pb", type=Path, help="Pabulib 格式的选票文件")
    parser.add_argument("--method", metavar="NAME", default="", help=f"规则：{'、'.join(METHODS)}")
    parser.add_argument("--threshold", metavar="N", default="", help="门槛：项目至少要得多少票（分）")
    parser.add_argument(
        "--exclusive", metavar="A,B", action="append", default=[], help="互斥的项目，可以写多次"
    )
    parser.add_argument("--weights", metavar="S:V", default="", help="得分与票数的权重，例如 60:40")
    parser.add_argument(
        "--utility", metavar="NAME", default="cost", help="均等份额的效用：cost 或 cardinality"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace, infra: object) -> int:
    """Print the count."""
    given = _given(arguments)
    try:
        data = arguments.file.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"没有 {arguments.file} 这个文件", cure="核对文件名") from None
    except OSError as error:
        raise BadInput(f"读不了：{error.strerror}", where=str(arguments.file), cure="核对文件") from None
    election = read(data, arguments.file.name)
    counted = count(election, arguments.method, given)
    if arguments.json:
        text = msgspec.json.format(msgspec.json.encode(counted, enc_hook=_exact), indent=2).decode()
    else:
        text = told(election, counted)
    sys.stdout.write(text + "\n")
    return 0


def _given(arguments: argparse.Namespace) -> Given:
    """What the options say, read exactly."""
    threshold = None
    if arguments.threshold:
        threshold = amount(arguments.threshold)
        if threshold is None:
            raise BadInput(
                f"{arguments.threshold!r} 不是数", where="--threshold", cure="例如 --threshold 100"
            )
    weights = EQUAL_WEIGHTS
    if arguments.weights:
        score, _, votes = arguments.weights.partition(":")
        read_score, read_votes = amount(score), amount(votes)
        if read_score is None or read_votes is None:
            raise BadInput(f"{arguments.weights!r} 不是权重", where="--weights", cure="例如 --weights 60:40")
        weights = Fraction(read_score), Fraction(read_votes)
    exclusive = tuple(
        frozenset(id.strip() for id in each.split(",") if id.strip()) for each in arguments.exclusive
    )
    return Given(threshold, exclusive, weights, arguments.utility)


def _exact(value: object) -> str:
    """A fraction as JSON has it: its exact text."""
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
