"""Who may do and see what: the one spot where it is decided.

Nothing is allowed that is not allowed here. What a person may do follows from the appointments that hold today, the
posts that an action names, the reach of the post, and the place and unit of the matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from linli.appointments import Appointment, Person, allowed_by, reaches
from linli.errors import Forbidden
from linli.matters import State
from linli.places import Places
from linli.posts import ADMINISTRATOR
from linli.procedures import Action, Procedure
from linli.registers import Register


def permit(
    person: Person, action: Action, place: str, unit: str, places: Places, on: date, *, as_post: str = ""
) -> Appointment:
    """The appointment under which a person takes an action; raises `Forbidden`, saying who could."""
    held = [each for each in person.appointments if not as_post or each.post == as_post]
    appointment = None if action.system else allowed_by(held, action, place, unit, places, on)
    if appointment is None:
        who = "、".join(dict.fromkeys(post.title for post in action.by)) or "系统"
        where = places[place].title if place in places else place
        raise Forbidden(
            f"您的岗位不能在{where}办理“{action.title}”",
            where=action.id,
            cure=f"可以办理的岗位：{who}（限任职地方和任期内）",
        )
    return appointment


def stays_apart(state: State, action: Action, person: str, titles: Mapping[str, Action]) -> None:
    """Raise `Forbidden` where the same person (by pseudonym) took an action that this one is kept apart from.

    An action that is kept apart from itself may be taken again after one that makes it begin afresh. ``titles`` are the
    actions of the procedure by id, so that the message can name the earlier one.
    """
    anew = max((done.number for done in state.done if done.action in action.afresh), default=0)
    for done in state.done:
        again = done.action == action.id and done.number < anew
        if done.action in action.apart_from and done.actor.person == person and not again:
            raise Forbidden(
                f"同一个人不能既“{titles[done.action].title}”又“{action.title}”",
                where=action.id,
                cure="请由同岗位的另一位同事办理",
            )


def sees_internal(
    person: Person | None,
    procedure: Procedure,
    actions: Sequence[Action],
    place: str,
    unit: str,
    places: Places,
    on: date,
) -> bool:
    """Whether a person may see the internal facts of a matter: whoever may act in it somewhere along its way."""
    if person is None:
        return False
    held = [each for each in person.appointments if each.holds(on) and each.post != "resident"]
    posts = {post.id: post for action in actions for post in action.by}
    return any(reaches(a, posts[a.post], place, unit, places) for a in held if a.post in posts)


def permit_privacy(person: Person, place: str, on: date) -> Appointment:
    """The appointment under which a person sees who read personal data, and deletes it: that of the whole place.

    Raises `Forbidden` for everybody else: a street's administrator too, because a person's key is one for all streets.
    """
    for held in person.appointments:
        if held.holds(on) and held.post == ADMINISTRATOR.id and held.place == place:
            return held
    raise Forbidden(
        "您的岗位不能办理个人信息的查看记录和删除", where="privacy", cure="由整个部署的系统管理员办理"
    )


def permit_entry(person: Person, register: Register, place: str, places: Places, on: date) -> Appointment:
    """The appointment under which a person writes an entry of a register at a place; raises `Forbidden`."""
    posts = {post.id: post for post in register.written_by}
    for held in person.appointments:
        if held.holds(on) and held.post in posts and reaches(held, posts[held.post], place, "", places):
            return held
    where = places[place].title if place in places else place
    who = "、".join(post.title for post in register.written_by) or "系统"
    cure = f"可以登记的岗位：{who}（限任职地方和任期内）"
    raise Forbidden(f"您的岗位不能在{where}登记“{register.title}”", where=register.id, cure=cure)
