"""One place finds the browser, tried on machines made of a few scripts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from book._tools import browser

ROOT = Path(__file__).parents[2]
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser"]
NAMES += ["google-chrome", "google-chrome-stable", "chrome"]
NAMES += ["microsoft-edge", "microsoft-edge-stable", "msedge"]
CHROMIUM = 'echo "Chromium 156.0 built on Debian"'


class Machine:
    """A folder that is the whole PATH, and a log of what is run in it."""

    def __init__(self, folder):
        self.bin, self.log = folder / "bin", folder / "log"
        self.bin.mkdir()
        self.log.touch()

    def has(self, name, does=CHROMIUM):
        program = self.bin / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f'#!/bin/sh\necho "{program.name} $*" >> {self.log}\n{does}\n')
        program.chmod(0o755)
        return str(program)

    def installs(self, name, command):
        """The line of a script by which `command`, its first word, brings `name`."""
        made = self.has(f"../kept/{name}")
        return f'[ "$1" != {command} ] || /bin/ln -s {made} {self.bin}/{name}'

    def ran(self):
        lines = self.log.read_text().splitlines()
        return [line for line in lines if not line.endswith("--version")]


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Root's, with nothing on it, and Playwright neither has a browser nor gets one."""
    machine = Machine(tmp_path)
    monkeypatch.setenv("PATH", str(machine.bin))
    monkeypatch.delenv("BROWSER", raising=False)
    monkeypatch.setattr(browser, "FOLDERS", (tmp_path / "Applications",))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(sys, "executable", machine.has("../kept/python", "exit 1"))
    monkeypatch.setattr(browser, "find", browser.find.__wrapped__)
    return machine


def refusal(call):
    with pytest.raises(SystemExit) as refused:
        call()
    said = str(refused.value)
    # One sentence: it ends once, and on the line on which it begins.
    assert said.endswith(".") and ". " not in said and "\n" not in said
    return said


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_found_by_itself(machine, name):
    program = machine.has(name)
    assert browser.find() == browser.find_or_install() == program


def test_the_first_that_runs_is_taken(machine):
    # As on Ubuntu, whose chromium-browser may only say which package to install.
    machine.has("chromium-browser", "echo 'please install the snap' >&2; exit 1")
    machine.has("msedge", "echo Microsoft Edge 140")
    chrome = machine.has("google-chrome", "echo Google Chrome 140")
    assert browser.find() == chrome


def test_a_mac_keeps_it_among_its_applications(machine):
    inside = "../Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    chrome = Path(machine.has(inside, "echo Google Chrome 140"))
    assert Path(browser.find()).samefile(chrome)


def test_the_one_that_is_named_is_taken(machine, monkeypatch):
    machine.has("chromium")
    mine = machine.has("mine", "echo Google Chrome for Testing 140")
    for name in (mine, "mine"):
        monkeypatch.setenv("BROWSER", name)
        assert browser.find() == browser.find_or_install() == mine
    monkeypatch.setenv("BROWSER", "")
    assert Path(browser.find()).name == "chromium"


@pytest.mark.parametrize("ask", ["find", "find_or_install"])
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("/no/such/chrome", "BROWSER names '/no/such/chrome', which is not there"),
        ("firefox", "BROWSER names 'firefox', which does not say that it is Chromium"),
    ],
)
def test_a_name_that_does_not_fit_is_refused(machine, monkeypatch, name, says, ask):
    machine.has("chromium")
    machine.has("firefox", "echo Mozilla Firefox 140")
    monkeypatch.setenv("BROWSER", name)
    assert says in refusal(getattr(browser, ask))


def test_playwrights_own_will_do_and_nothing_is_installed(machine, monkeypatch):
    own = machine.has("../kept/chrome-linux/chrome")
    python = machine.has("../kept/python", f'[ "$1" = -c ] && echo {own}')
    monkeypatch.setattr(sys, "executable", python)
    machine.has("apt-get")
    assert browser.find() == browser.find_or_install() == own
    assert not [line for line in machine.ran() if "install" in line]


COMMANDS = {
    "apt-get": ["apt-get update -qq", "apt-get install -qq -y chromium-headless-shell"],
    "dnf": ["dnf install -q -y chromium"],
    "apk": ["apk add -q chromium"],
    "pacman": ["pacman -S --noconfirm --needed chromium"],
}


@pytest.mark.parametrize("manager", COMMANDS)
def test_root_has_the_package_manager_install_it(machine, manager):
    command = COMMANDS[manager][-1].split()[1]
    machine.has(manager, machine.installs("chromium", command))
    found = browser.find_or_install()
    assert found == str(machine.bin / "chromium")
    assert [line for line in machine.ran() if line.startswith(manager)] == COMMANDS[manager]


def test_where_a_package_is_unknown_the_next_is_asked_for(machine):
    """Debian has a Chromium that draws no window, Ubuntu has not."""
    unknown = 'for asked; do :; done; [ "$asked" != chromium-headless-shell ] || exit 100'
    machine.has("apt-get", f"{unknown}\n{machine.installs('chromium', 'install')}")
    assert browser.find_or_install() == str(machine.bin / "chromium")
    asked = [f"apt-get install -qq -y {name}" for name in ("chromium-headless-shell", "chromium")]
    assert machine.ran()[-2:] == asked


