"""One request at a page: who visits, with which session, what the forms must carry, and ways to answer."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from jinja2 import Environment
from litestar import Request
from markupsafe import Markup

from holdfast import access, languages, notifications, posts
from holdfast.access.budgets import Budgets
from holdfast.access.documents import NewTerms
from holdfast.access.proxies import client_ip
from holdfast.access.readers import Resting, resting
from holdfast.acting import STRANGER, Acting
from holdfast.errors import Problem, Refused, Unauthenticated
from holdfast.languages import _
from holdfast.people import Account, account_by_id
from holdfast.people.shortcuts import Shortcut, shortcuts_of
from holdfast.posts.uploading import Uploads
from holdfast.store import Read
from holdfast.timelines import InMemory
from holdfast.web import replies
from holdfast.web.assets import Assets
from holdfast.web.card_pages import CardPages, CardReader, Shape
from holdfast.web.forms import ForeignForm, Form, StaleForm, read_form
from holdfast.web.problems import answer_for, kept_by
from holdfast.web.replies import Reply
from holdfast.web.words import ADMIN_MENU, DONE
from holdfast.writes import Database, Mode, modes

T = TypeVar("T")

SESSION_LASTS_S = 60 * 24 * 3600
STRANGER_LASTS_S = 24 * 3600
LANGUAGE_LASTS_S = 400 * 24 * 3600  # longer is kept by no browser
MOST_UNREAD = 100  # beyond, nobody counts
THEMES = ("light", "dark")
CONTRASTS = ("normal", "more")
FORM_TOKEN = "form_token"  # noqa: S105


class Web:
    """What all pages of a process share."""

    def __init__(
        self,
        db: Database,
        templates: Environment,
        assets: Assets,
        gate: access.Gate,
        budgets: Budgets,
        kept: InMemory,
        emojis: posts.Emojis,
    ) -> None:
        self.db = db
        self.templates = templates
        self.assets = assets
        self.gate = gate
        self.budgets = budgets
        self.kept = kept
        self.emojis = emojis
        self.cards = CardPages(templates, emojis)
        self.uploads = Uploads(db)


class Visit:
    """One request at a page."""

    def __init__(self, request: Request[Any, Any, Any], web: Web) -> None:
        self.request = request
        self.web = web
        self.db = web.db
        self.ip = client_ip(request.scope, web.db.config)
        self.acting: Acting = Acting(ip=self.ip)
        self.member: Account | None = None
        self.new_terms: NewTerms | None = None
        self.resting: Resting | None = None  # a role without a second factor
        self.unread = 0  # notifications
        self.modes: list[Mode] = []
        self.is_secure = web.db.base_url.startswith("https://") and not self._is_on_this_machine()
        self.session_token = ""
        self.language = self._language_asked()
        self.chosen_language = ""  # by the member, for all their browsers
        self._stranger_token = ""
        self._form_token: tuple[str, str] | None = None
        self._cookies: list[str] = []

    def _is_on_this_machine(self) -> bool:
        """Whether a browser on the server's own machine asks over plain HTTP, past any proxy."""
        host = self.header(b"host").rpartition(":")[0] or self.header(b"host")
        is_forwarded = self.header(b"x-forwarded-for") or self.header(b"forwarded")
        return host in ("localhost", "127.0.0.1", "[::1]") and not is_forwarded

    def _language_asked(self) -> str:
        """The language that this browser has chosen here, or else asks for; the server's where it does neither."""
        chosen = self.cookie("language")
        if chosen in languages.known():
            return chosen
        asked = languages.negotiate(self.header(b"accept-language"), languages.known())
        return asked or self.db.settings.default_language

    @property
    def language_name(self) -> str:
        """What the page's language calls itself."""
        return languages.name_of(self.language)

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``: how the page is written."""
        return languages.direction(self.language)

    @property
    def user_agent(self) -> str:
        """What the browser calls itself."""
        return self.header(b"user-agent")

    def check_same_site(self) -> None:
        """Raise :class:`ForeignForm` for what another site made a browser send."""
        site = self.header(b"sec-fetch-site")
        if site:  # told by the browser itself, whatever a proxy made of the addresses
            if site not in ("same-origin", "none"):
                raise ForeignForm()
            return
        origin = self.header(b"origin")
        # A proxy may have put its own name into Host, so our public address is good as well.
        ours = (self.header(b"host").lower(), urlsplit(self.db.base_url).netloc.lower())
        if origin and urlsplit(origin).netloc.lower() not in ours:
            raise ForeignForm()

    @property
    def is_fragment(self) -> bool:
        """Whether a script on a page asks for a part of it, rather than a browser for a whole one."""
        return self.header(b"hx-request") == "true"

    @property
    def theme(self) -> str:
        """``light`` or ``dark`` where the reader has chosen; empty where the system decides."""
        found = self.cookie("theme")
        return found if found in THEMES else ""

    @property
    def contrast(self) -> str:
        """``normal`` or ``more`` where the reader has chosen; empty where the system decides."""
        found = self.cookie("contrast")
        return found if found in CONTRASTS else ""

    @property
    def shows_counts(self) -> bool:
        """Whether the numbers below posts are shown."""
        return self.cookie("counts") != "off"

    @property
    def has_keys(self) -> bool:
        """Whether single keys do something on pages."""
        return self.member is not None and self.member.has_shortcuts

    @property
    def shortcuts(self) -> list[Shortcut]:
        """What the member's single keys do."""
        return shortcuts_of(self.member.shortcuts) if self.member is not None else []

    @property
    def media_display(self) -> str:
        """Which media are covered at first: ``default`` (what is sensitive), ``show_all`` (none), ``hide_all``."""
        return self.member.media_display if self.member is not None else "default"

    @property
    def opens_warnings(self) -> bool:
        """Whether what stands behind a content warning is shown at once."""
        return self.member is not None and self.member.opens_warnings

    def card(self, post: Hashable, *, opened: bool = False, in_thread: bool = False, quiet: bool = False) -> Markup:
        """A post's card on this page: ``opened`` where the page is about it, ``quiet`` with nothing to press."""
        shape = Shape(opened, in_thread, quiet)
        token = self.form_token if self.member is not None else ""  # a stranger gets no cookie for what has no form
        return self.web.cards.html(post, self._card_reader, shape, form_token=token, here=self.here)

    @cached_property
    def _card_reader(self) -> CardReader:
        return CardReader(
            self.language, self.member is not None, self.shows_counts, self.opens_warnings, self.media_display
        )

    @property
    def path(self) -> str:
        """The path asked for."""
        return str(self.request.scope["path"])

    @property
    def me(self) -> int:
        """The signed-in account's id; only on pages for members."""
        return self.acting.known_id

    @property
    def is_signed_in(self) -> bool:
        """Whether a session stands behind this request."""
        return self.acting.account_id is not None

    def argument(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params.get(name, ""))

    def query(self, name: str) -> str:
        """A value of the query, empty when it is not there."""
        return str(self.request.query_params.get(name, "")).replace("\0", "")

    def queries(self, name: str) -> list[str]:
        """All values of the query under one name."""
        found = self.request.query_params.getall(name, [])
        return [str(value).replace("\0", "") for value in found]

    def header(self, name: bytes) -> str:
        """A header, empty when it is not there."""
        for key, value in self.request.scope["headers"]:
            if key == name:
                return value.decode("latin-1")
        return ""

    async def read(self, query: Callable[..., T], *values: Any, **named: Any) -> T:
        """Await ``query(r, …)`` inside one look at the database."""

        def look() -> T:
            with self.db.read() as r:
                return query(r, *values, **named)

        return await self.db.run_read(look)

    async def write(self, command: Callable[..., T], *values: Any, **named: Any) -> T:
        """Await ``command(db, acting, …)``; returns once its commit is on disk."""
        return await self.db.run_write(command, self.acting, *values, **named)

    async def in_thread(self, work: Callable[..., T], *values: Any, **named: Any) -> T:
        """Await ``work(db, acting, …)`` that hashes or counts attempts, outside of the writer."""
        return await asyncio.to_thread(work, self.db, self.acting, *values, **named)

    async def as_stranger(self, work: Callable[..., T], *values: Any, **named: Any) -> T:
        """The same for what somebody does who is about to prove who they are, whoever is signed in so far."""
        return await asyncio.to_thread(work, self.db, Acting(ip=self.ip), *values, **named)

    async def form(self) -> Form:
        """The form that was sent, once it is sure that it is one of ours.

        Raises :class:`ForeignForm` or :class:`StaleForm`, and :class:`Invalid` when it cannot be read.
        """
        self.check_same_site()
        form = await read_form(self.request)
        given = form.raw(FORM_TOKEN)
        secret = self._form_secret()
        if not secret or not given:
            raise StaleForm()
        try:
            access.check_csrf(self.db, secret, given)
        except access.ForgedRequest as fault:
            raise StaleForm() from fault
        return form

    @property
    def form_token(self) -> str:
        """What every form of this visitor carries; strangers get a cookie to go with it."""
        if not self._form_secret():
            self._stranger_token = secrets.token_urlsafe(24)
            self.set_cookie("stranger", self._stranger_token, STRANGER_LASTS_S)
        secret = self._form_secret()
        if self._form_token is None or self._form_token[0] != secret:  # a page has one for each post
            self._form_token = secret, access.csrf_token(self.db, secret)
        return self._form_token[1]

    def _form_secret(self) -> str:
        if self.session_token:
            return self.session_token
        return f"stranger {self._stranger_token}" if self._stranger_token else ""

    def recognise(self, r: Read) -> None:
        """See who visits, by the session's cookie; whose session has ended is a stranger."""
        self.modes = modes(r)
        self._stranger_token = self.cookie("stranger")[:64]
        token = self.cookie("session")[:128]
        if not token:
            return
        try:
            self.acting = access.session(r, token, ip=self.ip)
        except (Unauthenticated, Refused):
            self.set_cookie("session", "", 0)
            return
        self.session_token = token
        self.member = account_by_id(r, self.acting.known_id)
        reader = access.reader(r, self.acting.known_id)
        self.new_terms = reader.new_terms
        self.chosen_language = reader.language
        self.language = reader.language or self.language
        if self.request.method == "GET" and not self.is_fragment:
            if reader.has_role:
                self.resting = resting(r, self.acting.known_id, grace_days=self.db.settings.staff_grace_days)
            self.unread = notifications.unread_count(r, self.acting.known_id, now=self.db.clock.now(), most=MOST_UNREAD)

    def cookie(self, name: str) -> str:
        """A cookie of ours, empty when it is not there."""
        return str(self.request.cookies.get(self._cookie_name(name), ""))

    def set_cookie(self, name: str, value: str, max_age_s: int) -> None:
        """Give the browser a cookie with the answer; 0 seconds takes it away."""
        full = self._cookie_name(name)
        self._cookies.append(replies.cookie(full, value, secure=self.is_secure, max_age_s=max_age_s))

    def _cookie_name(self, name: str) -> str:
        # The prefix keeps a neighbouring subdomain from setting it; browsers allow it over https only.
        return f"__Host-{name}" if self.is_secure else name

    def begin_session(self, token: str) -> None:
        """Sign the browser in with the answer."""
        self.session_token = token
        self.set_cookie("session", token, SESSION_LASTS_S)
        self.set_cookie("stranger", "", 0)

    def end_session(self) -> None:
        """Sign the browser out with the answer."""
        self.session_token = ""
        self.acting, self.member = STRANGER, None
        self.set_cookie("session", "", 0)

    def show(
        self, template: str, status: int = 200, *, form_target: str = "", is_secret: bool = False, **values: Any
    ) -> Reply:
        """A page from a template. A form on it may lead to ``form_target`` outside of this server.

        ``is_secret`` pages show something once: not even the reader's own browser keeps them.
        """
        html = self.web.templates.get_template(template).render(v=self, server=self.db.settings, **values)
        opener = self.path.startswith(("/oauth/", "/auth/"))
        answer = replies.page(html, status, form_target=form_target, keeps_opener=opener, is_secret=is_secret)
        return self.finished(answer.zipped(self.header(b"accept-encoding")))

    def tell(self, heading: str, *paragraphs: str, to: str = "/", label: str = "", status: int = 200) -> Reply:
        """A page that only tells something, and where to go from there: to the front page, if nothing else is said."""
        label = label or _("To the front page")
        return self.show("auth/told.html", status, heading=heading, paragraphs=paragraphs, next=to, next_label=label)

    def again(self, template: str, form: Form, problem: Problem, **values: Any) -> Reply:
        """The form once more, with what is wrong; what was written is kept."""
        status, retry_after = answer_for(problem)
        if status == 500:
            raise problem
        if status == 401:
            status = 422  # a wrong password or code is an answer to the form, not a question by the browser
        if not form.problem:
            form.refused(problem)
        answer = self.show(template, status, form=form, **values)
        return answer.header("retry-after", retry_after) if retry_after else answer

    def go(self, to: str) -> Reply:
        """Go on elsewhere."""
        return self.finished(replies.redirect(to))

    def to_sign_in(self) -> Reply:
        """Sign in first, then come back here."""
        target = self.path
        query = self.request.scope["query_string"].decode("latin-1")
        if query:
            target += f"?{query}"
        return self.go(f"/auth/sign_in?next={quote(target, safe='')}")

    def finished(self, answer: Reply) -> Reply:
        """The answer with the cookies that came up on the way."""
        for value in self._cookies:
            answer.header("set-cookie", value)
        self._cookies = []
        return answer

    @property
    def admin_menu(self) -> list[tuple[str, str]]:
        """The pages of the administration that this member may use: address and words."""
        return [(address, label) for address, label, permission in ADMIN_MENU if self.acting.may(permission)]

    @property
    def done(self) -> str:
        """What the form before this page has done, in words."""
        return DONE.get(self.query("done"), "")

    @property
    def here(self) -> str:
        """Where a form on this page may lead back to: the same search, the same page of a feed."""
        if self.request.method != "GET":
            return "/"
        query = self.request.scope["query_string"].decode("latin-1")
        return f"{self.path}?{query}" if query else self.path

    @property
    def kept(self) -> str:
        """What is kept when this request fails, in words."""
        return kept_by(str(self.request.method))
