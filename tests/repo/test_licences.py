"""Everything that is shipped has its licence and notice beside it, and none of it is copyleft beyond its own files."""

from __future__ import annotations

import re

import pytest

from pyscript_jupyter.interpreters import assets
from pyscript_jupyter.interpreters.catalogue import catalogue

FOLDER = assets.STATIC / "licenses"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """Return the rows of the index of third-party software."""
    lines = [line for line in (FOLDER / "THIRD_PARTY.md").read_text("utf-8").splitlines() if line.startswith("|")]
    head, _, *body = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(head, row, strict=True)) for row in body]


def test_every_entry_has_a_text_of_its_own(rows: list[dict[str, str]]) -> None:
    for row in rows:
        target = re.search(r"\]\((.+)\)", row["text"])
        assert target is not None, row
        assert len((FOLDER / target[1]).read_text("utf-8")) > 500, row


def test_every_text_has_an_entry(rows: list[dict[str, str]]) -> None:
    linked = {target for row in rows for target in re.findall(r"\]\((.+)\)", row["text"])}
    assert {path.name for path in FOLDER.iterdir()} == linked | {"THIRD_PARTY.md"}


def test_every_interpreter_is_listed_with_its_version_and_licence(rows: list[dict[str, str]]) -> None:
    listed = {row["name"]: (row["version"], row["licence"]) for row in rows}
    for interpreter in catalogue():
        assert listed[interpreter.name] == (
            assets.manifest().interpreters[interpreter.name].version,
            interpreter.licence,
        )


def test_what_the_bundles_hold_is_listed(rows: list[dict[str, str]]) -> None:
    assert {"polyscript", "coincident", "@msgpack/msgpack"} <= {row["name"] for row in rows}


def test_nothing_is_under_the_gpl(rows: list[dict[str, str]]) -> None:
    assert [row["name"] for row in rows if "GPL" in row["licence"]] == []
    titles = {path.name: path.read_text("utf-8").strip()[:300] for path in FOLDER.glob("*.txt")}
    assert [name for name, title in titles.items() if "GNU GENERAL PUBLIC" in title or "GNU AFFERO" in title] == []
