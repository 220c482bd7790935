"""Fonts cut down to the book's characters, as a line of script each.

A page opened from disk may not load a font file, and a strict content-security policy allows no
font within a style sheet; a face made of bytes that a script brings along is welcome to both.
"""

import base64
from io import BytesIO

from fontTools import subset


def face(path, family, codes, weight=400, **options):
    """The script line that adds the font at `path`, cut down to `codes`, as `family`."""
    settings = subset.Options(flavor="woff", hinting=False, **options)
    font = subset.load_font(str(path), settings)
    cutter = subset.Subsetter(settings)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    cut = BytesIO()
    subset.save_font(font, cut, settings)
    data = base64.b64encode(cut.getvalue()).decode()
    return (
        f'document.fonts.add(new FontFace("{family}", Uint8Array.from(atob("{data}"), '
        f'(c) => c.charCodeAt(0)), {{ weight: "{weight}" }}));\n'
    )
