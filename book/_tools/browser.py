"""The one browser of the checks, the bench, the PDF, the EPUB and the README's picture.

It is the Chromium, Chrome or Edge that `BROWSER` names, else one that is on the machine, else
Playwright's own. `python -m book._tools.browser` prints its path, and where there is none installs
one, by the system's package manager if that asks no question, or by Playwright. What Playwright
drives it with is seen to as well.
"""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path

# The first is Chromium without what draws a window; it takes less of the processor, by a quarter
# and more.
NAMES = ("chromium-headless-shell",)
NAMES += ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NAMES += ("microsoft-edge", "microsoft-edge-stable", "msedge")
# Where macOS keeps them, instead of on the PATH.
APPLICATIONS = ("Chromium", "Google Chrome", "Microsoft Edge")
FOLDERS = (Path("/Applications"), Path.home() / "Applications")
MANAGERS = {
    "apt-get": (["update", "-qq"], ["install", "-qq", "-y"]),
    "dnf": (["install", "-q", "-y"],),
    "apk": (["add", "-q"],),
    "pacman": (["-S", "--noconfirm", "--needed"],),
}
# What they call a browser, best first, where it is not this alone.
CHROMIUM = {"apt-get": ("chromium-headless-shell", "chromium")}
# What Playwright's own Node, which drives the browser, wants and a plain system lacks.
LIBATOMIC = {"apt-get": ("libatomic1",), "pacman": ("gcc-libs",)}
OWN = """from playwright.sync_api import sync_playwright
with sync_playwright() as playwright: print(playwright.chromium.executable_path)"""
FLAGS = [
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


class NoBrowser(SystemExit):
    """Why there is no browser, in one sentence; a script ends with it."""


@contextmanager
def launched():
    """The browser, started without a window for as long as the block lasts."""
    # Only here: to find a browser, or to install one, needs no Playwright in this process.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        yield started
        started.close()


@cache
def find():
    """The path of the browser; `NoBrowser` where none is, or where `BROWSER` does not name one."""
    found = named() or on_the_machine() or playwrights_own()
    if not found:
        raise NoBrowser(
            f"No browser: neither {', '.join(NAMES[:-1])} nor {NAMES[-1]} runs from the PATH, and "
            "Playwright has none of its own; `make browser` tries to install one."
        )
    return found


def find_or_install():
    """The path of the browser, which is installed if there is none; `NoBrowser` if that fails."""
    found = named() or on_the_machine() or playwrights_own()
    if found:
        return found
    tried = [f"neither {', '.join(NAMES[:-1])} nor {NAMES[-1]} runs from the PATH"]
    for install in (by_package_manager, by_playwright):
        failed = install()
        found = on_the_machine() or playwrights_own()
        if found:
            return found
        tried.append(failed)
    raise NoBrowser(
        f"No browser: {', '.join(tried[:-1])}, and {tried[-1]}; install Chromium, Chrome or Edge, "
        "or name the one you have: make test BROWSER=/path/to/it."
    )


def named():
    """The browser that `BROWSER` names, None if it names nothing."""
    name = os.environ.get("BROWSER")
    if not name:
        return None
    found = shutil.which(name)
    if found and is_browser(found):
        return found
    problem = "does not say that it is Chromium, Chrome or Edge" if found else "is not there"
    raise NoBrowser(
        f"BROWSER names {name!r}, which {problem}: name the path of Chromium, Chrome or Edge, or "
        "leave BROWSER empty to have one found."
    )


def on_the_machine():
    """A browser on the PATH, or among a Mac's applications."""
    programs = [*map(shutil.which, NAMES)]
    programs += [
        str(folder / f"{name}.app" / "Contents" / "MacOS" / name)
        for folder in FOLDERS
        for name in APPLICATIONS
        if (folder / f"{name}.app").exists()
    ]
    return next(filter(is_browser, filter(None, programs)), None)


def playwrights_own():
    """The Chromium that Playwright has fetched for itself."""
    path = said_by([sys.executable, "-c", OWN])
    return path if path and Path(path).exists() and is_browser(path) else None


def is_browser(program):
    """Whether it starts. Ubuntu has a `chromium-browser` that only tells of another package."""
    version = said_by([program, "--version"]) or ""
    return "Chrom" in version or "Edge" in version


def have_it_driven():
    """Have what drives the browser run, Playwright's Node; `NoBrowser` if that fails."""

    def runs():
        return said_by([sys.executable, "-m", "playwright", "--version"]) is not None

    if not runs():
        failed = by_package_manager("libatomic", LIBATOMIC)
        if not runs():
            raise NoBrowser(
                f"Playwright's own Node, which drives the browser, does not run, and {failed}; "
                "install libatomic (Debian's libatomic1), which it wants."
            )


def by_package_manager(package="chromium", names=CHROMIUM):
    """Install a package with the system's manager, whose names for it may be others; returns what
    failed, if it did."""
    manager = next(filter(shutil.which, MANAGERS), None)
    if not manager:
        return f"no package manager is there ({', '.join(MANAGERS)})"
    before = without_a_question()
    if before is None:
        return f"{manager} would ask for a password"
    packages = names.get(manager, (package,))
    *updates, install = MANAGERS[manager]
    # A list that could not be brought up to date may still do: what is installed decides.
    for words in updates:
        said_by([*before, manager, *words])
    for package in packages:
        print(f"To have a browser driven, {manager} installs {package}.", file=sys.stderr)
        if said_by([*before, manager, *install, package]) is not None:
            break
    return f"{manager} could not install {' or '.join(packages)}"


def by_playwright():
    """Install Playwright's Chromium, with what it needs of the system; returns what failed."""
    print("No browser is there yet: Playwright fetches its Chromium.", file=sys.stderr)
    # Playwright knows the names of Debian's and Ubuntu's packages alone.
    whole = shutil.which("apt-get") and without_a_question() is not None
    for words in (["--with-deps"], []) if whole else ([],):
        if said_by([sys.executable, "-m", "playwright", "install", *words, "chromium"]) is not None:
            break
    return "Playwright could not fetch one that runs"


def without_a_question():
    """What to put before a command so that the system's owner runs it, None if that would ask."""
    if os.geteuid() == 0:
        return []
    allowed = shutil.which("sudo") and said_by(["sudo", "-n", "true"]) is not None
    return ["sudo", "-n"] if allowed else None


def said_by(command):
    """What a command prints, None if it fails. It can ask nothing, and its errors are not shown."""
    try:
        ran = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            text=True,
            timeout=900,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ran.stdout.strip() if ran.returncode == 0 else None


if __name__ == "__main__":
    print(find_or_install())
    have_it_driven()
