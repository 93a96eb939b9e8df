"""Who may reply to a post: said by its author when writing it or later, kept to whenever somebody writes a reply."""

from __future__ import annotations

from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.posts import finding
from holdfast.posts.errors import CannotReply
from holdfast.posts.events import ReplyPolicyChanged
from holdfast.posts.policy import Standing
from holdfast.store import Hot
from holdfast.writes import Ability, Database, Write

EVERYBODY = "public"
REPLY_POLICIES = (EVERYBODY, "followers", "mentioned", "nobody")
"""Followers and the mentioned may reply with ``followers``; the author always may."""

# The post that began the conversation decides about all of it, the post that is replied to about its own replies.
_LIMITED = Hot(
    "SELECT s.reply_policy, s.locked_at, "
    "EXISTS (SELECT 1 FROM mentions m WHERE m.status_id = s.id AND m.account_id = :replier), "
    "EXISTS (SELECT 1 FROM follows f WHERE f.account_id = :replier AND f.target_id = s.author_id) FROM statuses s "
    "WHERE s.id IN (@ids) AND s.deleted_at IS NULL "
    "AND (s.locked_at IS NOT NULL OR (s.reply_policy IS NOT NULL AND s.author_id <> :replier))"
)
_SET = Hot("UPDATE statuses SET reply_policy = :policy, revision = revision + 1 WHERE id = :id")
_PRESENT = Hot("SELECT reply_policy FROM statuses WHERE id = :id")
_REASONS = {
    "followers": "Only followers of the author, and those mentioned, may reply here.",
    "mentioned": "Only those whom the author mentioned may reply here.",
    "nobody": "The author takes no replies here.",
}
_LOCKED = "The moderators have locked this conversation: nobody can reply in it any more."


def check_reply_policy(policy: str) -> None:
    """Raise :class:`Invalid` for a policy that there is not."""
    if policy not in REPLY_POLICIES:
        names = ", ".join(REPLY_POLICIES)
        raise Invalid.field("reply_policy", "ERR_INCLUSION", say("Reply policy is not one of %(names)s", names=names))


def stored(policy: str | None) -> str | None:
    """A policy as it is kept: None where everybody may reply, who can see the post."""
    return None if policy == EVERYBODY else policy


def may_reply(w: Write, replier: int, parent: Standing) -> None:
    """Raise :class:`CannotReply` if the author of the post, or of the conversation, lets others reply only, or
    moderators nobody at all."""
    rows = w.fast(_LIMITED, ids=[parent.id, parent.thread_id], replier=replier)
    if any(locked_at is not None for _, locked_at, *_ in rows):
        raise CannotReply(_LOCKED)
    for policy, _, is_mentioned, follows in rows:
        if policy == "nobody" or not (is_mentioned or (policy == "followers" and follows)):
            raise CannotReply(_REASONS[policy])


def set_reply_policy(db: Database, acting: Acting, status_id: int, policy: str) -> None:
    """Say who may reply to an own post from now on; replies that are there stay.

    Raises :class:`NoSuchStatus`, also for other people's, and :class:`Invalid` for a boost.
    """
    check_reply_policy(policy)
    with db.write(acting, Ability.POSTING) as w:
        found = finding.own(w, finding.active(w, acting).id, status_id)
        if found.boost_of_id is not None:
            raise Invalid(say("Nobody replies to a boost: say it of the post that is boosted, if it is yours."))
        wanted = stored(policy)
        if w.fast(_PRESENT, id=status_id)[0][0] == wanted:
            return
        w.run_fast(_SET, id=status_id, policy=wanted)
        w.record(ReplyPolicyChanged(status_id=status_id, author_id=found.author_id, policy=policy))
