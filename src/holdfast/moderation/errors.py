"""What can go wrong in moderation."""

from __future__ import annotations

from holdfast.errors import Conflict, Invalid, NotFound, Refused, TooMany


class ReportTargetGone(NotFound):
    """Record not found"""

    key = "report_target_not_found"


class NoSuchReport(NotFound):
    """There is no such report."""

    key = "report_not_found"


class CannotReport(Invalid):
    """This cannot be reported like this."""

    key = "cannot_report"


class TooManyReports(TooMany):
    """You have filed many reports today; the moderators will look at them first."""

    key = "too_many_reports"


class NoSuchCase(NotFound):
    """There is no such case."""

    key = "case_not_found"


class NoSuchDecision(NotFound):
    """There is no such decision."""

    key = "decision_not_found"


class SubjectGone(NotFound):
    """What the signal is about does not exist, or no more."""

    key = "subject_not_found"


class NotForYou(Refused):
    """Your role does not allow this."""

    key = "not_permitted"


class IsAboutYou(Refused):
    """Nobody decides in a case about themselves; somebody else of the team will."""

    key = "is_about_you"


class ClaimedByOther(Conflict):
    """Somebody else works on this case at the moment. Nothing of yours was applied."""

    key = "case_claimed"


class DecidedMeanwhile(Conflict):
    """Somebody else decided this case meanwhile. Nothing of yours was applied."""

    key = "case_decided"


class CannotDecide(Invalid):
    """This decision cannot be taken like this."""

    key = "cannot_decide"


class CannotUndo(Conflict):
    """This decision cannot be undone any more."""

    key = "cannot_undo"


class NoSuchAppeal(NotFound):
    """There is no such appeal."""

    key = "appeal_not_found"


class CannotAppeal(Invalid):
    """You cannot appeal against this decision."""

    key = "cannot_appeal"


class CannotAnswer(Invalid):
    """This appeal cannot be answered like this."""

    key = "cannot_answer"


class DecidedByYou(Refused):
    """You took the decision yourself: somebody else of the team looks at the appeal."""

    key = "decided_by_you"


class AnsweredMeanwhile(Conflict):
    """Somebody else answered this appeal meanwhile. Nothing of yours was applied."""

    key = "appeal_answered"


class CannotGiveNotice(Invalid):
    """This notice is not complete."""

    key = "cannot_give_notice"


class NoSuchReceipt(NotFound):
    """There is no notice with this code."""

    key = "receipt_not_found"


class ScreenedOut(Invalid):
    """This server does not publish posts like this."""

    key = "screened_out"


class CannotScreen(Invalid):
    """Nothing can be looked for like this."""

    key = "cannot_screen"


class NoSuchTerm(NotFound):
    """There is no such entry."""

    key = "term_not_found"


class TermTaken(Conflict):
    """This is looked for already; drop the entry first to change it."""

    key = "term_taken"


class NoSuchNotice(NotFound):
    """There is no such notice."""

    key = "notice_not_found"


class CannotTakeNotice(Invalid):
    """This notice cannot be taken in like this."""

    key = "cannot_take_notice"


class CannotBlockServer(Invalid):
    """Another server cannot be blocked or allowed like this."""

    key = "cannot_block_server"


class NoSuchServer(NotFound):
    """There is no such entry."""

    key = "server_not_found"


class ServerBlocked(Conflict):
    """There is an entry for this server already; change that one."""

    key = "server_blocked"


class CannotFlag(Invalid):
    """Nothing can be pointed at like this."""

    key = "cannot_flag"


class NoSuchBulk(NotFound):
    """There is no such bulk decision."""

    key = "bulk_not_found"


class CannotWrite(Invalid):
    """Nothing can be written like this."""

    key = "cannot_write"
