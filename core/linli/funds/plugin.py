"""What the core procedures of funds register, through the same hooks that plugins use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linli.funds import claims, queries, remainder, repurposing, vocabulary, year_end
from linli.funds.campaigns import campaign
from linli.funds.contributions import contribution
from linli.funds.goods import goods
from linli.funds.opening import fund
from linli.funds.pages import ACCOUNTS, FUND_PAGES, INDEX, PANEL
from linli.funds.payments import payment
from linli.funds.pledges import pledge
from linli.funds.ratios import charity_year
from linli.funds.reconciliations import reconciliation
from linli.pages import FileKind, PageKind, Panel
from linli.parameters import Parameter, Setting
from linli.plugins import CORE, Manifest, hook
from linli.procedures import Procedure
from linli.terms import Term

# These add their actions to the procedures above.
PARTS = (claims, queries, remainder, repurposing, year_end)


@hook
def linli_manifest() -> Manifest:
    """The core procedures of funds."""
    return Manifest("funds", "社区基金", CORE)


@hook
def linli_parameters() -> Iterable[Parameter[Any] | Setting[Any]]:
    """The parameters that places give values to."""
    return [value for value in vars(vocabulary).values() if isinstance(value, Parameter)]


@hook
def linli_terms() -> Iterable[Term[Any]]:
    """The limits and approvals that rules of funds set."""
    return [value for value in vars(vocabulary).values() if isinstance(value, Term)]


@hook
def linli_procedures() -> Iterable[Procedure]:
    """Funds, what comes in, what goes out, pledges, goods, campaigns, a charity's year, the bank's statements."""
    return [fund, contribution, payment, pledge, goods, campaign, charity_year, reconciliation]


@hook
def linli_pages() -> Iterable[PageKind | FileKind | Panel]:
    """The list of funds, a page for each with its accounts, and what funds say of a place."""
    return [INDEX, FUND_PAGES, PANEL, *ACCOUNTS]
