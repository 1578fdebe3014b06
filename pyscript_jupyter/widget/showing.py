"""What an environment shows: its output under the cell that runs, what it draws, and sentences that are told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.widget.comms import Comms, Tell
from pyscript_jupyter.widget.harmless import TYPES, harmless
from pyscript_jupyter.widget.outputs import Outputs
from pyscript_jupyter.widget.stage import Stages

if TYPE_CHECKING:
    from pyscript_jupyter.widget.bridge import Bridge


MAX_CELLS = 100
"""How many cells are kept, for what their tasks show later: as many as the browser keeps (js/src/outputs/kept.ts)."""


class Showing:
    """Passes on what one environment shows.

    Parameters
    ----------
    bridge
        The kernel's link to the browser, which has the outputs.
    environment
        Its name.
    sandbox
        Whether its code is not to be trusted.
    tell
        Gives its interpreter a comm message.

    Attributes
    ----------
    stages
        Where what it draws is shown.
    comms
        The comms that its interpreter has opened.
    """

    def __init__(self, bridge: Bridge, environment: str, sandbox: bool, tell: Tell) -> None:
        self.stages = Stages(environment, lambda: bridge.outputs, bridge.send, lambda: not bridge.arrival.alone)
        self.comms = Comms(tell, bridge.on_main)
        self._bridge = bridge
        self._environment = environment
        self._sandbox = sandbox
        self._told: set[str] = set()
        self._late: dict[int, Outputs] = {}
        """Where the last cells show what comes when they are over, by their run."""

    def begin(self, run: int) -> None:
        """Take note that a cell runs now: what comes under its run belongs to it, also when it is over."""
        self._late[run] = self._bridge.outputs.here()
        if len(self._late) > MAX_CELLS:
            del self._late[next(iter(self._late))]

    def take(self, message: m.Event, run: int) -> None:
        """Pass a message on if it is one to be shown, and belongs to the run that goes on, or to a cell."""
        match message:
            case m.Stream() if outputs := self._outputs(message.run, run):
                outputs.stream(message.name, message.text)
            case m.Display() if outputs := self._outputs(message.run, run, message.update):
                bundle = self.allowed(message.data, message.metadata)
                outputs.display(*bundle, display_id=message.display_id, update=message.update)
            case m.Clear() if outputs := self._outputs(message.run, run):
                outputs.clear(message.wait)
                self.stages.cleared(message.run)
            case m.Comm() if not self._sandbox:  # a widget is code that runs in the notebook's page
                self.comms.send(message.comm)
            case m.Drawn() if message.run == run:
                self.stages.drawn(message.run)
            case m.Snapshot():
                self.stages.keep(message)
            case _:
                pass

    def end(self) -> None:
        """Take note that the interpreter has ended, and with it what it has drawn and its comms."""
        self.stages.end()
        self.comms.end()

    def _outputs(self, of: int, run: int, anywhere: bool = False) -> Outputs | None:
        """Return where the output of a run goes, None for nowhere; ``anywhere`` if it does not matter under which."""
        if of != run and (late := self._late.get(of)) is not None:
            return late
        return self._bridge.outputs if of == run or anywhere else None

    def allowed(self, data: dict[str, Any], metadata: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return a MIME bundle as far as the notebook may show it."""
        if not self._sandbox:
            return data, metadata
        data, metadata, left_out = harmless(data, metadata)
        if left_out:
            self.tell_once(
                f"Environment {self._environment!r} is a sandbox: of what its code shows, the notebook takes only "
                f"{', '.join(sorted(TYPES))}, since the rest could run in its page."
            )
        return data, metadata

    def tell_once(self, sentence: str) -> None:
        """Write a sentence to stderr, unless it is empty or has been told before."""
        if sentence and sentence not in self._told:
            self._told.add(sentence)
            self._bridge.outputs.stream("stderr", f"{sentence}\n")
