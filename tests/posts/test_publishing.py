"""Publishing: what a post becomes, and what is refused."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from itertools import pairwise

import pytest
from sqlalchemy import insert

from holdfast import posts
from holdfast.access.tables import members
from holdfast.acting import STRANGER, SYSTEM
from holdfast.errors import Invalid, Refused, Unauthenticated
from holdfast.posts import (
    AccountNotActive,
    Draft,
    NoSuchStatus,
    PollDraft,
    ReplyTargetGone,
    StatusPublished,
    TooManyPosts,
)
from holdfast.posts.tables import idempotency_keys, media, mentions, polls, status_tags, tag_days, tags
from holdfast.store import HOUR, Read, Transaction
from holdfast.writes import Database
from tests.posts.builders import Member, account_row, change_account, count, picture, row, told


def test_a_post_has_its_html_its_address_and_its_place_in_the_counters(db: Database, ada: Member) -> None:
    number = ada.publishes("Hello <world>", spoiler_text="careful", language="de", app_id=5)
    post = row(db, number)
    assert post.html == "<p>Hello &lt;world&gt;</p>"
    assert post.uri == f"{db.base_url}/users/ada/statuses/{number}"
    assert (post.spoiler_text, post.is_sensitive, post.language, post.app_id) == ("careful", True, "de", 5)
    assert (post.visibility, post.thread_id, post.is_local, post.revision) == ("public", number, True, 1)
    author = account_row(db, ada.id)
    assert (author.statuses_count, author.newest_status_id, author.last_status_at) == (1, number, post.created_at)


def test_the_event_tells_all_that_listeners_need(db: Database, ada: Member, bo: Member) -> None:
    first = bo.publishes("Hi")
    number = ada.publishes("@bo and #Ships", in_reply_to_id=first, language="en")
    assert told(db, StatusPublished)[-1] == StatusPublished(
        status_id=number,
        author_id=ada.id,
        visibility="public",
        thread_id=first,
        in_reply_to_id=first,
        in_reply_to_account_id=bo.id,
        mentions=(bo.id,),
        tags=("ships",),
        language="en",
    )


def test_the_authors_defaults_fill_what_is_not_said(db: Database, ada: Member) -> None:
    change_account(db, ada.id, default_visibility="private", default_sensitive=True, default_language="fr")
    post = row(db, ada.publishes("Salut", language="not a language"))
    assert (post.visibility, post.is_sensitive, post.language) == ("private", True, "fr")
    post = row(db, ada.publishes("Hi", visibility="unlisted", is_sensitive=False, language="en"))
    assert (post.visibility, post.is_sensitive, post.language) == ("unlisted", False, "en")


def test_a_warning_alone_becomes_the_text(db: Database, ada: Member) -> None:
    post = row(db, ada.publishes("", spoiler_text="just this"))
    assert (post.text, post.spoiler_text) == ("just this", "")


@pytest.mark.parametrize("text", ["", "   \n "])
def test_an_empty_post_is_refused(ada: Member, text: str) -> None:
    with pytest.raises(Invalid, match="can't be blank"):
        ada.publishes(text)


def test_a_post_that_is_too_long_is_refused_with_its_warning_counted(db: Database, ada: Member) -> None:
    ada.publishes("x" * 500)
    with pytest.raises(Invalid, match="limit of 500"):
        ada.publishes("x" * 501)
    with pytest.raises(Invalid, match="limit of 500"):
        ada.publishes("x" * 490, spoiler_text="y" * 11)
    ada.publishes("x" * 470 + " https://example.org/" + "z" * 300)  # any link counts 23


def test_an_unknown_visibility_is_refused(ada: Member) -> None:
    with pytest.raises(Invalid, match="Visibility"):
        ada.publishes("x", visibility="secret")


def test_mentions_are_found_whatever_the_case_and_strangers_stay_text(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes("@BO @nobody @bo hello")
    assert count(db, mentions, mentions.c.status_id == number) == 1
    assert "@nobody" in row(db, number).html


def test_a_suspended_account_cannot_be_mentioned(db: Database, ada: Member, bo: Member) -> None:
    change_account(db, bo.id, suspended_at=1)
    assert count(db, mentions, mentions.c.status_id == ada.publishes("@bo")) == 0


def test_mentions_cost_one_query_however_many(db: Database, ada: Member, bo: Member, jo: Member) -> None:
    assert _lookups(ada, "@bo @jo @ada @nobody") == 1
    assert _lookups(ada, "nobody at all") == 0


def _lookups(author: Member, text: str) -> int:
    reads: list[str] = []
    plain = Read.fast

    def counting(self: Read, statement: object, **values: object) -> object:
        if "names" in values:
            reads.append(str(values["names"]))
        return plain(self, statement, **values)  # type: ignore[arg-type]

    Read.fast = counting  # type: ignore[method-assign,assignment]
    try:
        author.publishes(text)
    finally:
        Read.fast = plain  # type: ignore[method-assign]
    return len(reads)


def test_hashtags_are_counted_by_day_and_account(db: Database, ada: Member, bo: Member) -> None:
    ada.publishes("#Ships and #SHIPS")
    ada.publishes("#ships again")
    bo.publishes("#ships")
    bo.publishes("#ships quietly", visibility="unlisted")
    assert count(db, tags) == 1
    assert count(db, status_tags) == 4
    with db.read() as r:
        (day,) = r.rows(tag_days.select())
    assert (day.uses, day.accounts) == (3, 2)


def test_a_reply_joins_its_thread_and_counts(db: Database, ada: Member, bo: Member) -> None:
    first = ada.publishes()
    second = bo.publishes("Yes", in_reply_to_id=first)
    third = ada.publishes("No", in_reply_to_id=second)
    bo.publishes("Psst", in_reply_to_id=first, visibility="direct")
    assert row(db, first).replies_count == 1
    post = row(db, third)
    assert (post.in_reply_to_id, post.in_reply_to_account_id, post.thread_id) == (second, bo.id, first)


def test_a_reply_to_a_boost_answers_what_was_boosted(db: Database, ada: Member, bo: Member) -> None:
    first = ada.publishes()
    boost = bo.does(posts.boost, first)
    assert row(db, bo.publishes("Look", in_reply_to_id=boost)).in_reply_to_id == first


def test_nobody_can_reply_to_what_they_cannot_see(db: Database, ada: Member, bo: Member) -> None:
    hidden = ada.publishes("secret", visibility="private")
    with pytest.raises(ReplyTargetGone):
        bo.publishes("Hm", in_reply_to_id=hidden)
    with pytest.raises(ReplyTargetGone):
        bo.publishes("Hm", in_reply_to_id=123)
    gone = ada.publishes("soon gone")
    ada.does(posts.delete, gone)
    with pytest.raises(ReplyTargetGone):
        bo.publishes("Hm", in_reply_to_id=gone)


def test_a_direct_post_is_not_counted_but_known_as_the_newest(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes("@bo psst", visibility="direct")
    author = account_row(db, ada.id)
    assert (author.statuses_count, author.last_status_at, author.newest_status_id) == (0, None, number)


def test_a_limited_author_is_kept_out_of_the_public_timelines(db: Database, ada: Member) -> None:
    change_account(db, ada.id, limited_at=1)
    assert row(db, ada.publishes()).visibility == "unlisted"


def test_the_same_idempotency_key_gives_the_same_post_for_an_hour(db: Database, ada: Member, bo: Member) -> None:
    first = ada.does(posts.publish, Draft(text="once", idempotency_key="k"))
    again = ada.does(posts.publish, Draft(text="once", idempotency_key="k"))
    assert (first.is_new, again.is_new, again.status_id) == (True, False, first.status_id)
    assert bo.does(posts.publish, Draft(text="once", idempotency_key="k")).is_new
    with db.store.transaction() as tx:
        tx.run(idempotency_keys.update().values(created_at=db.clock.now() - HOUR - 1))
    assert ada.does(posts.publish, Draft(text="once", idempotency_key="k")).is_new
    assert len(told(db, StatusPublished)) == 3


def test_racing_requests_with_one_key_make_one_post(db: Database, ada: Member) -> None:
    futures: list[Future[posts.Published]] = [
        db.submit(lambda: posts.publish(db, ada.acting, Draft(text="once", idempotency_key="race"))) for _ in range(8)
    ]
    done = [future.result() for future in futures]
    assert len({published.status_id for published in done}) == 1
    assert sum(published.is_new for published in done) == 1


def test_a_key_whose_post_was_deleted_makes_a_new_one(db: Database, ada: Member) -> None:
    first = ada.publishes("once", idempotency_key="k")
    ada.does(posts.delete, first)
    assert ada.publishes("once", idempotency_key="k") != first


def test_new_accounts_have_a_limit_an_hour_and_are_told_when_to_come_back(db: Database, ada: Member) -> None:
    change_account(db, ada.id, created_at=db.clock.now())
    db.set_settings(SYSTEM, {"new_account_posts_per_hour": 2})
    for _ in range(2):
        ada.publishes()
    with pytest.raises(TooManyPosts, match="2 posts an hour") as caught:
        ada.publishes()
    assert 3500 < caught.value.retry_after <= 3600
    change_account(db, ada.id, created_at=1)
    ada.publishes()


@pytest.mark.parametrize("state", ["suspended_at", "deleted_at"])
def test_who_is_suspended_or_gone_cannot_post(db: Database, ada: Member, state: str) -> None:
    change_account(db, ada.id, **{state: 1})
    with pytest.raises(AccountNotActive):
        ada.publishes()


def test_who_waits_for_approval_cannot_post(db: Database, ada: Member) -> None:
    with db.store.transaction() as tx:
        tx.run(insert(members).values(account_id=ada.id, role="member", created_at=1))
    with pytest.raises(AccountNotActive):
        ada.publishes()


def test_a_stranger_cannot_post(db: Database) -> None:
    with pytest.raises(Unauthenticated):
        posts.publish(db, STRANGER, Draft(text="Hi"))


def test_pictures_go_on_a_post_in_order_and_only_once(db: Database, ada: Member, bo: Member) -> None:
    one, two = picture(ada), picture(ada, "another")
    number = ada.publishes("", media_ids=(two, one))
    with db.read() as r:
        found = r.rows(media.select().where(media.c.status_id == number).order_by(media.c.position))
    assert [found_row.id for found_row in found] == [two, one]
    assert row(db, number).media_count == 2
    with pytest.raises(Invalid, match="another post"):
        ada.publishes("again", media_ids=(one,))
    with pytest.raises(Invalid, match="not found"):
        bo.publishes("mine?", media_ids=(picture(ada, "third"),))
    with pytest.raises(Invalid, match="only once"):
        ada.publishes("twice", media_ids=(one, one))
    with pytest.raises(Invalid, match="more than 4"):
        ada.publishes("many", media_ids=(1, 2, 3, 4, 5))


@pytest.mark.parametrize(("state", "words"), [("waiting", "not finished"), ("failed", "could not be processed")])
def test_pictures_that_are_not_ready_are_refused(db: Database, ada: Member, state: str, words: str) -> None:
    number = picture(ada)
    with db.store.transaction() as tx:
        tx.run(media.update().values(state=state))
    with pytest.raises(Invalid, match=words):
        ada.publishes("x", media_ids=(number,))


def test_a_poll_may_stand_alone_but_not_beside_pictures(db: Database, ada: Member) -> None:
    poll = PollDraft((" yes ", "no"), 3600)
    number = ada.publishes("", poll=poll)
    with db.read() as r:
        found = r.first(polls.select())
    assert (found.options, found.status_id, row(db, number).poll_id) == (["yes", "no"], number, found.id)
    with pytest.raises(Invalid, match="not both"):
        ada.publishes("x", poll=poll, media_ids=(1,))


@pytest.mark.parametrize(
    ("options", "seconds", "words"),
    [
        (("one",), 3600, "at least two"),
        (("a", "b", "c", "d", "e"), 3600, "at most 4 choices"),
        (("a", " "), 3600, "can't be blank"),
        (("a", "b" * 51), 3600, "at most 50 characters"),
        (("a", "a "), 3600, "must differ"),
        (("a", "b"), 299, "at least 300"),
        (("a", "b"), 10**8, "at most 2629746"),
    ],
)
def test_polls_keep_to_the_limits(ada: Member, options: tuple[str, ...], seconds: int, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        ada.publishes("x", poll=PollDraft(options, seconds))


def test_a_screener_can_refuse_before_anything_is_written(db: Database, ada: Member) -> None:
    def no_spam(r: Read, candidate: posts.Candidate) -> None:
        if "spam" in candidate.text:
            raise posts.ScreenedOut()

    posts.screening.add(no_spam)
    try:
        with pytest.raises(Refused):
            ada.publishes("spam")
        number = ada.publishes("ham")
        with pytest.raises(Refused):
            ada.does(posts.edit, number, posts.StatusChange(text="spam"))
    finally:
        posts.screening.remove(no_spam)
    assert len(told(db, StatusPublished)) == 1


def test_a_post_of_somebody_else_is_not_found(db: Database, ada: Member, bo: Member) -> None:
    number = ada.publishes()
    with pytest.raises(NoSuchStatus):
        bo.does(posts.edit, number, posts.StatusChange(text="mine now"))
    with pytest.raises(NoSuchStatus):
        bo.does(posts.delete, number)


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_a_post_in_a_batch_is_one_exchange_with_the_server(db: Database, ada: Member, bo: Member) -> None:
    seen: list[int] = []
    usual = db.store.writer.finisher

    def look() -> None:
        tx = db.store.writer.current()
        assert tx is not None
        seen.append(tx.hot.exchanges)  # type: ignore[attr-defined]

    def finish(tx: Transaction) -> None:
        usual(tx)
        if tx.pending:  # the batch of the posts, and nobody else's
            look()

    db.store.writer.finisher = finish

    def publish(number: int) -> None:
        draft = Draft(text=f"Post {number}", idempotency_key=f"key {number}")
        posts.publish(db, (ada, bo)[number % 2].acting, draft)

    def batch(first: int) -> list[int]:
        """The exchanges from the first post to the last one, and from there to the commit."""
        entered, may_end = threading.Event(), threading.Event()

        def hold() -> None:
            entered.set()
            may_end.wait(10)

        db.submit(hold)
        assert entered.wait(10)
        posted = [lambda number=number: publish(number) for number in range(first, first + 6)]
        futures = [db.submit(command) for command in (lambda: publish(first + 6), look, *posted, look)]
        may_end.set()
        for future in futures:
            assert future.exception(20) is None
        return [later - earlier for earlier, later in pairwise(seen[-3:])]

    batch(0)  # prepares the statements
    each, last = batch(10)
    assert each == 6
    assert last == 1  # for whom jobs are to follow; the change log goes with the commit
