"""What an address of this server stands for, as people copy it from their browser."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from holdfast import people
from holdfast.moderation.subjects import Subject
from holdfast.store import Hot, Read, read_id

LONGEST_ADDRESS = 2_000  # characters
_ITS_AUTHOR = Hot(
    "SELECT author_id FROM statuses WHERE id = :id AND author_id = :author AND boost_of_id IS NULL "
    "AND deleted_at IS NULL"
)


def is_of(base_url: str, written: str) -> bool:
    """Whether an address, or a path alone, belongs to the server at ``base_url``."""
    try:
        given = urlsplit(written.strip())
    except ValueError:
        return False
    if not given.scheme and not given.netloc:
        return given.path.startswith("/")
    return given.scheme in ("http", "https") and given.netloc.lower() == urlsplit(base_url).netloc.lower()


def subject_at(r: Read, base_url: str, written: str) -> Subject | None:
    """The post, account or hashtag at an address; None where there is none.

    A post that is not there (any more) stands for its author's account, so that nobody learns from the answer which
    posts exist.
    """
    if len(written) > LONGEST_ADDRESS or not is_of(base_url, written):
        return None
    parts = [unquote(part) for part in urlsplit(written.strip()).path.split("/") if part]
    if len(parts) == 2 and parts[0] == "tags":
        return Subject("hashtag", parts[1].casefold())
    if not parts or not parts[0].startswith("@"):
        return None
    name, _, domain = parts[0][1:].partition("@")
    own = urlsplit(base_url).netloc.lower()
    account = people.account_by_handle(r, name, domain.lower() if domain and domain.lower() != own else None)
    if account is None or account.deleted_at is not None:
        return None
    number = read_id(parts[1]) if len(parts) > 1 else None
    if number is not None and r.fast(_ITS_AUTHOR, id=number, author=account.id):
        return Subject.post(number)
    return Subject.account(account.id)
