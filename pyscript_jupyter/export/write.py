"""``jupyter pyscript export``: a notebook's file becomes a page's file, whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat

from pyscript_jupyter.errors import ExportError
from pyscript_jupyter.export.exporter import PyScriptExporter
from pyscript_jupyter.export.read import first_line, read_notebook

_STYLE = re.compile(rb'<style id="pyscript-style">.*?</style>', re.DOTALL)
_DATA = re.compile(rb'<script type="application/json".*?</script>', re.DOTALL)
_PART = re.compile(rb'<script type="text/plain" data-part="(?:([a-z]+)/)?.*?</script>')
_EMBEDDED = re.compile(rb'src="data:[^"]*"')


@dataclass(frozen=True)
class Exported:
    """A page that was written.

    Attributes
    ----------
    path
        Where it is.
    sizes
        Bytes of each part, in the order of the page.
    problems
        A sentence for whatever the author should know.
    """

    path: Path
    sizes: dict[str, int]
    problems: list[str]

    @property
    def size(self) -> int:
        """Bytes of the whole page."""
        return sum(self.sizes.values())


def export(notebook: Path, to: Path | None = None) -> Exported:
    """Write a notebook's page.

    Parameters
    ----------
    notebook
        The notebook's file.
    to
        The page's file; by default it lies beside the notebook, and is called like it.

    Raises
    ------
    ExportError
        The notebook cannot be read, or the page cannot be written.
    """
    nb = read_notebook(notebook)
    target = notebook.with_suffix(".html") if to is None else to
    if target.is_dir():
        target = target / notebook.with_suffix(".html").name
    if target.exists() and notebook.samefile(target):
        raise ExportError(f"{target} is the notebook itself. Name another file for the page, such as page.html.")
    resources = {"metadata": {"name": notebook.stem, "path": str(notebook.resolve().parent)}}
    exporter = PyScriptExporter()
    exporter.log.disabled = True  # what it would warn of is returned
    try:
        html, made = exporter.from_notebook_node(nb, resources)
    except nbformat.ValidationError as error:
        raise ExportError(f"{notebook} is no valid notebook: {first_line(error)}. Save it anew in Jupyter.") from None
    content = html.encode("utf-8")
    _replace(target, content)
    return Exported(target, _sizes(content), made["page"].problems)


def _replace(target: Path, content: bytes) -> None:
    """Write a file beside its place, and put it there in one step: nobody sees half a page, or loses the last one."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}-", suffix=".part", dir=target.parent)
    except OSError as error:
        raise _unwritable(target, error) from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        part.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _unwritable(target, error) from None


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _unwritable(target: Path, error: OSError) -> ExportError:
    return ExportError(
        f"The page cannot be written to {target}: {error.strerror or error}. Name a file in a folder that is there and "
        "that you may write to, by `-o FILE`."
    )


def _sizes(content: bytes) -> dict[str, int]:
    def total(pattern: re.Pattern[bytes]) -> int:
        return sum(len(found) for found in pattern.findall(content))

    parts = {"style": total(_STYLE), "images": total(_EMBEDDED), "notebook": total(_DATA)}
    for part in _PART.finditer(content):
        name = (part[1] or b"scripts").decode()
        parts[name] = parts.get(name, 0) + len(part[0])
    return {"text": len(content) - sum(parts.values()), **parts}
