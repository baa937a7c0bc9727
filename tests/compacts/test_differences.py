"""What changed between two texts: every clause told once, and nothing of either text lost."""

from hypothesis import given
from hypothesis import strategies as st

from linli_compacts.differences import Change, Piece, changes, pieces

WORDS = st.text(alphabet="甲乙丙丁，。x", max_size=30)
TEXTS = st.dictionaries(st.sampled_from("一二三四五"), WORDS, max_size=5)


def clauses(text: dict[str, str]) -> list[dict[str, str]]:
    return [{"topic": topic, "text": said} for topic, said in text.items()]


def joined(parts: tuple[Piece, ...]) -> str:
    return "".join(part.text for part in parts)


@given(before=WORDS, after=WORDS)
def test_the_pieces_of_a_clause_give_both_versions_back(before: str, after: str) -> None:
    ours, theirs = pieces(before, after)
    assert (joined(ours), joined(theirs)) == (before, after)
    same = [[part.text for part in parts if not part.changed] for parts in (ours, theirs)]
    assert "".join(same[0]) == "".join(same[1])


@given(before=TEXTS, after=TEXTS)
def test_every_clause_that_differs_is_told_and_no_other(
    before: dict[str, str], after: dict[str, str]
) -> None:
    told = {change.topic: change for change in changes(clauses(before), clauses(after))}
    assert told.keys() == {topic for topic in before | after if before.get(topic) != after.get(topic)}
    for topic, change in told.items():
        assert joined(change.before) == before.get(topic, "")
        assert joined(change.after) == after.get(topic, "")


def test_the_word_says_what_happened_to_a_clause() -> None:
    told = changes(clauses({"一": "甲", "二": "乙"}), clauses({"一": "甲丙", "三": "丁"}))
    assert [(each.topic, each.word) for each in told] == [("一", "修改"), ("三", "新增"), ("二", "删去")]


def test_only_the_words_that_differ_are_marked() -> None:
    (change,) = changes(clauses({"卫生": "每周六上午大扫除"}), clauses({"卫生": "每周日上午大扫除"}))
    assert change == Change(
        "卫生",
        (Piece("每周"), Piece("六", changed=True), Piece("上午大扫除")),
        (Piece("每周"), Piece("日", changed=True), Piece("上午大扫除")),
    )


def test_a_clause_without_text_differs_from_one_that_is_not_there() -> None:
    (change,) = changes(clauses({}), clauses({"卫生": ""}))
    assert change.word == "新增"
