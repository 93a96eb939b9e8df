"""The consent page of OAuth: a member lets an app in, or does not."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from holdfast import access
from holdfast.access import AuthorizationRequest, DeniedRequest
from holdfast.languages import _
from holdfast.web.pages import MEMBERS, Pages
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit
from holdfast.web.words import scope_words

pages = Pages()

PARAMETERS = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "lang",
)


@pages.get("/oauth/authorize")
async def ask(v: Visit) -> Reply:
    """Who asks, for what, and where it leads; first of all, who is asked."""
    params = {name: v.query(name) for name in (*PARAMETERS, "force_login") if v.query(name)}
    try:
        request = await v.read(access.authorization_request, params)
    except DeniedRequest as denied:
        return v.go(denied.location)
    again = params.copy()
    forced = request.forces_sign_in and again.pop("force_login", "")
    target = f"/oauth/authorize?{urlencode(again)}"
    sign_in = f"/auth/sign_in?again=1&next={quote(target, safe='')}"
    if not v.is_signed_in or forced:
        return v.go(sign_in)
    return v.show(
        "oauth/consent.html",
        form_target="" if request.is_out_of_band else request.redirect_uri,
        request=request,
        params={name: value for name, value in params.items() if name in PARAMETERS},
        scopes=scope_words(request.scopes),
        target=_shown(request),
        again=sign_in,
    )


@pages.post("/oauth/authorize", needs=MEMBERS)
async def answer(v: Visit) -> Reply:
    """The member's answer."""
    form = await v.form()
    params = {name: form.text(name) for name in PARAMETERS if form.text(name)}
    try:
        request = await v.read(access.authorization_request, params)
    except DeniedRequest as denied:
        return v.go(denied.location)
    if form.choice("answer", ("allow", "deny")) == "deny":
        if request.is_out_of_band:
            return v.tell(_("Not allowed"), _("The app was told nothing. You can close this page."))
        return v.go(access.refusal_location(request))
    code = await v.write(access.grant_code, request)
    if request.is_out_of_band:
        return v.show("oauth/code.html", is_secret=True, code=code)
    return v.go(access.code_location(request, code))


def _shown(request: AuthorizationRequest) -> str:
    """Where it leads, in short."""
    if request.is_out_of_band:
        return ""
    parts = urlsplit(request.redirect_uri)
    if parts.scheme in ("http", "https"):
        return parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}:"
