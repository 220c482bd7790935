"""A page with one live figure and nothing else, without building the book.

`make preview FIGURE=GateLab` writes it to `_build/preview/gate-lab.html`. The page is light
or dark as the system is.
"""

import sys
from pathlib import Path

from lecture_lib import figures
from lecture_lib.figures import joiner

BUILD = Path(__file__).parents[2] / "_build"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ max-width: 688px; margin: 0 auto; padding: 16px; font-family: system-ui, sans-serif }}
{style}</style>
<script>
document.documentElement.dataset.theme =
  matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
</script>
</head>
<body>
<main>
<h1>{title}</h1>
{figure}
</main>
<script>{module}</script>
<script>{host}</script>
</body>
</html>
"""


def write(figure, folder=BUILD):
    """Write the page of `figure`; returns its path below `folder`."""
    path = Path("preview", f"{figure.figure}.html")
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    text = PAGE.format(
        title=type(figure).__name__,
        style=figure._css,
        figure=figure.twin(),
        module=joiner.page_script(figure),
        host=joiner.host_script(),
    )
    (folder / path).write_text(text, encoding="utf-8")
    return str(path)


def main(name):
    if name not in figures.__all__:
        sys.exit(f"FIGURE must be one of {', '.join(figures.__all__)}, got {name!r}")
    print(BUILD / write(getattr(figures, name)()))


if __name__ == "__main__":
    main(*sys.argv[1:])
