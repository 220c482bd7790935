"""One Chromium for every test that needs a browser, and pages of the built book, network off."""

from contextlib import contextmanager
from functools import cache

import pytest

from book._tools.browser import launched
from tests.driver import HTML, NOT_BUILT, TABS, Visit, pages, scroll_past_figures
from tests.failures import (  # noqa: F401, hooks of pytest
    RECORDER,
    Recorder,
    pytest_addoption,
    pytest_runtest_makereport,
    pytest_sessionstart,
)


@pytest.fixture(scope="session")
def browser(pytestconfig):
    with launched() as browser:
        pytestconfig.stash[RECORDER] = Recorder(browser, pytestconfig.getoption("--trace-pages"))
        yield browser


def pytest_generate_tests(metafunc):
    if "page_name" in metafunc.fixturenames:
        metafunc.parametrize("page_name", pages() or [NOT_BUILT], scope="module")


def pytest_collection_modifyitems(items):
    """Mark what wants a browser or the built book, so that `make check` can leave it out."""

    def asks(item, fixture):
        return fixture in getattr(item, "fixturenames", ())

    of_pages = {item.path for item in items if asks(item, "page_name")}
    for item in items:
        if asks(item, "browser") or item.path in of_pages:
            item.add_marker("site")


@contextmanager
def visits(browser, request):
    """A function that opens a page of the book; at the end, nothing may have been logged and
    nothing asked for outside the folder."""
    assert (HTML / "index.html").exists(), NOT_BUILT
    opened = []

    def open_page(name, fragment="", all_figures=True, figure=None, **options):
        options = {"reduced_motion": "reduce", "offline": True} | options
        handed_on = TABS.take(browser, options) if figure else None
        page = handed_on or browser.new_context(**options).new_page()
        page.set_default_timeout(10_000)
        opened.append((options if figure else None, Visit(page, name, fragment)))
        if figure:
            scroll_past_figures(page, f"#{figure}")
        elif all_figures and options.get("java_script_enabled", True):
            scroll_past_figures(page)
        return opened[-1][1]

    yield open_page
    complaints = [complaint for _, visit in opened for complaint in visit.complaints]
    outside = [url for _, visit in opened for url in visit.outside()]
    if complaints or outside:
        request.config.stash[RECORDER].keep(request.node.nodeid)
    for options, visit in opened:
        visit.stop_listening()
        if options:
            TABS.give_back(browser, options, visit.page)
        else:
            visit.page.context.close()
    assert not complaints, complaints
    assert not outside, outside


@pytest.fixture
def visit(browser, request):
    """`visit(name, fragment, **options of the context)` opens a page of the book and mounts its
    figures by scrolling past them; `all_figures=False` leaves the page as it opens, and
    `figure=anchor` mounts this one alone, in a tab that tests hand on (`tests.driver.Tabs`).

    Motion is reduced unless asked for, so that what is read is not half way to somewhere.
    """
    with visits(browser, request) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def at(browser, request, page_name):
    """`at(theme, width)`: the page `page_name` so shown, opened once for all tests that ask."""
    with visits(browser, request) as open_page:

        @cache
        def opened(theme, width):
            size = {"width": width, "height": 900}
            return open_page(page_name, color_scheme=theme, viewport=size)

        yield opened
