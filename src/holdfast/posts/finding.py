"""What commands look up before they change anything: who acts, which post is meant."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from holdfast.acting import Acting
from holdfast.errors import Unauthenticated
from holdfast.posts.errors import AccountNotActive, MayNotPost, NoSuchStatus
from holdfast.posts.policy import Standing
from holdfast.posts.tables import statuses
from holdfast.posts.visibility import REMOVED, visible_to
from holdfast.store import Hot, Read

_AUTHOR = Hot(
    "SELECT a.id, a.uri, a.default_visibility, a.default_sensitive, a.default_language, "
    "a.default_quote_policy, a.created_at, a.limited_at, a.posting_frozen_at, a.sensitized_at, a.suspended_at, "
    "a.deleted_at, m.account_id, m.approved_at, m.disabled_at "
    "FROM accounts a LEFT JOIN members m ON m.account_id = a.id WHERE a.id = :id"
)
_COLUMNS = tuple(getattr(statuses.c, name) for name in Standing._fields)
_VISIBLE = Hot(
    lambda: select(*_COLUMNS).where(statuses.c.id == bindparam("id"), visible_to(bindparam("viewer"))),
)
_STANDING = Hot(
    f"SELECT {', '.join(Standing._fields)} FROM statuses WHERE id = :id AND deleted_at IS NULL"  # noqa: S608
)


class Author(NamedTuple):
    """The acting account, as far as posting needs it."""

    id: int
    uri: str
    default_visibility: str
    default_sensitive: bool
    default_language: str | None
    default_quote_policy: str
    created_at: int
    is_limited: bool
    is_frozen: bool  # may read, but not post
    is_sensitized: bool  # whatever is attached is covered


def active(r: Read, acting: Acting) -> Author:
    """Who acts. Raises :class:`Unauthenticated` for strangers, :class:`AccountNotActive` for the suspended."""
    return active_and(r, acting)[0]


def poster(r: Read, acting: Acting) -> Author:
    """Who acts, where others will see it as a post. Raises as :func:`active`, and :class:`MayNotPost`."""
    author = active(r, acting)
    may_post(author)
    return author


def may_post(author: Author) -> None:
    """Raise :class:`MayNotPost` for somebody whom moderators let read only."""
    if author.is_frozen:
        raise MayNotPost()


def active_and(
    r: Read, acting: Acting, *asked: tuple[Hot, dict[str, Any]]
) -> tuple[Author, list[list[tuple[Any, ...]]]]:
    """As :func:`active`, with the rows of other statements that are run in the same exchange, whoever it is that acts:
    where nobody may, what they have changed is rolled back with the command."""
    if acting.account_id is None:
        raise Unauthenticated()
    rows, *others = r.fast_several((_AUTHOR, {"id": acting.account_id}), *asked)
    if not rows:
        raise AccountNotActive()
    number, uri, visibility, sensitive, language, quotes, created, limited, frozen, covered, *standing = rows[0]
    suspended, deleted, member, approved, disabled = standing
    waits = member is not None and approved is None
    if suspended is not None or deleted is not None or disabled is not None or waits:
        raise AccountNotActive()
    author = Author(
        number,
        uri,
        visibility,
        bool(sensitive),
        language,
        quotes,
        created,
        is_limited=limited is not None,
        is_frozen=frozen is not None,
        is_sensitized=covered is not None,
    )
    return author, others


def visible(r: Read, viewer: int | None, status_id: int) -> Standing:
    """A status that the viewer may see. Raises :class:`NoSuchStatus`."""
    rows = r.fast(_VISIBLE, id=status_id, viewer=viewer)
    if not rows:
        raise NoSuchStatus()
    return Standing(*rows[0])


def visible_original(r: Read, viewer: int | None, status_id: int) -> Standing:
    """The same; of a boost, what it boosts."""
    found = visible(r, viewer, status_id)
    return found if found.boost_of_id is None else visible(r, viewer, found.boost_of_id)


def standing(r: Read, status_id: int) -> Standing | None:
    """A status that is not deleted, whoever may see it."""
    rows = r.fast(_STANDING, id=status_id)
    return Standing(*rows[0]) if rows else None


def own(r: Read, account_id: int, status_id: int) -> Standing:
    """A status of one's own. Raises :class:`NoSuchStatus`, also for other people's and where moderators removed it."""
    found = standing(r, status_id)
    if found is None or found.author_id != account_id or found.restriction == REMOVED:
        raise NoSuchStatus()
    return found
