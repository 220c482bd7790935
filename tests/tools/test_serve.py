"""The built book as a good host serves it: gzipped texts, under the strict policy."""

import gzip
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from book._tools.serve import served

PAGE = "<!doctype html><title>Gates</title>" + "forget " * 200


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "face.woff2").write_bytes(b"\x00\x01\x02")
    return tmp_path


def answer(address):
    with urlopen(Request(address, headers={"Accept-Encoding": "gzip"})) as response:
        return response.headers, response.read()


def test_texts_are_gzipped_and_the_rest_is_as_it_is(folder):
    with served(folder) as address:
        headers, body = answer(f"{address}/page.html")
        assert (headers["Content-Encoding"], int(headers["Content-Length"])) == ("gzip", len(body))
        assert gzip.decompress(body).decode() == PAGE
        assert len(body) < len(PAGE) / 4
        headers, body = answer(f"{address}/face.woff2")
        assert (headers["Content-Encoding"], body) == (None, b"\x00\x01\x02")


@pytest.mark.parametrize(
    ("given", "sent"),
    [((), "default-src 'self'"), (("default-src 'none'",), "default-src 'none'"), ((None,), None)],
)
def test_the_policy_is_the_strict_one_unless_another_is_given(folder, given, sent):
    with served(folder, *given) as address:
        for name in ("page.html", "face.woff2"):
            assert answer(f"{address}/{name}")[0]["Content-Security-Policy"] == sent


def test_it_ends_with_the_block(folder):
    with served(folder) as address:
        answer(f"{address}/page.html")
    with pytest.raises(URLError):
        answer(f"{address}/page.html")
