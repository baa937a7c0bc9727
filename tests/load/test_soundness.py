from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from linli.citations import Rank, Source
from linli.findings import Verdict
from linli.parameters import Bound, Parameter
from linli.procedures import Procedure
from linli.rules import Asked, Force
from linli.soundness import alarms
from linli.terms import Combine, Term
from tests.load.planted import (
    ACCOUNT,
    DISTRICT,
    HALL_COLOUR,
    HALL_NAME,
    HALL_NOTICE,
    HALL_PAPERS,
    HALL_SEATS,
    HALL_SHARE,
    HALL_USES,
    LAW,
    NOTICE,
    OTHER_DISTRICT,
    PROVINCE,
    REGULATION,
    STREET,
    booking,
    district,
    faults_of,
    keys_of,
    loaded,
    made_rule,
    practice,
    province,
    seats_rule,
    with_values,
    written,
)

LONG_AGO = date(2000, 1, 1)
TENTH, FIFTH = Fraction(1, 10), Fraction(1, 5)


FROM_ABOVE, FROM_BELOW = LAW.article(1), NOTICE.article(2)


def values(parameter, above, below, *, cites=FROM_ABOVE, below_cites=FROM_BELOW, **more):
    """The province gives one value, the district another."""
    return (
        with_values(parameter.at(PROVINCE, above, since=LONG_AGO, cites=cites, **more)),
        district(linli_parameters=[parameter.at(DISTRICT, below, since=LONG_AGO, cites=below_cites)]),
    )


@pytest.mark.parametrize(
    ("parameter", "above", "looser", "stricter"),
    [
        (HALL_SHARE, TENTH, FIFTH, Fraction(1, 20)),
        (HALL_SEATS, 50, 51, 49),
        (HALL_NOTICE, 10, 9, 11),
        (HALL_PAPERS, ("申请", "名单"), ("申请", "合同"), ("申请", "合同", "名单")),
        (HALL_USES, ("开会", "讲座"), ("开会", "婚宴"), ("讲座",)),
        (HALL_COLOUR, "红", "绿", "红"),
    ],
)
def test_a_place_below_may_tighten_and_not_loosen(tmp_path, parameter, above, looser, stricter):
    path = written(tmp_path)
    (fault,) = faults_of(path, *values(parameter, above, looser))
    assert (fault.file, fault.key) == ("district", f"{parameter.id}@{DISTRICT}")
    assert [cite.label for cite in fault.cites] == ["《乙区会堂通知》第二条", "《会堂法》第一条"]
    assert loaded(path, *values(parameter, above, stricter)).slug == "hall"


def test_of_two_lists_the_stricter_one_holds(tmp_path):
    above, below = ("申请",), ("申请", "名单")
    deployment = loaded(written(tmp_path), *values(HALL_PAPERS, above, below))
    assert deployment.rulebook(DISTRICT).value(HALL_PAPERS, LONG_AGO) == below
    assert deployment.rulebook(PROVINCE).value(HALL_PAPERS, LONG_AGO) == above


def test_a_default_may_be_changed_freely(tmp_path):
    deployment = loaded(written(tmp_path), *values(HALL_NAME, "会堂", "礼堂"))
    assert deployment.rulebook(DISTRICT).value(HALL_NAME, LONG_AGO) == "礼堂"


def test_a_street_may_loosen_by_file_no_more_than_a_plugin_may(tmp_path):
    path = written(
        tmp_path,
        {
            "990101000000-bing.toml": f'place = "{STREET}"\ntitle = "丙街道"\n[[parameters]]\nid = "hall.seats"\n'
            'value = 60\nsince = 2020-01-01\ncites = { source = "law", article = 9 }\n'
        },
    )
    faults = faults_of(path, *values(HALL_SEATS, 50, 40))
    assert {(fault.file, fault.key) for fault in faults} == {
        ("990101000000-bing.toml", f"hall.seats@{STREET}")
    }
    assert [[cite.label for cite in fault.cites] for fault in faults] == [
        ["《会堂法》第九条", "《会堂法》第一条"],
        ["《会堂法》第九条", "《乙区会堂通知》第二条"],
    ]


