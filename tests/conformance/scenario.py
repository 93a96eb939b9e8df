"""A life on a server in which every method is asked once and every attribute has something to show."""

from __future__ import annotations

from typing import Any, NamedTuple

import httpx
import msgspec
import pyvips
from sqlalchemy import update

from holdfast import access, moderation
from holdfast.acting import SYSTEM, Acting
from holdfast.moderation import Signal, Subject, Verdict, delivering
from holdfast.moderation.planning import Due
from holdfast.moderation.tables import reports
from holdfast.people.tables import accounts
from holdfast.store import DAY
from holdfast.writes import Ability
from tests.conformance import chapters
from tests.mastodon.town import Person, Town

BACK = "https://gull.example/back"


class Asked(NamedTuple):
    """One request and its answer."""

    method: str
    path: str
    answer: httpx.Response


class Recorder:
    """A client that writes down what is asked."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.asked: list[Asked] = []

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask, and write it down."""
        answer: httpx.Response = self._client.request(method, path, **options)
        self.asked.append(Asked(method, answer.request.url.path, answer))
        return answer


def picture() -> bytes:
    """A picture with two colours."""
    image = (pyvips.Image.xyz(64, 48)[0] < 30).ifthenelse([200, 30, 30], [20, 40, 220])
    return image.cast("uchar").copy(interpretation="srgb").write_to_buffer(".png")


