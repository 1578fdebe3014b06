"""Everything that the template puts into the page, computed from a notebook: no I/O but the images beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pyscript_jupyter._version import __version__
from pyscript_jupyter.export import tags as tagged
from pyscript_jupyter.export.cells import BrowserCell, browser_cells
from pyscript_jupyter.export.clean import cleaned
from pyscript_jupyter.export.highlight import highlight
from pyscript_jupyter.export.images import Images
from pyscript_jupyter.export.markdown import headings, markdown
from pyscript_jupyter.export.outputs import output
from pyscript_jupyter.export.runtime import Runtime, make_runtime, unsupported
from pyscript_jupyter.export.sanitize import clean
from pyscript_jupyter.export.text import escape, preformatted
from pyscript_jupyter.interpreters.catalogue import catalogue

STILL = (
    "default-src 'none'; img-src data: https:; media-src data: https:; style-src 'unsafe-inline'; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""The policy of a page that runs nothing: the second line of defence, should something come through the first."""

SERVER = "server"
"""The place of a cell that ran in an ordinary kernel."""


@dataclass(frozen=True)
class Cell:
    """One cell as the template shows it.

    Attributes
    ----------
    cell_type, id
        As in the notebook.
    index
        Its place among the cells of the page.
    tags
        For the page's scripts: see `tags.KEPT`.
    hides
        What is folded away.
    number
        The number that it ran as; None if it did not.
    place
        Where it runs: `SERVER`, or the interpreter's name for people, with its environment's; empty for what does not
        run.
    code
        Its code in colours; None where that was removed.
    shown
        Its text, where it has no code.
    outputs
        Each saved output.
    """

    cell_type: str
    id: str
    index: int
    tags: str
    hides: tagged.Hides
    number: int | None
    place: str
    code: Markup | None
    shown: Markup
    outputs: list[Markup]


@dataclass(frozen=True)
class Page:
    """What the template shows.

    Attributes
    ----------
    title
        For the browser's tab, and as a heading where the notebook has none.
    head
        Whether the title is to be a heading.
    authors
        Names.
    shown
        The cells.
    notebook
        The notebook, with nothing in it that must not leave.
    cells
        What runs in the browser.
    problems
        A sentence for whatever the author should know.
    runtime
        What the page carries to run them; None where there are none.
    version
        This package's version.
    """

    title: str
    head: bool
    authors: list[str]
    shown: list[Cell]
    notebook: dict[str, Any]
    cells: list[dict[str, Any]]
    problems: list[str] = field(default_factory=list)
    runtime: Runtime | None = None
    version: str = __version__

    @property
    def policy(self) -> str:
        """The page's Content-Security-Policy."""
        return self.runtime.policy if self.runtime else STILL


def make_page(nb: Mapping[str, Any], name: str, folder: Path | None) -> Page:
    """Return the page of a notebook.

    Parameters
    ----------
    nb
        A valid notebook of format 4.5, as nbconvert's preprocessors leave it.
    name
        What it is called where it has no title.
    folder
        Where the images lie that it names; None if nobody knows.
    """
    removed = {cell["id"] for cell in nb["cells"] if cell["metadata"].get("transient", {}).get("remove_source")}
    notebook = cleaned(nb)
    notebook["cells"] = [each for each in notebook["cells"] if each["id"] not in removed or each.get("outputs")]
    found = browser_cells(notebook["cells"], notebook["metadata"].get("kernelspec", {}).get("name", ""))
    unable = unsupported(found.cells)
    running = [cell for cell in found.cells if cell.index not in unable]
    places = {cell.index: _place(cell) + (", not run here" if cell.index in unable else "") for cell in found.cells}
    language = _language(notebook["metadata"])
    problems = [f"Cell {index + 1}: {said}" for index, said in (found.problems | unable).items()]
    shown = []
    for index, cell in enumerate(notebook["cells"]):
        images = Images(folder, cell.get("attachments", {}))
        place = places.get(index, SERVER if found.cells and cell["cell_type"] == "code" else "")
        shown.append(_cell(cell, index, place, language, images, cell["id"] in removed))
        problems += [f"Cell {index + 1}: {problem}" for problem in images.problems]
    heads = [head for cell in notebook["cells"] if cell["cell_type"] == "markdown" for head in headings(cell["source"])]
    title = notebook["metadata"].get("title") or next((words for _, words in heads if words.strip()), "") or name
    return Page(
        title=title,
        head=all(level != 1 for level, _ in heads),
        authors=[author["name"] for author in notebook["metadata"].get("authors", [])],
        shown=shown,
        notebook=notebook,
        cells=[asdict(cell) for cell in running],
        problems=problems,
        runtime=make_runtime([cell.interpreter for cell in running], name) if running else None,
    )


def _cell(cell: Mapping[str, Any], index: int, place: str, language: str, images: Images, without_source: bool) -> Cell:
    kind, source = cell["cell_type"], cell["source"]
    shown, code = Markup(), None
    if kind == "code":
        code = None if without_source else highlight(source, language)
    elif kind == "markdown":
        shown = markdown(source, images)
    elif cell["metadata"].get("format") == "text/html":
        shown = clean(source, images)
    else:
        shown = Markup('<pre tabindex="0">{}</pre>').format(preformatted(escape(source)))
    return Cell(
        cell_type=kind,
        id=cell["id"],
        index=index,
        tags=tagged.kept(cell["metadata"]),
        hides=tagged.hides(cell["metadata"]),
        number=cell.get("execution_count"),
        place="" if without_source else place,
        code=code,
        shown=shown,
        outputs=[output(each, images) for each in cell.get("outputs", [])],
    )


def _place(cell: BrowserCell) -> str:
    interpreter = next(each for each in catalogue() if each.name == cell.interpreter)
    own = cell.environment == interpreter.environment
    return interpreter.label if own else f"{interpreter.label}: {cell.environment}"


def _language(metadata: Mapping[str, Any]) -> str:
    about = metadata.get("language_info", {})
    given = (
        about.get("pygments_lexer") or about.get("name") or metadata.get("kernelspec", {}).get("language") or "python"
    )
    return "ipython3" if given in ("python", "ipython", "python3") else str(given)
