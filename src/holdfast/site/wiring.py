"""Opening the database with every room's tables, jobs and hooks in place."""

from __future__ import annotations

from holdfast import (
    access,
    announcements,
    continuity,
    filters,
    keys,
    moderation,
    notifications,
    people,
    posts,
    store,
    timelines,
    transparency,
)
from holdfast.access import resting
from holdfast.access.setup import DomainTaken
from holdfast.config import Settings
from holdfast.evidence import erasing, holds
from holdfast.legal import requests as legal_requests
from holdfast.moderation import (
    bulk_running,
    clocks,
    delivering,
    planning,
    reporters,
    sweeping,
    telling,
    visiting,
    warning,
)
from holdfast.moderation import screening as screens
from holdfast.notifications import alerts
from holdfast.posts import cards, drafting, old_posts, processing, quoting
from holdfast.posts import jobs as post_jobs
from holdfast.posts.payloads import DeleteBoosts, DeleteOldPosts, DeletePostsOf, PartQuotes, ProcessMedia
from holdfast.site import domain, same_keys
from holdfast.store import DAY, HOUR, MINUTE, Clock
from holdfast.writes import LATER, URGENT, Database, Hooks


def hooks() -> Hooks:
    """Which jobs exist and which events they follow."""
    h = Hooks()
    h.job(people.EXPIRE_MUTES, people.ExpireMutes, people.expire_mutes, every_ms=MINUTE)
    h.job(people.SEVER, people.Sever, people.sever)
    h.job(people.VERIFY, people.VerifyLinks, people.verify_links, outside=True, priority=LATER)
    h.on(people.ProfileChanged, "people.plan_verifying", people.plan_verifying, when=people.changes_fields)
    h.job(people.MOVE_FOLLOWERS, people.MoveFollowers, people.move_followers, priority=LATER, most_attempts=100)
    h.on(people.AccountDeleted, "people.forget_moves", people.forget_moves)
    h.on(people.AccountDeleted, "people.forget_collections", people.forget_collections)
    h.on(people.AccountDeleted, "people.forget_suggestions", people.forget_suggestions)
    h.on(people.AccountDeleted, "filters.forget_filters", filters.forget_filters)
    _posts(h)
    _access(h)
    _notifications(h)
    h.job(continuity.IMPORT, continuity.RunImport, continuity.run_import, priority=LATER, most_attempts=100)
    h.job("continuity.end_stranded", continuity.EndStranded, continuity.end_stranded, every_ms=HOUR, priority=LATER)
    h.on(people.AccountDeleted, "continuity.forget_imports", continuity.forget_imports)
    h.on(DomainTaken, domain.MOVE_POSTS, domain.move_posts)
    return h


def _access(h: Hooks) -> None:
    h.job("access.note_use", access.Nothing, access.note_use, every_ms=MINUTE)
    h.job("access.purge", access.Nothing, access.purge, every_ms=HOUR)
    h.job("access.settle_roles", access.Nothing, resting.settle_all, every_ms=HOUR)
    h.job(access.RESET, access.ResetAsked, access.send_reset, outside=True)
    h.on(access.EmailConfirmationAsked, "access.confirmation_letter", access.send_confirmation, outside=True)
    h.on(access.NewSignIn, "access.sign_in_letter", access.send_sign_in, when=_is_unfamiliar, outside=True)
    h.on(access.PasswordChanged, "access.password_letter", access.send_password_changed, outside=True)
    h.on(access.EmailChangeAsked, "access.email_change_letter", access.send_email_change, outside=True)
    h.on(access.SecondFactorChanged, "access.factor_letter", access.send_second_factor, when=_is_told, outside=True)
    h.on(access.ApplicantAsked, "access.question_letter", access.send_question, outside=True)
    h.on(access.MemberApproved, "access.approval_letter", access.send_approval, outside=True)


def _is_told(event: access.SecondFactorChanged) -> bool:
    return event.change in access.CHANGES


def _is_unfamiliar(event: access.NewSignIn) -> bool:
    return not event.is_familiar


