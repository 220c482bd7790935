"""Links of the prose that set a figure, `[drop it](#gate-lab?t=5&f=0)`, go to the page as they are.

MyST would look for a heading of that name.
"""

from docutils import nodes
from sphinx.transforms import SphinxTransform


class KeepFigureLinks(SphinxTransform):
    # Before MyST's ResolveAnchorIds, 879.
    default_priority = 878

    def apply(self, **kwargs):
        for link in self.document.findall(nodes.reference):
            if link.get("id_link") and "?" in link["refuri"]:
                del link["id_link"]
                link["internal"] = True


def setup(app):
    app.add_transform(KeepFigureLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
