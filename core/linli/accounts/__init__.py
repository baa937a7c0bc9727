"""The accounts that residents see: pages and files of the books of funds and calls, made of the record alone.

A procedure that keeps a kind of books asks for its pages with `account_kinds` and registers them through the hook
``linli_pages``.
"""

from linli.accounts.kinds import account_kinds
from linli.accounts.reading import Books

__all__ = ["Books", "account_kinds"]
