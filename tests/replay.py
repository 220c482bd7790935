"""nbval on what the book's build executed: `pytest -p tests.replay --nbval notebooks`.

A fresh kernel runs each lecture once for each state of the library (`book/_ext/executed.py`). This
hands those outputs to nbval cell by cell, as a kernel would, so that a lecture is not run again to
be compared. Without the plugin, nbval starts kernels of its own.
"""

from collections import deque

import pytest
from jupyter_cache import get_cache
from nbval.plugin import IPyNbFile

from book._ext.executed import cache_path

EXECUTED = "is not executed as it stands: run `make book`, whose messages say why"


class Replay:
    """The part of nbval's kernel that it asks, answered from executed cells."""

    def __init__(self, cells):
        self.cells = iter(cells)
        self.messages = deque()

    def is_alive(self):
        return True

    def stop(self):
        """Nothing runs."""

    def execute_cell_input(self, source, allow_stdin=None):
        # In order; nbval leaves out the cells that it was told to skip.
        cell = next(cell for cell in self.cells if cell.source == source)
        idle = {"output_type": "status", "execution_state": "idle"}
        self.messages.extend([*cell.outputs, idle])
        return "replayed"

    def await_reply(self, msg_id, timeout=None):
        """The answer is there."""

    def await_idle(self, msg_id, timeout=None):
        self.messages.clear()

    def get_message(self, stream, timeout=None):
        content = self.messages.popleft()
        header = {"msg_id": "replayed"}
        return {"msg_type": content["output_type"], "content": content, "parent_header": header}


def take_what_was_executed(file):
    """In place of the kernel that nbval starts for a file."""
    cache = get_cache(cache_path())
    try:
        record = cache.match_cache_file(str(file.path))
        cells = cache.get_cache_bundle(record.pk).nb.cells
    except KeyError:
        pytest.fail(f"{file.path.name} {EXECUTED}", pytrace=False)
    finally:
        cache.db.dispose()  # from Python 3.13 on a database that is left open is a warning
    file.kernel = Replay(cells)
    file.setup_sanitize_files()


def pytest_configure():
    IPyNbFile.setup = take_what_was_executed
