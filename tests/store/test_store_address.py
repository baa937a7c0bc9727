"""Where a store lies: what can be written, and what is refused with a word on what to write."""

from __future__ import annotations

import pytest

from linli.errors import BadInput
from linli.store_address import FileAddress, TableAddress, read_address


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("river.sqlite", FileAddress("river.sqlite")),
        ("dynamodb:river", TableAddress("river")),
        (
            "dynamodb:river.2026?region=cn-northwest-1&bucket=river-files",
            TableAddress("river.2026", "cn-northwest-1", "river-files"),
        ),
        (
            "dynamodb:river?region=us-gov-west-1&endpoint=https://vpce.example",
            TableAddress("river", "us-gov-west-1", endpoint="https://vpce.example"),
        ),
        (
            "dynamodb:river?endpoint=http://127.0.0.1:4566",
            TableAddress("river", endpoint="http://127.0.0.1:4566"),
        ),
    ],
)
def test_an_address_is_a_file_or_a_table(said: str, meant: FileAddress | TableAddress) -> None:
    assert read_address(said) == meant


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("", "不是文件名"),
        ("folder/river.sqlite", "不带目录"),
        ("../river.sqlite", "不带目录"),
        ("dynamodb:", "表名"),
        ("dynamodb:a b c", "表名"),
        ("dynamodb:river?region=north", "区域"),
        ("dynamodb:river?bucket=No", "桶名"),
        ("dynamodb:river?regoin=cn-north-1", "regoin"),
        ("dynamodb:river?region=cn-north-1&region=cn-northwest-1", "两次"),
        ("dynamodb:river?region", "名称=值"),
        ("dynamodb:river?endpoint=ftp://x", "不是地址"),
        ("dynamodb:river?endpoint=http://10.0.0.8:8000", "本机"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_word_on_what_to_write(said: str, fault: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_address(said)
    assert refused.value.where == "store"
    assert fault in str(refused.value)
