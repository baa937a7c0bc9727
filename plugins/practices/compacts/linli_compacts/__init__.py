"""公约和章程: the rules that residents give themselves, from the draft to the text in force and the next one.

What places need to write rules and to give values is exported here.

* **Rules** come through the hook ``compacts_rules``. At ``compact.draft``, ``compact.adopt`` and ``compact.file`` they
  read `CompactFacts`, at ``compact_request.apply`` `RequestFacts`; `AT_TEXT`, `AT_ADOPTION`, `AT_FILING` and
  `AT_REQUEST` name the moments. `complete` says whether a text speaks of every topic, `resolved` whether a resolution
  carries it.
* **Values**: `TOPICS` (by kind), `CONSULTATION_DAYS`, `SMALL_BODIES`.
* **Registers**: ``compacts`` (what is in force where; imported or written by steps) and ``compact_texts`` (every text,
  key ``<compact>.v<number>``).
"""

from linli_compacts.facts import (
    ASKED_ON,
    AT_ADOPTION,
    AT_DRAFT,
    AT_FILING,
    AT_REQUEST,
    AT_TEXT,
    COMMITTEE_BODY,
    COMPACT_ASKED,
    DELEGATION,
    RESOLUTION,
    CompactFacts,
    Covering,
    RequestFacts,
    complete,
    resolved,
)
from linli_compacts.forms import Clause
from linli_compacts.kinds import Kind, Nature, Office, TextStage, Vehicle
from linli_compacts.names import may_name_someone
from linli_compacts.registers import COMPACTS, TEXTS, CompactEntry, TextEntry
from linli_compacts.vocabulary import CONSULTATION_DAYS, COVERED, SMALL_BODIES, TOPICS

__all__ = [
    "ASKED_ON",
    "AT_ADOPTION",
    "AT_DRAFT",
    "AT_FILING",
    "AT_REQUEST",
    "AT_TEXT",
    "COMMITTEE_BODY",
    "COMPACTS",
    "COMPACT_ASKED",
    "CONSULTATION_DAYS",
    "COVERED",
    "DELEGATION",
    "RESOLUTION",
    "SMALL_BODIES",
    "TEXTS",
    "TOPICS",
    "Clause",
    "CompactEntry",
    "CompactFacts",
    "Covering",
    "Kind",
    "Nature",
    "Office",
    "RequestFacts",
    "TextEntry",
    "TextStage",
    "Vehicle",
    "complete",
    "may_name_someone",
    "resolved",
]
