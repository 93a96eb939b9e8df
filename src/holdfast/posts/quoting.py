"""Quoting with consent: who may quote a post is for its author to say, and to take back."""

from __future__ import annotations

from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid
from holdfast.languages import N_, say
from holdfast.people import Blocked
from holdfast.posts import finding, policy
from holdfast.posts.errors import CannotQuote, NoSuchQuote, NoSuchStatus, NotYours, QuotedGone
from holdfast.posts.events import QuotePolicyChanged, QuoteRevoked
from holdfast.posts.payloads import PartQuotes
from holdfast.posts.policy import Standing
from holdfast.posts.visibility import EVERYONE
from holdfast.store import Hot
from holdfast.writes import Ability, Database, Question, Write

PART_QUOTES = "posts.part_quotes"
SLICE = 200
"""Quotes that one job revokes before it lets others write."""

_CONSENT = Hot(
    "SELECT s.quote_policy, "
    "EXISTS (SELECT 1 FROM follows f WHERE f.account_id = :quoter AND f.target_id = s.author_id), "
    "EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = :quoter AND b.target_id = s.author_id) "
    "FROM statuses s WHERE s.id = :id"
)
_POLICY = Hot("SELECT quote_policy FROM statuses WHERE id = :id")
_SET_POLICY = Hot("UPDATE statuses SET quote_policy = :policy, revision = revision + 1 WHERE id = :id")
_REVOKE = Hot(
    "UPDATE statuses SET quote_state = 'revoked', revision = revision + 1 WHERE id = :id AND quote_state = 'accepted'"
)
_MORE = Hot("UPDATE statuses SET quotes_count = quotes_count + 1 WHERE id = :id")
_LESS = Hot("UPDATE statuses SET quotes_count = quotes_count - 1 WHERE id = :id AND quotes_count > 0")
_TAGGED = Hot("SELECT t.name FROM status_tags st JOIN tags t ON t.id = st.tag_id WHERE st.status_id = :id")
_BY = (
    "SELECT s.id, q.author_id FROM statuses s JOIN statuses q ON q.id = s.quote_of_id WHERE s.author_id = {quoter} "
    "AND s.quote_of_id IS NOT NULL AND q.author_id = {quoted} AND s.quote_state = 'accepted' AND s.deleted_at IS NULL"
)
_BETWEEN = Hot(
    f"{_BY.format(quoter=':one', quoted=':other')} UNION ALL {_BY.format(quoter=':other', quoted=':one')} LIMIT :most"
)
_IS_BLOCKED = Hot("SELECT 1 FROM blocks WHERE account_id = :one AND target_id = :other")
_REASONS = {
    "followers": N_("The author lets only followers quote this post"),
    "nobody": N_("The author lets nobody quote this post"),
}


def check_quote_policy(wanted: str) -> None:
    """Raise :class:`Invalid` for a policy that there is not."""
    if wanted not in policy.QUOTE_POLICIES:
        names = ", ".join(policy.QUOTE_POLICIES)
        raise Invalid.field(
            "quote_approval_policy", "ERR_INCLUSION", say("Quote approval policy is not one of %(names)s", names=names)
        )


def quoted_by(w: Write, quoter: int, quote_of_id: int | None) -> Standing | None:
    """What is quoted (of a boost: what it boosts). Raises :class:`QuotedGone`, :class:`CannotQuote` with the reason."""
    if quote_of_id is None:
        return None
    try:
        quoted = finding.visible_original(w, quoter, quote_of_id)
    except NoSuchStatus as fault:
        raise QuotedGone() from fault
    wanted, follows, blocks = w.fast(_CONSENT, id=quoted.id, quoter=quoter)[0]
    if policy.may_quote(
        quoter, quoted.author_id, quoted.visibility, wanted, follows=bool(follows), blocks=bool(blocks)
    ):
        return quoted
    if quoted.visibility == "direct":
        raise CannotQuote(say("Posts that are only visible to mentioned people cannot be quoted"))
    raise CannotQuote(say("You block the author of this post") if blocks else _REASONS[wanted])


def check_addressed(visibility: str | None, quoted: Standing | None, author_id: int, mentions: tuple[int, ...]) -> None:
    """Raise :class:`CannotQuote` for a direct post that talks about somebody's post behind their back."""
    if quoted is None or visibility != "direct" or quoted.author_id == author_id:
        return
    if quoted.author_id not in mentions:
        raise CannotQuote(say("In a post that is only visible to mentioned people, mention the author whom you quote"))


