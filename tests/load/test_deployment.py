from datetime import date

import pytest

from linli.citations import NATION
from linli.deployment import check, load
from linli.errors import NotFound
from linli.places import Level, Place
from linli.plugins import PLACE
from linli.rulebook import Dates, Outcome
from tests.load.planted import (
    ACCOUNT,
    COMMUNITY,
    DISTRICT,
    HALL_SEATS,
    LAW,
    NOTICE,
    OTHER_DISTRICT,
    PROVINCE,
    STREET,
    Ask,
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

LONG_AGO, NOW = date(2000, 1, 1), Dates.on(date(2026, 3, 1))
SEATS = HALL_SEATS.at(PROVINCE, 50, since=LONG_AGO, cites=LAW.article(1))
BING = "990101000000-bing.toml"


def rules_at(deployment, place):
    return [bound.id for bound in deployment.rulebook(place).rules]


def test_a_place_plugins_rules_hold_at_its_place_and_below(tmp_path):
    deployment = loaded(
        written(tmp_path), province(), district(linli_rules=[made_rule("ours", NOTICE.article(1))])
    )
    assert rules_at(deployment, DISTRICT) == ["district.hall.ask.ours"]
    assert rules_at(deployment, COMMUNITY) == ["district.hall.ask.ours"]
    assert rules_at(deployment, OTHER_DISTRICT) == []
    assert rules_at(deployment, PROVINCE) == []


def test_a_plugin_that_is_locked_and_not_switched_on_does_nothing(tmp_path):
    path = written(tmp_path, {"990100000000-yi.toml": f'place = "{DISTRICT}"\ntitle = "乙区"\n'})
    ours = HALL_SEATS.at(DISTRICT, 40, since=LONG_AGO, cites=NOTICE.article(2))
    deployment = loaded(path, province(), district(linli_rules=[made_rule("ours")], linli_parameters=[ours]))
    assert deployment.rules == ()
    assert deployment.settings == ()


def test_a_plugin_of_the_province_switched_on_in_a_street_holds_in_that_street_only(tmp_path):
    path = written(
        tmp_path,
        {
            "990000000000-jia.toml": f'place = "{PROVINCE}"\ntitle = "甲省"\n',
            "990100000000-yi.toml": f'place = "{DISTRICT}"\ntitle = "乙区"\n',
            BING: f'place = "{STREET}"\ntitle = "丙街道"\nplugins = ["province"]\n',
        },
        plugins=("province",),
    )
    deployment = loaded(path, with_values(SEATS, linli_rules=[seats_rule("seats")]))
    assert rules_at(deployment, COMMUNITY) == ["province.hall.ask.seats"]
    assert rules_at(deployment, DISTRICT) == []
    assert deployment.rulebook(STREET).value(HALL_SEATS, LONG_AGO) == 50
    assert deployment.rulebook(DISTRICT).value(HALL_SEATS, LONG_AGO) is None


def test_a_practice_holds_where_it_is_switched_on(tmp_path):
    path = written(
        tmp_path,
        {BING: f'place = "{STREET}"\ntitle = "丙街道"\nplugins = ["practice"]\n'},
        plugins=("province", "district", "practice"),
    )
    deployment = loaded(path, province(), district(), practice(linli_rules=[made_rule("clean")]))
    assert rules_at(deployment, STREET) == ["practice.hall.ask.clean"]
    assert rules_at(deployment, DISTRICT) == []
    assert deployment.active["practice"] == (STREET,)


def test_a_practice_may_be_switched_on_in_two_streets(tmp_path):
    second = "990102000000"
    path = written(
        tmp_path,
        {
            BING: f'place = "{STREET}"\ntitle = "丙街道"\nplugins = ["practice"]\n',
            "990102000000-geng.toml": f'place = "{second}"\ntitle = "庚街道"\nplugins = ["practice"]\n'
            f'[[places]]\ncode = "{second}"\nlevel = "street"\ntitle = "庚街道"\nparent = "{DISTRICT}"\n',
        },
        plugins=("province", "district", "practice"),
    )
    deployment = loaded(path, province(), district(), practice(linli_rules=[made_rule("clean")]))
    assert [bound.place for bound in deployment.rules] == [STREET, second]
    assert rules_at(deployment, second) == ["practice.hall.ask.clean"]


def test_switching_on_twice_counts_once(tmp_path):
    path = written(tmp_path, {BING: f'place = "{STREET}"\ntitle = "丙街道"\nplugins = ["district"]\n'})
    deployment = loaded(path, province(), district(linli_rules=[made_rule("ours")]))
    assert deployment.active["district"] == (DISTRICT,)
    assert rules_at(deployment, STREET) == ["district.hall.ask.ours"]


def test_a_plugin_of_a_place_elsewhere_cannot_be_switched_on(tmp_path):
    path = written(
        tmp_path,
        {BING: f'place = "{STREET}"\ntitle = "丙街道"\nplugins = ["elsewhere"]\n'},
        plugins=("province", "district", "elsewhere"),
    )
    faults = faults_of(path, province(), district(), planted("elsewhere", PLACE, OTHER_DISTRICT))
    assert keys_of(faults) == [(BING, "plugins[0]")]


def test_what_a_plugin_requires_must_be_switched_on_above_it(tmp_path):
    path = written(tmp_path, {"990000000000-jia.toml": f'place = "{PROVINCE}"\ntitle = "甲省"\n'})
    (fault,) = faults_of(path, province(), district())
    assert (fault.file, fault.key) == ("district", "requires")
    assert "province" in fault.message


def test_places_that_share_all_rules_and_values_share_the_rulebook(tmp_path):
    tighter = f'place = "{STREET}"\ntitle = "丙街道"\n[[parameters]]\nid = "hall.seats"\nvalue = 20\n'
    path = written(tmp_path / "a", {BING: tighter + "since = 2020-01-01\nexample = true\n"})
    modules = [with_values(SEATS, linli_rules=[seats_rule("seats")]), district()]
    deployment = loaded(path, *modules)
    assert deployment.rulebook(COMMUNITY) is deployment.rulebook(STREET)
    assert deployment.rulebook(STREET) is not deployment.rulebook(DISTRICT)
    assert (
        deployment.rulebook(DISTRICT) is deployment.rulebook(OTHER_DISTRICT) is deployment.rulebook(PROVINCE)
    )
    assert deployment.rulebook(NATION).rules == ()
    plain = loaded(written(tmp_path / "b"), *modules)
    assert plain.rulebook(COMMUNITY) is plain.rulebook(PROVINCE)


def test_streets_with_contradictory_values_are_each_judged_by_their_own(tmp_path):
    tighter = f'place = "{STREET}"\ntitle = "丙街道"\n[[parameters]]\nid = "hall.seats"\nvalue = 20\n'
    path = written(tmp_path, {BING: tighter + "since = 2020-01-01\nexample = true\n"})
    deployment = loaded(path, with_values(SEATS, linli_rules=[seats_rule("seats")]), district())
    verdicts = {
        place: deployment.rulebook(place).judge("hall.ask", Ask(persons=30), NOW).verdict
        for place in (STREET, DISTRICT)
    }
    assert verdicts == {STREET: Outcome.REFUSED, DISTRICT: Outcome.ADMISSIBLE}


def test_a_place_that_is_not_known_has_no_rulebook(tmp_path):
    deployment = loaded(written(tmp_path), province(), district())
    with pytest.raises(NotFound):
        deployment.rulebook("990909000000")
    assert not deployment.covers("990909000000")


def test_the_nearest_jurisdiction_is_that_of_a_place(tmp_path):
    deployment = loaded(written(tmp_path), province(), district())
    assert [deployment.jurisdiction(place).title for place in (COMMUNITY, DISTRICT, OTHER_DISTRICT)] == [
        "丙街道",
        "乙区",
        "甲省",
    ]
    with pytest.raises(NotFound):
        deployment.jurisdiction(NATION)


def test_a_moment_names_its_procedure_action_and_facts(tmp_path):
    deployment = loaded(written(tmp_path), province(), district())
    moment = deployment.moment("hall.ask")
    assert (moment.procedure.id, moment.action.id, moment.facts) == ("hall", "ask", Ask)
    with pytest.raises(NotFound, match=r"hall\.ask"):
        deployment.moment("hall.dance")


def test_the_posts_of_all_procedures_are_known(tmp_path):
    deployment = loaded(written(tmp_path), province(), district())
    assert deployment.posts["keeper"].title == "管理员"


def test_the_lock_moves_with_every_file_and_version_and_with_nothing_else(tmp_path):
    modules = province(), district()
    path = written(tmp_path)
    first = loaded(path, *modules).lock
    assert loaded(path, *modules).lock == first
    (tmp_path / "jurisdictions" / BING).write_text(f'place = "{STREET}"\ntitle = "新名"\n', "utf-8")
    assert loaded(path, *modules).lock != first


def test_a_practice_that_is_nowhere_switched_on_still_brings_its_registers_to_no_place(tmp_path):
    path = written(tmp_path, plugins=("province", "district", "practice"))
    deployment = loaded(
        path, province(), district(), practice(linli_rules=[made_rule("clean", ACCOUNT.article(""))])
    )
    assert "practice" not in deployment.active
    assert deployment.rules == ()


def test_historic_places_keep_their_dates(tmp_path):
    gone = Place(
        "990103000000", Level.STREET, "旧街道", parent=DISTRICT, until=date(2019, 12, 31), predecessors=()
    )
    deployment = loaded(written(tmp_path), province(), district(linli_places=[gone]))
    assert not deployment.places["990103000000"].exists(date(2020, 1, 1))


def test_check_tells_each_fault_once_however_many_deployments_share_the_file(tmp_path):
    broken = {BING: f'place = "{STREET}"\ntitle = "丙街道"\ncolour = 1\n'}
    paths = [written(tmp_path, broken, slug=slug) for slug in ("one", "two")]
    faults = check(paths, date(2026, 1, 1), modules=[province(), district()])
    assert keys_of(faults) == [(BING, "colour")]


def test_a_notice_extends_the_calendar(tmp_path):
    (tmp_path / "notices").mkdir(parents=True)
    year = load(written(tmp_path), modules=[province(), district()]).calendar.last_year + 1
    (tmp_path / "notices" / "next.toml").write_text(
        f'[[notices]]\nyear = {year}\ntitle = "通知"\nnumber = "国办发〔{year - 1}〕1号"\nissued = {year - 1}-11-01\n'
        f'[[notices.holidays]]\nname = "元旦"\nfirst = {year}-01-01\nlast = {year}-01-01\n',
        "utf-8",
    )
    deployment = loaded(written(tmp_path, more='notices = ["next.toml"]\n'), province(), district())
    assert deployment.calendar.last_year == year


def test_a_required_plugin_that_is_missing_is_told_once(tmp_path):
    path = written(
        tmp_path,
        {
            "990000000000-jia.toml": f'place = "{PROVINCE}"\ntitle = "甲省"\nplugins = ["province", "absent"]\n'
        },
        plugins=("province", "district", "absent"),
    )
    needy = planted("district", PLACE, DISTRICT, requires=("absent",))
    assert keys_of(faults_of(path, province(), needy)) == [("hall.toml", "plugins.absent")]
