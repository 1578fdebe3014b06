"""What an environment draws, under the cell that drew it.

A frame that draws says so (`Drawn`). Two outputs then appear under the running cell: a `Stage`, whose view in the page
holds the frame itself while it is shown there, and a snapshot, which is how it looked, and which is all that is left in
the notebook when the frame has gone. `Stages` keeps one environment's stages and cards, and tells the pages of them.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple
from uuid import uuid4

import anywidget
from traitlets import Unicode

from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.widget.bootstrap import front_end
from pyscript_jupyter.widget.outputs import Outputs

MAX_STAGES = 10
"""How many cells of an environment can take the frame back; under older ones the snapshot alone remains."""

MAX_TEXT = 1000
"""How many characters of a page's text describe its snapshot."""

LEGIBLE = 600
"""Up to this width, in CSS pixels, a snapshot is not made smaller where there is less room: it scrolls."""

_SCROLLS = "display:inline-block;max-width:100%;max-height:800px;overflow:auto"
_SMALL = "color:var(--jp-ui-font-color2,GrayText);font-size:var(--jp-ui-font-size1,13px)"


class Stage(anywidget.AnyWidget):
    """A place under a cell where an environment's frame can be shown.

    Parameters
    ----------
    environment
        The environment's name.
    """

    _esm = Unicode().tag(sync=True)
    environment = Unicode().tag(sync=True)
    _view_id = Unicode(read_only=True).tag(sync=True)
    """By what the page finds this view. It is the model's own id: it means nothing in another session."""

    def __init__(self, environment: str) -> None:
        super().__init__(_esm=front_end(), environment=environment)
        self.set_trait("_view_id", self.model_id)

    def __repr__(self) -> str:
        return f"What environment {self.environment} draws is shown here while it runs."

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take nothing from a client."""


class _Shown(NamedTuple):
    """Where one cell's drawing is shown: the stage, None where no page will show one; and the snapshot's output."""

    stage: Stage | None
    view: str
    snapshot: str

    def close(self) -> None:
        """Take the stage away, and leave the snapshot."""
        if self.stage is not None:
            self.stage.close()


class Stages:
    """Where one environment's frame can be shown.

    Parameters
    ----------
    environment
        The environment's name.
    outputs
        Returns where output goes now.
    send
        Sends a message to the pages.
    seen
        Whether a page shows, or may show, what the kernel displays; where none does, the snapshots are all there is.
    """

    def __init__(
        self,
        environment: str,
        outputs: Callable[[], Outputs],
        send: Callable[[m.Message], None],
        seen: Callable[[], bool] = lambda: True,
    ) -> None:
        self._seen = seen
        self._environment = environment
        self._outputs = outputs
        self._send = send
        self._cards: list[str] = []
        self._stages: dict[int, _Shown] = {}
        self._chosen = ""

    def drawn(self, run: int) -> None:
        """Show the frame under the cell that runs. Doing it twice for a run does nothing."""
        if run in self._stages:
            return
        stage = Stage(self._environment) if self._seen() else None
        view = stage.model_id if stage is not None else uuid4().hex
        shown = self._stages[run] = _Shown(stage, view, uuid4().hex)
        outputs = self._outputs()
        if stage is not None:
            outputs.display(*_bundle(stage))
        outputs.display(_snapshot(None, view), {}, display_id=shown.snapshot)
        while len(self._stages) > MAX_STAGES:
            self._stages.pop(next(iter(self._stages))).close()
        self.choose(view)

    def cleared(self, run: int) -> None:
        """Take note that a run's output is cleared: what it has drawn is shown again, as it is still there."""
        if (shown := self._stages.pop(run, None)) is not None:
            shown.close()
            self.drawn(run)

    def keep(self, snapshot: m.Snapshot) -> None:
        """Put a snapshot into its output."""
        shown = self._stages.get(snapshot.run)
        if shown is not None:
            data = _snapshot(snapshot, shown.view)
            self._outputs().display(data, {}, display_id=shown.snapshot, update=True)

    def add_card(self, view: str) -> None:
        """Take note of a `PyScript` object, whose card can show the frame too."""
        self._cards.append(view)
        self.tell()

    def remove_card(self, view: str) -> None:
        """Forget a `PyScript` object. Doing it twice does nothing."""
        if view in self._cards:
            self._cards.remove(view)
            self.tell()

    def choose(self, view: str) -> None:
        """Have the frame shown in a view."""
        self._chosen = view
        self.tell()

    def tell(self) -> None:
        """Tell the pages where the frame belongs, which does no harm twice."""
        cards = [m.View(id=card, run=0) for card in self._cards]
        stages = [m.View(id=shown.view, run=run) for run, shown in self._stages.items()]
        self._send(m.Show(environment=self._environment, views=[*cards, *stages], chosen=self._chosen))

    def end(self) -> None:
        """Take note that what was drawn is gone. The snapshots stay. Doing it twice does nothing."""
        if not self._stages:
            return
        for shown in self._stages.values():
            shown.close()
        self._stages.clear()
        self.choose(self._cards[-1] if self._cards else "")


def _bundle(stage: Stage) -> tuple[dict[str, Any], dict[str, Any]]:
    bundle = stage._repr_mimebundle_()
    assert bundle is not None
    return bundle


def _snapshot(snapshot: m.Snapshot | None, view: str) -> dict[str, Any]:
    """Return a snapshot as a MIME bundle.

    It is a picture: whatever the SVG says, a browser runs nothing in it and fetches nothing for it. The class lets the
    view that holds the frame hide it.
    """
    classes = f"pyscript-snapshot pyscript-snapshot-{view}"
    if snapshot is None:
        return {"text/plain": "", "text/html": f'<span class="{classes}"></span>'}
    text = snapshot.text[:MAX_TEXT]
    label = f"What was drawn: {text}" if text else "What was drawn"
    if not snapshot.svg:
        sentence = "What was drawn is too large to be kept in the notebook: run the cell again to see it."
        return {"text/plain": sentence, "text/html": f'<p class="{classes}">{sentence}</p>'}
    source = b64encode(snapshot.svg.encode(errors="replace")).decode()
    size = f"display:block;max-width:100%;min-width:{min(snapshot.width, LEGIBLE)}px;height:auto"
    html = (
        f'<figure class="{classes}" style="margin:0"><div style="{_SCROLLS}">'
        f'<img alt="{escape(label)}" width="{snapshot.width}" height="{snapshot.height}" '
        f'style="{size}" src="data:image/svg+xml;base64,{source}">'
        f'</div><figcaption class="pyscript-snapshot-line" style="{_SMALL}">'
        "As it was drawn; run the cell again to use it.</figcaption></figure>"
    )
    return {"text/plain": label, "text/html": html}
