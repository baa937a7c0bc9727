"""The desk: the parts that every act of the service works with, joined once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from msgspec import Struct

from linli.appointments import APPOINTEES, held_on
from linli.deployment import Deployment
from linli.ledger import is_outside
from linli.procedures import Action, Procedure
from linli.registers import decode_version, on_day
from linli.rulebook import Figures, Judgement
from linli.rules import EntryFact
from linli.standing import standing_actions
from linli.steps import Actor, DueBy
from linli.store import BalanceCondition, EntryCondition, Store
from linli.vault import Vault, pseudonym

SYSTEM = "system"
PAPER = "paper"

NAMED = "named"
"""The index of people whom a matter names: ``<matter>/<pseudonym>`` to the subject that the issuer knows."""

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ0"


class Clock(Protocol):
    """Where the service gets the time from."""

    def today(self) -> date:
        """The civil day in Asia/Shanghai."""

    def now(self) -> datetime:
        """The instant, in UTC."""


class Call(Struct, frozen=True, kw_only=True):
    """What someone wants to do.

    ``happened`` and ``decided`` default to today and may lie before it for an entry from paper (``on_behalf_of``).
    ``key`` is the idempotency key of the caller: the same call twice has effect once. ``expected`` is the number of
    the last step that the caller has seen. ``draft`` is the draft that this call finishes. ``above`` is the matter
    under which a new one is opened, where its procedure asks for that; ``place`` then defaults to the place above.
    """

    procedure: str
    action: str
    facts: dict[str, Any] = {}
    matter: str = ""
    place: str = ""
    happened: date | None = None
    decided: date | None = None
    key: str = ""
    on_behalf_of: str = ""
    as_post: str = ""
    expected: int | None = None
    draft: str = ""
    above: str = ""


class Receipt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of it. ``code`` follows the case without an account and is shown once.

    ``hangs`` names the matters and postings that hang on what a correction, an override or a voiding changed.
    """

    matter: str
    number: int
    stage: str
    stage_title: str
    judgement: Judgement | None = None
    due: tuple[DueBy, ...] = ()
    children: tuple[str, ...] = ()
    code: str = ""
    hangs: tuple[str, ...] = ()


class Desk:
    """One deployment, its store, its vault, its clock, its randomness and the secret that keys its pseudonyms."""

    def __init__(
        self,
        deployment: Deployment,
        store: Store,
        vault: Vault,
        clock: Clock,
        randomness: Callable[[int], bytes],
        secret: bytes,
    ) -> None:
        """Join the parts; ``randomness`` gives salts, ids and receipt codes."""
        self.deployment = deployment
        self.store = store
        self.vault = vault
        self.clock = clock
        self.randomness = randomness
        self.places = deployment.places
        self._secret = secret
        self._actions = {
            procedure.id: {**standing_actions(procedure), **procedure.actions}
            for procedure in deployment.procedures.values()
        }
        self._above = {procedure.under for procedure in deployment.procedures.values() if procedure.under}

    def actions(self, procedure: Procedure) -> dict[str, Action]:
        """All actions of a procedure: the built-in ones, and its own, which stand in their place where ids agree."""
        return self._actions[procedure.id]

    def stands_above(self, procedure: Procedure) -> bool:
        """Whether matters of another procedure are opened under its matters."""
        return procedure.id in self._above

    def pseudonym(self, subject: str, matter: str) -> str:
        """The name under which a person acts in one matter; another in every matter."""
        return SYSTEM if subject == SYSTEM else pseudonym(self._secret, subject, matter)

    def subject(self, matter: str, who: str) -> str:
        """Who was named by a pseudonym in a matter, empty where nobody was."""
        return (self.store.row(NAMED, f"{matter}/{who}") or b"").decode()

    def new_id(self, place: str) -> str:
        """A new id: the county's six digits, the year, eight characters without look-alikes (40 random bits)."""
        number = int.from_bytes(self.randomness(5), "big")
        code = "".join(_ALPHABET[number >> 5 * index & 31] for index in range(8))
        return f"{place[:6]}-{self.clock.today().year}-{code}"

    def system_actor(self, place: str, unit: str = "") -> Actor:
        """The actor of what the service does by itself."""
        return Actor(SYSTEM, "clock", place, unit)

    def figures(
        self,
        entries: Mapping[str, Sequence[str]],
        accounts: Mapping[str, str],
        on: date,
        subject: Callable[[str], str] = str,
    ) -> tuple[Figures, tuple[EntryCondition, ...], tuple[BalanceCondition, ...]]:
        """Read register facts as of a day and balances in one batch, with the conditions for the commit.

        ``accounts`` names the commodity of each account. ``subject`` says who is meant by a pseudonym of the matter:
        what is asked of a person is answered under the pseudonym.
        """
        found: dict[tuple[str, str], EntryFact] = {}
        conditions: list[EntryCondition] = []
        for register, keys in entries.items():
            lies = {key: subject(key) if register == APPOINTEES else key for key in keys}
            latest = self.store.entries(register, list(lies.values()))
            for key in keys:
                stored = latest.get(lies[key])
                conditions.append(EntryCondition(register, lies[key], stored.version if stored else 0))
                if stored is None:
                    continue
                fact = on_day((stored,), key, on)
                if register == APPOINTEES:
                    fact = EntryFact(key, stored.version, held_on(decode_version(stored.body).values, on))
                elif not fact.version and stored.version > 1:
                    fact = on_day(self.store.entry_history(register, key), key, on)
                if fact.version:
                    found[(register, key)] = fact
        held = {account: self.store.balance(account, commodity) for account, commodity in accounts.items()}
        # What lies outside keeps no balance: its sum is recorded with the finding, and is no condition.
        balances = tuple(
            BalanceCondition(each, accounts[each], amount)
            for each, amount in held.items()
            if not is_outside(each)
        )
        return Figures(found, held), tuple(conditions), balances

    def held(
        self, prefixes: Sequence[str]
    ) -> tuple[dict[tuple[str, str], int], tuple[BalanceCondition, ...]]:
        """What the accounts hold that begin so, with the conditions under which a commit may rest on it."""
        found = {
            key: amount for each in prefixes for key, amount in self.store.balances(each).items() if amount
        }
        return found, tuple(BalanceCondition(*key, amount) for key, amount in found.items())
