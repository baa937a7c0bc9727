"""How long what was paid and received is kept: documents of accounts, with the names on them."""

from __future__ import annotations

from datetime import date

from linli.citations import NATION, Rank, Source
from linli.funds.vocabulary import CONTRIBUTION_KEPT_YEARS, PAYMENT_KEPT_YEARS

ACCOUNTING_ARCHIVES_2016 = Source(
    "accounting-archives-2016",
    "会计档案管理办法",
    Rank.RULE,
    since=date(2016, 1, 1),
    number="财政部、国家档案局令第79号",
    note="保管期限由会计法第二十三条授权规定；附表：会计凭证三十年；未存全文",
)
VOUCHERS = ACCOUNTING_ARCHIVES_2016.article(14, gist="会计凭证保管三十年，从会计年度终了后的第一天算起")
KEEPING_SOURCES = (ACCOUNTING_ARCHIVES_2016,)
KEEPING_SETTINGS = tuple(
    parameter.at(NATION, 30, since=ACCOUNTING_ARCHIVES_2016.since, cites=VOUCHERS)
    for parameter in (CONTRIBUTION_KEPT_YEARS, PAYMENT_KEPT_YEARS)
)