def test_a_list_of_packages_that_is_out_of_reach_may_still_do(machine):
    install = machine.installs("chromium", "install")
    machine.has("apt-get", f'[ "$1" != update ] || exit 100\n{install}')
    assert browser.find_or_install() == str(machine.bin / "chromium")


def test_sudo_is_used_where_it_asks_for_no_password(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.has("apt-get", machine.installs("chromium", "install"))
    machine.has("sudo", '[ "$1" = -n ] && shift && { [ "$1" = true ] || "$@"; }')
    assert browser.find_or_install() == str(machine.bin / "chromium")
    assert "sudo -n apt-get install -qq -y chromium-headless-shell" in machine.ran()


@pytest.mark.parametrize("sudo", [None, "exit 1"])
def test_where_sudo_would_ask_the_package_manager_is_left_alone(machine, monkeypatch, sudo):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.has("apt-get", machine.installs("chromium", "install"))
    if sudo:
        machine.has("sudo", sudo)
    assert "apt-get would ask for a password" in refusal(browser.find_or_install)
    assert not [line for line in machine.ran() if line.startswith("apt-get")]
    assert "python -m playwright install chromium" in machine.ran()


def test_playwright_fetches_its_own_where_the_package_manager_has_none(machine, monkeypatch):
    own = machine.bin.parent / "kept" / "own"
    made = machine.has("../kept/made")
    fetch = f'if [ "$1" = -m ]; then /bin/ln -s {made} {own}; else [ -e {own} ] && echo {own}; fi'
    monkeypatch.setattr(sys, "executable", machine.has("../kept/python", fetch))
    machine.has("apt-get", "echo 'E: Unable to locate package chromium' >&2; exit 100")
    assert browser.find_or_install() == str(own)
    assert "python -m playwright install --with-deps chromium" in machine.ran()


def test_where_all_fails_one_sentence_says_what_was_tried(machine, capfd):
    noise = "for line in 1 2 3; do echo 'Err: cannot resolve' >&2; echo Err; done; exit 100"
    machine.has("apt-get", noise)
    machine.has("../kept/python", noise)
    said = refusal(browser.find_or_install)
    for part in (*NAMES, "apt-get could not install chromium", "Playwright could not fetch"):
        assert part in said
    assert "install Chromium, Chrome or Edge" in said and "BROWSER=/path/to/it" in said
    assert "Err" not in "".join(capfd.readouterr())


def test_where_there_is_no_package_manager_the_sentence_says_so(machine):
    said = refusal(browser.find_or_install)
    assert "no package manager is there (apt-get, dnf, apk, pacman)" in said


LIBRARIES = {"apt-get": "libatomic1", "dnf": "libatomic", "apk": "libatomic", "pacman": "gcc-libs"}


@pytest.mark.parametrize("manager", LIBRARIES)
def test_what_playwrights_node_wants_is_installed(machine, monkeypatch, manager):
    """A plain Debian has no libatomic, without which the browser is there and cannot be driven."""
    library = machine.bin / "library"
    monkeypatch.setattr(sys, "executable", machine.has("../kept/python", f"[ -e {library} ]"))
    command = COMMANDS[manager][-1].split()[1]
    machine.has(manager, machine.installs("library", command))
    browser.have_it_driven()
    lines = [line for line in machine.ran() if line.startswith(manager)]
    assert lines[-1].split()[-1] == LIBRARIES[manager] and command in lines[-1]
    browser.have_it_driven()
    assert [line for line in machine.ran() if line.startswith(manager)] == lines


def test_where_the_library_is_not_to_be_had_the_sentence_names_it(machine):
    machine.has("apt-get", "exit 100")
    said = refusal(browser.have_it_driven)
    assert "apt-get could not install libatomic1" in said and "Playwright's own Node" in said


def test_to_look_is_not_to_install(machine):
    machine.has("apt-get", machine.installs("chromium", "install"))
    assert "`make browser`" in refusal(browser.find)
    assert not [line for line in machine.ran() if "install" in line]


def as_a_script(**environment):
    command = [sys.executable, "-m", "book._tools.browser"]
    environment = os.environ | environment
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_as_a_script_it_prints_the_path(tmp_path):
    mine = Machine(tmp_path).has("mine")
    ran = as_a_script(BROWSER=mine)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{mine}\n", "")


def test_as_a_script_it_ends_with_the_sentence():
    ran = as_a_script(BROWSER="/no/such/chrome")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("BROWSER names") and ran.stderr.count("\n") == 1


def test_no_other_place_starts_a_browser():
    code = [path for name in ("bench", "book", "tests") for path in (ROOT / name).rglob("*.py")]
    starts = [path.name for path in code if "chromium.launch(" in path.read_text("utf-8")]
    assert starts == ["browser.py", "test_browser.py"]
