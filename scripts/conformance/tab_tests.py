"""Runs files of redis-py's tests inside the tab's Python, and prints a line of JSON for each test that is over. Before it,
the runner puts FILES (a list), DONE (tests that need not run again) and PROTOCOL."""

import json
import os
import sys

sys.path[:0] = ["/tests/site", "/tests/redis-py"]
os.chdir("/tests/redis-py")

import pytest


def say(**what):
    sys.__stdout__.write(f"\x1e{json.dumps(what)}\n")
    sys.__stdout__.flush()


class Report:
    """What comes of each test: the worst of its three parts."""

    def pytest_collection_modifyitems(self, config, items):
        left = [item for item in items if item.nodeid not in DONE]
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in DONE])
        items[:] = left

    def pytest_runtest_logstart(self, nodeid, location):
        self.outcome, self.why = "passed", ""
        say(begun=nodeid)

    def pytest_runtest_logreport(self, report):
        if report.skipped and self.outcome == "passed":
            isExpected = hasattr(report, "wasxfail")
            self.outcome = "xfailed" if isExpected else "skipped"
            self.why = report.wasxfail if isExpected else report.longrepr[2]
        elif report.failed:
            self.outcome, self.why = "failed", f"{report.when}: {report.longreprtext[-1500:]}"

    def pytest_runtest_logfinish(self, nodeid, location):
        say(test=nodeid, outcome=self.outcome, why=self.why)

    def pytest_collectreport(self, report):
        if report.failed:
            say(test=report.nodeid, outcome="failed", why=f"collecting: {report.longreprtext[-1500:]}")


OPTIONS = ["-q", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto", "--tb=short", "--capture=sys", "-W", "ignore::DeprecationWarning"]
MARKS = ["-m", "not onlycluster and not redismod and not ssl and not graph"]
for file in FILES:
    server = ["--redis-url=redis://127.0.0.1:6379/0", f"--protocol={PROTOCOL}"]
    code = pytest.main([*OPTIONS, *MARKS, *server, file], plugins=[Report()])
    say(file=file, code=int(code))
