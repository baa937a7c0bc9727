"""The frame around every page: who publishes the site, and what stands in masthead and footer."""

from __future__ import annotations

import msgspec

SITE = "site"
"""The key of the one fact that the engine itself reads, a :class:`Frame`."""


class NavItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the navigation."""

    label: str
    address: str
    """The page's address in the tree, such as ``access/index.html``."""


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every page shows of the site as a whole."""

    name: str
    """The site's name, such as 乙区社区事务公开."""
    owner: str
    """Who answers for what is published."""
    nav: tuple[NavItem, ...] = ()
    home: str = "index.html"
    icp: str = ""
    """The ICP filing number, shown in the footer; empty where there is none."""
    check: str = ""
    """Address of the page that says how to check a page; empty leaves the line out."""
    feed: str = ""
    """Address of the feed of changes; empty where there is none."""
    contact: str = ""
    """How to reach the owner, one line; an office's address or telephone, never a person's."""
    notice: str = ""
    """One sentence above every page, for example that this is a demonstration."""
