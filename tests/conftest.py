"""One Chromium for every test that needs a browser."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Each page brings two more processes for the address bar's list, though none is to be seen:
    # half of a page's work. The others are Playwright's own, whose list this one replaces.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,DestroyProfileOnBrowserClose,"
    "HttpsUpgrades,LensOverlay,MediaRouter,OptimizationHints,PaintHolding",
]


@pytest.fixture(scope="session")
def browser():
    """Chromium or Chrome of the machine, else the one that Playwright brings."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()
