"""PyScript's events; what a handler raises is told to the notebook."""

from _pyscript_callbacks import handler
from pyscript import _events
from pyscript._events import Event, when

__all__ = ("Event", "when")

_events.create_proxy = handler
