"""The hook that the practice of deliberation adds: its rules."""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from linli.rules import Rule

hookspec = pluggy.HookspecMarker("linli")


@hookspec
def deliberation_rules() -> Iterable[Rule]:
    """Register rules of meetings, proposals, consultations, manuals and hearings.

    Moments: ``meeting.demand`` (facts: `Asking`), ``meeting.call`` and ``meeting.hold`` (`Sitting`), ``meeting.vote``
    (`Ballot`), ``meeting.conclude`` (`Conclusion`), ``proposal.submit`` (`Submission`), ``consultation.raise``
    (`Opening`), ``consultation.discuss`` (`Round`), ``consultation.decide`` and ``consultation.implement`` (`Choice`),
    ``consultation.appraise`` (`Appraised`), ``manual.issue`` (`ManualText`), ``hearing.announce`` (`Notified`) and
    ``hearing.respond`` (`Answering`).

    Example::

        @hook
        def deliberation_rules():
            return [quorum_of_the_assembly]
    """
