"""A pytest plugin: where CI=true, a test that was skipped or expected to fail fails the run.

A skipped test is a promise that nobody checks; what cannot run everywhere is marked ``system`` and left
out by its marker, in plain sight.
"""

from __future__ import annotations

import os

import pytest


class NoSkips:
    """Collects what did not run honestly, and spoils the exit status."""

    def __init__(self) -> None:
        self.dishonest: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.dishonest.append(f"{report.nodeid} (module skipped)")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if hasattr(report, "wasxfail"):
            self.dishonest.append(f"{report.nodeid} (expected to fail)")
        elif report.skipped:
            self.dishonest.append(f"{report.nodeid} (skipped)")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.dishonest and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.dishonest:
            terminalreporter.section("skips are failures here", red=True)
            for line in self.dishonest:
                terminalreporter.write_line(line)


def pytest_configure(config: pytest.Config) -> None:
    """Register the check in the main process of a run, where CI asks for it."""
    if os.environ.get("CI") == "true" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(NoSkips(), "no-skips")