def _posts(h: Hooks) -> None:
    h.job(cards.FETCH, cards.FetchCard, cards.fetch_card, outside=True, priority=LATER, most_attempts=3)
    h.job(cards.FORGET, posts.Nothing, cards.forget_cards, every_ms=HOUR, priority=LATER)
    h.job("posts.close_poll", posts.ClosePoll, posts.close_poll)
    h.job("posts.close_polls", posts.Nothing, posts.close_polls, every_ms=MINUTE)
    h.job("posts.delete_boosts", DeleteBoosts, post_jobs.delete_boosts)
    h.job("posts.delete_posts_of", DeletePostsOf, post_jobs.delete_posts_of, priority=LATER)
    h.job("posts.purge_deleted", posts.Nothing, posts.purge_deleted, every_ms=10 * MINUTE, priority=LATER)
    h.job("posts.clear_media", posts.Nothing, posts.clear_media, every_ms=10 * MINUTE, priority=LATER)
    h.job(quoting.PART_QUOTES, PartQuotes, quoting.part_quotes)
    h.on(people.Blocked, "posts.begin_parting_quotes", quoting.begin_parting_quotes, asks=quoting.quote_each_other)
    h.on(people.AccountDeleted, "posts.forget_featured_tags", posts.forget_featured_tags)
    h.job(timelines.LOOK_BACK, timelines.LookBack, timelines.look_back, outside=True, priority=LATER)
    h.on(people.AccountDeleted, "timelines.forget_reports", timelines.forget_reports)
    h.job("timelines.trends", posts.Nothing, timelines.work_out, every_ms=5 * MINUTE, priority=LATER, outside=True)
    h.job("posts.index_older", posts.Nothing, posts.fill, every_ms=10 * MINUTE, priority=LATER)
    h.job("posts.index_more", posts.Nothing, posts.fill, priority=LATER)
    h.job(posts.PUBLISH_SCHEDULED, posts.PublishScheduled, posts.publish_scheduled, outside=True)
    h.job("posts.publish_overdue", posts.Nothing, posts.publish_overdue, every_ms=MINUTE, outside=True)
    h.on(people.AccountDeleted, "posts.forget_scheduled", posts.forget_scheduled)
    some = DeleteOldPosts
    h.job(old_posts.DELETE_OLD, some, old_posts.delete_next, priority=LATER, most_attempts=100)
    h.job("posts.begin_deleting_old", posts.Nothing, old_posts.begin_runs, every_ms=10 * MINUTE, priority=LATER)
    h.on(people.AccountDeleted, "posts.forget_old_post_rules", old_posts.forget_rules)
    h.on(people.AccountDeleted, "posts.forget_drafts", drafting.forget_drafts)
    h.job("posts.forget_keys", posts.Nothing, posts.forget_keys, every_ms=HOUR, priority=LATER)
    h.job("posts.remove_files", posts.RemoveFiles, posts.removing_files(posts.delete_blobs), outside=True)
    h.job("posts.process_media", ProcessMedia, processing.process_media, slow=True)
    h.on(people.AccountDeleted, "posts.begin_deleting_posts", post_jobs.begin_deleting_posts)
    h.on(people.AccountDeleted, "posts.drop_last_pictures", post_jobs.drop_last_pictures, when=_drops_blobs)
    h.on(people.ProfileChanged, "posts.drop_profile_pictures", post_jobs.drop_profile_pictures, when=_drops_blobs)


def _drops_blobs(event: people.AccountDeleted | people.ProfileChanged) -> bool:
    return bool(event.dropped_blobs)


def _notifications(h: Hooks) -> None:
    h.job(notifications.SPREAD, notifications.Spread, notifications.spread)
    h.job(notifications.QUOTING, notifications.QuotesEdited, notifications.tell_quoting)
    h.job(notifications.DROP, notifications.Drop, notifications.drop, priority=LATER)
    h.job(notifications.MERGE, notifications.Held, notifications.merge)
    h.job(notifications.DISCARD, notifications.Held, notifications.discard, priority=LATER)
    _pushes(h)
    h.job(alerts.ALERT, alerts.Alert, alerts.alerting(), outside=True, priority=URGENT)
    published, edited = posts.StatusPublished, posts.StatusEdited
    h.on(published, "notifications.named", notifications.tell_named, when=notifications.names_somebody)
    h.on(published, "notifications.watchers", notifications.tell_watchers, asks=notifications.is_watched)
    h.on(edited, "notifications.edited", notifications.tell_edited, asks=notifications.concerns_somebody)
    h.on(posts.PollClosed, "notifications.poll_closed", notifications.tell_poll_closed)
    h.on(posts.StatusFavourited, "notifications.favourited", notifications.tell_favourited)
    h.on(posts.StatusUnfavourited, "notifications.unfavourited", notifications.take_favourite_back)
    h.on(posts.StatusDeleted, "notifications.status_deleted", notifications.take_status_back)
    h.on(people.Followed, "notifications.followed", notifications.tell_followed)
    h.on(people.Unfollowed, "notifications.unfollowed", notifications.take_follow_back)
    h.on(people.FollowRequested, "notifications.requested", notifications.tell_requested)
    h.on(people.FollowRequestWithdrawn, "notifications.request_withdrawn", notifications.take_request_back)
    h.on(people.FollowRejected, "notifications.request_rejected", notifications.take_request_back)
    h.on(people.FollowAccepted, "notifications.request_accepted", notifications.turn_request)
    h.on(people.Blocked, "notifications.blocked", notifications.part)
    h.on(people.DomainBlocked, "notifications.domain_blocked", notifications.part_from_domain)
    h.on(people.AccountDeleted, "notifications.account_deleted", notifications.begin_dropping)
    signed_up, confirmed = access.MemberSignedUp, access.EmailConfirmed
    h.on(signed_up, "notifications.signed_up", notifications.tell_signed_up, when=notifications.is_complete)
    h.on(confirmed, "notifications.confirmed", notifications.tell_signed_up, when=notifications.is_first_address)
    h.job(announcements.PUBLISH, announcements.Publish, announcements.publish_when_due)
    h.on(people.AccountDeleted, "announcements.forget_account", announcements.forget_account)
    _moderation(h)


