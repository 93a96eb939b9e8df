"""A browser without JavaScript: follows links, fills in forms as they stand on the page, keeps cookies."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.servers import NO_TLS

FileSent = tuple[str, bytes, str]
"""Name, content and type of a file."""


@dataclass
class FormOnPage:
    """A form with the values that its fields hold."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    buttons: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FormOnPage] = []
        self.title = ""
        self.headings: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._inside: list[str] = []
        self._form: FormOnPage | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        self._inside.append(tag)
        if tag == "form":
            self._form = FormOnPage(found.get("action", ""), found.get("method", "get"), attributes=found)
            self.forms.append(self._form)
        if self._form is None:
            return
        name = found.get("name", "")
        if tag == "input" and name:
            self._form.names.add(name)
            if found.get("type") not in ("checkbox", "radio") or "checked" in found:
                self._form.values[name] = found.get("value", "")
        elif tag == "textarea":
            self._area = name
            self._form.names.add(name)
            self._form.values[name] = ""
        elif tag == "select":
            self._select = name
            self._form.names.add(name)
        elif tag == "option" and self._select and ("selected" in found or self._select not in self._form.values):
            self._form.values[self._select] = found.get("value", "")
        elif tag == "button" and name:
            self._form.buttons.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside and self._inside.pop() != tag:
                pass
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        inside = self._inside[-1] if self._inside else ""
        if inside == "title" and "svg" not in self._inside:  # there it is a word about a drawing
            self.title += data
        elif "h1" in self._inside:
            self.headings.append(data)
        if self._area and self._form is not None:
            self._form.values[self._area] += data.removeprefix("\n")
        self.words.append(data)


class Page:
    """An answer, read."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.html = answer.text
        self.path = answer.url.raw_path.decode()
        reader = _Reader()
        reader.feed(self.html)
        self.forms = reader.forms
        self.title = " ".join(reader.title.split())
        self.heading = " ".join("".join(reader.headings).split())
        self.tags = reader.tags
        self.words = " ".join("".join(reader.words).split())

    def form(self, action: str) -> FormOnPage:
        """The first form that goes to an address."""
        for found in self.forms:
            if found.action == action:
                return found
        raise AssertionError(
            f"no form to {action} among {[f.action for f in self.forms]} on {self.path}:\n{self.words}"
        )


class Browser:
    """Somebody's browser."""

    def __init__(self, base_url: str, **headers: str) -> None:
        self.base_url = base_url
        self.http = httpx.Client(
            base_url=base_url, timeout=20, trust_env=False, verify=NO_TLS, headers={"accept": "text/html"} | headers
        )
        self.page: Page | None = None

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _: TracebackType | None
    ) -> None:
        self.http.close()

    def open(self, path: str, *, follow: bool = True, **headers: str) -> Page:
        """Open an address."""
        self.page = self._follow(self.http.get(path, headers=headers), follow)
        return self.page

    def _follow(self, answer: httpx.Response, follow: bool) -> Page:
        for _ in range(8):
            if not follow or answer.status_code not in (301, 302, 303):
                break
            to = answer.headers["location"]
            if urlsplit(to).netloc and not to.startswith(self.base_url):
                break
            answer = self.http.get(to)
        return Page(answer)

    def send(
        self,
        action: str,
        *,
        follow: bool = True,
        but: tuple[str, ...] = (),
        files: dict[str, FileSent | list[FileSent]] | None = None,
        **values: Any,
    ) -> Page:
        """Fill in the form of the present page that goes to this address, and send it. None takes a field out.

        ``files`` are (name, content, type) for the fields that take one, or several of them.
        """
        assert self.page is not None
        form = self.page.form(action)
        filled = {name: value for name, value in values.items() if value is not None}
        data = form.values | {name: one if isinstance(one, list) else str(one) for name, one in filled.items()}
        for name in [*but, *(name for name, value in values.items() if value is None)]:
            data.pop(name, None)
        unknown = values.keys() - form.names - set(form.buttons)
        assert not unknown, f"the form to {action} has no {unknown}"
        headers = {"origin": self.base_url, "sec-fetch-site": "same-origin"}
        unknown = (files or {}).keys() - form.names
        assert not unknown, f"the form to {action} takes no {unknown}"
        given = {name: one if isinstance(one, list) else [one] for name, one in (files or {}).items()}
        sent = [(name, one) for name, several in given.items() for one in several]
        self.page = self._follow(self.http.post(form.action, data=data, files=sent or None, headers=headers), follow)
        return self.page

    def sign_in(self, name: str, password: str) -> Page:
        """Sign in with a password."""
        self.open("/auth/sign_in")
        page = self.send("/auth/sign_in", login=name, password=password)
        assert page.status == 200, page.words
        return page
