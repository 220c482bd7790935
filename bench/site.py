"""What each page of the built book costs a first visitor: requests and gzipped bytes.

A page is served as a good host serves it and opened with an empty cache, then again with the one
that the front page has filled.
"""

import sys

from bench.figures import HTML, record
from bench.targets import judge
from book._tools.browser import launched
from book._tools.serve import served

FRONT = "book/intro.html"


def visit(context, address):
    """The requests of one visit that reached the host, and their gzipped bytes."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    ended, cached = {}, set()
    session.on("Network.requestServedFromCache", lambda event: cached.add(event["requestId"]))
    session.on(
        "Network.responseReceived",
        lambda event: event["response"].get("fromDiskCache") and cached.add(event["requestId"]),
    )
    session.on(
        "Network.loadingFinished",
        lambda event: ended.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto(address, wait_until="networkidle")
    page.close()
    sent = [size for request, size in ended.items() if request not in cached]
    return {"requests": len(sent), "bytes": sum(sent)}


def measure():
    names = sorted(
        str(path.relative_to(HTML)) for path in [*HTML.glob("book/*"), *HTML.glob("notebooks/*")]
    )
    result = {}
    with served() as home, launched() as browser:
        for name in names:
            context = browser.new_context()
            first = visit(context, f"{home}/{name}")
            context.close()
            context = browser.new_context()
            visit(context, f"{home}/{FRONT}")
            result[name] = {
                "first": first,
                "after the front page": visit(context, f"{home}/{name}"),
            }
            context.close()
    return result


def table(result):
    files = [path for path in HTML.rglob("*") if path.is_file()]
    whole = sum(path.stat().st_size for path in files)
    lines = [
        f"The whole site: {len(files)} files, {whole / 1e6:.1f} MB on disk.",
        "",
        "| page | requests | kB | requests, after the front page | kB |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, visits in result.items():
        cells = " | ".join(f"{v['requests']} | {v['bytes'] / 1000:.0f}" for v in visits.values())
        lines.append(f"| {name} | {cells} |")
    return "\n".join(lines)


def main():
    if not (HTML / FRONT).exists():
        raise SystemExit("_build/html is missing: run `make book` first")
    result = measure()
    record("site", result, table(result))
    return []


if __name__ == "__main__":
    sys.exit(judge(main()))
