"""The browsers of the tests of pages, for the pages that take and give files."""

from __future__ import annotations

from tests.web.conftest import browsers

__all__ = ["browsers"]
