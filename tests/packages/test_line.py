"""`%pip` at the head of a cell."""

from __future__ import annotations

import pytest

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.packages.line import PipLine, parse, split


@pytest.mark.parametrize(
    ("cell", "found", "rest"),
    [
        ("%pip install attrs", ["install attrs"], ""),
        ("# first\n\n%pip install a\n%pip list\nimport a", ["install a", "list"], "# first\n\n\n\nimport a"),
        ("%pip install a \\\n  b\nimport a", ["install a  b"], "\n\nimport a"),
        ("%pip", [""], ""),
        ("import a\n%pip install b", [], "import a\n%pip install b"),
        ("%pipe install b", [], "%pipe install b"),
        ("%%time\n%pip install b", [], "%%time\n%pip install b"),
    ],
)
def test_lines_at_the_head_of_a_cell_are_taken_and_leave_its_line_numbers(
    cell: str, found: list[str], rest: str
) -> None:
    assert split(cell) == (found, rest)


def test_what_pip_is_asked_for_and_told() -> None:
    assert parse("list") == PipLine("list")
    assert parse("freeze") == PipLine("freeze")
    given = "install -q -U 'rich>=13' attrs --no-index -f wheels --index-url=https://e.org # those"
    options = ("--no-index", "-f", "wheels", "--index-url", "https://e.org")
    assert parse(given) == PipLine("install", ("rich>=13", "attrs"), options, quiet=True)
    assert parse("install -r needs.txt") == PipLine("install", (), ("-r", "needs.txt"))


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ("", r"`%pip` says not what to do: there are `%pip install NAME …`, `%pip list`"),
        ("show attrs", r"`%pip show attrs` is not known here"),
        ("uninstall attrs", r"cannot be done: an interpreter that runs keeps.*`%pyscript restart`"),
        ("install", r"names no package: write it like `%pip install attrs`"),
        ("install --user attrs", r"there is no option --user here\. There are: -q, -U"),
        ("install attrs -r", r"-r wants a value after it"),
        ("install 'attrs", r"could not be read: No closing quotation\. Close the quotes"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_can(rest: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse(rest)
