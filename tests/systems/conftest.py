"""Towns to try the catalogue in."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.systems.town import Town

Open = Callable[..., Town]


@pytest.fixture
def open_town(tmp_path: Path) -> Open:
    """Open a shipped deployment on a day."""

    def opened(slug: str, day: date, **more: Any) -> Town:
        return Town(slug, day, tmp_path, **more)

    return opened