def test_an_example_cannot_loosen_a_text(tmp_path):
    plugin = district(linli_parameters=[HALL_SEATS.at(DISTRICT, 99, since=LONG_AGO, example=True)])
    top = with_values(HALL_SEATS.at(PROVINCE, 50, since=LONG_AGO, cites=LAW.article(1)))
    (fault,) = faults_of(written(tmp_path), top, plugin)
    assert [cite.label for cite in fault.cites] == ["《会堂法》第一条"]


def test_an_example_gives_way_to_a_text_below(tmp_path):
    top = with_values(HALL_SEATS.at(PROVINCE, 50, since=LONG_AGO, example=True))
    plugin = district(linli_parameters=[HALL_SEATS.at(DISTRICT, 99, since=LONG_AGO, cites=NOTICE.article(2))])
    deployment = loaded(written(tmp_path), top, plugin)
    assert deployment.rulebook(DISTRICT).value(HALL_SEATS, LONG_AGO) == 99


def test_a_text_may_leave_the_figure_to_lower_levels(tmp_path):
    deployment = loaded(written(tmp_path), *values(HALL_SEATS, 50, 70, local_choice=True))
    assert deployment.rulebook(DISTRICT).value(HALL_SEATS, LONG_AGO) == 70
    assert deployment.rulebook(PROVINCE).value(HALL_SEATS, LONG_AGO) == 50


def test_nobody_can_grant_himself_local_choice(tmp_path):
    top = with_values(HALL_SEATS.at(PROVINCE, 50, since=LONG_AGO, cites=LAW.article(1)))
    own = HALL_SEATS.at(DISTRICT, 70, since=LONG_AGO, cites=NOTICE.article(2), local_choice=True)
    (fault,) = faults_of(written(tmp_path), top, district(linli_parameters=[own]))
    assert fault.key == f"hall.seats@{DISTRICT}"


def test_a_text_of_its_own_that_ranks_higher_is_not_loosened_by_a_circular_from_above(tmp_path):
    circular = Source("circular", "部门通知", Rank.NORMATIVE_DOCUMENT, LONG_AGO)
    decree = Source("decree", "乙区条例", Rank.LOCAL_REGULATION, LONG_AGO, place=DISTRICT)
    path = written(tmp_path)
    assert loaded(path, *values(HALL_SEATS, 50, 70, cites=circular.article(1), below_cites=decree.article(2)))
    (fault,) = faults_of(
        path, *values(HALL_SEATS, 50, 70, cites=circular.article(1), below_cites=LAW.article(2))
    )
    assert fault.key == f"hall.seats@{DISTRICT}", "a law for everyone gives the district no figure of its own"


def test_loosening_counts_only_on_days_on_which_both_hold(tmp_path):
    top = with_values(
        HALL_SEATS.at(PROVINCE, 50, since=LONG_AGO, until=date(2019, 12, 31), cites=LAW.article(1))
    )
    later = HALL_SEATS.at(DISTRICT, 70, since=date(2020, 1, 1), cites=NOTICE.article(2))
    a_day_early = HALL_SEATS.at(DISTRICT, 70, since=date(2019, 12, 31), cites=NOTICE.article(2))
    assert loaded(written(tmp_path), top, district(linli_parameters=[later]))
    (fault,) = faults_of(written(tmp_path), top, district(linli_parameters=[a_day_early]))
    assert "放宽" in fault.message


def test_a_place_beside_is_not_above(tmp_path):
    own = with_values(
        HALL_SEATS.at(OTHER_DISTRICT, 10, since=LONG_AGO, cites=LAW.article(1)),
        HALL_SEATS.at(DISTRICT, 70, since=LONG_AGO, cites=LAW.article(1)),
    )
    assert loaded(written(tmp_path), own, district())


