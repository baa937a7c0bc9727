"""A page for each matter: the answer, who decides next, the reasons, the story; its board sheet; its data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from linli.deployment import Deployment
from linli.ledger import FEN, HOURS, MARK, OUTSIDE, Posting
from linli.matters import State
from linli.money import yuan, yuan_exact
from linli.parameters import readable
from linli.procedures import Procedure
from linli.public_steps import PublicMatter, PublicStep, public_state
from linli.record import PlaceFact, PublicEntry, PublishedText
from linli.rulebook import CitedArticle, Heard, Judgement, UsedValue
from linli.steps import DueBy
from linli_site.derived import CiteCard, FormField, ParameterCard, RuleCard, SourceCard, StageCard
from linli_site.facts import Reader
from linli_site.pictures import qr_svg
from linli_site.plan import Each, FileKind, Kind, Page, PageKind
from linli_site.rules_links import rule_address, source_address
from linli_site.wording import day as in_words

POSTED_DAYS = 30
"""How long a board sheet hangs. No text of a place gives it; an example until one does."""
MOST_CHILDREN = 60

Leads = Mapping[str, Procedure]


def kinds(deployment: Deployment) -> list[Kind]:
    """Return the kinds of pages of matters; leads and names come from the procedures of the deployment."""
    top, procedures = deployment.place, deployment.procedures

    def matter(reader: Reader, page: Page) -> Mapping[str, object]:
        return _matter(reader, reader.get(page.key, PublicMatter), procedures, top)

    def board(reader: Reader, page: Page) -> Mapping[str, object]:
        return _board(reader, reader.get(page.key, PublicMatter), procedures, top)

    return [
        PageKind("site.matter", Each("matters/", page_of), matter, "pages/matter.html"),
        PageKind("site.board", Each("matters/", board_of), board, "pages/board_sheet.html"),
        FileKind("site.matter-data", Each("matters/", data_of), _data),
        FileKind("site.matter-texts", _with_texts, _texts_data),
    ]


def page_of(id: str) -> str:
    """Return the address of a matter's page."""
    return f"matters/{id}/index.html"


def board_of(id: str) -> str:
    """Return the address of a matter's board sheet."""
    return f"matters/{id}/board.html"


def data_of(id: str) -> str:
    """Return the address of a matter's public steps as data."""
    return f"matters/{id}/matter.json"


def texts_of(id: str) -> str:
    """Return the address of a matter's published texts as data; there is none where none was published."""
    return f"matters/{id}/texts.json"


def _with_texts(reader: Reader) -> Iterable[Page]:
    return [Page(texts_of(id), id) for id in reader.children("texts/")]


def _texts_data(reader: Reader, page: Page) -> bytes:
    """The published texts of a matter, as they were published, one JSON object a line inside an array."""
    import msgspec

    keys = reader.keys(f"texts/{page.key}/")
    return b"[" + b",\n".join(bytes(reader.get(key, msgspec.Raw)) for key in keys) + b"]\n"


def _data(reader: Reader, page: Page) -> bytes:
    # The record keeps canonical JSON; read as it is, the bytes are those that it was published with.
    import msgspec

    return bytes(reader.get(page.key, msgspec.Raw))


def folded(reader: Reader, matter: PublicMatter) -> tuple[State, date]:
    """Return the state that counts on the as-of day, and the day from which on it has stood so.

    Only the days on which something lapses by itself are asked for, so that a page is rebuilt on those days and on no
    others.
    """
    last = matter.steps[-1]
    day = last.recorded
    if not last.suspended:
        for due in last.due:
            after = due.day + timedelta(days=1)
            if due.lapses_to and after > last.recorded and reader.reached(after):
                day = max(day, after)
    return public_state(matter, day), day