class Life:
    """The scenario, in chapters; each leaves behind what later ones need."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.db = town.db
        self.stranger = town.stranger

    def live(self) -> None:
        """All chapters."""
        self.the_house()
        self.signing_in()
        self.profiles()
        self.relations()
        self.posting()
        self.marks()
        self.timelines()
        self.telling()
        self.reporting()
        self.small_things()
        for chapter in chapters.every():
            chapter(self)
        self.empty_handed()
        self.leaving()

    def set_account(self, who: Person, **values: Any) -> None:
        """Change what no method of this release changes: a move, a memorial, a suspension."""
        with self.db.store.transaction() as tx:
            column = accounts.c.revision
            tx.run(update(accounts).where(accounts.c.id == who.number).values(revision=column + 1, **values))

    # ── chapters ──

    def the_house(self) -> None:
        """Rules, documents, settings, an owner."""
        self.rule = access.add_rule(self.db, SYSTEM, "Be kind.", "Even when you disagree.")
        for kind in ("terms", "privacy"):
            access.publish_document(self.db, SYSTEM, kind, "Be good.")
        access.publish_document(self.db, SYSTEM, "terms", "Be better.", effective_at=self.db.clock.now() + 40 * DAY)
        self.db.set_settings(
            SYSTEM,
            {
                "name": "The Harbour",
                "short_description": "By the sea.",
                "description": "A place by the sea.",
                "contact_email": "mo@harbour.example",
                "registration": "closed",
                "registration_message": "Full.",
                "minimum_age_years": 16,
            },
        )
        owner = access.create_member(self.db, SYSTEM, "keeper", role="owner")
        self.owner = Person(self.town._client, access.issue_token(self.db, SYSTEM, owner, "read write").token, owner)
        terms = self.stranger.get("/api/v1/instance/terms_of_service")
        self.stranger.get(f"/api/v1/instance/terms_of_service/{terms['effective_date']}")
        for path in ("v2/instance", "v1/instance", *(f"v1/instance/{part}" for part in (
            "rules", "peers", "activity", "domain_blocks", "extended_description", "privacy_policy", "languages",
            "translation_languages",
        ))):  # fmt: skip
            self.stranger.get(f"/api/{path}")
        for path in ("/.well-known/nodeinfo", "/nodeinfo/2.0", "/.well-known/oauth-authorization-server"):
            self.stranger.get(path)
        self.stranger.ask("GET", "/health", headers={"accept": "application/json"})
        self.stranger.ask("GET", "/.well-known/host-meta")
        self.stranger.ask("GET", "/.well-known/change-password")
        self.stranger.get("/.well-known/webfinger", resource=f"acct:keeper@{self.db.local_domain}")
        self.stranger.ask("GET", "/api/v1/streaming/health")

    def signing_in(self) -> None:
        """An app registers, signs somebody up, and acts for Ada."""
        scopes = "read write follow push profile"
        app = self.stranger.post(
            "/api/v1/apps", client_name="Gull", redirect_uris=BACK, scopes=scopes, website="https://gull.example"
        )
        secrets = {"client_id": app["client_id"], "client_secret": app["client_secret"], "redirect_uri": BACK}
        grant = secrets | {"grant_type": "client_credentials", "scope": scopes}
        alone = self.town.bearer(self.stranger.post("/oauth/token", **grant)["access_token"])
        alone.get("/api/v1/apps/verify_credentials")
        self.ada = ada = self.town.person("ada")
        with self.db.read() as r:
            params = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": BACK, "scope": scopes}
            request = access.authorization_request(r, params)
        code = access.grant_code(self.db, Acting(ada.number), request)
        ada.token = self.stranger.post("/oauth/token", **secrets, grant_type="authorization_code", code=code)[
            "access_token"
        ]
        ada.get("/oauth/userinfo")
        ada.post("/oauth/userinfo")
        self.bo, self.cy, self.di, self.ed = self.town.people("bo", "cy", "di", "ed")
        self.db.set_settings(SYSTEM, {"registration": "open", "minimum_age_years": 0})
        config = self.db.config
        boot = msgspec.structs.replace(config.boot, email=("smtp://127.0.0.1:1?tls=none",))
        self.db.config = msgspec.structs.replace(config, boot=boot)
        newcomer = {
            "username": "newcomer", "email": "n@harbour.example", "password": "correct horse battery staple",
            "agreement": True, "locale": "en",
        }  # fmt: skip
        self.newcomer = self.town.bearer(alone.post("/api/v1/accounts", **newcomer)["access_token"])
        self.newcomer.post("/api/v1/emails/confirmations")
        self.db.config = config
        self.secrets = secrets

    def profiles(self) -> None:
        """Ada fills in everything that a profile has."""
        ada = self.ada
        ada.good(
            ada.ask(
                "PATCH",
                "/api/v1/accounts/update_credentials",
                files={"avatar": ("a.png", picture()), "header": ("h.png", picture())},
                data={
                    "display_name": "Ada",
                    "note": "I like **engines** https://example.org",
                    "avatar_description": "my face",
                    "header_description": "the sea",
                    "fields_attributes[0][name]": "Home",
                    "fields_attributes[0][value]": "https://example.org",
                    "discoverable": "true",
                    "indexable": "true",
                    "attribution_domains[]": "example.org",
                    "source[language]": "en",
                },
            )
        )
        ada.good(ada.ask("PATCH", "/api/v1/profile", json={"show_media": True, "hide_collections": False}))
        self.owner.good(self.owner.ask("PATCH", "/api/v1/profile", json={"display_name": "The keeper"}))
        with self.db.read() as r:
            (field,) = r.value(
                accounts.select().with_only_columns(accounts.c.fields).where(accounts.c.id == ada.number)
            )
        self.set_account(ada, fields=[field | {"verified_at": self.db.clock.now()}])
        ada.get("/api/v1/accounts/verify_credentials")
        ada.get("/api/v1/profile")
        self.owner.get("/api/v1/accounts/verify_credentials")
        for who, values in (
            (self.ed, {"moved_to_id": ada.number, "memorial_at": 1}),
            (self.di, {"limited_at": 1}),
        ):
            self.set_account(who, **values)
            self.stranger.get(f"/api/v1/accounts/{who.id}")

    def relations(self) -> None:
        """Everybody follows, blocks, mutes, notes and features somebody."""
        ada, bo, cy, di, ed = self.ada, self.bo, self.cy, self.di, self.ed
        ada.follows(bo, notify=True, languages=["en", "de"])
        bo.follows(ada)
        bo.follows(cy)
        ada.follows(cy)
        path = f"/api/v1/accounts/{bo.id}"
        ada.post(f"{path}/note", comment="from the pier")
        for action in ("endorse", "pin"):
            ada.post(f"{path}/{action}")
        ada.post("/api/v1/domain_blocks", domain="spam.example")
        ada.post(f"/api/v1/accounts/{di.id}/block")
        ada.post(f"/api/v1/accounts/{ed.id}/mute", duration=3600)
        ed.good(ed.ask("PATCH", "/api/v1/accounts/update_credentials", json={"locked": True}))
        cy.good(cy.ask("PATCH", "/api/v1/accounts/update_credentials", json={"locked": True}))
        di.follows(cy)
        self.owner.follows(cy)
        cy.get("/api/v1/follow_requests")
        cy.post(f"/api/v1/follow_requests/{di.id}/authorize")
        cy.post(f"/api/v1/follow_requests/{self.owner.id}/reject")
        ada.get("/api/v1/accounts/relationships", id=[bo.id, cy.id, di.id, ed.id])
        for part in ("blocks", "mutes", "endorsements", "domain_blocks"):
            ada.get(f"/api/v1/{part}")
        for part in ("followers", "following", "endorsements"):
            self.stranger.get(f"/api/v1/accounts/{ada.id}/{part}")
        ada.get("/api/v1/accounts/familiar_followers", id=[ada.id, cy.id])
        ada.get("/api/v1/accounts", id=[bo.id, cy.id])
        ada.get("/api/v1/accounts/search", q="bo")
        ada.get("/api/v1/accounts/lookup", acct=bo.name)

    def upload(self, path: str) -> str:
        """Ada's picture; its id."""
        data = {"description": "two colours", "focus": "0.2,-0.3"}
        answer = self.ada.ask("POST", path, files={"file": ("x.png", picture(), "image/png")}, data=data)
        found: str = self.ada.good(answer)["id"]
        return found

    def posting(self) -> None:
        """Posts with all that a post can have."""
        ada, bo = self.ada, self.bo
        pictures = [self.upload("/api/v2/media"), self.upload("/api/v1/media"), self.upload("/api/v2/media")]
        path = f"/api/v1/media/{pictures[0]}"
        ada.get(path)
        ada.good(ada.ask("PUT", path, json={"description": "two colours, red and blue"}))
        ada.good(ada.ask("DELETE", f"/api/v1/media/{pictures[2]}"))
        self.root = bo.says("Who is there? #harbour", language="en")
        self.full = ada.says(
            f"Me, @{bo.name}! #harbour", in_reply_to_id=self.root["id"], media_ids=pictures[:2], spoiler_text="boats",
            language="en",
        )  # fmt: skip
        self.reply = bo.says("Good", in_reply_to_id=self.full["id"])
        edited = f"/api/v1/statuses/{self.full['id']}"
        ada.good(
            ada.ask(
                "PUT", edited, json={
                    "status": f"Only me, @{bo.name}! #harbour", "spoiler_text": "ships", "media_ids": pictures[:2],
                },
            )
        )  # fmt: skip
        poll = {"options": ["tea", "mate"], "expires_in": 600}
        self.poll = ada.says("What to drink? #harbour", poll=poll)
        ada.good(
            ada.ask(
                "PUT", f"/api/v1/statuses/{self.poll['id']}", json={"status": "What to drink? #harbour", "poll": poll}
            )
        )
        bo.post(f"/api/v1/polls/{self.poll['poll']['id']}/votes", choices=[0])
        self.town.person("voter").post(f"/api/v1/polls/{self.poll['poll']['id']}/votes", choices=[1])
        bo.get(f"/api/v1/polls/{self.poll['poll']['id']}")
        for status in (self.full, self.poll):
            for part in ("", "/source", "/history", "/context"):
                ada.get(f"/api/v1/statuses/{status['id']}{part}")
        bo.get("/api/v1/statuses", id=[self.full["id"], self.poll["id"]])

    def marks(self) -> None:
        """Everything that one does with a post, and undoes."""
        ada, bo = self.ada, self.bo
        for status in (self.full, self.poll):
            for action in ("favourite", "reblog", "bookmark", "mute"):
                bo.does(action, status)
        ada.does("pin", self.full)
        for part in ("reblogged_by", "favourited_by"):
            ada.get(f"/api/v1/statuses/{self.full['id']}/{part}")
        for part in ("favourites", "bookmarks"):
            bo.get(f"/api/v1/{part}")

    def timelines(self) -> None:
        """Everywhere that posts are met."""
        ada, bo = self.ada, self.bo
        for who in (ada, bo):
            who.get("/api/v1/timelines/home")
            who.get("/api/v1/timelines/public")
            who.get("/api/v1/timelines/tag/harbour")
            who.get(f"/api/v1/accounts/{ada.id}/statuses")
            who.get(f"/api/v1/accounts/{bo.id}/statuses")
        ada.says(f"@{bo.name} psst", visibility="direct")
        ada.says("to myself", visibility="direct")
        (talk,) = bo.get("/api/v1/conversations")
        bo.post(f"/api/v1/conversations/{talk['id']}/read")
        bo.good(bo.ask("DELETE", f"/api/v1/conversations/{talk['id']}"))
        self.stranger.get("/api/v1/directory", local="true")

    def telling(self) -> None:
        """Notifications of every kind."""
        self.town.run_jobs()
        for who in (self.ada, self.bo, self.cy):
            told = who.get("/api/v1/notifications")
            assert told, who.name
            who.get("/api/v1/notifications", supported_types=["severed_relationships"])
            who.get("/api/v1/notifications/unread_count")
            who.get(f"/api/v1/notifications/{told[0]['id']}")

    def reporting(self) -> None:
        """A report, its answer, and word of it to the staff."""
        told = {"account_id": self.bo.id, "status_ids": [self.root["id"]], "comment": "rude", "category": "violation"}
        self.cy.post("/api/v1/reports", **told, rule_ids=[str(self.rule)], forward=True)
        with self.db.store.transaction() as tx:
            tx.run(update(reports).values(acted_at=self.db.clock.now()))
        self.town.run_jobs()
        self.cy.get("/api/v1/reports")
        self.owner.get("/api/v1/notifications")
        self.decided()
        for version in ("v1", "v2"):
            self.bo.get(f"/api/{version}/notifications", types=["moderation_warning"])

    def decided(self) -> None:
        """A decision that a member was told of, and has appealed against."""

        rude = Subject.post(int(self.bo.says("Rude")["id"]))

        def decide() -> None:
            with self.db.write(SYSTEM, Ability.MODERATION) as w:
                case = moderation.raise_signal(w, rude, Signal(source="visitor", category="rules"))
            number = moderation.decide(self.db, SYSTEM, case, Verdict(on_account="warning", facts="It is."))
            delivering.deliver(self.db, Due(number))
            moderation.file_appeal(self.db, self.bo.acting, number, "It was not.")

        self.db.submit(decide).result()
        self.town.run_jobs()

    def small_things(self) -> None:
        """Markers, preferences, hashtags, search."""
        ada = self.ada
        ada.post("/api/v1/markers", home={"last_read_id": self.root["id"]})
        ada.get("/api/v1/markers", timeline=["home"])
        ada.get("/api/v1/preferences")
        ada.get("/api/v1/tags/harbour")
        ada.post("/api/v1/tags/harbour/follow")
        ada.get("/api/v1/followed_tags")
        for version in ("v2", "v1"):
            ada.get(f"/api/{version}/search", q="harbour")
            ada.get(f"/api/{version}/search", q=self.bo.name)

    def empty_handed(self) -> None:
        """What answers with nothing."""
        assert self.ada.get(f"/api/v1/accounts/{self.ada.id}/identity_proofs") == []

    def leaving(self) -> None:
        """Everything is undone again."""
        ada, bo = self.ada, self.bo
        for action in ("unreblog", "unfavourite", "unbookmark", "unmute"):
            bo.does(action, self.full)
        ada.does("unpin", self.full)
        ada.post("/api/v1/tags/harbour/unfollow")
        for action, other in (
            ("unendorse", bo), ("unpin", bo), ("unfollow", bo), ("remove_from_followers", bo), ("unblock", self.di),
            ("unmute", self.ed),
        ):  # fmt: skip
            ada.post(f"/api/v1/accounts/{other.id}/{action}")
        ada.good(ada.ask("DELETE", "/api/v1/domain_blocks", json={"domain": "spam.example"}))
        told = ada.get("/api/v1/notifications")
        ada.post(f"/api/v1/notifications/{told[0]['id']}/dismiss")
        ada.post("/api/v1/notifications/clear")
        for status in (self.full, self.poll):
            ada.good(ada.ask("DELETE", f"/api/v1/statuses/{status['id']}"))
        for part in ("avatar", "header"):
            ada.good(ada.ask("DELETE", f"/api/v1/profile/{part}"))
        self.set_account(self.di, suspended_at=1)
        self.stranger.get(f"/api/v1/accounts/{self.di.id}")
        self.stranger.post("/oauth/revoke", **self.secrets, token=ada.token)
