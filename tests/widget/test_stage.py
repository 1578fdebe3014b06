"""What an environment draws appears under its cell, and a snapshot of it stays there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from fakes.browser import FakeBrowser

from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.widget.bridge import Bridge
from pyscript_jupyter.widget.outputs import PlainOutputs
from pyscript_jupyter.widget.pyscript import PyScript
from pyscript_jupyter.widget.stage import MAX_STAGES, Stages

Until = Callable[[Callable[[], bool]], None]
VIEW = "application/vnd.jupyter.widget-view+json"


class Notebook(PlainOutputs):
    """Remembers what is shown, and what becomes of what has a display id."""

    def __init__(self) -> None:
        self.shown: list[dict[str, Any]] = []
        self._named: dict[str, int] = {}

    def display(
        self, data: dict[str, Any], metadata: dict[str, Any], display_id: str = "", update: bool = False
    ) -> None:
        if update:
            self.shown[self._named[display_id]] = data
            return
        if display_id:
            self._named[display_id] = len(self.shown)
        self.shown.append(data)


@pytest.fixture
def notebook(bridge: Bridge) -> Notebook:
    bridge.outputs = notebook = Notebook()
    return notebook


@pytest.fixture
def shows(browser: FakeBrowser) -> Callable[[], list[m.Show]]:
    return lambda: [message for message in browser.heard if isinstance(message, m.Show)]


def ids(notebook: Notebook) -> list[str]:
    return [data[VIEW]["model_id"] for data in notebook.shown if VIEW in data]


def test_a_cell_that_draws_shows_the_frame_and_then_how_it_looked(
    bridge: Bridge, browser: FakeBrowser, notebook: Notebook, shows: Callable[[], list[m.Show]], until: Until
) -> None:
    bridge.environment("mpy").run("draw a circle", "Cell In[1]")
    stage, snapshot = notebook.shown
    [view] = ids(notebook)
    assert "mpy" in stage["text/plain"]
    assert snapshot["text/plain"] == "What was drawn: a circle"
    assert f'class="pyscript-snapshot pyscript-snapshot-{view}"' in snapshot["text/html"]
    assert 'width="30" height="20"' in snapshot["text/html"]
    until(lambda: bool(shows()))
    assert shows()[-1] == m.Show(environment="mpy", views=[m.View(id=view, run=1)], chosen=view)


def test_a_snapshot_is_a_picture_whatever_the_page_says(
    bridge: Bridge, browser: FakeBrowser, notebook: Notebook
) -> None:
    bridge.environment("mpy").run('draw "><script>alert(1)</script>', "Cell In[1]")
    html = notebook.shown[1]["text/html"]
    assert re.findall(r"<\w+", html) == ["<figure", "<div", "<img", "<figcaption"]
    assert html.count(">") == 7
    assert "run the cell again to use it" in html


def test_the_frame_goes_where_the_latest_cell_has_drawn_and_back_to_the_card_that_is_displayed(
    bridge: Bridge, browser: FakeBrowser, notebook: Notebook, shows: Callable[[], list[m.Show]], until: Until
) -> None:
    page = PyScript("mpy")
    page.run("draw one")
    page.run("print nothing")
    page.run("draw two")
    first, second = ids(notebook)
    until(lambda: bool(shows()) and shows()[-1].chosen == second)
    assert shows()[-1].views == [m.View(id=page.model_id, run=0), m.View(id=first, run=1), m.View(id=second, run=3)]
    page._repr_mimebundle_()
    until(lambda: shows()[-1].chosen == page.model_id)
    page.close()
    until(lambda: shows()[-1].views == [])


def test_what_was_drawn_is_shown_again_when_the_cell_clears_its_output(
    bridge: Bridge, browser: FakeBrowser, notebook: Notebook, shows: Callable[[], list[m.Show]], until: Until
) -> None:
    bridge.environment("mpy").run("draw a circle\nclear\nprint cleared", "Cell In[1]")
    before, after = ids(notebook)
    assert before != after
    until(lambda: shows()[-1].chosen == after)
    assert [view.id for view in shows()[-1].views] == [after]


def test_a_late_snapshot_goes_to_the_cell_that_it_was_under(
    bridge: Bridge, browser: FakeBrowser, notebook: Notebook, until: Until
) -> None:
    environment = bridge.environment("mpy")
    environment.run("draw one", "Cell In[1]")
    environment.run("draw two", "Cell In[2]")
    frame = browser.frames["mpy"]
    browser.call(lambda: browser.spawn(frame.picture(1, "one, clicked")))
    until(lambda: notebook.shown[1]["text/plain"] == "What was drawn: one, clicked")
    assert notebook.shown[3]["text/plain"] == "What was drawn: two"


def test_what_is_too_large_for_the_notebook_is_said() -> None:
    notebook = Notebook()
    stages = Stages("py", lambda: notebook, lambda message: None)
    stages.drawn(1)
    stages.keep(m.Snapshot(environment="py", seq=1, run=1, svg="", width=1, height=1, text=""))
    assert "too large" in notebook.shown[1]["text/plain"]


def test_what_was_drawn_goes_with_the_environment_and_its_snapshots_stay(
    bridge: Bridge, browser: FakeBrowser, notebook: Notebook, shows: Callable[[], list[m.Show]], until: Until
) -> None:
    bridge.environment("mpy").run("draw a", "Cell In[1]")
    bridge.environment("mpy").close()
    until(lambda: bool(shows()) and shows()[-1].views == [])
    assert notebook.shown[1]["text/plain"] == "What was drawn: a"


def test_a_page_that_comes_later_hears_where_to_show_it(
    bridge: Bridge, browser: FakeBrowser, notebook: Notebook, shows: Callable[[], list[m.Show]], until: Until
) -> None:
    bridge.environment("mpy").run("draw a", "Cell In[1]")
    until(lambda: bool(shows()))
    count = len(shows())
    bridge._inbox.put((bridge._client, m.Joined(role="page", member="second", agent="x")))  # type: ignore[arg-type]
    until(lambda: len(shows()) > count)


def test_only_the_latest_stages_can_take_the_frame_back(bridge: Bridge) -> None:
    sent: list[m.Show] = []
    stages = Stages("py", Notebook, sent.append)  # type: ignore[arg-type]  # it sends nothing else
    for run in range(1, MAX_STAGES + 3):
        stages.drawn(run)
    stages.drawn(3)
    assert [view.run for view in sent[-1].views] == list(range(3, MAX_STAGES + 3))


def test_a_button_of_the_card_restarts_the_environment(bridge: Bridge, browser: FakeBrowser, until: Until) -> None:
    environment = bridge.environment("mpy")
    environment.run("draw a", "Cell In[1]")
    bridge._inbox.put((bridge._client, m.Control(environment="mpy", action="restart")))  # type: ignore[arg-type]  # it is connected
    until(lambda: environment.session.status == "loading")
    until(lambda: environment.session.status == "ready")


def test_a_button_of_the_card_interrupts_the_cell_that_runs(bridge: Bridge, browser: FakeBrowser) -> None:
    environment = bridge.environment("mpy")

    def press(event: object) -> None:
        if environment.session.status == "busy":
            bridge._inbox.put((bridge._client, m.Control(environment="mpy", action="interrupt")))  # type: ignore[arg-type]  # it is connected

    environment.watch(press)
    with pytest.raises(KeyboardInterrupt, match="keeps its names"):
        environment.run("forever", "Cell In[1]")
