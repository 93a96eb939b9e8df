"""Web Push from end to end: a push service on loopback checks the signature and decrypts what it is handed."""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import insert, select, update

from holdfast import access
from holdfast.access.tables import sessions
from holdfast.acting import SYSTEM, Acting
from holdfast.jobs.tables import jobs
from holdfast.languages import say
from holdfast.notifications import PUSH
from holdfast.notifications.alerts import plan_alert
from holdfast.notifications.tables import notifications, push_subscriptions
from holdfast.vendors.web_push import wait_of
from holdfast.writes import Ability
from tests.databases import ENGINES
from tests.mastodon.town import Person, Town, town_on

PATH = "/api/v1/push/subscription"
ALL = ("mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update")


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


class Device:
    """A browser that has asked for pushes."""

    def __init__(self, port: int, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"
        numbers = self.key.public_key().public_numbers()
        self.point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
        self.endpoint = f"http://127.0.0.1:{port}/push/{name}"

    def asked(self, **more: Any) -> dict[str, Any]:
        keys = {"p256dh": b64(self.point), "auth": b64(self.auth)}
        return {"subscription": {"endpoint": self.endpoint, "keys": keys} | more}

    def opened(self, headers: dict[str, str], body: bytes) -> Any:
        """What a push says, by the standard or by the draft."""
        if headers["content-encoding"] == "aes128gcm":
            salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
            theirs, sealed = body[21 : 21 + length], body[21 + length :]
            assert len(sealed) <= size
            info = b"WebPush: info\0" + self.point + theirs
            material = derived(self._shared(theirs), self.auth, info, 32)
            key = derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
            plain = AESGCM(key).decrypt(derived(material, salt, b"Content-Encoding: nonce\0", 12), sealed, None)
            assert plain.rstrip(b"\0").endswith(b"\x02")
            return json.loads(plain.rstrip(b"\0")[:-1])
        assert headers["content-encoding"] == "aesgcm"
        salt = unb64(headers["encryption"].removeprefix("salt="))
        theirs = unb64(parts(headers["crypto-key"])["dh"])
        context = b"P-256\0\0\x41" + self.point + b"\0\x41" + theirs
        material = derived(self._shared(theirs), self.auth, b"Content-Encoding: auth\0", 32)
        key = derived(material, salt, b"Content-Encoding: aesgcm\0" + context, 16)
        nonce = derived(material, salt, b"Content-Encoding: nonce\0" + context, 12)
        plain = AESGCM(key).decrypt(nonce, body, None)
        return json.loads(plain[2 + int.from_bytes(plain[:2], "big") :])

    def _shared(self, theirs: bytes) -> bytes:
        return self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))


def parts(header: str) -> dict[str, str]:
    return dict(part.strip().split("=", 1) for part in header.replace(",", ";").split(";"))


