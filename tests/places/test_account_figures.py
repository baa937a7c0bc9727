"""Figures that no text gives are labelled examples."""

from linli.access import ADMINISTRATIVE_SHARE_PERCENT, PLATE_LIMIT
from tests.rules.cases import place_plugins


def test_the_figures_of_jinjiang_are_examples() -> None:
    settings = {setting.parameter.id: setting for setting in place_plugins()["jinjiang"].settings}
    assert settings[PLATE_LIMIT.id].value == 3
    assert settings[ADMINISTRATIVE_SHARE_PERCENT.id].value == 30
    of_access = [setting for name, setting in settings.items() if name.startswith("access.")]
    assert all(setting.example and setting.cites is None for setting in of_access)
