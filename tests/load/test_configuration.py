from datetime import date

import pytest

from linli.configuration import DeploymentFile, JurisdictionFile, read
from linli.deployment import examine
from tests.load.planted import (
    DISTRICT,
    HALL_SEATS,
    OTHER_DISTRICT,
    PROVINCE,
    STREET,
    district,
    faults_of,
    keys_of,
    loaded,
    province,
    written,
)

YI, BING = "990100000000-yi.toml", "990101000000-bing.toml"


def street(text):
    return {BING: f'place = "{STREET}"\ntitle = "丙街道"\n{text}'}


def test_every_fault_of_every_file_is_reported_at_once(tmp_path):
    path = written(
        tmp_path,
        {
            YI: f'place = "{DISTRICT}"\ntitle = "乙区"\nplugins = ["district", "unlocked"]\ncolour = "red"\n',
            **street(
                '[[parameters]]\nid = "hall.seats"\nvalue = "many"\nsince = 2020-01-01\nexample = true\nbecause = 1\n'
                '[[parameters]]\nid = "hall.stars"\nvalue = 1\nsince = 2020-01-01\nexample = true\n'
                '[[parameters]]\nid = "hall.seats"\nvalue = 3\n'
                '[[parameters]]\nid = "hall.seats"\nvalue = 3\nsince = 2020-01-01\n'
                '[[parameters]]\nid = "hall.seats"\nvalue = 3\nsince = 2020-01-01\ncites = { source = "lost" }\n'
                '[[sources]]\nid = "s"\ntitle = "S"\nrank = "edict"\nsince = 2020-01-01\n'
            ),
        },
        more='weather = "fine"\nnotices = ["2099.toml"]\n',
    )
    assert keys_of(faults_of(path, province(), district())) == [
        ("2099.toml", ""),
        (YI, "colour"),
        (YI, "plugins[1]"),
        (BING, "parameters[0].because"),
        (BING, "parameters[0].value"),
        (BING, "parameters[1].id"),
        (BING, "parameters[2].since"),
        (BING, "parameters[3].cites"),
        (BING, "parameters[4].cites.source"),
        (BING, "sources[0].rank"),
        ("hall.toml", "weather"),
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('labels = { "a" = 1 }\n', "labels"),
        ("plugins = 7\n", "plugins"),
        ('plugins = ["district", 7]\n', "plugins"),
        ("parameters = 7\n", "parameters"),
        ("[[parameters]]\nid = 7\nvalue = 1\nsince = 2020-01-01\nexample = true\n", "parameters[0].id"),
        (
            '[[parameters]]\nid = "hall.seats"\nvalue = 1\nsince = "soon"\nexample = true\n',
            "parameters[0].since",
        ),
        (
            '[[parameters]]\nid = "hall.seats"\nvalue = 1\nsince = 2020-01-01\ncites = { article = 1 }\n',
            "parameters[0].cites.source",
        ),
        ('[[places]]\ncode = "990101002000"\nlevel = "planet"\ntitle = "己社区"\n', "places[0].level"),
    ],
)
def test_a_value_of_the_wrong_type_is_told_with_its_key(tmp_path, text, key):
    path = written(tmp_path, street(text))
    assert (BING, key) in keys_of(faults_of(path, province(), district()))


def test_a_required_key_that_is_missing_hides_nothing_behind_it(tmp_path):
    path = written(
        tmp_path,
        street("colour = 1\n"),
        deployment=f'slug = "hall"\ntitle = "会堂"\nplace = "{DISTRICT}"\nstore = "s"\njurisdictions = ["{BING}"]\n'
        '[plugins]\nprovince = "1.0"\n',
    )
    assert keys_of(faults_of(path, province())) == [(BING, "colour"), ("hall.toml", "owner")]


def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path):
    path = written(tmp_path, street("title = = 3\n"))
    (fault,) = faults_of(path, province(), district())
    assert fault.file == BING
    assert "line 3" in fault.message


def test_a_file_that_is_not_there_is_told(tmp_path):
    path = written(tmp_path)
    (tmp_path / "jurisdictions" / BING).unlink()
    (fault,) = faults_of(path, province(), district())
    assert (fault.file, fault.message) == (BING, "没有这个文件")


def test_a_file_that_is_no_utf8_is_told(tmp_path):
    path = written(tmp_path)
    (tmp_path / "jurisdictions" / BING).write_bytes(b'title = "\xff"')
    (fault,) = faults_of(path, province(), district())
    assert fault.file == BING


def test_a_deployment_that_is_no_toml_is_told(tmp_path):
    path = written(tmp_path, deployment="slug =")
    deployment, (fault,) = examine(path)
    assert deployment is None
    assert fault.file == "hall.toml"


def test_a_slug_other_than_the_file_name_is_told(tmp_path):
    path = written(tmp_path).rename(tmp_path / "deployments" / "other.toml")
    assert keys_of(faults_of(path, province(), district())) == [("other.toml", "slug")]


