"""One Chromium for every test that needs a browser, and pages of the built book, network off."""

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
        metafunc.parametrize("page_name", pages() or [NOT_BUILT])


def pytest_collection_modifyitems(items):
    """Mark what wants a browser or the built book, so that `make check` can leave it out."""

    def asks(item, fixture):
        return fixture in getattr(item, "fixturenames", ())

    of_pages = {item.path for item in items if asks(item, "page_name")}
    for item in items:
        if asks(item, "browser") or item.path in of_pages:
            item.add_marker("site")


@pytest.fixture
def visit(browser, request):
    """`visit(name, fragment, **options of the context)` opens a page of the book and mounts its
    figures by scrolling past them; `all_figures=False` leaves the page as it opens.

    Motion is reduced unless asked for, so that what is read is not half way to somewhere. At the
    end, nothing may have been logged and nothing asked for outside the folder.
    """
    assert (HTML / "index.html").exists(), NOT_BUILT
    contexts, visits = [], []

    def open_page(name, fragment="", all_figures=True, **options):
        options = {"reduced_motion": "reduce", "offline": True} | options
        contexts.append(browser.new_context(**options))
        contexts[-1].set_default_timeout(10_000)
        scripted = options.get("java_script_enabled", True)
        visits.append(Visit(contexts[-1], name, fragment, all_figures and scripted))
        return visits[-1]

    yield open_page
    complaints = [complaint for visit in visits for complaint in visit.complaints]
    outside = [url for visit in visits for url in visit.outside()]
    if complaints or outside:
        request.config.stash[RECORDER].keep(request.node.nodeid)
    for context in contexts:
        context.close()
    assert not complaints, complaints
    assert not outside, outside
