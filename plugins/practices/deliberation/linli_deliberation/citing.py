"""Saying no with the article: what a caller is told when an act is refused on the spot."""

from __future__ import annotations

from typing import Any, NoReturn

from linli.errors import BadInput
from linli.procedures import Scene
from linli.rulebook import Heard, Judgement, Rulebook
from linli.terms import Term


def labels(heard: Heard, rulebook: Rulebook) -> str:
    """The articles on which a finding rests, as people name them."""
    bound = next((each for each in rulebook.rules if each.id == heard.rule), None)
    return "、".join(cite.label for cite in bound.rule.cites) if bound else ""


def articles(judgement: Judgement | None, term: Term[Any], rulebook: Rulebook) -> str:
    """The articles of the first rule that set a term, empty where none did."""
    for heard in judgement.findings if judgement else ():
        if any(name == term.id for name, _ in heard.terms):
            return labels(heard, rulebook)
    return ""


def stop(judgement: Judgement, scene: Scene, where: str) -> NoReturn:
    """Raise `BadInput` with the gravest reason against the act, its articles and its cure."""
    heard = judgement.adverse()[0]
    cited = labels(heard, scene.rulebook)
    raise BadInput(f"{heard.reason}（{cited}）" if cited else heard.reason, where=where, cure=heard.cure)


def with_article(said: str, judgement: Judgement | None, term: Term[Any], scene: Scene) -> str:
    """A sentence with the articles of the rule that set a term."""
    cited = articles(judgement, term, scene.rulebook)
    return f"{said}（{cited}）" if cited else said
