"""The marker `system("JJ-07")`, read and checked while tests are collected.

A mark that names no entry of the catalogue stops the run: a typing error must not look like work to be done.
"""

import pytest

from tests.systems import catalogue

PROPERTY = "system"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Check every mark and note it in the test's report, which also travels between processes."""
    entries = catalogue.load()
    faults = []
    for item in items:
        for mark in item.iter_markers("system"):
            try:
                id, part = _named(*mark.args, **mark.kwargs)
            except TypeError as error:
                faults.append(f"{item.nodeid}: system{mark.args!r}: {error}")
                continue
            if problem := catalogue.fault(entries, id, part):
                faults.append(f"{item.nodeid}: {problem}")
            item.user_properties.append((PROPERTY, [id, part]))
    if faults:
        raise pytest.UsageError("\n".join(faults))


def _named(id: str, *, part: str | None = None) -> tuple[str, str | None]:
    return id, part
