"""Text of one MIME type each, for `display` and for a cell's last value."""


class _Content:
    """Text of one MIME type."""

    def __init__(self, data):
        self.data = data

    def __repr__(self):
        return "<{} object>".format(type(self).__name__)


class HTML(_Content):
    """HTML to be shown as it is."""

    def _repr_html_(self):
        return self.data


class Markdown(_Content):
    """Markdown."""

    def _repr_markdown_(self):
        return self.data


class SVG(_Content):
    """An SVG image, as text."""

    def _repr_svg_(self):
        return self.data


class Latex(_Content):
    """LaTeX, with its own dollar signs."""

    def _repr_latex_(self):
        return self.data


class Math(_Content):
    """One formula of LaTeX, without dollar signs."""

    def _repr_latex_(self):
        return "$\\displaystyle {}$".format(self.data)


class JSON(_Content):
    """A dict or a list, shown as a tree."""

    def _repr_json_(self):
        return self.data


class Image(_Content):
    """An image: the bytes of a PNG, JPEG, GIF or WebP file."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {_image_type(bytes(self.data)): self.data}


def _image_type(data):
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if data[:4] == b"GIF8":
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    raise ValueError("Image() takes the bytes of a PNG, JPEG, GIF or WebP file; these begin with {!r}".format(data[:8]))
