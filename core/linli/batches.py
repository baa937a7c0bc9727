"""Batches: the children of a matter, opened one commit each, resumable at any point.

What cannot fit one commit (169 communities at once) is a row that names the children still to come. Each child is
guarded by a claim, so that a batch that was interrupted goes on where it stopped and no child comes twice; a completing
step on the parent says how many came.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from linli import indexing
from linli.deciding import Decided, decide, read_matter
from linli.desk import SYSTEM, Call, Desk
from linli.errors import ClaimTaken, Conflict
from linli.intake import WHO, Intake
from linli.procedures import Child, Nothing, Outcome
from linli.rulebook import Dates
from linli.standing import BATCH_DONE
from linli.store import Claim, Commit, Row
from linli.writing import child_id, once_more, write

ATTEMPTS = 5


class Completed(msgspec.Struct, frozen=True):
    """How many children a batch opened or moved, by the stage they came to."""

    stages: dict[str, int]


def run_batches(desk: Desk, parent: str = "", limit: int = 1000) -> int:
    """Open what is still to be opened, of one parent or of all; the number of batches completed."""
    start, end = (f"{parent}/", f"{parent}0") if parent else ("", "")
    done = 0
    for row in desk.store.rows(indexing.BATCHES, start, end, limit):
        matter, number = row.key.rsplit("/", 1)
        children = msgspec.json.decode(row.value or b"[]", type=list[Child])
        for child in children:
            _take_child(desk, matter, number, child)
        _complete(desk, matter, int(number), row.key, children)
        done += 1
    return done


def rehearse(desk: Desk, parent: str, decided: Decided) -> None:
    """Try the children of other procedures before the parent's step is stored, and write nothing.

    Raises what their actions raise: a grant that cannot be opened stops the decision that would open it.
    """
    for child in decided.outcome.children:
        if child.procedure:
            name = child_id(parent, child)
            facts = _naming(desk, parent, child.facts, decided.intake.people)
            call = _call(desk, decided.procedure.id, name, child, facts, decided.dates)
            decide(desk, call, None, name, unit=decided.actor.unit)


def _naming(desk: Desk, parent: str, value: Any, people: Mapping[str, str] = {}) -> Any:
    """Facts of a child with the people whom its parent named: the child names them by pseudonyms of its own."""
    if isinstance(value, str) and value.startswith(WHO):
        return people.get(value) or desk.subject(parent, value) or value
    if isinstance(value, Mapping):
        return {key: _naming(desk, parent, each, people) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_naming(desk, parent, each, people) for each in value]
    return value


def _call(desk: Desk, procedure: str, name: str, child: Child, facts: dict[str, Any], dates: Dates) -> Call:
    """The call that opens a child or moves one that is open."""
    return Call(
        procedure=child.procedure or procedure,
        action=child.action,
        facts=facts,
        matter=name if desk.store.head(name) > 0 else "",
        place=child.place,
        happened=dates.happened,
        decided=dates.decided,
        on_behalf_of=SYSTEM,
    )


def _take_child(desk: Desk, parent: str, number: str, child: Child) -> None:
    name = child_id(parent, child)
    claim = Claim(f"batch/{parent}/{number}/{name.removeprefix(parent + '.')}")
    if desk.store.claim(claim.key) is not None:
        return
    above = read_matter(desk, parent)
    assert above.state is not None, "a stored matter has a state"
    done = above.state.done[int(number) - 1]
    facts = _naming(desk, parent, child.facts)
    call = _call(desk, above.procedure.id, name, child, facts, Dates(done.happened, done.decided))
    for attempt in range(ATTEMPTS):
        decided = decide(desk, call, None, name, unit=above.state.unit)
        written = write(desk, decided, call, SYSTEM, parent=parent, claims=(claim,))
        try:
            desk.store.commit(written.commit)
        except ClaimTaken as taken:
            if taken.key != claim.key:
                raise once_more(desk, taken, decided) from taken
            return
        except Conflict:
            if attempt + 1 == ATTEMPTS:
                raise
        else:
            if written.receipt.children:  # what a child opens is opened with it
                run_batches(desk, name)
            return


def _complete(desk: Desk, parent: str, number: int, key: str, children: list[Child]) -> None:
    """The completing step: the parent's stage stays, and the counts are on record."""
    above = read_matter(desk, parent)
    assert above.state is not None, "a stored matter has a state"
    stages: dict[str, int] = {}
    for child in children:
        reached = read_matter(desk, child_id(parent, child))
        assert reached.state is not None, "a stored matter has a state"
        stages[reached.state.reached] = stages.get(reached.state.reached, 0) + 1
    stage = above.procedure.stages[above.state.reached]
    today = desk.clock.today()
    decided = Decided(
        procedure=above.procedure,
        action=BATCH_DONE,
        matter=above,
        actor=desk.system_actor(above.place),
        intake=Intake(Nothing(), {"stages": stages}, {}, {}),
        outcome=Outcome(stage=stage, due=above.steps[-1].due),
        dates=Dates(today, today),
        slot="batch",
        form=Completed,
    )
    written = write(desk, decided, Call(procedure=above.procedure.id, action=BATCH_DONE.id), SYSTEM)
    commit = msgspec.structs.replace(
        written.commit, rows=(*written.commit.rows, Row(indexing.BATCHES, key, None))
    )
    claim = Claim(f"batch/{parent}/{number:06}")
    try:
        desk.store.commit(msgspec.structs.replace(commit, claims=(claim,)))
    except ClaimTaken:
        desk.store.commit(Commit(rows=(Row(indexing.BATCHES, key, None),)))
