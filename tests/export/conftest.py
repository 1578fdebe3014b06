"""Notebooks, and what a reader of their pages gets."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import nbformat
import pytest
from hypothesis import settings
from markupsafe import Markup
from nbformat import v4

from pyscript_jupyter.export import runtime
from pyscript_jupyter.export.exporter import PyScriptExporter

# Others land beside us: what is tried is the same each time. `EXPORT_TESTS=deep` tries more, and anew.
settings.register_profile("quick", deadline=None, max_examples=25, derandomize=True, database=None)
settings.register_profile("deep", deadline=None, max_examples=400, database=None)
settings.load_profile(os.environ.get("EXPORT_TESTS", "quick"))

PACK = runtime._pack


@pytest.fixture(autouse=True, scope="session")
def _light() -> Iterator[None]:
    """Have pages carry the names of their parts in the place of these: only test_runtime.py looks into them."""
    runtime._pack = Markup  # type: ignore[assignment]
    yield
    runtime._pack = PACK


SURROGATE = "\ud83d"
"""Half a character, which UTF-8 cannot carry."""


class Page:
    """A page as a browser parses it."""

    def __init__(self, html: str) -> None:
        self.html = html
        html.encode("utf-8")
        self.root: Element = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)

    def all(self, tag: str = "*", kind: str = "") -> list[Element]:
        """Return the elements of that tag and class, in order."""
        found = [
            each for each in self.root.iter() if isinstance(each.tag, str) and tag in ("*", each.tag.split("}")[-1])
        ]
        return [each for each in found if not kind or kind in classes(each)]

    def one(self, tag: str = "*", kind: str = "") -> Element:
        """Return the only such element."""
        (found,) = self.all(tag, kind)
        return found

    def data(self, name: str) -> Any:
        """Return what one of the page's two blocks of data holds."""
        (script,) = (each for each in self.all("script") if each.get("id") == f"pyscript-{name}")
        assert script.get("type") == "application/json"
        return json.loads(text(script))

    @property
    def notebook(self) -> Any:
        """The notebook that the page carries."""
        return self.data("notebook")

    @property
    def sections(self) -> list[Element]:
        """The cells."""
        return self.all("section", "cell")


def classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()


def text(element: Element) -> str:
    """Return the text content of an element."""
    return "".join(element.itertext())


def visible(source: str) -> str:
    """Return a string as a page can show it."""
    return "".join("\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in source)


def export(nb: Any, folder: Path | None = None, name: str = "file") -> Page:
    """Return a notebook's page."""
    metadata = {"name": name} if folder is None else {"name": name, "path": str(folder)}
    html, _ = PyScriptExporter().from_notebook_node(nb, {"metadata": metadata})
    return Page(html)


def notebook(*cells: Any, **metadata: Any) -> Any:
    """Return a notebook; a string is a cell of code."""
    nb = v4.new_notebook(metadata=nbformat.from_dict(metadata))
    nb.cells = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    for index, cell in enumerate(nb.cells):
        cell["id"] = f"c{index}"
    return nb


def code(source: str, *outputs: Any, tags: list[str] | None = None, **metadata: Any) -> Any:
    made = {"tags": tags, **metadata} if tags else metadata
    return v4.new_code_cell(source, outputs=list(outputs), metadata=nbformat.from_dict(made))


def markdown(source: str, attachments: Any = None, **metadata: Any) -> Any:
    cell = v4.new_markdown_cell(source, metadata=nbformat.from_dict(metadata))
    if attachments:
        cell["attachments"] = nbformat.from_dict(attachments)
    return cell


def shows(**data: Any) -> Any:
    """Return an output with data of types whose slash is two underscores."""
    return v4.new_output("display_data", {name.replace("__", "/"): value for name, value in data.items()})


def addresses(page: Page) -> Iterator[str]:
    """Yield every address that the page names."""
    for element in page.all():
        for name in ("src", "href", "action", "data", "poster", "srcset", "{http://www.w3.org/1999/xlink}href"):
            if element.get(name):
                yield str(element.get(name))
