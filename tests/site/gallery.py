"""A small site whose pages show every part of the look: for tests, and for looking at."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from linli_site import DictRecord, FileKind, Frame, NavItem, Page, PageKind, Reader, pictures

TODAY = date(2026, 11, 22)
TEMPLATES = Path(__file__).parent / "templates"

FRAME = Frame(
    name="东城区社区事务公开",
    owner="北京市东城区（演示）",
    nav=(
        NavItem("首页", "index.html"),
        NavItem("准入事项", "access/index.html"),
        NavItem("规则", "rules.html"),
        NavItem("找社区", "empty.html"),
    ),
    icp="京ICP备00000000号",
    check="rules.html",
    feed="feed.xml",
    contact="区民政局基层政权科",
    notice="这是演示站点，事项和金额都是虚构的。",
)

PATH = (
    ("北京市", "index.html"),
    ("东城区", "access/index.html"),
    ("朝阳门街道", "empty.html"),
    ("新鲜社区", "access/matter.html"),
)


def _cite(article: str, note: str = "") -> dict[str, object]:
    return {
        "name": "城市居民委员会组织法",
        "article": article,
        "rank": "法律",
        "since": date(2026, 1, 1),
        "address": "rules.html",
        "fragment": "article-43",
        "note": note,
        "quote": "所需经费由委托部门承担",
    }


FINDINGS: list[dict[str, object]] = [
    {
        "verdict": "satisfied",
        "title": "先征得居委会同意",
        "reason": "居委会在 2026年2月3日 书面同意。",
        "cure": "",
        "cites": [_cite("第二十条")],
        "values": [],
    },
    {
        "verdict": "refuse",
        "title": "谁委托谁付费",
        "reason": "委托部门安排的经费少于测算所需。",
        "cure": "补足到 12,000.00 元，或者说明测算依据。",
        "cites": [_cite("第四十三条")],
        "values": [{"name": "每人每天的费用", "value": "300.00 元", "since": date(2026, 1, 1)}],
    },
    {
        "verdict": "require",
        "title": "说明需要哪些数据",
        "reason": "申请没有写明收集居民哪些信息、依据哪一条。",
        "cure": "补写收集的项目和依据。",
        "cites": [_cite("第十二条", "示例数值")],
        "values": [],
    },
    {
        "verdict": "review",
        "title": "同类台账是否已有",
        "reason": "名称与已有的台账相近，由社区建设科的人看过再定。",
        "cure": "",
        "cites": [{**_cite("第七条"), "address": "", "quote": ""}],
        "values": [],
    },
    {
        "verdict": "not_applicable",
        "title": "应急任务",
        "reason": "这不是突发事件中的临时任务。",
        "cure": "",
        "cites": [],
        "values": [],
    },
]

STEPS = [
    {
        "day": date(2026, 1, 20),
        "who": "区卫生健康委 经办",
        "what": "提出申请",
        "detail": "在 17 个社区设立慢性病随访台账，一年，每个社区 1 人 40 天。",
    },
    {
        "day": date(2026, 2, 3),
        "who": "社区建设科 受理岗",
        "what": "退回补充",
        "detail": "没有写明经费的来源。",
    },
    {
        "day": date(2026, 2, 10),
        "who": "区卫生健康委 经办",
        "what": "补充后再次提交",
        "moved": "预留 204,000.00 元",
        "address": "access/sheet.html",
        "label": "看张贴的通知",
    },
]

WAITING = {"who": "区民政局 审核岗", "for": "决定是否准入", "until": date(2026, 11, 30), "left": 5}


def _matter(_: Reader, page: Page) -> dict[str, object]:
    return {
        "title": "慢性病随访台账",
        "path": PATH,
        "as_of": date(2026, 11, 20),
        "findings": FINDINGS,
        "steps": STEPS,
        "waiting": WAITING,
    }


def _home(_: Reader, page: Page) -> dict[str, object]:
    kinds = [("机构", 2), ("任务", 7), ("牌子", 1), ("台账", 12), ("检查评比", 3)]
    months = [0, 2, 3, 1, 0, 4, 7, 2, 1, 12, 5, 0]
    return {
        "title": FRAME.name,
        "path": PATH[:2],
        "as_of": date(2026, 11, 20),
        "kinds": kinds,
        "bars": pictures.bars("新鲜社区今年的准入工作", kinds, " 项"),
        "months": pictures.month_strip("今年每月收到的申请", months, unit=" 件"),
        "month_rows": [[f"{at}月", count] for at, count in enumerate(months, 1)],
        "deadline": pictures.deadline_strip(
            "这件事的期限",
            date(2026, 3, 1),
            date(2027, 2, 28),
            [
                (date(2026, 9, 1), "中期报告"),
                (date(2026, 9, 10), "居民评议"),
                (date(2027, 1, 28), "续期申请截止"),
            ],
        ),
        "quorum": pictures.threshold_bar("到会人数", 81, 76, 150),
        "short": pictures.threshold_bar("签名人数", 12, 90, 900),
        "flow": pictures.flow(
            "基金今年的收支",
            [("街道配套", 100000), ("居民捐款", 46400), ("企业捐赠 <专项> & 其他来源的款项", 40000)],
            [("楼道照明", 52150), ("节日活动", 40000), ("应急维修（只能用于应急）", 60000), ("结余", 34250)],
            " 元",
        ),
    }


def _list(_: Reader, page: Page) -> dict[str, object]:
    rows = [
        [
            {"text": f"慢性病随访台账（第 {number} 批）", "address": "access/matter.html"},
            "区卫生健康委",
            {"text": word, "status": tone},
            f"{number * 1234567:,}.00",
        ]
        for number, (word, tone) in enumerate(
            [
                ("已准入", "done"),
                ("不予准入", "stopped"),
                ("待审核", "waiting"),
                ("草稿", "plain"),
                ("生效中", "open"),
            ],
            1,
        )
    ]
    return {"title": "准入事项", "path": PATH[:2], "as_of": date(2026, 11, 20), "rows": rows}


def _plain(title: str) -> object:
    return lambda _, page: {"title": title, "path": PATH[:3]}


def _sheet(_: Reader, page: Page) -> dict[str, object]:
    return {
        "title": "关于慢性病随访台账的通知",
        "qr": pictures.qr_svg("https://portal.example/access/matter.html"),
    }


def _one(address: str) -> object:
    return lambda _: [Page(address)]


def _kind(name: str, address: str, context: object, template: str) -> PageKind:
    return PageKind(name, _one(address), context, template, TEMPLATES)  # type: ignore[arg-type]


FEED = b'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"></feed>'

KINDS = (
    _kind("g.home", "index.html", _home, "g/home.html"),
    _kind("g.list", "access/index.html", _list, "g/list.html"),
    _kind("g.matter", "access/matter.html", _matter, "g/matter.html"),
    _kind("g.empty", "empty.html", _plain("找社区"), "g/empty.html"),
    _kind("g.rules", "rules.html", _plain("规则"), "g/rules.html"),
    _kind("g.sheet", "access/sheet.html", _sheet, "g/sheet.html"),
    FileKind("g.feed", lambda _: [Page("feed.xml")], lambda _, page: FEED),
)


def record() -> DictRecord:
    """Return the record of the gallery: only the frame, since its pages are made of constants."""
    return DictRecord({"site": FRAME})
