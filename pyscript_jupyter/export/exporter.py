"""nbconvert's exporter ``pyscript``: ``jupyter nbconvert --to pyscript``, and JupyterLab's *Save and Export*."""

from __future__ import annotations

import copy
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode
from traitlets import TraitError, Unicode, default, validate
from traitlets.config import Config

from pyscript_jupyter.export import tags
from pyscript_jupyter.export.mend import mend
from pyscript_jupyter.export.page import make_page
from pyscript_jupyter.export.read import parse_notebook
from pyscript_jupyter.export.text import escape, script_json

TEMPLATES = Path(__file__).parent / "templates"


class PyScriptExporter(TemplateExporter):
    """Makes one HTML page of a notebook, with everything inside, that needs no server and no network."""

    export_from_notebook = "PyScript page (.html)"
    output_mimetype = "text/html"

    language_code = Unicode(
        "en", help="The language that the notebook is written in, as a BCP 47 tag such as en or pt-BR."
    ).tag(config=True)

    @default("file_extension")
    def _html(self) -> str:
        return ".html"

    @default("template_name")
    def _our_template(self) -> str:
        return "pyscript"

    @default("optimistic_validation")
    def _validate_once(self) -> bool:
        return True  # and not after each preprocessor, of which most do nothing

    @default("extra_template_basedirs")
    def _our_folder(self) -> list[str]:
        return [str(TEMPLATES)]

    @validate("extra_template_basedirs")
    def _keep_our_folder(self, proposal: dict[str, Any]) -> list[str]:
        given: list[str] = proposal["value"]
        return given if str(TEMPLATES) in given else [*given, str(TEMPLATES)]

    @validate("language_code")
    def _is_a_language(self, proposal: dict[str, Any]) -> str:
        code: str = proposal["value"]
        if not code or not code.replace("-", "").isalnum():
            raise TraitError(f"{code!r} is no language tag: one such as en or pt-BR was wanted.")
        return code

    @property
    def default_config(self) -> Config:
        """What the preprocessors of nbconvert are set to."""
        config = Config(
            {
                "TagRemovePreprocessor": {
                    "enabled": True,
                    "remove_cell_tags": set(tags.REMOVE_CELL),
                    "remove_input_tags": set(tags.REMOVE_INPUT),
                    "remove_all_outputs_tags": set(tags.REMOVE_OUTPUT),
                }
            }
        )
        merged: Config = super().default_config.copy()
        merged.merge(config)
        return merged

    # What nbconvert's own classes return differs from Exporter to TemplateExporter, as here.
    def from_file(  # type: ignore[override]
        self, file_stream: Any, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert a notebook from an open file."""
        nb = parse_notebook(file_stream.read(), str(getattr(file_stream, "name", "The notebook")))
        return self.from_notebook_node(nb, resources=resources, **kw)

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert a notebook that was read.

        Parameters
        ----------
        nb
            The notebook. It is left as it is.
        resources
            ``metadata.name`` is what the page is called where the notebook has no title; ``metadata.path`` is the
            folder that images are taken from, and without it none are.
        """
        nb = copy.deepcopy(nb)
        mend(nb)
        html, resources = super().from_notebook_node(nb, resources, **kw)
        return html, resources

    def _preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        nb, resources = super()._preprocess(nb, resources)
        about = resources.get("metadata", {})
        page = make_page(nb, about.get("name") or "Notebook", Path(about["path"]) if "path" in about else None)
        for problem in page.problems:
            self.log.warning("%s", problem)
        resources["page"] = page
        resources["language_code"] = self.language_code
        resources["style"] = _style("page.css") + (_style("live.css") if page.runtime else "")
        # The template's structure, which is nbconvert's, goes by these.
        cells = [{**cell, "about": about} for cell, about in zip(page.notebook["cells"], page.shown, strict=True)]
        return NotebookNode(cells=cells, metadata=NotebookNode(page.notebook["metadata"])), resources

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()
        environment.autoescape = True
        environment.filters["exact"] = escape
        environment.filters["script_json"] = script_json
        return environment


@cache
def _style(name: str) -> str:
    """Return a style sheet, without its comments."""
    return re.sub(r"/\*.*?\*/\n?", "", (TEMPLATES / "pyscript" / name).read_text("utf-8"), flags=re.DOTALL)
