"""What of a notebook may leave: what is listed here, and nothing else.

Paths, times, states of widgets and identifiers of tools stand in metadata of many names; so the names that may stay are
listed, and not those that have to go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

MIME_METADATA = frozenset({"alt", "height", "isolated", "needs_background", "unconfined", "width"})
"""What may stay of an output's metadata, for each of its types."""

_PATH = re.compile(
    r"(?:^|[\s'\"(=])(?:/(?:home|Users|root|tmp|var|mnt|private|work|opt|srv)/|[A-Za-z]:[\\/]|\\\\|file:|~/)"
)
_CELL_FLAGS = {"jupyter": ("source_hidden", "outputs_hidden"), "slideshow": ("slide_type",)}


def cleaned(nb: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook of format 4.5 with what may leave, as plain dicts and lists.

    Parameters
    ----------
    nb
        A valid notebook, whose cells have ids. A cell that was marked by nbconvert's tags as one without source
        (``transient.remove_source``) loses it.
    """
    return {
        "cells": [_cell(cell) for cell in nb["cells"]],
        "metadata": _notebook_metadata(nb.get("metadata", {})),
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def is_private(value: Any) -> bool:
    """Return whether somebody's path stands in a string."""
    return isinstance(value, str) and _PATH.search(value) is not None


def _notebook_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, names in {
        "kernelspec": ("name", "display_name", "language"),
        "language_info": ("name", "version", "mimetype", "file_extension", "pygments_lexer"),
    }.items():
        if isinstance(given := metadata.get(name), Mapping):
            kept[name] = _strings(given, names)
    mode = metadata.get("language_info", {}).get("codemirror_mode") if "language_info" in kept else None
    if isinstance(mode, str):
        kept["language_info"]["codemirror_mode"] = mode
    elif isinstance(mode, Mapping):
        kept["language_info"]["codemirror_mode"] = {
            key: value for key, value in mode.items() if key in ("name", "version") and isinstance(value, str | int)
        }
    if (title := metadata.get("title")) and isinstance(title, str) and not is_private(title):
        kept["title"] = title
    authors = [author for author in map(_author, _list(metadata.get("authors"))) if author]
    if authors:
        kept["authors"] = authors
    # A kernelspec that has no name, or a language without one, is not valid.
    return {name: value for name, value in kept.items() if name not in _NEEDS or _NEEDS[name] <= set(value)}


_NEEDS = {"kernelspec": {"name", "display_name"}, "language_info": {"name"}}


def _author(given: Any) -> dict[str, str] | None:
    name = given.get("name") if isinstance(given, Mapping) else given
    return {"name": name} if isinstance(name, str) and name and not is_private(name) else None


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    kind = cell["cell_type"]
    metadata = cell.get("metadata", {})
    transient = metadata.get("transient")
    without_source = isinstance(transient, Mapping) and bool(transient.get("remove_source"))
    kept: dict[str, Any] = {
        "cell_type": kind,
        "id": cell["id"],
        "metadata": _cell_metadata(metadata, kind),
        "source": "" if without_source else text(cell.get("source", "")),
    }
    if kind == "code":
        kept["execution_count"] = cell.get("execution_count")
        kept["outputs"] = [_output(output) for output in cell.get("outputs", [])]
    elif isinstance(cell.get("attachments"), Mapping) and not without_source:
        kept["attachments"] = plain(cell["attachments"])
    return kept


def _cell_metadata(metadata: Mapping[str, Any], kind: str) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    if tags := [tag for tag in _list(metadata.get("tags")) if isinstance(tag, str) and not is_private(tag)]:
        kept["tags"] = list(dict.fromkeys(tags))
    if isinstance(name := metadata.get("name"), str) and name and not is_private(name):
        kept["name"] = name
    for name, names in _CELL_FLAGS.items():
        if isinstance(given := metadata.get(name), Mapping):
            flags = {
                key: given[key]
                for key in names
                if isinstance(given.get(key), bool | str) and not is_private(given[key])
            }
            if flags:
                kept[name] = flags
    if kind == "code" and isinstance(metadata.get("collapsed"), bool):
        kept["collapsed"] = metadata["collapsed"]
    if kind == "raw" and isinstance(form := metadata.get("format"), str) and not is_private(form):
        kept["format"] = form
    return kept


def _output(output: Mapping[str, Any]) -> dict[str, Any]:
    kind = output["output_type"]
    if kind == "stream":
        return {"output_type": kind, "name": output["name"], "text": text(output["text"])}
    if kind == "error":
        return {
            "output_type": kind,
            "ename": output["ename"],
            "evalue": output["evalue"],
            "traceback": plain(output["traceback"]),
        }
    kept = {
        "output_type": kind,
        "data": {
            # The number of a widget whose state stays behind says nothing.
            mime: plain(value)
            for mime, value in output["data"].items()
            if mime != "application/vnd.jupyter.widget-view+json"
        },
        "metadata": _output_metadata(output.get("metadata", {})),
    }
    if kind == "execute_result":
        kept["execution_count"] = output.get("execution_count")
    return kept


def _output_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in metadata.items():
        if name in MIME_METADATA and isinstance(value, str | int | float | bool) and not is_private(value):
            kept[name] = value
        elif "/" in name and isinstance(value, Mapping) and (inner := _output_metadata(value)):
            kept[name] = inner
    return kept


def text(value: Any) -> str:
    """Return what a notebook has as one string: files may have it in lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def plain(value: Any) -> Any:
    """Return a value of plain dicts and lists."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def _strings(given: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    return {name: given[name] for name in names if isinstance(given.get(name), str) and not is_private(given[name])}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
