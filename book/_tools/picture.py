"""The README's picture, the Gate Lab's belt as the figure draws it, and the icon as a bitmap.

Run by `make picture`.
"""

from pathlib import Path

from book._tools.browser import launched
from lecture_lib.figures import GateLab, joiner

STYLE = Path(__file__).parents[1] / "_style"
PAGE = """<!doctype html><meta charset="utf-8">
<style>{style} body {{ margin: 0; width: 960px }}
div.live-figure {{ margin: 0 !important; border: 0 !important }}
.live-head, .live-story, .live-controls, .live-player, .live-strip, .live-numbers, .live-caption
{{ display: none !important }}</style>
{figure}<script>{module}</script><script>{host}</script>"""


def main():
    page_text = PAGE.format(
        style=GateLab._css,
        figure=GateLab().twin(),
        module=joiner.page_script(GateLab),
        host=joiner.host_script(),
    )
    with launched() as browser:
        page = browser.new_page(viewport={"width": 960, "height": 600}, device_scale_factor=2)
        page.set_content(page_text)
        page.locator("#gate-lab.live-awake").screenshot(path=STYLE / "gate-lab.png")
        page = browser.new_page(viewport={"width": 256, "height": 256})
        page.set_content(f"<style>body {{ margin: 0 }}</style>{(STYLE / 'icon.svg').read_text()}")
        page.locator("svg").screenshot(path=STYLE / "icon.png", omit_background=True)


if __name__ == "__main__":
    main()
