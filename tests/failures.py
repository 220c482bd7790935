"""What a test that failed leaves in _build/test-results of each page that it had open.

Playwright's trace, with all that led there, makes every test slower, not only those that fail. So
it is recorded only where it is asked for: `pytest --lf --trace-pages`.
"""

import re
import shutil
from collections import defaultdict

import pytest
from playwright.sync_api import Error

from tests.driver import ROOT

RESULTS = ROOT / "_build" / "test-results"


class Recorder:
    """Listens to all pages of a browser, whoever opens them and for however many tests."""

    def __init__(self, browser, trace):
        self.browser, self.trace = browser, trace
        self.logged = defaultdict(list)
        browser.on("context", self.listen)

    def listen(self, context):
        context.on("console", lambda m: self.logged[m.page].append(f"{m.type}: {m.text}"))
        context.on("weberror", lambda e: self.logged[e.page].append(f"uncaught: {e.error}"))
        context.on("page", self.follow)
        if self.trace:
            context.tracing.start(screenshots=True, snapshots=True, sources=True)

    def follow(self, page):
        """A tab that is blank is between two tests."""
        page.on("close", lambda page: self.logged.pop(page, None))
        page.on("framenavigated", lambda frame: is_blank(frame) and self.logged.pop(page, None))

    def keep(self, test):
        """Each open page as it is now: a picture, its HTML and its log; and the trace, if any."""
        folder = RESULTS / re.sub(r"[^\w.-]+", "-", test).strip("-")[-150:]
        folder.mkdir(parents=True, exist_ok=True)
        for n, context in enumerate(self.browser.contexts, 1):
            for k, page in enumerate([p for p in context.pages if not is_blank(p)], 1):
                name = f"page-{n}-{k}"
                log = "\n".join([page.url, *self.logged[page]]) + "\n"
                (folder / f"{name}.log").write_text(log, encoding="utf-8")
                try:
                    page.screenshot(path=folder / f"{name}.png", full_page=True, timeout=5000)
                    (folder / f"{name}.html").write_text(page.content(), encoding="utf-8")
                except Error as error:  # a page that hangs or has crashed
                    (folder / f"{name}.txt").write_text(str(error), encoding="utf-8")
            if self.trace:
                context.tracing.stop(path=folder / f"trace-{n}.zip")
                context.tracing.start(screenshots=True, snapshots=True, sources=True)


def is_blank(page):
    return page.url == "about:blank"


RECORDER = pytest.StashKey[Recorder]()


def pytest_addoption(parser):
    text = "keep a Playwright trace of each page whose test fails; all tests of pages get slower"
    parser.addoption("--trace-pages", action="store_true", help=text)


def pytest_sessionstart(session):
    if not hasattr(session.config, "workerinput"):
        shutil.rmtree(RESULTS, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    # Not of a teardown, which has closed the pages.
    if report.failed and report.when != "teardown" and "browser" in item.funcargs:
        item.config.stash[RECORDER].keep(item.nodeid)
    return report