def _matter(reader: Reader, matter: PublicMatter, procedures: Leads, top: str) -> dict[str, object]:
    state, day = folded(reader, matter)
    procedure = procedures[matter.procedure]
    place = reader.get(f"places/{matter.place}", PlaceFact)
    stage = reader.get(f"stage/{matter.procedure}/{state.stage_id}", StageCard)
    title = procedure.name(state)
    waiting = _waiting(reader, state, stage)
    return {
        "title": title,
        "label": f"{procedure.title}　{matter.id}",
        "path": [(each.title, _place_address(each.code, top)) for each in place.path] + [(title, "")],
        "as_of": max(day, matter.steps[-1].recorded),
        "answer": procedure.lead(state, day),
        "stage": stage,
        "waiting": waiting,
        "next": _next_words(waiting),
        "parent": _other(reader, state.parent, procedures, top) if state.parent else None,
        "judgements": _judgements(reader, matter),
        "story": [_told(reader, step, matter) for step in matter.steps],
        "facts": _facts(reader, matter, state),
        **_children(reader, state, matter, procedures),
        "texts": _texts(reader, matter),
        "leaves": _leaves(reader, matter),
        "board": board_of(matter.id),
        "data": data_of(matter.id),
        "told_at": procedure.page.format(matter=matter.id) if procedure.page else "",
        "told_as": procedure.title,
        "id": matter.id,
    }


def _place_address(code: str, top: str) -> str:
    return "index.html" if code == top else f"places/{code}/index.html"


def _waiting(reader: Reader, state: State, stage: StageCard) -> dict[str, object] | None:
    """Whose turn it is and by when; None where nobody has to do anything."""
    open_due = sorted((due for due in state.due if not due.lapses_to), key=lambda due: due.day)
    if stage.final and not open_due:
        return None
    if open_due:
        first, *others = (_owed(reader, due) for due in open_due)
        return {**first, "others": others}
    if stage.waits_for:
        return {"who": "、".join(stage.waits_for), "for": stage.title, "until": "", "basis": "", "others": []}
    return None


def _owed(reader: Reader, due: DueBy) -> dict[str, object]:
    """Who has to do what by when, and whether that day has passed."""
    title = reader.find(f"post/{due.post}") if due.post else None
    late = reader.reached(due.day + timedelta(days=1))
    return {
        "who": title or "经办单位",
        "for": due.title or "办理",
        "until": due.day,
        "late": late,
        "left": "" if late else _working_days_left(reader, due.day),
        "provisional": due.provisional,
        "basis": due.basis,
    }


def _working_days_left(reader: Reader, until: date) -> int:
    """Working days after the as-of day up to and including ``until``; a page that says so is rebuilt daily."""
    today = reader.today()
    count = 0
    for year in range(today.year, until.year + 1):
        marks = str(reader.find(f"workdays/{year}") or "")
        first = (today - date(year, 1, 1)).days + 1 if year == today.year else 0
        last = (until - date(year, 1, 1)).days + 1 if year == until.year else len(marks)
        count += marks[first:last].count("1")
    return count


def _next_words(waiting: Mapping[str, Any] | None) -> str:
    if waiting is None:
        return ""
    if not waiting["until"]:
        return f"等待{waiting['who']}办理。"
    return _owed_words(waiting) + "".join(f"另外，{_owed_words(each)}" for each in waiting["others"])


def _owed_words(owed: Mapping[str, Any]) -> str:
    said = f"{owed['who']}应在{in_words(owed['until'], weekday=True)}前{owed['for']}"
    if owed["late"]:
        said += "，已经逾期"
    elif owed["left"]:
        said += f"，还有 {owed['left']} 个工作日"
    return said + ("（日期暂定，放假安排公布后重新确定）。" if owed["provisional"] else "。")


def _other(reader: Reader, id: str, procedures: Leads, top: str) -> dict[str, str] | None:
    found = reader.find(f"matters/{id}", PublicMatter)
    if found is None:
        return None
    state = public_state(found, found.steps[-1].recorded)
    return {"text": procedures[found.procedure].name(state), "address": page_of(id)}


