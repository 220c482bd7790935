"""One Chromium for every test that needs a browser, and pages of the built book, network off."""

from contextlib import contextmanager
from functools import cache

import pytest

from book._tools.browser import launched
from tests.driver import HTML, NOT_BUILT, Visit, pages
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

    def open_page(name, fragment="", all_figures=True, **options):
        options = {"reduced_motion": "reduce", "offline": True} | options
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        scripted = options.get("java_script_enabled", True)
        opened.append(Visit(context, name, fragment, all_figures and scripted))
        return opened[-1]

    yield open_page
    complaints = [complaint for visit in opened for complaint in visit.complaints]
    outside = [url for visit in opened for url in visit.outside()]
    if complaints or outside:
        request.config.stash[RECORDER].keep(request.node.nodeid)
    for visit in opened:
        visit.page.context.close()
    assert not complaints, complaints
    assert not outside, outside


@pytest.fixture
def visit(browser, request):
    """`visit(name, fragment, **options of the context)` opens a page of the book and mounts its
    figures by scrolling past them; `all_figures=False` leaves the page as it opens.

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
