"""Where everything lies in the one table of a DynamoDB store.

Every item has a partition ``pk`` and a place in it, ``sk``. A partition begins with the deployment, so that several
deployments may share a table and a role can be confined to one of them (``dynamodb:LeadingKeys``).

============================ ======================== ===================================================
``pk``                       ``sk``                   what
============================ ======================== ===================================================
``<d>#meta``                 ``meta``                 the version of this layout
``<d>#m#<matter>``           ``head``                 the number of the last step
``<d>#m#<matter>``           ``s<number>``            a step
``<d>#dir#<0-f>``            ``<matter>``             that there is such a matter
``<d>#c#<0-f>``              ``<key>``                a claim
``<d>#e#<register>``         ``<key>``                an entry in its latest version
``<d>#v#<register>#<key>``   ``<version>``            an earlier version of it
``<d>#r#<index>[#<0-7>]``    ``<key>``                a row of an index
``<d>#b``                    ``<account>``            what an account holds, by commodity
``<d>#a#<account>``          ``<commit>``             what a commit moved in an account, by commodity
``<d>#j#<0-7>``              ``<commit>``             the postings of a commit
``<d>#f#<hash>``             ``blob``                 a blob
``<d>#f#<hash>``             ``coming#<name>``        that somebody is putting it
``<d>#p#<commit>.<number>``  ``<part>``               a part of a value that is too long for an item
``<d>#t#<commit>``           ``done``                 that a commit took effect which leaves no other trace
============================ ======================== ===================================================

What every commit writes and only checks read in order (claims, matters, the journal, and the index of what has no
position in the log yet) is spread over several partitions; whoever reads it in order merges them. Everything else
lies together, because a request reads it in order.
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

from linli.errors import BadInput

Key = tuple[str, str]
Item = dict[str, Any]
"""An item as DynamoDB's own protocol writes it: ``{"pk": {"S": …}, "n": {"N": "1"}}``."""

SCHEMA = 1
"""The version of the layout. A store of another version is not opened."""

LONGEST_PK, LONGEST_SK = 2048, 1024
"""The longest keys, in bytes of UTF-8, that DynamoDB takes."""

HEAD, BLOB, DONE, META = "head", "blob", "done", "meta"

SPREAD_INDEXES = frozenset({"unplaced"})
_CHECKED, _SPREAD = 16, 8


class Layout:
    """The keys of one deployment."""

    def __init__(self, deployment: str) -> None:
        self.deployment = deployment

    def meta(self) -> Key:
        """The key of what the table says of itself."""
        return self._pk("meta"), META

    def matter(self, matter: str) -> str:
        """The partition of a matter: its head and its steps."""
        return self._pk("m", matter)

    def head(self, matter: str) -> Key:
        """The key of a matter's head."""
        return self.matter(matter), HEAD

    def step(self, matter: str, number: int) -> Key:
        """The key of a step."""
        return self.matter(matter), step_sk(number)

    def directory(self) -> list[str]:
        """The partitions in which all matters are named."""
        return [self._pk("dir", f"{each:x}") for each in range(_CHECKED)]

    def named(self, matter: str) -> Key:
        """The key under which a matter is named in the directory."""
        return self._pk("dir", f"{_shard(matter, _CHECKED):x}"), matter

    def claims(self) -> list[str]:
        """The partitions of all claims."""
        return [self._pk("c", f"{each:x}") for each in range(_CHECKED)]

    def claim(self, key: str) -> Key:
        """The key of a claim."""
        return self._pk("c", f"{_shard(key, _CHECKED):x}"), key

    def register(self, register: str) -> str:
        """The partition of a register's entries in their latest versions."""
        return self._pk("e", register)

    def entry(self, register: str, key: str) -> Key:
        """The key of an entry in its latest version."""
        return self.register(register), key

    def history(self, register: str, key: str) -> str:
        """The partition of the earlier versions of an entry."""
        return self._pk("v", register, key)

    def version(self, register: str, key: str, version: int) -> Key:
        """The key of an earlier version of an entry."""
        return self.history(register, key), f"{version:08}"

    def index(self, index: str) -> list[str]:
        """The partitions of an index."""
        if index in SPREAD_INDEXES:
            return [self._pk("r", index, str(each)) for each in range(_SPREAD)]
        return [self._pk("r", index)]

    def row(self, index: str, key: str) -> Key:
        """The key of a row of an index."""
        shard = [str(_shard(key, _SPREAD))] if index in SPREAD_INDEXES else []
        return self._pk("r", index, *shard), key

    def balances(self) -> str:
        """The partition of all balances."""
        return self._pk("b")

    def balance(self, account: str) -> Key:
        """The key of what an account holds."""
        return self.balances(), account

    def account(self, account: str) -> str:
        """The partition of what commits moved in an account."""
        return self._pk("a", account)

    def journals(self) -> list[str]:
        """The partitions of all postings."""
        return [self._pk("j", str(each)) for each in range(_SPREAD)]

    def journal(self, commit: str) -> Key:
        """The key of the postings of a commit."""
        return self._pk("j", str(_shard(commit, _SPREAD))), commit

    def blob(self, digest: str) -> Key:
        """The key of a blob."""
        return self._pk("f", digest), BLOB

    def coming(self, digest: str, name: str) -> Key:
        """The key of the word that a blob is being put."""
        return self._pk("f", digest), f"coming#{name}"

    def parts(self, name: str) -> str:
        """The partition of the parts of a long value."""
        return self._pk("p", name)

    def part(self, name: str, number: int) -> Key:
        """The key of one part."""
        return self.parts(name), f"{number:04}"

    def marker(self, commit: str) -> Key:
        """The key of the trace of a commit that leaves no other."""
        return self._pk("t", commit), DONE

    def is_own(self, pk: str) -> bool:
        """Whether a partition belongs to the deployment."""
        return pk.startswith(f"{_escaped(self.deployment)}#")

    def parse(self, pk: str) -> list[str]:
        """The kind of a partition and what it is named after, as they were given."""
        return [each.replace("%23", "#").replace("%25", "%") for each in pk.split("#")[1:]]

    def _pk(self, *names: str) -> str:
        return "#".join(_escaped(name) for name in (self.deployment, *names))


def utf8(text: str) -> bytes:
    """The bytes of a text; raises `BadInput` for what is no Unicode, half a surrogate pair for example."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise BadInput(f"无法存储这样的值：{error}", cure="请检查文字编码") from error


def step_sk(number: int) -> str:
    """How a step is named in its matter; sorts by number, after the head."""
    return f"s{number:08}"


def keyed(key: Key) -> Item:
    """A key as the protocol writes it."""
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def key_of(item: Item) -> Key:
    """The key of an item."""
    return item["pk"]["S"], item["sk"]["S"]


def whole(item: Item, name: str) -> int:
    """A whole number of an item; 0 where it has none."""
    return int(item[name]["N"]) if name in item else 0


def size_of(item: Item) -> int:
    """The bytes of an item as DynamoDB counts them: names and values, with a little over for numbers and maps."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: dict[str, Any]) -> int:
    ((kind, held),) = value.items()
    match kind:
        case "S":
            return len(held.encode())
        case "B":
            return len(held)
        case "N":
            return len(held) // 2 + 2
        case "M":
            return 3 + sum(1 + len(name.encode()) + _size(each) for name, each in held.items())
        case _:
            return 1


def _escaped(name: str) -> str:
    return name.replace("%", "%25").replace("#", "%23")


def _shard(key: str, shards: int) -> int:
    return crc32(utf8(key)) % shards
