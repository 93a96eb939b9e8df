"""Operations on members and invitations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from holdfast import access, people
from holdfast.access import Member, applications
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import NotFound
from holdfast.posts import old_posts
from holdfast.site.registry import operation
from holdfast.writes import Database

T = TypeVar("T")


@operation("user.create")
def create(
    db: Database, *, name: str, email: str, password: str, role: str = "member", confirmed: bool = True
) -> dict[str, Any]:
    """Make a member, whatever the registration mode is."""
    hashed = access.hash_password(db, password, name=name, email=email)

    def make() -> int:
        return access.create_member(
            db, SYSTEM, name, email=email or None, password_hash=hashed, role=role, confirmed=confirmed
        )

    return {"name": name, "account_id": str(_write(db, make)), "role": role}


@operation("user.token")
def token(db: Database, *, name: str, scopes: str = "read write follow push") -> dict[str, Any]:
    """Issue an access token for a member."""
    found = _member(db, name)
    issued = _write(db, lambda: access.issue_token(db, SYSTEM, found.account_id, scopes))
    return {"token": issued.token, "scopes": issued.scopes, "account_id": str(found.account_id)}


@operation("user.list")
def listing(db: Database, *, role: str | None = None, pending: bool = False, most: int = 200) -> list[dict[str, Any]]:
    """Members in the order in which they joined."""
    with db.read() as r:
        found = access.pending(r, most=most) if pending else access.listing(r, most=most, role=role)
    return [_shown(one) for one in found]


@operation("user.reset")
def reset(db: Database, *, name: str, drop_second_factor: bool = False) -> dict[str, Any]:
    """Make a one-time link with which a member sets a new password."""
    found = _member(db, name)
    link = _write(db, lambda: access.reset_link(db, SYSTEM, found.account_id, drops_second_factor=drop_second_factor))
    return {"name": found.username, "link": link}


@operation("user.role")
def set_role(db: Database, *, name: str, role: str) -> dict[str, Any]:
    """Give a member a role."""
    found = _member(db, name)
    _write(db, lambda: access.set_role(db, SYSTEM, found.account_id, role))
    return {"name": found.username, "role": role}


@operation("user.suspend")
def suspend(db: Database, *, name: str, lift: bool = False) -> dict[str, Any]:
    """Suspend a member, or lift the suspension."""
    found = _member(db, name)
    change = access.unsuspend if lift else access.suspend
    _write(db, lambda: change(db, SYSTEM, found.account_id))
    return {"name": found.username, "suspended": not lift}


@operation("user.approve")
def approve(db: Database, *, name: str) -> dict[str, Any]:
    """Let somebody in who waits for approval."""
    found = _member(db, name)
    _write(db, lambda: access.approve(db, SYSTEM, found.account_id))
    return {"name": found.username, "approved": True}


@operation("user.reject")
def reject(db: Database, *, name: str, reason: str = "") -> dict[str, Any]:
    """Turn somebody down who waits for approval; what they gave is erased."""
    found = _member(db, name)
    _write(db, lambda: access.reject(db, SYSTEM, found.account_id, reason))
    return {"name": found.username, "rejected": True}


@operation("user.ask")
def ask(db: Database, *, name: str, text: str) -> dict[str, Any]:
    """Ask somebody who waits for approval."""
    found = _member(db, name)
    _write(db, lambda: applications.ask_applicant(db, SYSTEM, found.account_id, text))
    return {"name": found.username, "asked": True}


@operation("user.application")
def application(db: Database, *, name: str) -> dict[str, Any]:
    """What somebody wrote who waits for approval, and whether they were turned down before."""
    found = _member(db, name)
    with db.read() as r:
        words = applications.words_of(r, [found.account_id]).get(found.account_id, [])
        before = applications.earlier_rejections(r, db, found)
    return {
        "name": found.username,
        "approved": found.approved_at is not None,
        "reason": found.sign_up_reason,
        "words": [{"question": one.is_question, "text": one.text, "at": one.created_at} for one in words],
        "rejections": [{"at": one.created_at, "reason": one.reason, "same": list(one.by)} for one in before],
    }


@operation("user.alias")
def alias(db: Database, *, name: str, other: str, remove: bool = False) -> dict[str, Any]:
    """Note that another account is a member's own, or no longer."""
    found = _member(db, name)
    acting = Acting(account_id=found.account_id)
    if remove:
        with db.read() as r:
            target = people.lookup(r, other, db.local_domain).id
        _write(db, lambda: people.remove_alias(db, acting, target))
    else:
        _write(db, lambda: people.add_alias(db, acting, other))
    with db.read() as r:
        named = people.accounts_by_ids(r, people.aliases_of(r, found.account_id))
    return {"name": found.username, "aliases": [f"@{one.handle}" for one in named.values()]}


