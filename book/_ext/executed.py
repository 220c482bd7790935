"""The lectures, executed on all cores, and again only when they or the library have changed.

jupyter-cache knows a lecture by its cells alone, so each state of the library has a cache of its
own. What it has not, the book's build executes.
"""

import hashlib
import os
import shutil
import sys
from multiprocessing import Pool
from pathlib import Path

import yaml
from jupyter_cache import get_cache
from jupyter_cache.executors.utils import create_cache_bundle, single_nb_execution
from tqdm import tqdm

ROOT = Path(__file__).parents[2]
CACHES = ROOT / "_build" / "executed"
OF_THE_PAGE = (".pyc", ".mjs", ".css")
TIMEOUT = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["execute"]["timeout"]


def cache_path():
    """The cache for the library as it is, and for the versions of what it stands on."""
    code = [*ROOT.glob("lecture_lib/**/*"), ROOT / "requirements.lock"]
    # What moves a figure in the page alone is no matter to a lecture's outputs.
    files = (file for file in sorted(code) if file.is_file() and file.suffix not in OF_THE_PAGE)
    text = b"".join(str(file).encode() + file.read_bytes() for file in files)
    return CACHES / hashlib.sha256(sys.version.encode() + text).hexdigest()[:16]


def take_from_cache(app, config):
    config.nb_execution_mode = "cache"
    config.nb_execution_cache_path = str(cache_path())


def execute(lecture):
    """The lecture, as jupyter-cache hands it out, executed where it lies; and how that went."""
    folder = str(Path(lecture.uri).parent)
    return lecture, single_nb_execution(lecture.nb, cwd=folder, timeout=TIMEOUT, allow_errors=False)


def silence():
    """Each kernel warns of a socket that no other machine reaches; what fails, the build says."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def main():
    """Execute what the cache has not. A lecture that fails is left to the build, which says how."""
    for old in set(CACHES.glob("*")) - {cache_path()}:
        shutil.rmtree(old)
    cache = get_cache(cache_path())
    paths = sorted(map(str, ROOT.glob("notebooks/*.ipynb")))
    for path in paths:
        cache.add_nb_to_project(path)
    lectures = [
        cache.get_project_notebook(record.pk) for record in cache.list_unexecuted(filter_uris=paths)
    ]
    with Pool(initializer=silence) as pool:
        done = pool.imap_unordered(execute, lectures)
        # Kept here, one by one: of two that are kept at the same moment, jupyter-cache loses one.
        for lecture, result in tqdm(done, total=len(lectures), unit="lecture"):
            if not result.err:
                bundle = create_cache_bundle(lecture, result.cwd, None, result.time, None)
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def setup(app):
    app.connect("config-inited", take_from_cache)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
