"""`python -m book._tools.serve [port]`: the built book as a good host serves it.

Texts are gzipped, and the content-security policy is the strict one that the book is made for.
"""

import gzip
import sys
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Event, Thread

HTML = Path(__file__).parents[2] / "_build" / "html"
POLICY = "default-src 'self'"
TEXTS = (".html", ".css", ".js", ".svg", ".xml")


class Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *args, policy, **options):
        self.policy = policy
        super().__init__(*args, **options)

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.suffix not in TEXTS or not path.is_file():
            return super().send_head()
        data = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", f"{self.guess_type(str(path))}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return BytesIO(data)

    def end_headers(self):
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, *args):
        pass


@contextmanager
def served(folder=HTML, policy=POLICY, port=0):
    """The address at which `folder` is served, under `policy`, for as long as the block lasts."""
    handler = partial(Handler, directory=folder, policy=policy)
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def main(port="8000"):
    if not (HTML / "index.html").exists():
        sys.exit("_build/html is missing: run `make book` first")
    with served(port=int(port)) as address, suppress(KeyboardInterrupt):
        print(f"{address}/book/intro.html", flush=True)
        Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
