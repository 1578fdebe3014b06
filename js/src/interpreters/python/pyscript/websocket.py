"""PyScript's web sockets; what a handler raises is told to the notebook."""

from _pyscript_callbacks import handler
from pyscript import _websocket
from pyscript._websocket import WebSocket, WebSocketEvent

__all__ = ("WebSocket", "WebSocketEvent")

_websocket.create_proxy = handler
