"""What of a sandbox's displays the notebook takes."""

from __future__ import annotations

import pytest

from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.widget.harmless import harmless
from pyscript_jupyter.widget.ladder import missing


def test_text_and_raster_images_stay_with_their_metadata() -> None:
    data = {"text/plain": "a", "image/png": "AAAA"}
    metadata = {"image/png": {"width": 1}}
    assert harmless(data, metadata) == (data, metadata, [])


@pytest.mark.parametrize(
    "kind",
    [
        "text/html",
        "text/markdown",
        "text/latex",
        "image/svg+xml",
        "application/javascript",
        "application/vnd.jupyter.widget-view+json",
        "TEXT/HTML",
    ],
)
def test_what_could_run_is_left_out_with_its_metadata(kind: str) -> None:
    data, metadata, left_out = harmless({kind: "<script>", "text/plain": "a"}, {kind: {"isolated": True}})
    assert (data, metadata, left_out) == ({"text/plain": "a"}, {}, [kind])


def test_a_display_of_which_nothing_is_left_says_what_it_was() -> None:
    data, _, _ = harmless({"text/html": "<b>"}, {})
    assert data == {"text/plain": "<text/html of a sandbox>"}


def capabilities(**changes: object) -> m.Capabilities:
    fields = {"isolated": False, "interrupt": "poll", "blocking": "mailbox"}
    fields |= {"worker": True, "window": False, "top_level_await": True}
    return m.Capabilities(**{**fields, **changes})  # type: ignore[arg-type]  # by name


def test_an_isolated_environment_misses_nothing() -> None:
    assert missing("py", capabilities(isolated=True, window=True, interrupt="buffer")) == ""


def test_what_a_browser_that_does_not_isolate_lacks_is_one_sentence() -> None:
    assert "names" not in missing("py", capabilities())
    sentence = missing("py", capabilities(interrupt="terminate"))
    assert "'py'" in sentence
    assert "no `window` and no `document`" in sentence
    assert "loses the names" in sentence
    assert sentence.count(". ") == 0
    on_main = missing("py", capabilities(worker=False, window=True, blocking="none"))
    assert "holds up the whole page" in on_main
    assert "`input()`" in on_main
