"""What residents read: sentences on the pages of a portal that a real service has filled."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import msgspec
import pytest

from linli import pages
from linli_site.bucket import Memory
from linli_site.build import BuildFault, Site
from linli_site.facts import DictRecord
from linli_site.letters import letter
from linli_site.portal import adapted
from tests.portal.conftest import DAY, Town


def text(html: str) -> str:
    """What a page says, without its markup."""
    plain = re.sub(r"<(style|title)[^>]*>.*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", plain))


def test_what_a_search_engine_shows_of_a_page_is_its_answer(town: Town) -> None:
    matter = town.submit()
    town.built()
    pages_ = {address: html.decode() for address, html in town.files().items() if address.endswith(".html")}
    said = {
        address: re.findall(r'<meta name="description" content="([^"]*)">', html)
        for address, html in pages_.items()
    }
    described = {address: found[0] for address, found in said.items() if found}
    assert len(described) > 20
    assert [address for address, told in described.items() if not told.strip() or "Macro" in told] == []
    address = f"matters/{matter}/index.html"
    (answer,) = re.findall(r'<p class="answer">(.*?)</p>', pages_[address], re.DOTALL)
    assert unescape(described[address]) == unescape(answer.strip())


def test_a_portal_where_nothing_has_happened_says_so_and_what_would_fill_it(town: Town) -> None:
    town.built()
    assert "还没有部门申请把工作放到社区。" in town.page("index.html")
    assert "有申请、决定或付款公开以后，会列在这里。" in town.page("index.html")
    assert "现在没有经过准入、必须做的工作。" in town.page(f"places/{town.home}/index.html")


def test_an_admitted_matter_opens_with_its_answer(town: Town) -> None:
    matter = town.submit(town.home, town.near)
    town.decide(matter)
    town.built()
    said = text(town.page(f"matters/{matter}/index.html"))
    answer = "已准入：从2026年6月1日到2027年5月31日，每个社区12,000元，由区卫健委支付。"
    assert answer in said
    assert said.index(answer) < said.index("理由") < said.index("经过")


def test_a_refused_matter_shows_the_violated_rule_first_with_article_and_cure(town: Town) -> None:
    matter = town.submit(offer=1_000_000)
    assert town.decide(matter).stage == "refused"
    town.built()
    page = town.page(f"matters/{matter}/index.html")
    assert "不予准入：" in page
    assert page.index("不符合</span>") < page.index("符合的 ")
    assert "怎样补正：" in page
    link = re.search(r'href="\.\./\.\./(sources/residents-committee-law-2026\.html)#(article-43)"', page)
    assert link is not None
    assert f'id="{link[2]}"' in town.page(link[1])


def test_a_matter_that_waits_says_for_whom_until_when_and_how_many_working_days_are_left(town: Town) -> None:
    matter = town.submit()
    town.built()
    due = town.office.service.matter(matter).state.due[0].day  # type: ignore[union-attr]
    said = text(town.page(f"matters/{matter}/index.html"))
    found = re.search(r"准入审核人应在(\d+)年(\d+)月(\d+)日（星期.）前作出决定，还有(\d+)个工作日", said)
    assert found is not None
    assert date(*map(int, found.groups()[:3])) == due
    town.office.clock.day = DAY + timedelta(days=1)
    town.caught_up()
    later = text(town.page(f"matters/{matter}/index.html"))
    assert f"还有{int(found[4]) - 1}个工作日" in later


def test_a_community_reads_what_it_must_do_what_it_may_refuse_and_what_it_refused(town: Town) -> None:
    town.decide(town.submit())
    town.refuse()
    town.built()
    page = town.page(f"places/{town.home}/index.html")
    said = text(page)
    assert "今年有1项准入工作；居委会拒绝了1项未经准入的要求。" in said
    assert said.index("必须做") < said.index("老年人健康档案更新") < said.index("可以拒绝")
    assert "2027年5月31日" in said and "12,000.00" in said and "居民委员会" in said
    assert "入户统计空调数量" in said and "区商务局" in said
    assert re.search(r'<a href="../../sources/[a-z0-9-]+\.html[^"]*">《', page)
    assert "<svg" in page and "工作任务" in said


def test_what_cannot_be_refused_stands_apart_from_what_lets_a_committee_refuse(town: Town) -> None:
    town.built()
    page = town.page(f"places/{town.home}/index.html")
    start, apart = page.index('id="may-refuse"'), page.index('id="may-not-refuse"')
    right, limits = page[start:apart], page[apart : page.index('id="refused"')]
    assert "chongchuan-account" in right and "residents-committee-law" not in right
    assert "residents-committee-law" in limits and "chongchuan-account" not in limits
    assert "不能拒绝" not in text(right) and "不能拒绝" in text(limits)


def test_a_neighbouring_community_shows_none_of_it(town: Town) -> None:
    town.decide(town.submit())
    town.refuse()
    town.built()
    said = text(town.page(f"places/{town.near}/index.html"))
    assert "今年没有准入的工作。" in said
    assert "区商务局" not in said


def test_work_done_without_approval_is_told_of_the_district_only_and_from_the_least_count_on(
    town: Town,
) -> None:
    for _ in range(2):
        facts = {"title": "填报表", "kinds": ["report"]}
        town.office.take("committee", "burden", "note", facts, place=town.home)
    town.built()
    assert "没有经过准入、已经做了的工作" not in town.page("index.html")
    for _ in range(3):
        facts = {"title": "填报表", "kinds": ["report"]}
        town.office.take("committee", "burden", "note", facts, place=town.home)
    town.caught_up()
    assert "没有经过准入、已经做了的工作" in town.page("index.html")
    assert "报表5" in text(town.page("index.html"))
    for address in (f"places/{town.home}/index.html", f"places/{town.street}/index.html"):
        assert "已经做了的工作" not in town.page(address)
    assert not any("填报表".encode() in content for content in town.files().values())


def test_the_lists_filter_by_month_state_department_and_kind_without_a_script(town: Town) -> None:
    matter = town.submit(title="社区食堂调查", kinds=["survey"])
    town.built()
    way = f"matters/{matter}/index.html"
    listed = [
        address for address in town.files() if address.startswith("access/") and way in town.page(address)
    ]
    assert {address.split("/")[1] for address in listed} == {"month", "stage", "unit", "kind", "place"}
    assert "access/month/2026-03-001.html" in listed
    assert not any(b"<script" in content for content in town.files().values())
    town.decide(matter)
    town.caught_up()
    assert "2026年申请、已准入" in town.page("access/index.html")
    assert "2026年申请、待审核" not in town.page("access/index.html")


def test_a_list_is_cut_into_pages_the_oldest_first(town: Town) -> None:
    for number in range(41):
        town.submit(title=f"第 {number} 件")
    town.built()
    first, second = (town.page(f"access/month/2026-03-00{part}.html") for part in (1, 2))
    assert first.count("<tr>") == 41 and second.count("<tr>") == 2  # with the heading
    assert 'href="2026-03-002.html"' in first


def test_an_admission_that_runs_out_leaves_the_list_of_duties_on_the_next_morning(town: Town) -> None:
    matter = town.decide(town.submit()).children[0]
    town.built()
    for day, word in (
        (date(2026, 5, 31), "尚未开始"),
        (date(2026, 6, 1), "进行中"),
        (date(2027, 6, 1), "已到期"),
    ):
        town.office.clock.day = day
        town.portal.apply(_Nothing(), day)
        assert word in town.page(f"matters/{matter}/index.html")
    assert "现在没有经过准入、必须做的工作。" in town.page(f"places/{town.home}/index.html")


class _Nothing:
    """A publish that found nothing new."""

    def __init__(self) -> None:
        self.changes: dict[str, msgspec.Raw | None] = {}
        self.before: dict[str, bytes | None] = {}


def test_money_in_the_story_is_exact_to_the_fen(town: Town) -> None:
    child = town.decide(town.submit(need=1_200_005, offer=1_200_005)).children[0]
    town.built()
    said = text(town.page(f"matters/{child}/index.html"))
    assert "12,000.05元：从区卫健委到本事项预留经费" in said


def test_no_person_and_no_pseudonym_stands_on_any_page(town: Town) -> None:
    matter = town.submit(contact="联系人李明 13800138000")
    town.decide(matter)
    town.built()
    pseudonyms = {step.actor.person for step in town.office.service.steps(matter)} - {"system"}
    for address, content in town.files().items():
        said = content.decode(errors="replace")  # tiles of the log are no text
        assert "13800138000" not in said and "李明" not in said, address
        assert not any(name in said for name in pseudonyms), address


def test_personal_data_on_a_page_fails_the_build_and_nothing_is_written(town: Town) -> None:
    town.built()
    before = dict(town.files())
    key = f"places/{town.home}"
    place = msgspec.json.decode(town.portal._source.raw(key) or b"")
    planted = {**place, "note": "联系电话 13800138000"}
    told = _Nothing()
    told.changes = {key: msgspec.Raw(msgspec.json.encode(planted, order="sorted"))}
    told.before = {key: town.portal._source.raw(key)}
    with pytest.raises(BuildFault, match="个人信息"):
        town.portal.apply(told, DAY)
    assert town.files() == before


def test_the_rulebook_shows_what_is_past_what_is_an_example_and_where_each_text_is(town: Town) -> None:
    town.built()
    assert "已失效 " in town.page(f"rules/{town.office.top}/index.html")
    moment = text(town.page(f"rules/{town.office.top}/access.admit.html"))
    assert "谁委托谁付费" in moment and "已失效" in moment and "第四十三条" in moment
    assert "示例" in town.page(f"rules/{town.office.top}/figures.html")
    sources = text(town.page("sources/index.html"))
    assert "未收录" in sources and "已收录" in sources
    old = text(town.page("sources/residents-committee-law-2018.html"))
    assert "已失效" in old and "代替" in old
    assert {f"rules/rule/{bound.id}.html" for bound in town.office.deployment.rules} <= set(town.files())


def test_changes_stand_by_day_and_the_feed_names_them(town: Town) -> None:
    town.submit()
    town.built()
    assert "老年人健康档案更新" in town.page("changes/2026-03/02.html")
    assert "2026年3月2日（星期一）的变化" in town.page("changes/2026-03/02.html")
    feed = town.page("feed.xml")
    assert feed.count("<entry>") == 1
    assert "https://portal.example/matters/" in feed


def test_a_board_sheet_says_from_when_to_when_it_hangs_and_carries_a_code(town: Town) -> None:
    matter = town.submit()
    town.decide(matter)
    town.built()
    sheet = town.page(f"matters/{matter}/board.html")
    assert "张贴：" in sheet and "2026年3月2日" in sheet and "2026年4月1日" in sheet
    assert f"{'https://portal.example'}/matters/{matter}/index.html" in sheet
    assert "@page { size: A3" in sheet


def test_the_published_bytes_of_a_matter_can_be_taken_away(town: Town) -> None:
    matter = town.submit()
    town.built()
    content = town.out.get(f"matters/{matter}/matter.json")
    assert content == town.portal._source.raw(f"matters/{matter}")
    month = msgspec.json.decode(town.out.get("data/access/2026-03/matters.json") or b"")
    assert [each["id"] for each in month] == [matter]


def test_receipts_are_looked_up_where_a_server_is_and_the_page_says_so_where_none_is(town: Town) -> None:
    town.built()
    assert "不能在线查询" in town.page("receipts.html")
    assert "<form" not in town.page("receipts.html")


@pytest.mark.parametrize(
    ("name", "first"),
    [("德民社区", "D"), ("安慧里社区", "A"), ("濠阳社区", "其他"), ("Ⅰ区", "其他"), ("朝阳门街道", "C")],
)
def test_a_name_is_looked_up_under_the_first_letter_of_its_pinyin(name: str, first: str) -> None:
    assert letter(name) == first


@pytest.mark.parametrize("slug", ["dongcheng", "jinjiang", "shangcheng", "lugu"])
def test_every_shipped_deployment_has_a_portal(slug: str, open_town) -> None:  # type: ignore[no-untyped-def]
    opened = open_town(slug=slug)
    opened.submit()
    report = opened.built()
    assert report.pages > 100
    files = opened.files()
    assert [name for name in files if name.endswith(".html") and len(files[name]) > 30_000] == []


def test_a_plugin_brings_files_that_are_no_pages() -> None:
    def plan(reader: pages.Reader) -> list[pages.PagePlan]:
        return [pages.PagePlan(f"{code}.csv", code, "") for code in reader.children("places/")]

    def content(reader: pages.Reader, page: pages.PagePlan) -> bytes:
        return f"{page.subject},{reader.get(f'places/{page.subject}')['title']}\n".encode()

    out = Memory()
    kind = adapted(pages.FileKind("test.places", "地方", plan, content))
    Site(DictRecord({"places/1": {"title": "一号院"}}), [kind], out).build(DAY)
    assert out.get("1.csv") == "1,一号院\n".encode()