@operation("user.move")
def move(db: Database, *, name: str, to: str) -> dict[str, Any]:
    """Send a member's followers to another account."""
    found = _member(db, name)
    _write(db, lambda: people.move_account(db, Acting(account_id=found.account_id), to))
    with db.read() as r:
        return {"name": found.username, "moved_to": people.lookup(r, to, db.local_domain).handle}


@operation("user.return")
def come_back(db: Database, *, name: str) -> dict[str, Any]:
    """Take a member's move back."""
    found = _member(db, name)
    _write(db, lambda: people.undo_move(db, Acting(account_id=found.account_id)))
    return {"name": found.username}


@operation("user.old_posts")
def show_old_posts(db: Database, *, name: str, off: bool = False) -> dict[str, Any]:
    """What a member has set about old posts, and how many would go now; ``off`` switches it off first."""
    found = _member(db, name)
    if off:
        with db.read() as r:
            rules = old_posts.plan_of(r, found.account_id).rules
        _write(db, lambda: old_posts.set_rules(db, Acting(account_id=found.account_id), rules, is_on=False))
    with db.read() as r:
        rules, next_run_at = old_posts.plan_of(r, found.account_id)
        count = old_posts.count(r, found.account_id, rules, db.clock.now())
    return {
        "name": found.username,
        "next_run_at": next_run_at,
        "count_now": count,
        **{key: getattr(rules, key) for key in rules.__struct_fields__},
    }


@operation("invite.create")
def create_invite(
    db: Database,
    *,
    by: str = "",
    uses: int | None = None,
    expires_in_ms: int | None = None,
    comment: str = "",
    follow: bool = False,
    collection: int | None = None,
) -> dict[str, Any]:
    """Make an invitation in the name of a member (the owner, unless another is named)."""
    inviter = _member(db, by) if by else _owner(db)
    acting = Acting(inviter.account_id, permissions=access.permissions_of(inviter.role))

    def make() -> access.Invite:
        return access.create_invite(
            db,
            acting,
            most_uses=uses,
            expires_in_ms=expires_in_ms,
            comment=comment,
            follows_inviter=follow,
            collection_id=collection,
        )

    return _shown_invite(db, _write(db, make))


@operation("invite.list")
def list_invites(db: Database, *, by: str = "") -> list[dict[str, Any]]:
    """Invitations, newest first."""
    account_id = _member(db, by).account_id if by else None
    with db.read() as r:
        found = access.invites_of(r, account_id)
    return [_shown_invite(db, one) for one in found]


@operation("invite.revoke")
def revoke_invite(db: Database, *, code: str) -> dict[str, Any]:
    """Let nobody join any more with an invitation, named by its code or its link."""
    wanted = code.rstrip("/").rpartition("/")[2].lower()
    with db.read() as r:
        found = next((one for one in access.invites_of(r, most=100_000) if one.code == wanted), None)
    if found is None:
        raise NotFound(f"There is no invitation {wanted}.")
    _write(db, lambda: access.revoke_invite(db, SYSTEM, found.id))
    return {"code": found.code, "revoked": True}


def _write(db: Database, command: Callable[[], T]) -> T:
    return db.submit(command).result()


def _member(db: Database, name: str) -> Member:
    with db.read() as r:
        return access.by_name(r, name)


def _owner(db: Database) -> Member:
    with db.read() as r:
        found = access.listing(r, most=1, role="owner")
    if not found:
        raise NotFound("There is no owner yet: set the server up first (holdfast init).")
    return found[0]


def _shown(one: Member) -> dict[str, Any]:
    return {
        "name": one.username,
        "account_id": str(one.account_id),
        "email": one.email,
        "role": one.role,
        "approved": one.approved_at is not None,
        "confirmed": not one.needs_confirmation,
        "suspended": one.suspended_at is not None,
        "created_at": one.created_at,
        "last_active_at": one.last_active_at,
        "reason": one.sign_up_reason,
    }


def _shown_invite(db: Database, one: access.Invite) -> dict[str, Any]:
    return {
        "code": one.code,
        "link": access.invite_url(db, one.code),
        "uses": one.uses,
        "most_uses": one.most_uses,
        "expires_at": one.expires_at,
        "is_open": one.is_open(db.clock.now()),
        "comment": one.comment,
        "collection": str(one.collection_id) if one.collection_id else None,
    }
