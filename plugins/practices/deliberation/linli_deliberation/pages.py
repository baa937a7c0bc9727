"""The pages that deliberation brings."""

from __future__ import annotations

from linli_deliberation.index_page import INDEX
from linli_deliberation.meeting_pages import MEETINGS
from linli_deliberation.place_pages import LISTS, PANEL
from linli_deliberation.proposal_pages import PROPOSALS

__all__ = ["KINDS", "PANEL"]

KINDS = (INDEX, MEETINGS, PROPOSALS, LISTS)
