"""What an environment shows: its output under the cell that runs, what it draws, and sentences that are told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.widget.harmless import TYPES, harmless
from pyscript_jupyter.widget.stage import Stages

if TYPE_CHECKING:
    from pyscript_jupyter.widget.bridge import Bridge


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

    Attributes
    ----------
    stages
        Where what it draws is shown.
    """

    def __init__(self, bridge: Bridge, environment: str, sandbox: bool) -> None:
        self.stages = Stages(environment, lambda: bridge.outputs, bridge.send, lambda: not bridge.arrival.alone)
        self._bridge = bridge
        self._environment = environment
        self._sandbox = sandbox
        self._told: set[str] = set()

    def take(self, message: m.Event, run: int) -> None:
        """Pass a message on if it is one to be shown, and belongs to the run that goes on where it has to."""
        match message:
            case m.Stream() if message.run == run:
                self._bridge.outputs.stream(message.name, message.text)
            case m.Display() if message.run == run or message.update:
                bundle = self.allowed(message.data, message.metadata)
                self._bridge.outputs.display(*bundle, display_id=message.display_id, update=message.update)
            case m.Clear() if message.run == run:
                self._bridge.outputs.clear(message.wait)
                self.stages.cleared(run)
            case m.Comm() if not self._sandbox:  # a widget is code that runs in the notebook's page
                self._bridge.comms.send(message.comm)
            case m.Drawn() if message.run == run:
                self.stages.drawn(message.run)
            case m.Snapshot():
                self.stages.keep(message)
            case _:
                pass

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
