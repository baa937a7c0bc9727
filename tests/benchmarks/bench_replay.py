"""Row 2: replay stored decisions, judged again from their stored steps, against judging and encoding the same live."""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from linli.canonical import canonical
from linli.intake import take_in
from linli.places import Level
from linli.replay import Sort, replay
from linli.rulebook import Dates
from tests.access.conftest import Office, request, staffed

CASES = 1500
ROUNDS = 5


def main() -> None:
    """Print the row."""
    with tempfile.TemporaryDirectory() as folder:
        office = staffed(Office("chongchuan", date(2026, 3, 2), Path(folder)))
        community = office.deployment.places.below(office.top, Level.COMMUNITY)[0].code
        facts = request(community)
        for _ in range(CASES):
            office.take("clerk", "access", "submit", facts, place=office.top)
        action = office.deployment.procedures["access"].actions["submit"]
        form = take_in(action.form, facts).form
        book, dates = office.deployment.rulebook(office.top), Dates.on(date(2026, 3, 2))
        live, again = [], []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            for _ in range(CASES):
                ask = book.ask("access.submit", form, dates)
                figures, _, _ = office.service.desk.figures(ask.entries, ask.balances, dates.decided)
                canonical(book.judge("access.submit", form, dates, figures))
            live.append(CASES / (time.perf_counter() - start))
            start = time.perf_counter()
            found = [each.sort for each in replay(office.service.desk)]
            again.append(len(found) / (time.perf_counter() - start))
            if len(found) != CASES or set(found) != {Sort.SAME}:
                raise SystemExit("#2 replay did not come out the same")
        ratio = statistics.median(b / a for a, b in zip(live, again, strict=True))
        rate = statistics.median(again)
        rules = len(book.in_force("access.submit", dates))
        print(
            f"#2 replay: {ratio:.2f} of judging the same {rules} rules live ({rate:,.0f} decisions/s; target 0.50)"
        )


if __name__ == "__main__":
    main()
