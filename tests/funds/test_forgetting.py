"""What matters of money hold of persons: kept while a duty keeps it, then opened by nobody, gone afterwards."""

from datetime import date
from pathlib import Path

import pytest

from linli.errors import BadInput, Conflict, Forbidden, NotFound
from linli.forgetting import (
    KEPT_ALL_THE_SAME,
    KeptByDuty,
    allow_again,
    forget_person,
    forget_values,
    forgettings,
    held_in,
    held_of,
)
from linli.vault import Forgotten, OnlyKept
from tests.funds.conftest import FundOffice

NAME = "隐去的一位居民 13800138000"
FIELD = "1.donor_name"
LAST = date(2056, 12, 31)


@pytest.fixture
def office(tmp_path):
    return FundOffice("dongcheng", date(2026, 3, 2), tmp_path)


@pytest.fixture
def gift(office):
    return office.give(700_00, donor_name=NAME, receipt_waived=True).matter


def read(office, matter, field=FIELD, who="treasurer"):
    service = office.service
    return service.personal(service.matter(matter), field, service.person(who), "核对")


def test_what_staff_wrote_down_of_others_goes_not_with_the_clerk(office, gift):
    assert held_of(office.service.desk, "cashier") == []
    office.clock.day = LAST.replace(year=2058)
    office.service.desk.vault.forget("cashier")
    assert read(office, gift) == NAME


def test_a_voucher_is_kept_for_thirty_years_after_the_year_and_the_refusal_cites_both_texts(office, gift):
    desk = office.service.desk
    held = held_in(desk, gift)
    assert (held.fields, held.finished, held.kept_until) == ((FIELD,), True, LAST)
    with pytest.raises(KeptByDuty) as refused:
        forget_values(desk, gift, (), "keeper", "本人来函要求")
    assert "《会计档案管理办法》第十四条" in refused.value.message
    assert "《个人信息保护法》第四十七条" in refused.value.message
    assert "2056-12-31" in refused.value.message
    assert isinstance(refused.value, Forbidden)


def test_what_is_kept_is_from_then_on_opened_by_nobody_until_an_audit_is_allowed_it(office, gift):
    desk = office.service.desk
    assert read(office, gift) == NAME
    with pytest.raises(KeptByDuty):
        forget_values(desk, gift, (), "keeper", "本人来函要求")
    with pytest.raises(OnlyKept):
        read(office, gift)
    allow_again(desk, [f"{gift}:{FIELD}"], "keeper", "审计局要求")
    assert read(office, gift) == NAME
    acts = forgettings(desk, office.clock.day, office.clock.day)
    assert sorted((each.done, each.why) for each in acts) == [
        ("allowed", "审计局要求"),
        ("restricted", "本人来函要求"),
    ]


@pytest.mark.parametrize(("day", "goes"), [(LAST, False), (date(2057, 1, 1), True)])
def test_on_the_day_after_the_duty_it_goes(office, gift, day, goes):
    office.clock.day = day
    desk = office.service.desk
    if not goes:
        with pytest.raises(KeptByDuty):
            forget_values(desk, gift, (), "keeper", "保存期满")
        return
    assert forget_values(desk, gift, (), "keeper", "保存期满").values == 1
    with pytest.raises(Forgotten):
        read(office, gift)
    assert NAME.encode() not in b"".join(row.value or b"" for row in office.service.store.rows("vault"))


def test_a_matter_that_goes_on_keeps_what_it_needs(office, gift):
    payment = office.ask(100_00, payee_name="李四 13900139000").matter
    with pytest.raises(Conflict, match="没办完"):
        forget_values(office.service.desk, payment, (), "keeper", "本人来函要求")
    assert read(office, payment, "1.payee_name") == "李四 13900139000"


def test_without_a_reason_or_with_nothing_held_nothing_is_done(office, gift):
    desk = office.service.desk
    with pytest.raises(BadInput, match="理由"):
        forget_values(desk, gift, (), "keeper", " ")
    with pytest.raises(NotFound):
        forget_person(desk, "nobody", "keeper", "本人来函要求")
    with pytest.raises(NotFound, match="没有保存过"):
        held_in(desk, gift, ["9.donor_name"])
    assert forgettings(desk, office.clock.day, office.clock.day) == []


def test_who_holds_a_post_is_not_forgotten_while_holding_it(office, gift):
    with pytest.raises(Conflict, match="任职"):
        forget_person(office.service.desk, "cashier", "keeper", "调离")


def test_the_last_paragraph_of_the_article_is_what_we_say_it_is(shared: Path):
    text = (shared / "law" / str(KEPT_ALL_THE_SAME.source.text)).read_text("utf-8")
    article = text.split("第四十七条")[1].split("第四十八条")[0]
    assert KEPT_ALL_THE_SAME.anchor in article.strip().splitlines()[-1]
