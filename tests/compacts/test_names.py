"""What looks like a person's name is shown to a person, and ordinary clauses are not."""

import pytest

from linli_compacts import may_name_someone


@pytest.mark.parametrize(
    "text", ["由王建国同志锁门", "找李师傅报修", "张某某不得停车", "陈先生的车位", "赵大妈值班"]
)
def test_a_name_with_a_form_of_address_is_seen(text: str) -> None:
    assert may_name_someone(text)


@pytest.mark.parametrize(
    "text",
    [
        "居委会主任召集会议",
        "值班人员锁门",
        "每户一个车位，先到先得",
        "请物业公司维修",
        "业主代表五人",
        "老人和孩子优先",
    ],
)
def test_posts_and_ordinary_words_are_none(text: str) -> None:
    assert not may_name_someone(text)
