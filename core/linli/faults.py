"""What is wrong with a configuration or a plugin, said so that the one who wrote it can put it right.

Loading collects faults instead of stopping at the first. An *alarm* is a fault that does not stop a
deployment from loading: the law has moved on, or a revision was not counted; `linli check` still reports it.
"""

from __future__ import annotations

from msgspec import Struct

from linli.citations import Citation


class Fault(Struct, frozen=True):
    """One fault: the file (or plugin) and the key (or rule, or hook) that hold it, what is wrong, what to do.

    ``cites`` names the articles that meet, the lower text first.
    """

    file: str
    key: str
    message: str
    cites: tuple[Citation, ...] = ()
    cure: str = ""
    alarm: bool = False

    def __str__(self) -> str:
        where = f"{self.file}：{self.key}" if self.key else self.file
        texts = f"［{'；'.join(cite.label for cite in self.cites)}］" if self.cites else ""
        return f"{where}：{self.message}{texts}" + (f"（{self.cure}）" if self.cure else "")
