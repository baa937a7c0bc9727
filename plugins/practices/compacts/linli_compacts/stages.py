"""The stages of a compact. Each round of a text has the same six; in a revision the text before it stays in force."""

from __future__ import annotations

from linli.access.posts import COMMITTEE, STREET
from linli.procedures import Stage

_DRAFTERS, _READERS = (COMMITTEE.id,), (STREET.id,)

FIRST = {
    stage.id: stage
    for stage in (
        Stage("drafted", "草案待审查", waits_for=_READERS),
        Stage("returned", "草案退回修改", waits_for=_DRAFTERS),
        Stage("consulting", "征求意见"),
        Stage("concluded", "等待表决", waits_for=_DRAFTERS),
        Stage("adopted", "已通过，等待备案", waits_for=_READERS),
        Stage("filed", "已备案，等待施行"),
    )
}
REVISION = {
    name: Stage(f"revision_{name}", f"施行中；修订{stage.title}", usable=True, waits_for=stage.waits_for)
    for name, stage in FIRST.items()
}
IN_FORCE = Stage("in_force", "施行中", usable=True)
TO_CORRECT = Stage("to_correct", "责令改正", waits_for=_DRAFTERS)
ENDING = Stage("ending", "施行中，已决定废止", usable=True)
ENDED = Stage("ended", "已废止", final=True)

STAGES = (*FIRST.values(), IN_FORCE, *REVISION.values(), TO_CORRECT, ENDING, ENDED)


def both(*names: str) -> tuple[Stage, ...]:
    """The stages of these names, in a first round and in a revision."""
    return tuple(rounds[name] for rounds in (FIRST, REVISION) for name in names)


def round_of(stage: str) -> str:
    """The name of a stage within its round."""
    return stage.removeprefix("revision_")
