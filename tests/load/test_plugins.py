from datetime import date
from itertools import permutations

import pluggy
import pytest

from linli.deployment import load
from linli.errors import LoadFault
from linli.plugins import PLACE, PRACTICE, Manifest, Plugins, hook, installed, registered_types
from tests.load.planted import (
    DISTRICT,
    HALL_SEATS,
    LAW,
    NOTICE,
    PROVINCE,
    district,
    faults_of,
    keys_of,
    loaded,
    made_rule,
    planted,
    practice,
    province,
    seats_rule,
    with_values,
    written,
)


def only_fault(path, *modules):
    (fault,) = faults_of(path, *modules)
    return fault


def test_an_unknown_hook_is_refused_with_the_plugin_and_the_hook(tmp_path):
    plugin = district(linli_weather=[1])
    fault = only_fault(
        written(tmp_path, {"990100000000-yi.toml": f'place = "{DISTRICT}"\ntitle = "乙区"\n'}),
        province(),
        plugin,
    )
    assert (fault.file, fault.key) == ("district", "linli_weather")
    assert "没有这个钩子" in fault.message


@pytest.mark.parametrize("option", ["wrapper", "hookwrapper", "tryfirst", "trylast"])
def test_a_plugin_may_neither_wrap_nor_push_ahead(tmp_path, option):
    plugin = district()

    @hook(**{option: True})
    def linli_checks():
        yield

    plugin.linli_checks = linli_checks
    assert keys_of(faults_of(written(tmp_path), province(), plugin)) == [("district", "linli_checks")]


def test_a_hook_that_was_left_unmarked_is_told(tmp_path):
    plugin = district()
    plugin.linli_rules = list
    fault = only_fault(written(tmp_path), province(), plugin)
    assert (fault.file, fault.key) == ("district", "linli_rules")
    assert "@hook" in fault.cure


def test_a_hook_that_takes_arguments_is_refused(tmp_path):
    plugin = district()

    @hook
    def linli_rules(weather):
        return []

    plugin.linli_rules = linli_rules
    fault = only_fault(written(tmp_path), province(), plugin)
    assert fault.file == "district"
    assert "weather" in fault.message


def test_every_wrong_answer_of_a_hook_is_told_with_its_number(tmp_path):
    plugin = district(linli_rules=[made_rule("fine"), "no rule", 7], linli_terms=5, linli_sources="text")
    faults = faults_of(written(tmp_path), province(), plugin)
    assert keys_of(faults) == [
        ("district", "linli_rules"),
        ("district", "linli_rules"),
        ("district", "linli_sources"),
        ("district", "linli_terms"),
    ]
    assert [fault.message for fault in faults if fault.key == "linli_rules"] == [
        "第 2 项是 str，应是 Rule",
        "第 3 项是 int，应是 Rule",
    ]


def test_a_hook_that_raises_stops_the_load_and_names_itself(tmp_path):
    @hook
    def broken():
        raise ZeroDivisionError("seven")

    fault = only_fault(written(tmp_path), province(), district(linli_checks=broken))
    assert (fault.file, fault.key) == ("district", "linli_checks")
    assert "ZeroDivisionError" in fault.message
    assert "seven" in fault.message


def test_a_plugin_without_a_manifest_is_refused(tmp_path):
    plugin = district()
    del plugin.linli_manifest
    faults = faults_of(written(tmp_path), province(), plugin)
    assert ("planted_district", "linli_manifest") in keys_of(faults)


def test_a_manifest_of_another_type_is_refused(tmp_path):
    plugin = district()
    plugin.linli_manifest = hook(lambda: {"id": "district"})
    messages = [fault.message for fault in faults_of(written(tmp_path), province(), plugin)]
    assert "清单是 dict，应是 Manifest" in messages


def test_a_place_plugin_without_a_place_is_refused(tmp_path):
    fault = only_fault(written(tmp_path), province(), planted("district", PLACE))
    assert (fault.file, fault.key) == ("district", "linli_manifest")


def test_two_plugins_under_one_id_are_refused(tmp_path):
    fault = only_fault(written(tmp_path), province(), district(), district())
    assert "同一个编号" in fault.message


def test_a_plugin_that_is_not_installed_is_named_with_what_to_install(tmp_path):
    fault = only_fault(written(tmp_path), province())
    assert (fault.file, fault.key) == ("hall.toml", "plugins.district")
    assert "pip install linli-district" in fault.cure


def test_a_version_other_than_the_locked_one_is_refused(tmp_path):
    path = written(tmp_path, plugins=("province", "district", "national"))
    fault = only_fault(path, province(), district())
    assert (fault.file, fault.key) == ("hall.toml", "plugins.national")
    assert installed()["national"].dist.version in fault.message