def test_a_jurisdiction_that_lies_elsewhere_is_told(tmp_path):
    path = written(tmp_path, {"990200000000-ding.toml": f'place = "{OTHER_DISTRICT}"\ntitle = "丁区"\n'})
    assert keys_of(faults_of(path, province(), district())) == [("990200000000-ding.toml", "place")]


def test_two_jurisdictions_of_one_place_are_told(tmp_path):
    path = written(tmp_path, {"990101000000-again.toml": f'place = "{STREET}"\ntitle = "丙街道"\n'})
    assert keys_of(faults_of(path, province(), district())) == [("990101000000-again.toml", "place")]


def test_a_jurisdiction_named_twice_is_told(tmp_path):
    path = written(tmp_path)
    path.write_text(path.read_text("utf-8").replace(f'"{BING}"', f'"{BING}", "{BING}"'), "utf-8")
    assert keys_of(faults_of(path, province(), district())) == [("hall.toml", "jurisdictions[3]")]


def test_a_place_that_nobody_knows_is_told(tmp_path):
    path = written(tmp_path, {BING: 'place = "990109000000"\ntitle = "无街道"\n'})
    assert keys_of(faults_of(path, province(), district())) == [(BING, "place")]


def test_a_file_gives_sources_and_values_that_reach_the_rulebook(tmp_path):
    path = written(
        tmp_path,
        street(
            '[[sources]]\nid = "street-rule"\ntitle = "丙街道约定"\nrank = "agreement"\nsince = 2020-01-01\n'
            '[[parameters]]\nid = "hall.seats"\nvalue = 20\nsince = 2021-01-01\nuntil = 2021-12-31\n'
            'cites = { source = "street-rule", article = "第二条", anchor = "二十个" }\n'
        ),
    )
    deployment = loaded(path, province(), district())
    setting = deployment.rulebook(STREET).setting(HALL_SEATS, date(2021, 6, 1))
    assert (setting.value, setting.origin, setting.cites.label) == (20, BING, "《丙街道约定》第二条")
    assert setting.cites.source.place == STREET
    assert deployment.rulebook(STREET).value(HALL_SEATS, date(2022, 1, 1)) is None
    assert deployment.rulebook(DISTRICT).value(HALL_SEATS, date(2021, 6, 1)) is None


def test_a_share_is_written_as_a_fraction(tmp_path):
    figure = '[[parameters]]\nid = "hall.share"\nsince = 2020-01-01\nexample = true\nvalue = '
    deployment = loaded(written(tmp_path, street(figure + '"1/10"')), province(), district())
    (setting,) = deployment.settings
    assert (setting.value.numerator, setting.value.denominator) == (1, 10)
    path = written(tmp_path, street(figure + '"1/0"'))
    assert keys_of(faults_of(path, province(), district())) == [(BING, "parameters[0].value")]


def test_true_is_no_number(tmp_path):
    figure = '[[parameters]]\nid = "hall.seats"\nsince = 2020-01-01\nexample = true\nvalue = true\n'
    path = written(tmp_path, street(figure))
    assert keys_of(faults_of(path, province(), district())) == [(BING, "parameters[0].value")]


def test_a_street_without_code_brings_its_own_places(tmp_path):
    path = written(
        tmp_path,
        street(
            '[[places]]\ncode = "990101002000"\nlevel = "community"\ntitle = "己社区"\nsince = 2020-01-01\n'
        ),
    )
    deployment = loaded(path, province(), district())
    assert deployment.places.path("990101002000")[-2:] == (STREET, "990101002000")
    assert deployment.covers("990101002000")


def test_a_place_whose_parent_is_missing_hides_no_other_fault(tmp_path):
    path = written(
        tmp_path,
        street(
            'colour = 1\n[[places]]\ncode = "990109001000"\nlevel = "community"\ntitle = "X"\nparent = "990109000000"\n'
        ),
    )
    assert keys_of(faults_of(path, province(), district())) == [(BING, "colour"), ("places", "")]


def test_labels_are_taken_from_the_nearest_place_that_has_one(tmp_path):
    path = written(
        tmp_path,
        {
            YI: f'place = "{DISTRICT}"\ntitle = "乙区"\nplugins = ["district"]\n'
            'labels = { hall = "礼堂", key = "门卡" }\n',
            **street('labels = { hall = "大屋" }\n'),
        },
    )
    deployment = loaded(path, province(), district())
    assert [deployment.label(STREET, word) for word in ("hall", "key", "door")] == ["大屋", "门卡", "door"]
    assert deployment.label(PROVINCE, "hall") == "hall"


def test_every_key_of_both_files_is_typed():
    for kind in (DeploymentFile, JurisdictionFile):
        assert kind.__doc__
        assert kind.__struct_fields__


def test_reading_reports_and_does_not_raise(tmp_path):
    config, faults = read(tmp_path / "no.toml", DeploymentFile)
    assert config is None
    assert len(faults) == 1