def test_values_of_one_place_may_not_overlap(tmp_path):
    top = with_values(
        HALL_SEATS.at(PROVINCE, 50, since=LONG_AGO, cites=LAW.article(1)),
        HALL_SEATS.at(PROVINCE, 40, since=date(2020, 1, 1), cites=LAW.article(2)),
    )
    (fault,) = faults_of(written(tmp_path), top, district())
    assert "重叠" in fault.message
    assert len(fault.cites) == 2


def test_values_of_one_place_may_follow_one_another(tmp_path):
    top = with_values(
        HALL_SEATS.at(PROVINCE, 50, since=LONG_AGO, until=date(2019, 12, 31), cites=LAW.article(1)),
        HALL_SEATS.at(PROVINCE, 40, since=date(2020, 1, 1), cites=LAW.article(2)),
    )
    rulebook = loaded(written(tmp_path), top, district()).rulebook(DISTRICT)
    assert [rulebook.value(HALL_SEATS, day) for day in (date(2019, 12, 31), date(2020, 1, 1))] == [50, 40]


def test_a_lower_text_that_loosens_a_higher_one_at_the_same_place_is_told_of(tmp_path):
    top = with_values(
        HALL_SEATS.at(PROVINCE, 60, since=date(2020, 1, 1), cites=NOTICE.article(2)),
        HALL_SEATS.at(PROVINCE, 50, since=LONG_AGO, cites=LAW.article(1)),
    )
    (fault,) = faults_of(written(tmp_path), top, district())
    assert "放宽了上位文本" in fault.message
    assert [cite.source.id for cite in fault.cites] == ["notice", "law"]


@given(
    above=st.integers(0, 100),
    below=st.integers(0, 100),
    starts=st.integers(0, 20),
    length=st.integers(0, 20),
    other_starts=st.integers(0, 20),
    other_length=st.integers(0, 20),
)
def test_what_loads_never_loosens_on_any_day(
    tmp_path_factory, above, below, starts, length, other_starts, other_length
):
    def at(place, value, first, days, cites):
        since = LONG_AGO + timedelta(days=first)
        return HALL_SEATS.at(place, value, since=since, until=since + timedelta(days=days), cites=cites)

    top = with_values(at(PROVINCE, above, starts, length, LAW.article(1)))
    plugin = district(linli_parameters=[at(DISTRICT, below, other_starts, other_length, NOTICE.article(2))])
    path = written(tmp_path_factory.mktemp("infra"))
    overlapping = starts <= other_starts + other_length and other_starts <= starts + length
    if overlapping and below > above:
        assert keys_of(faults_of(path, top, plugin)) == [("district", f"hall.seats@{DISTRICT}")]
    else:
        assert loaded(path, top, plugin)


def test_a_place_plugin_gives_no_value_elsewhere(tmp_path):
    stray = HALL_SEATS.at(OTHER_DISTRICT, 1, since=LONG_AGO, cites=NOTICE.article(1))
    path = written(tmp_path)
    assert keys_of(faults_of(path, province(), district(linli_parameters=[stray]))) == [
        ("district", f"hall.seats@{OTHER_DISTRICT}")
    ]


def test_a_value_that_ends_before_it_begins_is_told(tmp_path):
    top = with_values(
        HALL_SEATS.at(PROVINCE, 5, since=LONG_AGO, until=date(1999, 1, 1), cites=LAW.article(1))
    )
    assert keys_of(faults_of(written(tmp_path), top, district())) == [("province", f"hall.seats@{PROVINCE}")]


def test_a_value_of_an_undeclared_parameter_is_told(tmp_path):
    other = Parameter("hall.lost", "丢失", int, Bound.CEILING)
    top = with_values(other.at(PROVINCE, 5, since=LONG_AGO, cites=LAW.article(1)))
    assert keys_of(faults_of(written(tmp_path), top, district())) == [("province", f"hall.lost@{PROVINCE}")]