def _judgements(reader: Reader, matter: PublicMatter) -> list[dict[str, object]]:
    """Every judgement of the matter, the newest first."""
    found = []
    for step in reversed(matter.steps):
        if step.judgement is not None:
            found.append(_judged(reader, step, step.judgement, step.overrides))
    return found


def _judged(
    reader: Reader, step: PublicStep, judgement: Judgement, overrides: Mapping[str, str]
) -> dict[str, object]:
    shown = [finding(reader, heard) for heard in judgement.findings]
    standing = [each for each in shown if not each["struck_by"]]
    order = {"refuse": 0, "require": 1, "review": 2}
    against = sorted((f for f in standing if f["verdict"] in order), key=lambda f: order[str(f["verdict"])])
    dates = judgement.dates
    law = f"按{in_words(dates.decided)}的规则判断"
    if dates.happened != dates.decided:
        law += f"，期限和手续按{in_words(dates.happened)}（申请当天）的规则"
    return {
        "number": step.number,
        "title": step.title,
        "day": step.decided,
        "law": law + "。",
        "verdict": judgement.word,
        "left_to_people": judgement.left_to_people,
        "against": against,
        "met": [f for f in standing if f["verdict"] == "satisfied"],
        "aside": [f for f in standing if f["verdict"] == "not_applicable"],
        "struck": [f for f in shown if f["struck_by"]],
        "overrides": list(overrides.items()),
    }


def finding(reader: Reader, heard: Heard) -> dict[str, object]:
    """Return what pages show of a finding: title, reason, cure, articles with links, values in force that day."""
    card = reader.find(f"rule/{heard.rule}", RuleCard)
    struck = ""
    if heard.struck_by:
        by = reader.find(f"rule/{heard.struck_by}", RuleCard)
        struck = by.title if by else heard.struck_by
    known = card.cites if card else ()
    return {
        "verdict": heard.verdict.value,
        "title": card.title if card else heard.rule,
        "address": rule_address(heard.rule) if card else "",
        "reason": heard.reason,
        "cure": heard.cure,
        "cites": [_cite(cite) for cite in known] or [_bare_cite(reader, cite) for cite in heard.cites],
        "values": [_value(reader, used) for used in heard.values],
        "struck_by": struck,
        "struck_rule": rule_address(heard.struck_by) if struck and struck != heard.struck_by else "",
    }


def _cite(cite: CiteCard) -> dict[str, object]:
    return {
        "name": cite.label,
        "article": "",
        "rank": cite.rank,
        "since": cite.since,
        "address": source_address(cite.source),
        "fragment": cite.fragment,
        "note": "" if cite.held else "未收录原文",
    }


def _bare_cite(reader: Reader, cite: CitedArticle) -> dict[str, object]:
    """A citation of a rule that is no longer there."""
    source = reader.find(f"source/{cite.source}", SourceCard)
    return {
        "name": f"《{source.title}》" if source else cite.source,
        "article": f"第{cite.article}条" if cite.article.isdigit() else cite.article,
        "rank": source.rank if source else "",
        "since": cite.since,
        "address": source_address(cite.source) if source else "",
        "fragment": "",
        "note": "",
    }


def _value(reader: Reader, used: UsedValue) -> dict[str, object]:
    card = reader.find(f"parameter/{used.name}", ParameterCard)
    value = used.value
    if isinstance(value, Mapping):
        value = value.get("title") or "有登记"  # its fields are for programs: the reason says what counts
    elif value is None:
        value = "没有"
    elif isinstance(value, (list, tuple)):
        named = [
            entry_title(reader, card.register, str(each)) if card and card.register else str(each)
            for each in value
            if each
        ]
        value = "、".join(named) or "没有"
    return {
        "name": card.title if card else used.name,
        "value": readable(value, card.unit if card else ""),
        "since": used.since or "",
    }