def count(w: Write, quoted: Standing, visibility: str) -> None:
    """Count a new quote; the counter shows what anybody could count."""
    if visibility in EVERYONE:
        w.run_later(_MORE, id=quoted.id)


def uncount(w: Write, quoting: Standing) -> None:
    """Count a quote no longer that is deleted or revoked."""
    if quoting.quote_of_id is not None and quoting.quote_state == "accepted" and quoting.visibility in EVERYONE:
        w.run_fast(_LESS, id=quoting.quote_of_id)


def set_quote_policy(db: Database, acting: Acting, status_id: int, wanted: str | None) -> None:
    """Say who may quote an own post from now on (None: whoever may by the author's own default); no edit.

    Quotes that are there stay. Nobody but the author ever quotes what not everybody can see. Raises
    :class:`NoSuchStatus`, also for other people's, and :class:`Invalid` for a boost or an unknown policy.
    """
    if wanted is not None:
        check_quote_policy(wanted)
    with db.write(acting, Ability.POSTING) as w:
        author = finding.active(w, acting)
        found = finding.own(w, author.id, status_id)
        if found.boost_of_id is not None:
            raise Invalid(say("Nobody quotes a boost: say it of the post that is boosted, if it is yours."))
        change_policy(w, found, wanted or author.default_quote_policy)


def change_policy(w: Write, status: Standing, wanted: str) -> None:
    """Let others quote a post from now on, within what its visibility allows."""
    chosen = policy.quote_policy_for(status.visibility, wanted)
    if w.fast(_POLICY, id=status.id)[0][0] == chosen:
        return
    w.run_fast(_SET_POLICY, id=status.id, policy=chosen)
    w.record(QuotePolicyChanged(status_id=status.id, author_id=status.author_id, policy=chosen))


def revoke_quote(db: Database, acting: Acting, status_id: int, quoting_id: int) -> None:
    """Take an own post out of a post that quotes it.

    Raises :class:`NoSuchStatus`, :class:`NotYours` for other people's posts, and :class:`NoSuchQuote` where it is not
    quoted or the quoting post cannot be seen.
    """
    with db.write(acting, Ability.POSTING) as w:
        author = finding.active(w, acting)
        quoted = finding.visible(w, author.id, status_id)
        if quoted.author_id != author.id:
            raise NotYours()
        try:
            quoting = finding.visible(w, author.id, quoting_id)
        except NoSuchStatus as fault:
            raise NoSuchQuote() from fault
        if quoting.quote_of_id != quoted.id:
            raise NoSuchQuote()
        _revoke(w, quoting, quoted.author_id)


def _revoke(w: Write, quoting: Standing, quoted_author_id: int) -> None:
    if quoting.quote_of_id is None or not w.run_fast(_REVOKE, id=quoting.id):
        return  # it is so already
    uncount(w, quoting)
    w.record(
        QuoteRevoked(
            status_id=quoting.id,
            author_id=quoting.author_id,
            quote_of_id=quoting.quote_of_id,
            quoted_author_id=quoted_author_id,
            tags=tuple(row[0] for row in w.fast(_TAGGED, id=quoting.id)),
        )
    )


def quote_each_other(event: Blocked) -> Question:
    """Whether either side of a block quotes the other."""
    return _BETWEEN, {"one": event.account_id, "other": event.target_id, "most": 1}


def begin_parting_quotes(db: Database, event: Blocked) -> None:
    """A block takes back the consent of both sides: neither can look after what the other shows of them."""
    part_quotes(db, PartQuotes(event.account_id, event.target_id))


def part_quotes(db: Database, payload: PartQuotes) -> None:
    """Revoke the quotes between two accounts of which one blocks the other, a slice at a time."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        one, other = payload.account_id, payload.target_id
        if not w.fast(_IS_BLOCKED, one=one, other=other):
            return
        rows = w.fast(_BETWEEN, one=one, other=other, most=SLICE)
        for quoting_id, quoted_author_id in rows:
            quoting = finding.standing(w, quoting_id)
            if quoting is not None:
                _revoke(w, quoting, quoted_author_id)
        if len(rows) == SLICE:
            w.enqueue(PART_QUOTES, payload)