def test_an_exemption_from_a_guarantee_is_refused_with_both_citations(tmp_path):
    right = made_rule("right", LAW.article(26), force=Force.GUARANTEE)
    cut = made_rule(
        "cut",
        LAW.article(3),
        force=Force.EXEMPTION,
        exempts=("province.hall.ask.right",),
        power=Verdict.SATISFIED,
    )
    (fault,) = faults_of(written(tmp_path), province(linli_rules=[right]), district(linli_rules=[cut]))
    assert (fault.file, fault.key) == ("district", "district.hall.ask.cut")
    assert [cite.label for cite in fault.cites] == ["《会堂法》第三条", "《会堂法》第二十六条"]


def test_a_lower_text_cannot_exempt_from_a_higher_one(tmp_path):
    high = made_rule("high", REGULATION.article(5))

    def exempting(cite):
        return made_rule("cut", cite, force=Force.EXEMPTION, exempts=("province.hall.ask.high",))

    path = written(tmp_path)
    (fault,) = faults_of(
        path, province(linli_rules=[high]), district(linli_rules=[exempting(NOTICE.article(3))])
    )
    assert [cite.source.id for cite in fault.cites] == ["notice", "regulation"]
    assert loaded(path, province(linli_rules=[high]), district(linli_rules=[exempting(LAW.article(3))]))


def test_every_fault_of_a_rule_is_told_at_once(tmp_path):
    rules = [
        without_cites(made_rule("cites-nothing")),
        made_rule("no-moment", moment="hall.dance"),
        made_rule("exempts-nobody", force=Force.EXEMPTION, exempts=("province.hall.ask.nobody",)),
        made_rule("exempts-by-the-way", exempts=("district.hall.ask.fine",)),
        made_rule("secures-by-the-way", secures=True),
        made_rule("overrides-statute", REGULATION.article(1), overridable=True),
        made_rule("ends-first", since=date(2020, 1, 1), until=date(2019, 1, 1)),
        made_rule("corrected-in-silence", revision=2),
        seats_rule("seats-without-value"),
        made_rule("asks-nowhere", uses=(Asked("x", "x", "lost", keys=lambda facts: (), value=len),)),
        made_rule("uses-undeclared", uses=(Parameter("hall.lost", "丢失", int, Bound.CEILING),)),
        made_rule("fine"),
        made_rule("fine"),
    ]
    faults = faults_of(written(tmp_path), province(), district(linli_rules=rules))
    assert keys_of(faults) == [
        ("district", f"district.hall.{each}")
        for each in sorted(
            [
                "ask.asks-nowhere",
                "ask.cites-nothing",
                "ask.corrected-in-silence",
                "ask.ends-first",
                "ask.exempts-by-the-way",
                "ask.exempts-nobody",
                "ask.fine",
                "ask.overrides-statute",
                "ask.seats-without-value",
                "ask.secures-by-the-way",
                "ask.uses-undeclared",
                "dance.no-moment",
            ]
        )
    ]


def without_cites(rule):
    return structs.replace(rule, cites=())


def test_a_local_norm_may_be_overridable(tmp_path):
    assert loaded(
        written(tmp_path),
        province(),
        district(linli_rules=[made_rule("ours", NOTICE.article(1), overridable=True)]),
    )


def test_a_mere_account_refuses_only_in_its_own_place(tmp_path):
    rule = made_rule("habit", ACCOUNT.article(""))
    path = written(tmp_path)
    assert loaded(path, province(), district(linli_rules=[rule]))
    (fault,) = faults_of(path, province(linli_rules=[rule]), district())
    assert (fault.file, fault.key) == ("province", "province.hall.ask.habit")
    milder = made_rule("habit", ACCOUNT.article(""), power=Verdict.REVIEW)
    assert loaded(path, province(linli_rules=[milder]), district())


def test_a_practice_that_rests_on_an_account_refuses_only_where_the_account_is_from(tmp_path):
    plugin = practice(linli_rules=[made_rule("habit", ACCOUNT.article(""))])
    here = {"990100000000-yi.toml": f'place = "{DISTRICT}"\ntitle = "乙区"\nplugins = ["practice"]\n'}
    above = {
        "990000000000-jia.toml": f'place = "{PROVINCE}"\ntitle = "甲省"\nplugins = ["province", "practice"]\n'
    }
    locked = ("province", "district", "practice")
    assert loaded(written(tmp_path / "here", here, plugins=locked), province(), district(), plugin)
    (fault,) = faults_of(written(tmp_path / "above", above, plugins=locked), province(), district(), plugin)
    assert fault.key == "practice.hall.ask.habit"


