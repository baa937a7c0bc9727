"""Who asked what: the standing pages and plans, and the way back from a question to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from linli_site.plan import Page


class Built:
    """A page that stands in the tree."""

    __slots__ = ("digest", "kind", "marks", "page", "targets")

    def __init__(
        self, kind: int, page: Page, digest: str, marks: tuple[str, ...], targets: tuple[str, ...]
    ) -> None:
        self.kind = kind
        self.page = page
        self.digest = digest
        self.marks = marks
        self.targets = targets


class PlanAnswer:
    """The plan of one kind, with what it read and, where it is a function, what it answered."""

    __slots__ = ("kind", "marks", "pages")

    def __init__(self, kind: int) -> None:
        self.kind = kind
        self.marks: tuple[str, ...] = ()
        self.pages: dict[str, Page] = {}


class Asked:
    """Who asked what: from a mark to the pages and plans that left it."""

    def __init__(self) -> None:
        self._by_mark: dict[str, Built | PlanAnswer | set[Built | PlanAnswer]] = {}
        self.days: set[str] = set()
        """Marks of single days, few however many pages wait for them."""

    def add(self, who: Built | PlanAnswer) -> None:
        """Note every question that ``who`` asked."""
        for mark in who.marks:
            known = self._by_mark.get(mark)
            if known is None:
                # Most facts are read by one page; a set for each would cost more than the pages do.
                self._by_mark[mark] = who
                if mark[0] == "@" and mark != "@today":
                    self.days.add(mark)
            elif isinstance(known, set):
                known.add(who)
            elif known is not who:
                self._by_mark[mark] = {known, who}

    def discard(self, who: Built | PlanAnswer) -> None:
        """Forget the questions that ``who`` asked."""
        for mark in who.marks:
            known = self._by_mark.get(mark)
            if isinstance(known, set):
                known.discard(who)
                if known:
                    continue
            elif known is not who:
                continue
            del self._by_mark[mark]
            self.days.discard(mark)

    def who(self, mark: str) -> Collection[Built | PlanAnswer]:
        """Return those that asked the question ``mark``."""
        known = self._by_mark.get(mark)
        if known is None:
            return ()
        return known if isinstance(known, set) else (known,)

    def marks(self) -> Iterable[str]:
        """Return every question that anybody asked."""
        return self._by_mark
