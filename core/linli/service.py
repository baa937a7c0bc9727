"""The service: the one way in which anything happens.

``take`` loads the matter, judges the facts by the rulebook of its place, asks the action's pure function what follows,
and commits step, postings, claims and index rows in one atomic write. No decision is taken here that is not a rule's
or a procedure's, and no hook runs here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec

from linli import indexing
from linli.appointments import REGISTER as APPOINTMENTS
from linli.appointments import Person, allowed_by, appointment_of
from linli.batches import rehearse, run_batches
from linli.canonical import canonical, digest
from linli.deciding import decide, find_action, read_matter, read_steps
from linli.deployment import Deployment
from linli.desk import Call, Clock, Desk, Receipt
from linli.drafts import owns_draft
from linli.errors import BadInput, ClaimTaken, Conflict, Forbidden, NotFound
from linli.forms import without_secrets
from linli.matters import Matter
from linli.permissions import permit, sees_internal, stays_apart
from linli.procedures import Action
from linli.receipts import receipt_hash
from linli.registers import decode_version
from linli.rulebook import Judgement
from linli.steps import Step
from linli.store import Claim, Store
from linli.vault import Ref, Vault
from linli.writing import PEOPLE, moved, once_more, write

ATTEMPTS = 3

__all__ = ["Call", "Clock", "Receipt", "Service"]


class Service:
    """One deployment at work."""

    def __init__(
        self,
        deployment: Deployment,
        store: Store,
        vault: Vault,
        clock: Clock,
        randomness: Callable[[int], bytes],
        secret: bytes,
    ) -> None:
        """Join the parts; raises `BadInput` for a store that belongs to another deployment."""
        if store.deployment != deployment.slug:
            raise BadInput(f"这个存储属于 {store.deployment}，不属于 {deployment.slug}", where="store")
        self.desk = Desk(deployment, store, vault, clock, randomness, secret)
        self.deployment = deployment
        self.store = store
        self.clock = clock

    # Who

    def person(self, subject: str, title: str = "") -> Person:
        """A person with the appointments that hold today."""
        today = self.clock.today()
        rows = self.store.rows("appointments", f"{subject}/", f"{subject}0")
        stored = self.store.entries(APPOINTMENTS, [row.key.rsplit("/", 1)[1] for row in rows])
        values = [decode_version(entry.body).values for entry in stored.values()]
        held = [appointment_of(each) for each in values if each and each["person"] == subject]
        return Person(subject, title, tuple(sorted((a for a in held if a.holds(today)), key=lambda a: a.id)))

    # Reading

    def matter(self, matter: str, on: date | None = None) -> Matter:
        """A matter with its state on a day (today if none is given); raises `NotFound`."""
        return read_matter(self.desk, matter, on)

    def steps(self, matter: str) -> list[Step]:
        """The steps of a matter; raises `NotFound`."""
        return read_steps(self.desk, matter)

    def listed(self, procedure: str, place: str, after: str = "", limit: int = 200) -> list[str]:
        """Ids of the matters of a procedure at a place and below, oldest first, after one of them."""
        prefix = f"{place}/{procedure}/"
        start = prefix
        if after:
            opened = self.steps(after)[0].happened
            start = f"{prefix}{opened.isoformat()}/{after}"
        rows = self.store.rows(indexing.MATTERS, start, f"{place}/{procedure}0", limit)
        return [row.key.rsplit("/", 1)[1] for row in rows]

    def applied_by(self, unit: str, procedure: str, limit: int = 200) -> list[str]:
        """Ids of the matters of a procedure that a unit opened, oldest first."""
        prefix = f"{unit}/{procedure}/"
        rows = self.store.rows(indexing.UNITS, prefix, f"{unit}/{procedure}0", limit)
        return [row.key.rsplit("/", 1)[1] for row in rows]

    def waiting(self, person: Person, limit: int = 200) -> list[str]:
        """Ids of the matters that wait for a person's posts inside their places."""
        found: dict[str, None] = {}
        for held in person.appointments:
            after = f"{held.post}/"
            while len(found) < limit and (rows := self.store.rows(indexing.WAITING, after, f"{held.post}0")):
                for row in rows:
                    _, place, matter = row.key.split("/", 2)
                    if self.deployment.places.within(place, held.place) and self._is_mine(
                        held.unit, held.post, matter
                    ):
                        found[matter] = None
                after = rows[-1].key
        return list(found)[:limit]

    def _is_mine(self, unit: str, post: str, matter: str) -> bool:
        """Whether a matter that waits for a post with the reach of a unit was opened by that unit."""
        procedure = self.steps(matter)[0].procedure
        posts = self.deployment.procedures[procedure].posts()
        if post not in posts or posts[post].reach != "own_unit":
            return True
        return self.steps(matter)[0].actor.unit == unit

    def actions(self, matter: Matter) -> list[Action]:
        """Every action that could be taken at the stage at which a matter is, and as its state stands."""
        stage, opened = matter.stage, matter.state
        if stage is None or opened is None:
            return []
        return [
            action
            for action in self.desk.actions(matter.procedure).values()
            if not action.system
            and not action.opens
            and stage.id in {at.id for at in action.at}
            and (action.when is None or action.when(opened))
        ]

    def available(self, matter: Matter, person: Person) -> list[Action]:
        """The actions that a person may take on a matter now."""
        allowed: list[Action] = []
        for action in self.actions(matter):
            assert matter.state is not None, "a matter at a stage has a state"
            try:
                permit(
                    person,
                    action,
                    matter.place,
                    matter.state.unit,
                    self.deployment.places,
                    self.clock.today(),
                )
                name = self.desk.pseudonym(person.subject, matter.id)
                stays_apart(matter.state, action, name, self.desk.actions(matter.procedure))
            except Forbidden:
                continue
            allowed.append(action)
        return allowed

    def openers_under(self, matter: Matter, person: Person) -> list[tuple[str, Action, str]]:
        """What a person may open under a matter now: procedure id, action, and the place at which it would lie."""
        places, today = self.deployment.places, self.clock.today()
        held = [each.place for each in person.appointments if places.within(each.place, matter.place)]
        found: list[tuple[str, Action, str]] = []
        for procedure in self.deployment.procedures.values():
            if procedure.under != matter.procedure.id or matter.state is None:
                continue
            for action in procedure.openers():
                if action.when is not None and not action.when(matter.state):
                    continue
                for place in dict.fromkeys((matter.place, *held)):
                    if allowed_by(person.appointments, action, place, "", places, today) is not None:
                        found.append((procedure.id, action, place))
                        break
        return found

    def openers(self, person: Person) -> list[tuple[str, Action, str]]:
        """What a person may begin by itself: procedure id, action, and the place of the appointment."""
        found: list[tuple[str, Action, str]] = []
        for procedure in self.deployment.procedures.values():
            if procedure.under:
                continue
            for action in procedure.openers():
                for held in person.appointments:
                    if held.post in {post.id for post in action.by}:
                        found.append((procedure.id, action, held.place))
        return found

    def sees_internal(self, matter: Matter, person: Person | None) -> bool:
        """Whether a person may see the internal facts of a matter."""
        assert matter.state is not None, "a stored matter has a state"
        actions = list(self.desk.actions(matter.procedure).values())
        unit, today = matter.state.unit, self.clock.today()
        return sees_internal(
            person, matter.procedure, actions, matter.place, unit, self.deployment.places, today
        )

    def personal(self, matter: Matter, field: str, person: Person, reason: str) -> str:
        """A personal field, opened for someone who may see internal facts; the read is logged with its reason.

        ``field`` is ``<step number>.<name>``. Raises `Forbidden`, `NotFound`, `Forgotten`.
        """
        if not self.sees_internal(matter, person):
            raise Forbidden("您的岗位不能查看这件事的个人信息", where=field)
        owner = self.store.row(PEOPLE, f"{matter.id}/{field}")
        if owner is None:
            raise NotFound("没有这一项个人信息", where=field)
        reader = self.desk.pseudonym(person.subject, "vault-readers")
        return self.desk.vault.open(
            Ref(owner.decode(), matter.id, field), reader=reader, reason=reason, at=self.clock.now()
        )

    def by_receipt(self, code: str) -> str:
        """The matter of a receipt code; raises `NotFound`."""
        found = self.store.row(indexing.RECEIPTS, receipt_hash(code))
        if found is None:
            raise NotFound("没有这个回执号", where="receipt", cure="请核对回执上的号码")
        return found.decode()

    # Acting

    def dry_run(self, call: Call, person: Person | None) -> tuple[Judgement | None, str]:
        """Judge a call without storing anything: the judgement, and the title of the stage it would lead to.

        Raises what the call would raise, `Overdrawn` too. Without a person nobody is asked for permission.
        """
        matter = call.matter or call.draft or "000000-0000-00000000"
        decided = decide(self.desk, call, person, matter)
        rehearse(self.desk, matter, decided)
        if person is not None:  # what accounts hold is nothing to tell a stranger
            moved(self.desk, decided.outcome, decided.procedure.books_rest_on)
        return decided.judgement, decided.outcome.stage.title

    def take(self, call: Call, person: Person) -> Receipt:
        """Do it, or raise and leave nothing behind. The same call with the same key has effect once."""
        _, action = find_action(self.desk, call.procedure, call.action)
        claim = f"key/{self.desk.pseudonym(person.subject, 'keys')}/{call.key}" if call.key else ""
        # Of what is secret not even a hash is kept: whoever can guess it could try.
        told = msgspec.structs.replace(call, facts=without_secrets(action.form, call.facts))
        hashed = digest(msgspec.json.encode(told, order="sorted")).encode()
        earlier = self.store.claim(claim) if claim else None
        if earlier is not None:
            return _repeated(earlier, hashed)
        if call.draft and not owns_draft(self.desk, call.draft, person):
            # A draft's id becomes the matter's: nobody chooses one, and nobody finishes the draft of another.
            raise NotFound("没有这份草稿", where="draft")
        matter = call.matter or call.draft or self.desk.new_id(call.place or call.above)
        for attempt in range(ATTEMPTS):
            decided = decide(self.desk, call, person, matter)
            rehearse(self.desk, matter, decided)
            written = write(self.desk, decided, call, person.subject)
            # The receipt code is a secret: it is not kept, so a repeated call gets the receipt without it.
            kept = msgspec.structs.replace(written.receipt, code="")
            claims = (Claim(claim, hashed + canonical(kept)),) if claim else ()
            commit = msgspec.structs.replace(written.commit, claims=(*claims, *written.commit.claims))
            try:
                self.store.commit(commit)
            except ClaimTaken as taken:
                # Whichever claim the store names: if this call was made before, it gets the receipt of then.
                known = self.store.claim(claim) if claim else None
                if known is not None:
                    return _repeated(known, hashed)
                raise once_more(self.desk, taken, decided) from taken
            except Conflict:
                # A figure that was asked for has moved: judge again. A step of someone else: the caller looks again.
                if self.store.head(matter) != len(decided.matter.steps) or attempt + 1 == ATTEMPTS:
                    raise
            else:
                if written.receipt.children:
                    run_batches(self.desk, written.receipt.matter)
                return written.receipt
        raise AssertionError("the loop returns or raises")


def _repeated(value: bytes, hashed: bytes) -> Receipt:
    """The receipt of the earlier call with the same key; raises `Conflict` where that call was another."""
    known, body = value[: len(hashed)], value[len(hashed) :]
    if known != hashed:
        raise Conflict("同一个幂等键用过，但内容不同", where="Idempotency-Key", cure="换一个新的键再提交")
    return msgspec.json.decode(body, type=Receipt)
