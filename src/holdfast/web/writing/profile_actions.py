"""What a member does about somebody on their profile: follow, mute, block, note, feature, sort into lists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from holdfast import people
from holdfast.errors import Invalid, NotFound
from holdfast.languages import N_, say
from holdfast.people import Account, AccountList, Relationship
from holdfast.store import Read, read_id
from holdfast.web.forms import Form
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.reading.persons import relation_words
from holdfast.web.replies import Reply, local_path
from holdfast.web.visits import Visit

pages = Pages()

HOUR_S = 3600
MUTE_DURATIONS = (  # seconds, words
    ("0", N_("Until I take it back")),
    (str(HOUR_S), N_("For an hour")),
    (str(24 * HOUR_S), N_("For a day")),
    (str(7 * 24 * HOUR_S), N_("For a week")),
    (str(30 * 24 * HOUR_S), N_("For 30 days")),
)


class Ties(NamedTuple):
    """What a profile says to the member who reads it, and what its form offers."""

    account_id: int
    handle: str
    domain: str  # of another server; empty here
    relation: Relationship
    words: list[str]
    lists: list[AccountList]
    inside: frozenset[int]  # the lists in which the account is
    familiar: list[Account]  # followed by the member, and following the account
    durations: tuple[tuple[str, str], ...] = MUTE_DURATIONS


Run = Callable[[Visit, Form, int], Awaitable[None]]


class _Action(NamedTuple):
    run: Run
    done: str


def _plain(command: Callable[..., object], **options: object) -> Run:
    async def run(v: Visit, _: Form, account_id: int) -> None:
        await v.write(command, account_id, **options)

    return run


async def _mute(v: Visit, form: Form, account_id: int) -> None:
    await v.write(people.mute, account_id, duration_s=_duration(form), hides_notifications=True)


async def _mute_posts(v: Visit, form: Form, account_id: int) -> None:
    await v.write(people.mute, account_id, duration_s=_duration(form), hides_notifications=False)


def _duration(form: Form) -> int:
    return int(form.choice("duration", [value for value, _ in MUTE_DURATIONS], "0"))


async def _note(v: Visit, form: Form, account_id: int) -> None:
    await v.write(people.set_note, account_id, form.text("note"))


async def _lists(v: Visit, form: Form, account_id: int) -> None:
    """Into the lists that are ticked and out of those that are not."""
    wanted = {number for text in form.several("list") if (number := read_id(text)) is not None}

    def look(r: Read) -> tuple[set[int], set[int]]:
        mine = {one.id for one in people.own_lists(r, v.me)}
        return mine & wanted, {one.id for one in people.lists_with(r, v.me, account_id)}

    ticked, inside = await v.read(look)
    for number in sorted(ticked - inside):
        await v.write(people.add_to_list, number, [account_id])
    for number in sorted(inside - ticked):
        await v.write(people.remove_from_list, number, [account_id])


async def _domain(v: Visit, account_id: int, command: Callable[..., object]) -> None:
    account = await v.read(people.account_by_id, account_id)
    if account is None or account.domain is None:
        raise Invalid(say("This account is of this server, which cannot be blocked; block the account instead."))
    await v.write(command, account.domain)


async def _block_domain(v: Visit, _: Form, account_id: int) -> None:
    await _domain(v, account_id, people.block_domain)


async def _unblock_domain(v: Visit, _: Form, account_id: int) -> None:
    await _domain(v, account_id, people.unblock_domain)


ACTIONS = {
    "follow": _Action(_plain(people.follow), N_("You follow them now.")),
    "unfollow": _Action(_plain(people.unfollow), N_("You do not follow them any more.")),
    "notify": _Action(_plain(people.follow, notifies=True), N_("You will be told of every post.")),
    "unnotify": _Action(_plain(people.follow, notifies=False), N_("You will not be told of posts any more.")),
    "boosts": _Action(_plain(people.follow, shows_boosts=True), N_("Their boosts are in your feed.")),
    "unboosts": _Action(_plain(people.follow, shows_boosts=False), N_("Their boosts are no longer in your feed.")),
    "mute": _Action(_mute, N_("Muted. They are not told.")),
    "mute_posts": _Action(_mute_posts, N_("Their posts are muted. They are not told.")),
    "unmute": _Action(_plain(people.unmute), N_("No longer muted.")),
    "block": _Action(_plain(people.block), N_("Blocked.")),
    "unblock": _Action(_plain(people.unblock), N_("No longer blocked. What the block ended does not come back.")),
    "block_domain": _Action(_block_domain, N_("The whole server is blocked.")),
    "unblock_domain": _Action(_unblock_domain, N_("The server is no longer blocked.")),
    "note": _Action(_note, N_("Your note is kept. Only you see it.")),
    "endorse": _Action(_plain(people.endorse), N_("Featured on your profile.")),
    "unendorse": _Action(_plain(people.unendorse), N_("No longer featured.")),
    "remove_follower": _Action(_plain(people.remove_follower), N_("They do not follow you any more.")),
    "lists": _Action(_lists, N_("Your lists are changed.")),
}


@pages.post("/accounts/{account:str}/act", needs=MEMBERS)
async def act(v: Visit) -> Reply:
    """One of :data:`ACTIONS`; then back to where the form was, or the form as it now is."""
    form = await v.form()
    account_id = read_id(v.argument("account"))
    if account_id is None:
        raise NotFound()
    action = ACTIONS.get(form.text("act"))
    if action is None:
        raise Invalid(say("This form is not complete; please load the page again."))
    await action.run(v, form, account_id)
    if v.is_fragment:
        found = await v.read(_ties_by_id, v, account_id)
        acted = form.text("act")
        done = say("They are asked first.") if found.relation.requested and acted == "follow" else action.done
        return v.show("people/_changed.html", ties=found, acted=acted, done=done)
    return v.go(_with_button(local_path(form.raw("next"), "/home"), form.text("act")))


def _with_button(to: str, name: str) -> str:
    """The address with the button that was pressed, or stands in its place, so that the focus is on it again."""
    if "#" in to:
        return to
    return f"{to}#ties-more" if name == "remove_follower" else f"{to}#do-{name.removeprefix('un')}"


def _ties_by_id(r: Read, v: Visit, account_id: int) -> Ties:
    account = people.account_by_id(r, account_id)
    found = ties(r, v, account) if account is not None else None
    if found is None:
        raise NotFound()
    return found


def ties(r: Read, v: Visit, account: Account) -> Ties | None:
    """What a member and the account of a profile are to each other; None for strangers and for oneself."""
    me = v.acting.account_id
    if me is None or me == account.id:
        return None
    related = people.relationships(r, me, [account.id], now=v.db.clock.now(), with_suspended=True)
    if not related:
        return None
    lists = people.own_lists(r, me) if related[0].following else []
    inside = people.lists_with(r, me, account.id) if lists else []
    followers = people.familiar_followers(r, me, [account.id])[account.id]
    shown = followers[:3]
    known = people.accounts_by_ids(r, shown) if shown else {}
    return Ties(
        account.id,
        account.handle,
        account.domain or "",
        related[0],
        relation_words(related[0]),
        lists,
        frozenset(one.id for one in inside),
        [known[number] for number in shown if number in known],
    )