def test_a_rule_needs_its_figures_on_every_day_of_its_life(tmp_path):
    def top(*spans):
        return with_values(
            *[
                HALL_SEATS.at(PROVINCE, 5, since=since, until=until, cites=LAW.article(1))
                for since, until in spans
            ],
            linli_rules=[seats_rule("seats", since=date(2010, 1, 1), until=date(2019, 12, 31))],
        )

    path = written(tmp_path)
    first, second = (date(2010, 1, 1), date(2014, 12, 31)), (date(2015, 1, 1), date(2019, 12, 31))
    assert loaded(path, top(first, second), district())
    (fault,) = faults_of(path, top(first, (date(2015, 1, 2), None)), district())
    assert "2015-01-01" in fault.message
    (fault,) = faults_of(path, top((date(2010, 1, 2), None)), district())
    assert "2010-01-01" in fault.message
    (fault,) = faults_of(path, top(first, (date(2015, 1, 1), date(2019, 12, 30))), district())
    assert "2019-12-31" in fault.message


def test_a_figure_given_below_does_not_serve_a_rule_from_above(tmp_path):
    below = district(linli_parameters=[HALL_SEATS.at(DISTRICT, 5, since=LONG_AGO, cites=NOTICE.article(1))])
    path = written(tmp_path)
    faults = faults_of(path, province(linli_rules=[seats_rule("seats")]), below)
    assert keys_of(faults) == [("province", "province.hall.ask.seats")]


def test_two_things_under_one_id_are_told_for_every_kind_of_thing(tmp_path):
    term = Term("hall.guide", "指导", str, Combine.EXACTLY_ONE)
    faults = faults_of(
        written(tmp_path),
        province(linli_terms=[term]),
        district(linli_terms=[term], linli_procedures=[booking()], linli_parameters=[HALL_SEATS]),
    )
    assert keys_of(faults) == [("province", "hall"), ("province", "hall.guide"), ("province", "hall.seats")]


def test_a_procedure_under_one_that_nobody_brings_is_told(tmp_path):
    seat = Procedure("seat", title="", stages=(), lead=str, name=str, under="hal")
    (fault,) = faults_of(written(tmp_path), province(), district(linli_procedures=[seat]))
    assert (fault.file, fault.key, fault.message) == ("seat", "under", "没有“hal”这个程序")


def test_one_id_names_one_text(tmp_path):
    other = Source("law", "会堂法（修订）", Rank.LAW, LONG_AGO)
    faults = faults_of(written(tmp_path), province(), district(linli_sources=[other]))
    assert keys_of(faults) == [("province", "law")], "plugins are asked by id, and the first stays"


def test_an_article_that_has_ended_raises_an_alarm_that_names_what_replaced_it(tmp_path):
    old = Source("old", "旧会堂法", Rank.LAW, LONG_AGO, until=date(2025, 12, 31), replaced_by="new")
    new = Source("new", "新会堂法", Rank.LAW, date(2026, 1, 1))
    rules = [
        made_rule("ends-with-its-text", old.article(1)),
        made_rule("outlives-it", NOTICE.article(1), old.article(1)),
        made_rule("cites-both", NOTICE.article(1), old.article(1), new.article(1)),
    ]
    figure = HALL_SEATS.at(DISTRICT, 5, since=LONG_AGO, cites=old.article(2))
    deployment = loaded(written(tmp_path), province(), district(linli_rules=rules, linli_parameters=[figure]))
    assert alarms(deployment, date(2025, 12, 31)) == []
    found = alarms(deployment, date(2026, 1, 1))
    assert keys_of(found) == [
        ("district", "district.hall.ask.outlives-it"),
        ("district", f"hall.seats@{DISTRICT}"),
    ]
    assert all(fault.alarm and "new" in fault.message and fault.cites[0].source is old for fault in found)