class Service:
    """The push service: answers what a test wants, and keeps what came."""

    def __init__(self) -> None:
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                service.came.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                status, headers = service.answers.pop(0) if service.answers else (201, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(autouse=True)
def quiet(service: Service) -> None:
    service.came.clear()
    service.answers.clear()


@pytest.fixture(scope="module", params=ENGINES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, service: Service) -> Iterator[Town]:
    """A town that may reach the push service."""
    reach = {"HOLDFAST_OUTGOING_ALLOW_PRIVATE": "127.0.0.0/8", "HOLDFAST_OUTGOING_PORTS": str(service.port)}
    folder: Path = tmp_path_factory.mktemp("push") / "data"
    with town_on(request.param, folder, request, **reach) as made:
        yield made


def subscribed(service: Service, who: Person, *, standard: bool = True, policy: str = "all", **alerts: bool) -> Device:
    device = Device(service.port, who.name)
    data = {"alerts": alerts or dict.fromkeys(ALL, True), "policy": policy}
    who.post(PATH, **device.asked(standard=standard), data=data)
    return device


def test_a_subscription_is_kept_for_its_token(town: Town, service: Service) -> None:
    [ada] = town.people("ada")
    assert ada.ask("GET", PATH).status_code == 404
    assert ada.ask("PUT", PATH, json={"data": {"policy": "none"}}).status_code == 404
    device = Device(service.port, "x")
    made = ada.post(PATH, **device.asked(standard=True), data={"alerts": {"mention": True, "admin.sign_up": True}})
    assert made["endpoint"] == device.endpoint
    assert made["standard"] is True
    assert {name for name, wanted in made["alerts"].items() if wanted} == {"mention", "admin.sign_up"}
    assert ada.get(PATH) == made
    instance = town.stranger.ask("GET", "/api/v2/instance").json()
    assert made["server_key"] == instance["configuration"]["vapid"]["public_key"]
    changed = ada.good(ada.ask("PUT", PATH, json={"data": {"alerts": {"poll": True}}, "policy": "follower"}))
    assert (changed["id"], changed["alerts"]["poll"], changed["alerts"]["mention"]) == (made["id"], True, False)
    assert ada.good(ada.ask("DELETE", PATH)) == {}
    assert ada.ask("GET", PATH).status_code == 404
    form = {
        "subscription[endpoint]": device.endpoint,
        "subscription[keys][p256dh]": b64(device.point),
        "subscription[keys][auth]": b64(device.auth),
        "data[alerts][mention]": "true",
        "data[policy]": "followed",
    }
    made = ada.good(ada.ask("POST", PATH, data=form))
    assert (made["standard"], made["alerts"]["mention"]) == (False, True)


def test_what_cannot_be_pushed_to_is_refused(town: Town, service: Service) -> None:
    [ada] = town.people("ada")
    good = Device(service.port, "x").asked()["subscription"]
    for wrong in (
        {"endpoint": "ftp://example.org/x"},
        {"endpoint": "https://"},
        {"endpoint": "https://[x"},
        {"endpoint": "https://a:b@example.org/"},
        {"endpoint": "https://example.org/" + "x" * 2_100},
        {"keys": {"p256dh": "AAAA", "auth": good["keys"]["auth"]}},
        {"keys": {"p256dh": good["keys"]["p256dh"], "auth": "é"}},
        {"keys": {"p256dh": b64(b"\x04" + bytes(64)), "auth": good["keys"]["auth"]}},
    ):
        answer = ada.ask("POST", PATH, json={"subscription": good | wrong})
        assert answer.status_code == 422, wrong
        assert "subscription[" in answer.json()["error"]
    assert ada.ask("POST", PATH, json={"subscription": good, "data": {"policy": "friends"}}).status_code == 422


@pytest.mark.parametrize("standard", [True, False])
def test_a_mention_arrives_encrypted_and_signed(town: Town, service: Service, standard: bool) -> None:
    ada, bo = town.people("ada", "bo")
    device = subscribed(service, ada, standard=standard)
    bo.says(f"Hello @{ada.name}, how are you?")
    town.run_jobs()
    [(path, headers, body)] = service.came
    assert path == f"/push/{ada.name}"
    said = device.opened(headers, body)
    [told] = ada.get("/api/v1/notifications")
    assert (str(said["notification_id"]), said["notification_type"]) == (told["id"], "mention")
    assert said["title"] == f"{bo.name} mentioned you"
    assert said["body"] == f"Hello @{ada.name}, how are you?"
    assert said["icon"] == told["account"]["avatar"]
    assert said["preferred_locale"] == "en"
    assert (headers["urgency"], headers["topic"]) == ("normal", told["id"])
    assert 0 < int(headers["ttl"]) <= 48 * 3600
    check_signature(town, service, headers, standard=standard)


def test_a_push_comes_in_the_language_of_its_reader(town: Town, service: Service) -> None:
    ada, bo = town.people("ada", "bo")
    access.choose_language(town.db, Acting(int(ada.id)), "de")
    device = subscribed(service, ada)
    bo.says(f"Hello @{ada.name}")
    town.run_jobs()
    [(_path, headers, body)] = service.came
    said = device.opened(headers, body)
    assert (said["title"], said["preferred_locale"]) == (f"{bo.name} hat dich erwähnt", "de")


def check_signature(town: Town, service: Service, headers: dict[str, str], *, standard: bool) -> None:
    """As RFC 8292 says a push service has to."""
    kind, _, rest = headers["authorization"].partition(" ")
    if standard:
        assert kind == "vapid"
        token, public = parts(rest)["t"], parts(rest)["k"]
    else:
        assert kind == "WebPush"
        token, public = rest, parts(headers["crypto-key"])["p256ecdsa"]
    head, claims, signature = token.split(".")
    raw = unb64(signature)
    signed = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(public))
    key.verify(signed, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    assert json.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
    told = json.loads(unb64(claims))
    assert told["aud"] == f"http://127.0.0.1:{service.port}"
    assert 0 < told["exp"] - town.db.clock.now() / 1000 <= 24 * 3600
    assert told["sub"] == town.db.base_url  # this town has no address for letters
    ours = town.stranger.ask("GET", "/api/v2/instance").json()["configuration"]["vapid"]["public_key"]
    assert public == ours.rstrip("=")


def test_only_the_wanted_kinds_of_the_wanted_people_are_pushed(town: Town, service: Service) -> None:
    for policy, expected in (("all", 2), ("followed", 1), ("follower", 1), ("none", 0)):
        ada, friend, stranger = town.people("ada", "friend", "stranger")
        if policy == "followed":
            ada.follows(friend)
        elif policy == "follower":
            friend.follows(ada)
        subscribed(service, ada, policy=policy, mention=True)
        status = ada.says("Hello")
        for who in (friend, stranger):
            who.says(f"@{ada.name}")
            who.does("favourite", status)
        town.run_jobs()
        assert len(service.came) == expected, policy
        service.came.clear()


def waiting(town: Town) -> list[Any]:
    with town.db.read() as r:
        return list(r.rows(select(jobs.c.run_at, jobs.c.state).where(jobs.c.kind == PUSH)))


def due(town: Town) -> None:
    """Let the time pass for which pushes wait."""
    with town.db.store.transaction() as tx:
        tx.run(update(jobs).where(jobs.c.kind == PUSH).values(run_at=0))


@pytest.mark.parametrize(("status", "asked", "least_s"), [(429, "120", 119), (503, "", 14), (500, "", 14)])
def test_a_busy_service_is_asked_again_when_it_said(
    town: Town, service: Service, status: int, asked: str, least_s: int
) -> None:
    ada, bo = town.people("ada", "bo")
    device = subscribed(service, ada)
    service.answers.append((status, {"Retry-After": asked} if asked else {}))
    before = town.db.clock.now()
    bo.says(f"@{ada.name} hello")
    town.run_jobs()
    [(run_at, state)] = waiting(town)
    assert state == "waiting"
    assert least_s * 1000 <= run_at - before <= least_s * 1000 + 30_000
    due(town)
    town.run_jobs()
    assert waiting(town) == []
    assert [device.opened(headers, body)["body"] for _, headers, body in service.came] == [f"@{ada.name} hello"] * 2


@pytest.mark.parametrize("status", [404, 410, 400, 302])
def test_a_subscription_that_is_over_is_removed(town: Town, service: Service, status: int) -> None:
    ada, bo = town.people("ada", "bo")
    subscribed(service, ada)
    service.answers.append((status, {}))
    bo.says(f"@{ada.name}")
    bo.says(f"@{ada.name}")
    town.run_jobs()
    assert ada.ask("GET", PATH).status_code == 404
    assert waiting(town) == []


def test_what_was_taken_back_or_is_too_old_is_not_pushed(town: Town, service: Service) -> None:
    ada, bo = town.people("ada", "bo")
    subscribed(service, ada)
    service.answers += [(503, {})] * 2
    gone = bo.says(f"@{ada.name}")
    old = bo.says(f"@{ada.name} again")
    town.run_jobs()
    assert len(waiting(town)) == 2
    bo.good(bo.ask("DELETE", f"/api/v1/statuses/{gone['id']}"))
    with town.db.store.transaction() as tx:
        tx.run(update(notifications).where(notifications.c.status_id == int(old["id"])).values(created_at=0))
    service.came.clear()
    due(town)
    town.run_jobs()
    assert service.came == []
    assert waiting(town) == []


def test_no_push_after_the_token_has_ended(town: Town, service: Service) -> None:
    ada, bo = town.people("ada", "bo")
    subscribed(service, ada)
    with town.db.read() as r:
        apps = access.authorized_apps(r, ada.number)
    for app in apps:
        access.revoke_app(town.db, ada.acting, app.app_id)
    bo.says(f"@{ada.name}")
    town.run_jobs()
    assert service.came == []
    with town.db.read() as r:
        owner = push_subscriptions.c.account_id == ada.number
        assert r.first(select(push_subscriptions.c.id).where(owner)) is None


def test_words_that_cannot_wait_reach_the_members_browsers_alone(town: Town, service: Service) -> None:
    ada, bo = town.people("ada", "bo")
    device = subscribed(service, ada)
    subscribed(service, bo)

    def plan() -> int:
        with town.db.write(SYSTEM, Ability.JOBS) as w:
            title, body = say("No time is left: %(harm)s", harm="Spam"), say("A post")
            return plan_alert(w, int(ada.id), title, body, path="/admin/cases/1", topic="case1", until=w.now + 60_000)

    assert town.db.submit(plan).result() == 0  # an app's, which would not know what to do with it
    with town.db.write(SYSTEM, Ability.JOBS) as w:
        token = w.value(select(push_subscriptions.c.token_id).where(push_subscriptions.c.account_id == int(ada.id)))
        w.run(insert(sessions).values(id=token, account_id=int(ada.id), digest=b"x" * 32, ip="", user_agent="",
                                      method="password", created_at=1, last_used_at=1))  # fmt: skip
    assert town.db.submit(plan).result() == 1
    town.run_jobs()
    [(_, headers, body)] = service.came
    told = device.opened(headers, body)
    assert (told["title"], told["path"]) == ("No time is left: Spam", "/admin/cases/1") and told["body"] == "A post"


def test_retry_after_says_seconds_or_a_date() -> None:
    assert wait_of("120", 0) == 120
    assert wait_of("Thu, 01 Jan 1970 00:02:00 GMT", 60_000) == 60
    assert wait_of("soon", 0) is None
    assert wait_of("", 0) is None
