"""Favourites and bookmarks. Asking again for what is so already changes nothing."""

from __future__ import annotations

from holdfast.acting import Acting
from holdfast.posts import finding
from holdfast.posts.events import (
    StatusBookmarked,
    StatusFavourited,
    StatusUnbookmarked,
    StatusUnfavourited,
)
from holdfast.store import Hot
from holdfast.writes import Ability, Database, Write

_ADD = (
    "INSERT INTO {table} (id, account_id, status_id, created_at) VALUES (:id, :account, :status, :now) "
    "ON CONFLICT (account_id, status_id) DO NOTHING"
)
_FAVOURITE = Hot(_ADD.format(table="favourites"))
_BOOKMARK = Hot(_ADD.format(table="bookmarks"))
_UNFAVOURITE = Hot("DELETE FROM favourites WHERE account_id = :account AND status_id = :status")
_UNBOOKMARK = Hot("DELETE FROM bookmarks WHERE account_id = :account AND status_id = :status")
_MORE = Hot("UPDATE statuses SET favourites_count = favourites_count + 1 WHERE id = :id")
_LESS = Hot("UPDATE statuses SET favourites_count = favourites_count - 1 WHERE id = :id AND favourites_count > 0")


def favourite(db: Database, acting: Acting, status_id: int) -> int:
    """Favourite a post; its id (of a boost: of what it boosts). Raises :class:`NoSuchStatus`."""
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        status = finding.visible_original(w, account_id, status_id)
        if _add(w, _FAVOURITE, account_id, status.id):
            w.run_fast(_MORE, id=status.id)
            w.record(StatusFavourited(status_id=status.id, author_id=status.author_id, account_id=account_id))
        return status.id


def unfavourite(db: Database, acting: Acting, status_id: int) -> int:
    """Take a favourite back, also from a post that is hidden by now. Raises :class:`NoSuchStatus`."""
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        original_id = _original_id(w, status_id)
        if w.run_fast(_UNFAVOURITE, account=account_id, status=original_id):
            w.run_fast(_LESS, id=original_id)
            found = finding.standing(w, original_id)
            if found is not None:
                w.record(StatusUnfavourited(status_id=found.id, author_id=found.author_id, account_id=account_id))
            return original_id
        return finding.visible_original(w, account_id, status_id).id


def bookmark(db: Database, acting: Acting, status_id: int) -> int:
    """Bookmark a post, for oneself alone; its id. Raises :class:`NoSuchStatus`."""
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        status = finding.visible_original(w, account_id, status_id)
        if _add(w, _BOOKMARK, account_id, status.id):
            w.record(StatusBookmarked(status_id=status.id, account_id=account_id))
        return status.id


def unbookmark(db: Database, acting: Acting, status_id: int) -> int:
    """Take a bookmark back, also from a post that is hidden by now. Raises :class:`NoSuchStatus`."""
    with db.write(acting, Ability.RELATIONS) as w:
        account_id = finding.active(w, acting).id
        original_id = _original_id(w, status_id)
        if w.run_fast(_UNBOOKMARK, account=account_id, status=original_id):
            w.record(StatusUnbookmarked(status_id=original_id, account_id=account_id))
            return original_id
        return finding.visible_original(w, account_id, status_id).id


def _add(w: Write, statement: Hot, account_id: int, status_id: int) -> bool:
    return w.run_fast(statement, id=w.new_id(), account=account_id, status=status_id, now=w.now) == 1


def _original_id(w: Write, status_id: int) -> int:
    found = finding.standing(w, status_id)
    return found.boost_of_id if found is not None and found.boost_of_id is not None else status_id
