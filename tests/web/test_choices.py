"""What a member chooses: filters, who is kept away, what a new post begins with."""

from __future__ import annotations

from tests.servers import NewMember, RunningServer
from tests.web.asking import ask, tie, wait_for
from tests.web.browser import Browser


def test_filters_are_made_here_and_fold_or_hide_on_pages(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    ask(server, ada, "POST", f"/api/v1/accounts/{bo.id}/follow")
    ask(server, bo, "POST", "/api/v1/statuses", status="The ending: the butler")
    mine = ask(server, ada, "POST", "/api/v1/statuses", status="Who did it?")
    ask(server, bo, "POST", "/api/v1/statuses", status=f"@{ada.name} It was the gardener", in_reply_to_id=mine["id"])
    wait_for(server, ada, "/api/v1/notifications", 1)
    browser.open("/settings/filters/new")
    assert browser.send("/settings/filters/new", title="Endings", words="").status == 422
    browser.open("/settings/filters/new")
    browser.send(
        "/settings/filters/new",
        title="Endings",
        words="butler\ngardener",
        contexts=["home", "account", "thread", "notifications"],
        expires="3600",
    )
    made = ask(server, ada, "GET", "/api/v2/filters")[0]
    assert made["filter_action"] == "warn" and made["expires_at"] is not None
    assert sorted(one["keyword"] for one in made["keywords"]) == ["butler", "gardener"]
    for path in ("/home", f"/@{bo.name}", f"/@{ada.name}/{mine['id']}", "/notifications"):
        page = browser.open(path)
        if path == f"/@{bo.name}":
            page = browser.open(f"/@{bo.name}/with_replies")
        assert "Folded by your filter Endings" in page.words, path
        assert page.html.index("Folded by your filter") < page.html.index(
            "The ending" if "ending" in page.html else "gardener"
        )
    assert "Folded" not in browser.open("/public").words  # not among the chosen places
    edit = f"/settings/filters/{made['id']}"
    browser.open(edit)
    browser.send(
        edit, act="save", filter_action="hide", words="gardener\nbutler\ncook", contexts=["home", "notifications"]
    )
    made = ask(server, ada, "GET", "/api/v2/filters")[0]
    assert made["filter_action"] == "hide" and len(made["keywords"]) == 3 and made["expires_at"] is not None
    assert "butler" not in browser.open("/home").words
    assert "gardener" not in browser.open("/notifications").words
    assert "gardener" in browser.open(f"/@{ada.name}/{mine['id']}").words
    browser.open(edit)
    browser.send(edit, act="delete")
    assert ask(server, ada, "GET", "/api/v2/filters") == []
    assert "butler" in browser.open("/home").words


def test_what_is_kept_away_is_listed_and_taken_back(
    server: RunningServer, browser: Browser, ada: NewMember, bo: NewMember
) -> None:
    cy = server.member("cy")
    ask(server, ada, "POST", f"/api/v1/accounts/{bo.id}/mute", duration=3600)
    ask(server, ada, "POST", f"/api/v1/accounts/{cy.id}/block")
    page = browser.open("/settings/hidden")
    assert f"@{bo.name}" in page.words and "Until" in page.words and f"@{cy.name}" not in page.words
    browser.send(f"/accounts/{bo.id}/act")
    assert tie(server, ada, bo)["muting"] is False
    assert f"@{cy.name}" in browser.open("/settings/hidden?kind=blocked").words
    browser.send(f"/accounts/{cy.id}/act")
    assert tie(server, ada, cy)["blocking"] is False
    browser.open("/settings/hidden?kind=domains")
    assert browser.send("/settings/hidden/domains", domain="not a domain", act="block").status == 422
    browser.open("/settings/hidden?kind=domains")
    page = browser.send("/settings/hidden/domains", domain="Bad.Example", act="block")
    assert ask(server, ada, "GET", "/api/v1/domain_blocks") == ["bad.example"]
    form = next(form for form in page.forms if form.values.get("act") == "unblock")
    browser.http.post(form.action, data=form.values, headers={"origin": server.base_url})
    assert ask(server, ada, "GET", "/api/v1/domain_blocks") == []


def test_preferences_are_those_that_apps_read(server: RunningServer, browser: Browser, ada: NewMember) -> None:
    browser.open("/settings/preferences")
    browser.send("/settings/preferences", visibility="private", quoting="nobody", language="de", is_sensitive="yes")
    found = ask(server, ada, "GET", "/api/v1/preferences")
    assert found["posting:default:visibility"] == "private"
    assert found["posting:default:sensitive"] is True
    assert found["posting:default:language"] == "de"
    assert found["posting:default:quote_policy"] == "nobody"
    assert browser.send("/settings/preferences", visibility="everybody").status == 422
