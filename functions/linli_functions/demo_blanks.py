"""The blanks in a script's facts, filled in when an act comes: numbers of earlier matters, days, documents.

======================== ===========================================================================
in a text                becomes
======================== ===========================================================================
``{matter:NAME}``        the number of the matter that the case of that name began
``{matter:NAME/2}``      the number of its second child
``{day}``, ``{day+30}``  the day of the act, or so many days after (``-``: before) it
``{place}``              the code of the place of the matter
``{document:WORDS}``     the hash of an internal document with these words, handed in by whoever acts
``{public:WORDS}``       the hash of a public one; in a step of a case only, because it belongs to a matter
======================== ===========================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from msgspec import Struct

from linli_functions.demo_town import Town

_BLANK = re.compile(r"\{(matter|document|public):([^{}]+)\}|\{(day)([+-]\d+)?\}|\{(place)\}")


class Begun(Struct):
    """What a case began: its matter, and the matters that were opened under it, in order."""

    matter: str
    children: list[str]


class Scene(Struct, frozen=True):
    """What surrounds an act: the town with its day, who acts, where, and what was begun before, by name of the case.

    ``matter`` is the number of the matter in which the act is taken, empty where it begins one.
    """

    town: Town
    subject: str
    place: str
    begun: Mapping[str, Begun]
    matter: str = ""


def filled(facts: Any, scene: Scene) -> Any:
    """Facts with every blank filled in, in texts at any depth; raises KeyError for a case that has not begun."""
    if isinstance(facts, str):
        return _BLANK.sub(lambda found: _value(found, scene), facts)
    if isinstance(facts, Mapping):
        return {name: filled(value, scene) for name, value in facts.items()}
    if isinstance(facts, Sequence):
        return [filled(value, scene) for value in facts]
    return facts


def _value(found: re.Match[str], scene: Scene) -> str:
    kind, words, day, moved, place = found.groups()
    if place:
        return scene.place
    if day:
        return (scene.town.day + timedelta(days=int(moved or 0))).isoformat()
    fill: Callable[[str, Scene], str] = {"matter": _matter, "document": _document, "public": _public}[kind]
    return fill(words, scene)


def _matter(words: str, scene: Scene) -> str:
    name, _, child = words.partition("/")
    begun = scene.begun[name]
    return begun.children[int(child) - 1] if child else begun.matter


def _document(words: str, scene: Scene) -> str:
    return scene.town.upload(scene.subject, scene.matter, f"{words[:20]}.txt", words, "internal")


def _public(words: str, scene: Scene) -> str:
    return scene.town.upload(scene.subject, scene.matter, f"{words[:20]}.txt", words)