def _told(reader: Reader, step: PublicStep, matter: PublicMatter) -> dict[str, object]:
    actor = step.actor
    who = f"{actor.unit} {actor.title}".strip() if actor.title != "系统" else "系统"
    details = []
    if step.taken_down:
        details.append(f"内容已于{in_words(step.taken_down)}撤下。")
    if step.decided != step.happened:
        details.append(f"{in_words(step.decided)}作出。")
    if step.recorded != step.decided:
        details.append(f"{in_words(step.recorded)}录入{'（按纸质材料代录）' if actor.on_paper else ''}。")
    if actor.deputy:
        details.append("由代理人办理。")
    if step.corrects:
        details.append(f"更正第 {step.corrects} 步。")
    if step.slot not in ("request", "batch"):
        details += [
            f"{name}：{value}。" for name, value in _shown(reader, step.procedure, step.slot, step.facts)
        ]
    what = step.title
    if step.slot == "batch":
        what, said = _begun(reader, step, matter)
        details.append(said)
    return {
        "number": step.number,
        "day": step.happened,
        "who": who,
        "what": what,
        "stage": step.stage_title,
        "detail": "".join(details),
        "moved": "；".join(_moved(reader, each, matter.id) for each in step.postings if not _is_mark(each)),
    }


def _begun(reader: Reader, step: PublicStep, matter: PublicMatter) -> tuple[str, str]:
    """What a step says that ends a batch: of communities to which work went, or of what else was opened."""
    ids = [id for each in matter.steps for id in each.children][:MOST_CHILDREN]
    found = (reader.find(f"matters/{id}", PublicMatter) for id in ids)
    others = sorted({child.procedure for child in found if child is not None} - {matter.procedure})
    stages: Mapping[str, int] = step.facts.get("stages", {})
    if not others:
        said = [f"{_stage_title(reader, step.procedure, name)} {count} 个" for name, count in stages.items()]
        return step.title, "社区办理结果：" + "，".join(said) + "。"
    said = []
    for name, count in stages.items():
        titles = (_stage_title(reader, procedure, name) for procedure in others)
        said.append(f"{next((title for title in titles if title != name), name)} {count} 件")
    return "由此办理的事项已经开始", "，".join(said) + "。"


def _stage_title(reader: Reader, procedure: str, stage: str) -> str:
    card = reader.find(f"stage/{procedure}/{stage}", StageCard)
    return card.title if card else stage


def _is_mark(posting: Posting) -> bool:
    return MARK in (posting.source, posting.destination)


def _moved(reader: Reader, posting: Posting, matter: str) -> str:
    amount = {FEN: f"{yuan_exact(posting.amount)} 元", HOURS: f"{posting.amount} 小时"}.get(
        posting.commodity, f"{posting.amount} 个名额"
    )
    source, target = (_account(reader, each) for each in (posting.source, posting.destination))
    purpose = f"（{posting.purpose}）" if posting.purpose else ""
    return f"{amount}：从{source}到{target}{purpose}"


_ACCOUNTS = {
    "allowance": "可用名额",
    "used": "已用名额",
    "call": "本次征集的预算",
    "project": "项目专账",
    "receivable": "应收回的钱",
    "pledged": "认捐的钱",
    "goods": "库存物资",
}


def _account(reader: Reader, account: str) -> str:
    """An account in the words of a reader."""
    kind, _, rest = account.removeprefix(OUTSIDE).partition(":")
    if account.startswith(OUTSIDE):
        return account.removeprefix(OUTSIDE).rpartition("/")[2] or "外部"
    if kind == "committed":
        return "本事项预留经费"
    if kind == "community":
        place = reader.find(f"places/{rest.partition(':')[0]}", PlaceFact)
        return f"{place.title}经费" if place else "社区经费"
    if kind in ("fund", "owed"):
        source, _, purpose = rest.partition(":")[2].partition(":")
        money = f"{source}的钱" + (f"（{purpose}）" if purpose else "")
        return money if kind == "fund" else f"应交回{money}"
    return _ACCOUNTS.get(kind, kind)


