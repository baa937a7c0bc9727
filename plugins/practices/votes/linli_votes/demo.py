"""What people in a demo do with tools outside of the store: make a tally key, write codes onto letters, open a box.

The keys and codes of a demo follow from words of its script, so that anybody can open its boxes: it is a demo.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from typing import Any

from linli.service import Service
from linli_votes.opening import open_and_count
from linli_votes.rolls import new_code
from linli_votes.sealing import new_private_key, public_of

Facts = dict[str, Any]


def announced(service: Service, matter: str, facts: Mapping[str, Any]) -> Facts:
    """A notice with the public key of the demo's tally key; the words that make it stand in ``key``."""
    return {**facts, "key": public_of(_private(str(facts["key"])))}


def cast(service: Service, matter: str, facts: Mapping[str, Any]) -> Facts:
    """A ballot with the code of its number; the roll stands in ``code``."""
    return {**facts, "code": code_of(str(facts["code"]), str(facts["number"]))}


def counted(service: Service, matter: str, facts: Mapping[str, Any]) -> Facts:
    """The facts of a count: the box is opened with the demo's tally key, its words in ``key``."""
    shuffle = random.SystemRandom().shuffle
    return dict(open_and_count(service, matter, _private(str(facts["key"])), shuffle).facts)


def code_of(roll: str, number: str) -> str:
    """The voting code of a number on a roll of a demo."""
    return new_code(_bytes(f"code/{roll}/{number}")[:16])


def _private(words: str) -> str:
    return new_private_key(_bytes(f"key/{words}"))


def _bytes(words: str) -> bytes:
    return hashlib.sha256(f"linli demo {words}".encode()).digest()