def test_a_plugin_outside_the_lock_is_refused(tmp_path):
    path = written(tmp_path)
    assert keys_of(faults_of(path, province(), district(), practice())) == [("hall.toml", "plugins.practice")]


def test_the_order_of_installation_decides_nothing(tmp_path):
    path = written(tmp_path, plugins=("province", "district", "practice"))
    modules = [
        with_values(
            HALL_SEATS.at(PROVINCE, 50, since=date(1990, 1, 1), cites=LAW.article(1)),
            linli_rules=[seats_rule("seats")],
        ),
        district(linli_rules=[made_rule("quiet", NOTICE.article(2))]),
        practice(linli_rules=[made_rule("clean")]),
    ]
    seen = {
        (d.lock, tuple((bound.id, bound.place) for bound in d.rules), tuple(m.id for m in d.plugins))
        for order in permutations(modules)
        for d in [loaded(path, *order)]
    }
    assert len(seen) == 1


def test_the_order_of_installation_does_not_decide_which_fault_is_told(tmp_path):
    path = written(tmp_path)
    modules = [province(linli_rules=[made_rule("twice")]), district(linli_procedures=[7])]
    doubled = province(linli_places=[], linli_checks=3)
    seen = {tuple(map(str, faults_of(path, *order))) for order in permutations([*modules, doubled])}
    assert len(seen) == 2, (
        "of two plugins under one id the first stays, whichever it is; all else is the same"
    )


def test_two_deployments_do_not_see_each_others_plugins(tmp_path):
    one = loaded(written(tmp_path / "one"), province(), district(linli_rules=[made_rule("only-here")]))
    other = loaded(written(tmp_path / "other"), province(), district())
    assert [bound.id for bound in one.rules] == ["district.hall.ask.only-here"]
    assert other.rules == ()


def test_a_load_leaves_no_plugin_behind_in_pluggy():
    plugins, faults = Plugins.load(["practice"], [practice()])
    again, _ = Plugins.load([])
    assert not faults
    assert "practice" in plugins
    assert "practice" not in again


def test_nothing_but_the_enabled_plugins_is_imported(tmp_path, monkeypatch):
    loaded_points = []

    class Watched(type(next(iter(installed().values())))):
        def load(self):
            loaded_points.append(self.name)
            return super().load()

    watched = {name: Watched(point.name, point.value, point.group) for name, point in installed().items()}
    monkeypatch.setattr("linli.plugins.installed", lambda: watched)
    Plugins.load(["national"])
    assert loaded_points == ["national"]


def test_every_registering_hook_names_the_type_of_what_it_returns():
    for name, types in registered_types().items():
        assert types, name
        assert all(isinstance(each, type) for each in types), name


def test_a_plugin_that_fails_to_import_is_named(monkeypatch):
    from importlib.metadata import EntryPoint

    monkeypatch.setattr(
        "linli.plugins.installed", lambda: {"lost": EntryPoint("lost", "no_such_module", "linli.plugins")}
    )
    plugins, (fault,) = Plugins.load(["lost"])
    assert "lost" not in plugins
    assert fault.file == "lost"
    assert "no_such_module" in fault.message


def test_a_fault_of_one_plugin_does_not_hide_that_of_another(tmp_path):
    path = written(tmp_path, plugins=("province", "district", "practice", "absent"))
    faults = faults_of(path, province(), district(linli_terms=1), practice(linli_weather=[]))
    assert keys_of(faults) == [
        ("district", "linli_terms"),
        ("hall.toml", "plugins.absent"),
        ("practice", "linli_weather"),
    ]


def test_the_error_names_every_fault_and_the_file(tmp_path):
    with pytest.raises(LoadFault) as refused:
        load(written(tmp_path), modules=[province(), district(linli_terms=1, linli_checks=2)])
    assert "hall.toml" in str(refused.value)
    assert "linli_terms" in str(refused.value)
    assert "linli_checks" in str(refused.value)


def test_the_markers_of_hooks_are_those_of_this_project():
    assert hook.project_name == "linli"
    assert isinstance(hook, pluggy.HookimplMarker)


def test_a_manifest_needs_an_id_that_fits_its_entry_point(monkeypatch):
    class Point:
        name, value, dist = "practice", "x", None

        def load(self):
            return planted("other", PRACTICE)

    monkeypatch.setattr("linli.plugins.installed", lambda: {"practice": Point()})
    _, (fault,) = Plugins.load(["practice"])
    assert "other" in fault.message


def test_a_manifest_is_all_that_a_plugin_must_have(tmp_path):
    path = written(tmp_path, plugins=("province", "district", "practice"))
    deployment = loaded(path, province(), district(), practice())
    assert deployment.plugins["practice"] == Manifest("practice", "practice", PRACTICE)
