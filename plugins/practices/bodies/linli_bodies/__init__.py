"""组织和席位: the bodies of a community, who may sit in them, how they are elected, and how words climb to them.

What other practices and places need is exported here.

* **Kinds** (`BodyKind`, `linli_bodies.kinds`): ids such as ``residents_committee``. Which are known at a place on a
  day, and by which text, plugins say through the hook ``bodies_kinds``:
  ``kind_on(scene.brought("bodies_kinds"), id, day)``.
* **Frames** (`Frame`): of which bodies a place is made and which layer does what (`Power`), with dates; hook
  ``bodies_frames``, ``frame_on(scene.brought("bodies_frames"), day)``. ``frame.missing(kinds)`` names what is missing,
  ``frame.may(kind, Power.DECIDE)`` says whose it is to decide.
* **Registers**: ``bodies`` (key `body_key`: ``<place>:<kind>[:<n>]``), ``body_seats`` (key `seat_key`:
  ``<body>@<nnn>``), ``body_terms``, ``constituencies`` (the bases of quorum at a place), ``body_meetings`` (written by
  whoever holds meetings: one entry a body, `LastMeeting`), ``place_frames``. None of them holds a person.
* **Asked facts** (`linli.rules.Asked`, made under an id of the caller): `asked_body`, `asked_bodies`, `asked_seat`,
  `asked_seats`, `asked_term`, `asked_constituency`, `asked_last_meeting`, `asked_frame`.

Quorum and thresholds are worked out by `linli.shares`.
"""

from linli_bodies.frames import Frame, FrameRow, Power, frame_on
from linli_bodies.keys import appointment_key, body_key, kind_of, place_of, seat_key
from linli_bodies.kinds import BodyKind, kind_on
from linli_bodies.registers import (
    Body,
    BodyTerm,
    Constituency,
    LastMeeting,
    Manner,
    PlaceFrame,
    Seat,
)
from linli_bodies.seating import Plan, SeatPost, Sort
from linli_bodies.vocabulary import (
    asked_bodies,
    asked_body,
    asked_constituency,
    asked_frame,
    asked_last_meeting,
    asked_seat,
    asked_seats,
    asked_term,
)

__all__ = [
    "Body",
    "BodyKind",
    "BodyTerm",
    "Constituency",
    "Frame",
    "FrameRow",
    "LastMeeting",
    "Manner",
    "PlaceFrame",
    "Plan",
    "Power",
    "Seat",
    "SeatPost",
    "Sort",
    "appointment_key",
    "asked_bodies",
    "asked_body",
    "asked_constituency",
    "asked_frame",
    "asked_last_meeting",
    "asked_seat",
    "asked_seats",
    "asked_term",
    "body_key",
    "frame_on",
    "kind_of",
    "kind_on",
    "place_of",
    "seat_key",
]