def _moderation(h: Hooks) -> None:
    h.on(moderation.ReportFiled, "moderation.tell_staff", moderation.tell_staff, asks=moderation.are_few)
    h.job(planning.STRIKE, planning.Strike, clocks.strike, priority=URGENT)
    h.on(moderation.CaseChanged, "moderation.warn_team", warning.warn_team, when=warning.is_warning)
    h.job(warning.LETTER, warning.WarningLetter, warning.send_warning, outside=True, priority=URGENT)
    told, answered = moderation.DecisionDelivered, moderation.AppealAnswered
    h.on(told, "moderation.notify_member", telling.notify_member)
    h.on(told, "moderation.decision_letter", telling.send_decision, outside=True)
    h.on(answered, "moderation.answer_letter", telling.send_answer, outside=True)
    h.job(planning.WITHDRAW, planning.Due, telling.send_withdrawal, outside=True)
    h.job(planning.DELIVER, planning.Due, delivering.deliver)
    h.job(planning.END, planning.Due, delivering.end_measure)
    h.job(planning.ERASE, planning.Due, delivering.erase)
    h.on(moderation.WordWritten, "moderation.word_letter", reporters.send_word, outside=True)
    h.job(reporters.TELL, reporters.ReporterLetter, reporters.tell_reporter, outside=True)
    h.job(planning.BULK, planning.DueBulk, bulk_running.go_on, most_attempts=100)
    posts.screening.add(screens.screen_post)
    h.on(people.ProfileChanged, "moderation.screen_profile", screens.screen_profile)
    opened = moderation.CaseOpened
    h.on(opened, holds.PRESERVE, holds.preserve, when=holds.is_preserved, outside=True)
    h.job(holds.REFRESH, holds.Nothing, holds.refresh, every_ms=HOUR, priority=LATER, outside=True)
    h.job(erasing.BEGIN, erasing.Nothing, erasing.begin, every_ms=DAY, priority=LATER)
    h.job(erasing.ERASE, erasing.Some, erasing.erase_some, priority=LATER)
    h.job(legal_requests.WARN, legal_requests.Due, legal_requests.warn, priority=URGENT)
    h.job(legal_requests.TELL, legal_requests.Due, legal_requests.tell_member, outside=True)
    publish = transparency.publish_due
    h.job("transparency.publish", transparency.Nothing, publish, every_ms=HOUR, priority=LATER)
    h.job(sweeping.SWEEP, sweeping.Sweep, sweeping.sweep, priority=LATER, most_attempts=100)
    h.job(visiting.CONFIRM, visiting.VisitorLetter, visiting.confirm_notice, outside=True)
    h.job(visiting.ANSWER, visiting.VisitorLetter, visiting.answer_notice, outside=True)


def _pushes(h: Hooks) -> None:
    told = notifications.NotificationCreated
    h.job(notifications.PUSH, notifications.PushOut, notifications.pushing(), outside=True)
    h.on(
        told,
        "notifications.plan_pushes",
        notifications.plan_pushes,
        when=notifications.is_shown,
        asks=notifications.has_pushes,
    )
    ended = access.AccessRevoked
    h.on(ended, "notifications.forget_tokens", notifications.forget_tokens, asks=notifications.had_pushes)


def open_database(settings: Settings, *, clock: Clock | None = None, upgrade: bool = True) -> Database:
    """Open the database that the settings name, bring its schema up to date, fill the hooks.

    Raises :class:`Misconfigured` kinds with what to do when it cannot be used.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = store.open_store(settings.database_url, clock=clock, threads=settings.boot.threads)
    try:
        if upgrade:
            store.upgrade(opened)
        keyring = keys.load(settings.secrets_dir)
        same_keys.check(opened, keyring, settings.secrets_dir)
    except BaseException:
        opened.close()
        raise
    return Database(opened, settings, keyring, hooks())
