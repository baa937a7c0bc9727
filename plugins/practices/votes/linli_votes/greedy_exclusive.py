"""Greedy with projects that exclude each other, because they are meant for the same spot.

Of each such set at most one is funded: the best supported that fits. Pabulib's format has no field for the
sets. They are taken from what is handed in, from a column ``exclusive`` of PROJECTS (projects with the same
label form a set), and from a comment that names them ("projects 12 and 26 were treated … as mutually
exclusive"). A file that names none is counted as plain greedy, and the outcome says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from linli.errors import BadInput
from linli_votes.elections import Election
from linli_votes.numbers import written
from linli_votes.rounds import Outcome
from linli_votes.tallies import Tally
from linli_votes.walking import ranking, threshold_of, walk

ExclusiveSets = tuple[frozenset[str], ...]

# A list of ids after "project(s)", in a sentence that goes on to say that they are mutually exclusive.
_SAID = re.compile(
    r"\bprojects?\s+([^.#]{1,400}?)\s+(?:were|are|was|is)\b[^.#]{0,200}?\bmutually exclusive", re.IGNORECASE
)


def greedy_exclusive(election: Election, counted: Tally, exclusive: ExclusiveSets = ()) -> Outcome:
    """Fund by score, skipping what does not fit and what a funded project excludes."""
    sets = exclusive or exclusive_sets(election)
    _know(election, sets)

    def barred(at: int, chosen: Sequence[int]) -> str:
        id = election.projects[at].id
        for other in (election.projects[each].id for each in chosen):
            if any(id in each and other in each for each in sets):
                return f"与已入选的项目 {other} 互斥"
        return ""

    least = threshold_of(election)
    ranked = ranking(election, counted, counted.score)
    rounds = walk(election, counted, ranked, election.budget, threshold=least, barred=barred)
    parameters = {"exclusive": "；".join(sorted("、".join(sorted(each)) for each in sets))}
    if least is not None:
        parameters["threshold"] = written(least)
    said = () if sets else ("文件没有写明哪些项目互斥，按没有互斥项目清点",)
    return Outcome(rounds, parameters, said)


def exclusive_sets(election: Election) -> ExclusiveSets:
    """The sets that the file names, in its column ``exclusive`` or in its comment."""
    labelled: dict[str, set[str]] = {}
    for project in election.projects:
        for label in project.details.get("exclusive", "").split(","):
            if label.strip():
                labelled.setdefault(label.strip(), set()).add(project.id)
    ids = {project.id for project in election.projects}
    found = {frozenset(each) for each in labelled.values() if len(each) > 1}
    for said in _SAID.finditer(election.meta.get("comment", "")):
        words = {word.strip() for word in re.split(r",|\band\b", said[1]) if word.strip()}
        if len(words) > 1 and words <= ids:
            found.add(frozenset(words))
    return tuple(sorted(found, key=sorted))


def _know(election: Election, sets: ExclusiveSets) -> None:
    unknown = sorted({id for each in sets for id in each} - {project.id for project in election.projects})
    if unknown:
        raise BadInput(f"互斥的项目里没有 {'、'.join(unknown)}", where="--exclusive", cure="核对项目编号")
