from datetime import date

from linli.deployment import check, load
from linli.findings import refuse, satisfied
from linli.revisions import FILE, revision_faults, write_revisions
from linli.rulebook import BoundRule
from tests.load.planted import DISTRICT, district, keys_of, made_rule, province, written

ID = "district.hall.ask.quiet"


def mild(facts, given):
    """Say nothing."""
    return satisfied()


def with_other_words():
    def mild(facts, given):
        """Say nothing at all."""
        # A comment does not change what a rule does.
        return satisfied()

    return mild


def harsh(facts, given):
    """Say no."""
    return refuse("不行")


def bound(judge, revision=1):
    changes = tuple(f"change-{number}" for number in range(1, revision))
    return [
        BoundRule(
            ID,
            "district",
            "hall.ask",
            DISTRICT,
            made_rule("quiet", judge=judge, revision=revision, changes=changes),
        )
    ]


def test_a_file_that_was_written_fits(tmp_path):
    assert write_revisions("district", bound(mild), tmp_path) == []
    assert revision_faults("district", bound(mild), tmp_path) == []


def test_words_that_do_nothing_do_not_count_as_a_change(tmp_path):
    write_revisions("district", bound(mild), tmp_path)
    assert revision_faults("district", bound(with_other_words()), tmp_path) == []


def test_changed_code_under_an_old_number_is_told_and_cannot_be_written_over(tmp_path):
    write_revisions("district", bound(mild), tmp_path)
    before = (tmp_path / FILE).read_text("utf-8")
    (fault,) = revision_faults("district", bound(harsh), tmp_path)
    assert fault.alarm
    assert (fault.key, "版次还是 1" in fault.message) == (ID, True)
    assert write_revisions("district", bound(harsh), tmp_path) == [fault]
    assert (tmp_path / FILE).read_text("utf-8") == before


def test_a_new_number_is_written_with_the_changed_code(tmp_path):
    write_revisions("district", bound(mild), tmp_path)
    (fault,) = revision_faults("district", bound(harsh, revision=2), tmp_path)
    assert "--write" in fault.cure
    assert write_revisions("district", bound(harsh, revision=2), tmp_path) == []
    assert revision_faults("district", bound(harsh, revision=2), tmp_path) == []


def test_a_number_never_goes_back(tmp_path):
    write_revisions("district", bound(mild, revision=3), tmp_path)
    (fault,) = revision_faults("district", bound(mild, revision=2), tmp_path)
    assert "退回" in fault.message
    assert write_revisions("district", bound(mild, revision=2), tmp_path) == [fault]


def test_a_rule_that_is_not_in_the_file_is_told(tmp_path):
    (tmp_path / FILE).write_text('"district.hall.ask.other" = { revision = 1, code = "x" }\n', "utf-8")
    (fault,) = revision_faults("district", bound(mild), tmp_path)
    assert fault.key == ID


def test_an_entry_of_a_rule_that_is_gone_stays(tmp_path):
    (tmp_path / FILE).write_text('"district.hall.ask.gone" = { revision = 4, code = "x" }\n', "utf-8")
    write_revisions("district", bound(mild), tmp_path)
    assert '"district.hall.ask.gone" = { revision = 4, code = "x" }' in (tmp_path / FILE).read_text("utf-8")


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / FILE).write_text("revision =", "utf-8")
    (fault,) = revision_faults("district", bound(mild), tmp_path)
    assert fault.key == FILE


def test_a_missing_entry_is_for_the_check_and_stops_no_load(tmp_path):
    path = written(tmp_path)
    modules = [province(), district(linli_rules=[made_rule("quiet", judge=mild)])]
    assert load(path, modules=modules).slug == "hall"
    faults = check([path], date(2026, 1, 1), modules=modules)
    assert keys_of(faults) == [("district", FILE)]
    assert all(fault.alarm for fault in faults)