def _facts(reader: Reader, matter: PublicMatter, state: State) -> list[dict[str, object]]:
    """The facts that the opening step set, as corrected: what was asked."""
    slot = next((step.slot for step in matter.steps if step.slot), "")
    pairs = _shown(reader, matter.procedure, slot, state.facts.get(slot, {}))
    tables = _tables(reader, matter.procedure, slot, state.facts.get(slot, {}))
    title = "申请的内容" if slot == "request" else "登记的内容"
    return [{"title": title, "pairs": pairs, "tables": tables}] if pairs or tables else []


def _shown(reader: Reader, procedure: str, slot: str, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    form = reader.find(f"form/{procedure}/{slot}", tuple[FormField, ...]) or () if slot else ()
    return [
        (field.title, _said(reader, procedure, field, facts[field.name]))
        for field in form
        if field.widget != "rows" and facts.get(field.name) not in (None, "", [], (), False, 0)
    ]


def _said(reader: Reader, procedure: str, field: FormField, value: Any) -> str:
    """What a field holds, in words; a stage to which a matter goes back has its title."""
    return _stage_title(reader, procedure, value) if field.name == "stage" else _plain(reader, field, value)


def _tables(reader: Reader, procedure: str, slot: str, facts: Mapping[str, Any]) -> list[dict[str, object]]:
    form = reader.find(f"form/{procedure}/{slot}", tuple[FormField, ...]) or () if slot else ()
    found: list[dict[str, object]] = []
    for field in form:
        rows = facts.get(field.name) or []
        if field.widget != "rows" or not rows:
            continue
        used = [col for col in field.columns if any(row.get(col.name) not in (None, "", 0) for row in rows)]
        numbers = ("money", "number")
        columns = [
            {
                "label": col.title,
                "number": col.widget in numbers,
                "unit": "元" if col.widget == "money" else "",
            }
            for col in used
        ]
        body = [[_cell(reader, col, row.get(col.name)) for col in used] for row in rows[:MOST_CHILDREN]]
        more = len(rows) - len(body)
        found.append({"title": field.title, "columns": columns, "rows": body, "more": more})
    return found


def _cell(reader: Reader, field: FormField, value: Any) -> str:
    if field.widget == "money":
        return yuan_exact(int(value or 0))
    return _plain(reader, field, value) if value is not None else ""


def _plain(reader: Reader, field: FormField, value: Any) -> str:
    if field.widget == "money":
        return yuan(int(value))
    if field.widget == "date":
        return in_words(str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(_word(reader, field, each) for each in value)
    return _word(reader, field, value)


def entry_title(reader: Reader, register: str, key: str) -> str:
    """Return what the entry of a register is called; the key itself where there is none, or it is not published."""
    entry = reader.find(f"registers/{register}/{key}", PublicEntry)
    titles = (
        [str(version.values["title"]) for version in entry.versions if "title" in version.values]
        if entry
        else []
    )
    return titles[-1] if titles else key


def _word(reader: Reader, field: FormField, value: Any) -> str:
    if str(value) in field.options:
        return field.options[str(value)]
    if field.names:
        return entry_title(reader, field.names, str(value))
    if field.widget in ("place", "places") or field.name in ("community", "communities", "place", "places"):
        place = reader.find(f"places/{value}", PlaceFact)
        return place.title if place else str(value)
    return str(value)


def _children(
    reader: Reader, state: State, matter: PublicMatter, procedures: Leads
) -> dict[str, dict[str, object] | None]:
    """The matters that this one opened, and how each of them stands.

    ``children``: of the same procedure, one for each community that it went to; ``opened``: of others, which carry out
    what was settled here.
    """
    ids = list(dict.fromkeys(state.children))
    communities, opened, unread = [], [], 0
    for id in ids[:MOST_CHILDREN]:
        child = reader.find(f"matters/{id}", PublicMatter)
        if child is None:
            unread += 1
            continue
        its, _ = folded(reader, child)
        stage = reader.get(f"stage/{child.procedure}/{its.stage_id}", StageCard)
        stands = [{"text": stage.title, "status": stage.tone}, in_words(_stands_since(its))]
        if child.procedure == matter.procedure:
            place = reader.get(f"places/{child.place}", PlaceFact)
            communities.append([{"text": place.title, "address": page_of(id)}, *stands])
        else:
            procedure = procedures[child.procedure]
            said = f"{procedure.title}：{procedure.name(its)}"
            opened.append([{"text": said, "address": page_of(id)}, *stands])
    more = max(len(ids) - MOST_CHILDREN, 0)
    if communities:
        count = len(ids) - len(opened) - unread
        return {"children": {"rows": communities, "count": count, "more": more}, "opened": _rows(opened, 0)}
    return {"children": None, "opened": _rows(opened, more)}


def _rows(rows: list[Any], more: int) -> dict[str, object] | None:
    return {"rows": rows, "more": more} if rows else None


def _stands_since(state: State) -> date:
    """The first day of the stage; what lapsed by itself stands so from the morning after its last day."""
    return state.since + timedelta(days=1) if state.stage_id != state.reached else state.since


def _texts(reader: Reader, matter: PublicMatter) -> list[PublishedText]:
    keys = reader.keys(f"texts/{matter.id}/")
    return [reader.get(key, PublishedText) for key in keys]


def _leaves(reader: Reader, matter: PublicMatter) -> list[dict[str, object]]:
    """For each public step the position of its leaf, and of the leaf of its published body."""
    found = []
    for step in matter.steps:
        published = reader.find(f"published/{matter.id}/{step.number:06}")
        found.append(
            {
                "number": step.number,
                "log": step.log,
                "position": published["position"] if published else "",
                "leaf": published["leaf"] if published else "",
            }
        )
    return found


def _board(reader: Reader, matter: PublicMatter, procedures: Leads, top: str) -> dict[str, object]:
    state, day = folded(reader, matter)
    procedure = procedures[matter.procedure]
    place = reader.get(f"places/{matter.place}", PlaceFact)
    address = str(reader.get("portal")["address"])
    lines = [f"{name}：{value}" for name, value in _board_facts(reader, matter, state)]
    judged = next((step.judgement for step in reversed(matter.steps) if step.judgement), None)
    if judged:
        lines += [heard.reason for heard in judged.adverse()[:4]]
    link = f"{address}/{page_of(matter.id)}" if address else ""
    posted = matter.steps[-1].recorded
    return {
        "title": procedure.name(state),
        "path": [(each.title, _place_address(each.code, top)) for each in place.path],
        "place": place.full_title,
        "answer": procedure.lead(state, day),
        "lines": [line for line in lines if line],
        "posted_from": posted,
        "posted_to": posted + timedelta(days=POSTED_DAYS),
        "qr": qr_svg(link) if link else None,
        "id": matter.id,
        "back": page_of(matter.id),
    }


def _board_facts(reader: Reader, matter: PublicMatter, state: State) -> Sequence[tuple[str, str]]:
    """What a passer-by wants to know: lines, dates and amounts; how the item was classed is on the page itself."""
    slot = next((step.slot for step in matter.steps if step.slot), "")
    form = reader.find(f"form/{matter.procedure}/{slot}", tuple[FormField, ...]) or () if slot else ()
    wanted = {field.title for field in form[1:] if field.widget in ("line", "date", "money", "choices")}
    pairs = [
        pair
        for pair in _shown(reader, matter.procedure, slot, state.facts.get(slot, {}))
        if pair[0] in wanted
    ]
    unit = [("办理单位", state.unit)] if state.unit else []
    return [*unit, *pairs[:6]]
