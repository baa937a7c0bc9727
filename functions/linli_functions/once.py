"""Once: an act with an idempotency key has effect once, and a repetition gets the first answer.

For acts that are no steps; the service does the same for steps, in one commit with them. Here the claim is made after
the act, so two repetitions at the very same time may both act: use it only for acts that twice do no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from linli.canonical import digest
from linli.errors import ClaimTaken, Conflict
from linli.store import Claim, Commit
from linli_functions.visits import Visit


def once(visit: Visit, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the act answers, or answered the first time; raises `Conflict` for the same key with another content.

    What it answers is kept: it must hold ids and counts only, no facts.
    """
    service = visit.service
    claim = f"api-key/{service.desk.pseudonym(visit.person.subject, 'keys')}/{visit.key()}"
    asked = msgspec.json.encode((visit.path, visit.query), order="sorted")
    hashed = digest(asked + visit.body).encode()
    known = service.store.claim(claim)
    if known is None:
        answer = act()
        try:
            service.store.commit(Commit(claims=(Claim(claim, hashed + b"\n" + msgspec.json.encode(answer)),)))
        except ClaimTaken as taken:
            known = taken.value
        else:
            return answer
    before, _, body = known.partition(b"\n")
    if before != hashed:
        raise Conflict("同一个幂等键用过，但内容不同", where="Idempotency-Key", cure="换一个新的键再提交")
    return msgspec.json.decode(body, type=dict[str, Any])
