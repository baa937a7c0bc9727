"""Checking a published portal from outside, with nothing but its files: no store, no key of ours, no trust.

What is checked: the checkpoint is signed by the key, every tile follows from the entries, the root is the signed one,
an earlier checkpoint stands for the beginning of this log, and every published body and text is an entry, once each.
What cannot be seen from outside: what was never published, and whether everybody is shown the same portal. For that
keep checkpoints and compare them with those that others kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from linli.canonical import canonical
from linli.errors import LinliError, NotFound
from linli.merkle import TILE_WIDTH, Frontier, append_tiles, decode_entries, entries_path, leaf_hash
from linli.notes import BadNote, Checkpoint, VerifierKey, verify_checkpoint
from linli.record import PublishedText
from linli_site.log_files import CHECKPOINT, KEY, tile_paths
from linli_site.pages.checking import DATA
from linli_site.pages.matters import data_of, texts_of

Fetch = Callable[[str], bytes | None]
"""Gives the bytes of a file of the portal by its address, or None where there is none."""

_LISTS = re.compile(r'href="(?:[^"]*/)?([\w.-]+/\d{4}-\d{2}/matters\.json)"')
_MOST_FAULTS = 100


class Checked(Struct, frozen=True, kw_only=True):
    """What was checked and what does not fit.

    ``key`` is the one that signed, ``own_word`` whether only the portal says that it is the right one, ``handed_to``
    the one that signs beside it and will follow it. Counts are of published bodies of steps and of texts, and of those
    taken down since.
    """

    origin: str
    size: int
    root: str
    key: str
    own_word: bool
    handed_to: str
    matters: int
    bodies: int
    texts: int
    taken_down: int
    grown_from: int
    faults: tuple[str, ...]


def check_portal(fetch: Fetch, *, key: str = "", earlier: str = "", earlier_key: str = "") -> Checked:
    """Check a portal. ``key`` is the verifier key that the office made known elsewhere, ``earlier`` a checkpoint kept,
    ``earlier_key`` the one that signed it where the key has been exchanged since.

    Raises `NotFound` where there is no log, and `BadNote` for a checkpoint or a key that is none.
    """
    stated = (_wanted(fetch, KEY)).decode().strip()
    trusted = VerifierKey.parse(key or stated)
    note = _wanted(fetch, CHECKPOINT).decode()
    signed = verify_checkpoint(note, trusted)
    kept_under = VerifierKey.parse(earlier_key) if earlier_key else trusted
    before = verify_checkpoint(earlier, kept_under) if earlier else None
    look = _Look(fetch, signed)
    faults = [*look.log(before), *look.bodies()]
    handed_to = ""
    if key and stated != str(trusted):
        if _signs_too(note, stated):
            handed_to = stated
        else:
            faults.append("网站写的验证公钥与给出的不同")
    return Checked(
        origin=signed.origin,
        size=signed.size,
        root=signed.root.hex(),
        key=str(trusted),
        own_word=not key,
        handed_to=handed_to,
        matters=look.matters,
        bodies=look.bodies_seen,
        texts=look.texts_seen,
        taken_down=look.taken_down,
        grown_from=before.size if before else 0,
        faults=tuple(faults[:_MOST_FAULTS]),
    )


def _signs_too(note: str, stated: str) -> bool:
    """Whether a key that the portal states signed the checkpoint as well: so it is being exchanged."""
    try:
        verify_checkpoint(note, VerifierKey.parse(stated))
    except BadNote:
        return False
    return True


class _Look:
    """One look at a portal: what was read of its log, and what was counted."""

    def __init__(self, fetch: Fetch, signed: Checkpoint) -> None:
        self._fetch = fetch
        self._signed = signed
        self._entries: dict[bytes, int] = {}
        self._shown: set[bytes] = set()
        self._ids: set[str] = set()
        self.matters = self.bodies_seen = self.texts_seen = self.taken_down = 0

    def log(self, before: Checkpoint | None) -> Iterator[str]:
        """Entries, tiles and roots."""
        if before is not None and before.size > self._signed.size:
            yield f"留存的检查点有 {before.size} 条，现在只有 {self._signed.size} 条：日志变短了"
        frontier, tiles = Frontier(), dict[str, bytes]()
        for index in range(-(-self._signed.size // TILE_WIDTH)):
            width = min(TILE_WIDTH, self._signed.size - index * TILE_WIDTH)
            path = entries_path(index, width)
            data = self._fetch(f"log/{path}")
            entries = decode_entries(data) if data is not None else []
            if len(entries) != width:
                yield f"log/{path}：应有 {width} 条，得到 {len(entries)} 条"
                return
            hashes = [leaf_hash(entry) for entry in entries]
            tiles.update(append_tiles(frontier.size, hashes, tiles.get))
            for entry, leaf in zip(entries, hashes, strict=True):
                self._entries[entry] = self._entries.get(entry, 0) + 1
                frontier.append(leaf)
                if before is not None and frontier.size == before.size and frontier.root() != before.root:
                    yield f"前 {before.size} 条与留存的检查点不符：已有的条目被改动过"
        if frontier.root() != self._signed.root:
            yield "各条的根哈希与签名的检查点不符"
        for path in tile_paths(self._signed.size):
            if not path.startswith("tile/entries/") and self._fetch(f"log/{path}") != tiles.get(path):
                yield f"log/{path}：与各条不符"

    def bodies(self) -> Iterator[str]:
        """Every published body and text, of every matter that the portal lists, and of those that they opened."""
        page = (self._fetch(DATA) or b"").decode()
        for address in sorted(set(_LISTS.findall(page))):
            for listed in _json(self._fetch(f"data/{address}")) or ():
                opened = [str(listed["id"])]
                while opened:
                    id = opened.pop()
                    try:
                        yield from self._matter(id, opened, is_listed=id == listed["id"])
                    except (LinliError, ValueError, KeyError, TypeError) as error:
                        yield f"事项 {id}：读不出来：{error!r}"

    def _matter(self, id: str, opened: list[str], *, is_listed: bool) -> Iterator[str]:
        if id in self._ids:  # a later step may move a child that an earlier one opened
            return
        self._ids.add(id)
        found = _json(self._fetch(data_of(id)))
        if found is None:
            if is_listed:  # what another matter opened may not be public
                yield f"{data_of(id)}：列表里有，文件没有"
            return
        self.matters += 1
        for step in found["steps"]:
            opened.extend(step.get("children", ()))
            if step.get("taken_down"):
                self.taken_down += 1
                continue
            self.bodies_seen += 1
            yield from self._entry(
                hashlib.sha256(canonical(step)).digest(), f"事项 {id} 第 {step['number']} 步"
            )
        for raw in _json(self._fetch(texts_of(id))) or ():
            text = msgspec.convert(raw, PublishedText)
            if text.taken_down is not None:
                self.taken_down += 1
                continue
            self.texts_seen += 1
            where = f"事项 {id} 第 {text.number} 步的“{text.title}”"
            yield from self._entry(hashlib.sha256(text.text.encode()).digest(), where)

    def _entry(self, digest: bytes, where: str) -> Iterator[str]:
        if digest not in self._entries:
            yield f"{where}：公开的内容不在日志里"
        elif digest in self._shown:
            yield f"{where}：同一内容公开了两次"
        self._shown.add(digest)


def _wanted(fetch: Fetch, address: str) -> bytes:
    data = fetch(address)
    if data is None:
        raise NotFound(
            "这里没有公开的日志", where=address, cure="检查地址；要写到网站的根，例如 https://…/yiqu/"
        )
    return data


def _json(data: bytes | None) -> Any:
    return None if data is None else msgspec.json.decode(data)
