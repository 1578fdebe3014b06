"""A notebook's file, or one sentence about what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat.reader import reads

from pyscript_jupyter.errors import ExportError
from pyscript_jupyter.export.mend import mend

_WANTED = "A notebook was wanted: a file .ipynb, as Jupyter saves it."


def read_notebook(path: Path) -> Any:
    """Return the notebook of a file, in the newest format that we know.

    Raises
    ------
    ExportError
        There is no such file, it cannot be read, or it is no notebook.
    """
    if path.is_dir():
        raise ExportError(f"{path} is a folder. {_WANTED}")
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise ExportError(f"There is no file {path}. {_WANTED}") from None
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror or error}. {_WANTED}") from None
    except UnicodeDecodeError as error:
        raise ExportError(f"{path} is no text in UTF-8: {error.reason} at byte {error.start}. {_WANTED}") from None
    return parse_notebook(text, str(path))


def parse_notebook(text: str, name: str) -> Any:
    """Return the notebook that a text is.

    Parameters
    ----------
    text
        What stands in the file.
    name
        What messages call it.

    Raises
    ------
    ExportError
        It is no notebook.
    """
    text = text.removeprefix("\ufeff")
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ExportError(f"{name} is no JSON, which a notebook is: {error}. {_WANTED}") from None
    except RecursionError:
        raise ExportError(f"{name} is nested too deeply to be read. {_WANTED}") from None
    if not isinstance(found, dict) or not isinstance(found.get("nbformat"), int):
        what = ", ".join(map(repr, list(found)[:3])) if isinstance(found, dict) else type(found).__name__
        raise ExportError(
            f"{name} is JSON, but no notebook: it has no number `nbformat`, but {what or 'nothing'}. {_WANTED}"
        )
    if found["nbformat"] > nbformat.current_nbformat:
        raise ExportError(
            f"{name} has the format {found['nbformat']}, and up to {nbformat.current_nbformat} can be read here. "
            "A newer nbformat is wanted: `pip install --upgrade nbformat`."
        )
    try:
        nb = reads(text)
        if nb["nbformat"] < nbformat.current_nbformat:
            nb = nbformat.convert(nb, nbformat.current_nbformat)
            for cell in nb["cells"]:
                cell.pop("id", None)  # a random one
        mend(nb)
        nbformat.validate(nb, relax_add_props=True)
    except (nbformat.ValidationError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ExportError(f"{name} is no valid notebook: {first_line(error)}. Save it anew in Jupyter.") from None
    return nb


def first_line(error: BaseException) -> str:
    """Return what an exception says first, without its full stop."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0].rstrip('.:')}" if lines else type(error).__name__
