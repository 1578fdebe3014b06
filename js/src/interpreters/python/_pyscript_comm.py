"""Jupyter's comms, with the API of the package `comm`, in whose place code finds it. Pyodide and MicroPython alike.

A comm is a channel between this interpreter and the page: ipywidgets and anywidget are made of them. Either side opens
one, by the name of a target that the other has registered. Messages have the shape that handlers get in ipykernel:
https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages. An asynchronous handler is awaited in
Pyodide before the message counts as handled; in MicroPython it becomes a task.
"""

import io
import json
import sys

import _pyscript_host
from _pyscript_formats import _plain

__version__ = "0.2.3"
__all__ = ("BaseComm", "CommManager", "create_comm", "get_comm_manager")

_MICROPYTHON = sys.implementation.name == "micropython"

_PARENT = "pyscript:parent"
"""Stands for the id of the request that is handled, which the kernel's process knows: see widget/comms.py."""

_waiting = []
"""What asynchronous handlers have still to do, in Pyodide."""


class _Kernel:
    """As much of a kernel as ipywidgets asks a comm for: what the output belongs to that an ``Output`` catches."""

    def get_parent(self):
        return {"header": {"msg_id": _PARENT}}


class BaseComm:
    """One comm. A new one opens its other end in the page, unless it is not ``primary``."""

    kernel = _Kernel()

    def __init__(
        self,
        target_name="comm",
        data=None,
        metadata=None,
        buffers=None,
        comm_id=None,
        primary=True,
        target_module=None,
        topic=None,
        _open_data=None,
        _close_data=None,
    ):
        self.comm_id = comm_id or _pyscript_host.id()
        self.target_name = target_name
        self.target_module = target_module
        self.primary = primary
        self.topic = topic or ("comm-" + self.comm_id).encode()
        self._open_data = _open_data or {}
        self._close_data = _close_data or {}
        self._msg_callback = None
        self._close_callback = None
        self._closed = True
        if primary:
            self.open(data, metadata, buffers)
        else:
            self._closed = False

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        """Send a message of one of the three types to the page."""
        message = {
            "action": msg_type.split("_")[-1],
            "comm": self.comm_id,
            "target": keys.get("target_name") or "",
            "data": _plain(data or {}),
            "metadata": _plain(metadata or {}),
        }
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "flush"):
                stream.flush()
        _pyscript_host.comm(json.dumps(message), _to_js(buffers or ()))

    def open(self, data=None, metadata=None, buffers=None):
        """Open the other end in the page."""
        manager = get_comm_manager()
        manager.register_comm(self)
        data = self._open_data if data is None else data
        try:
            self.publish_msg("comm_open", data, metadata, buffers, target_name=self.target_name)
        except Exception:
            manager.unregister_comm(self)
            raise
        self._closed = False

    def send(self, data=None, metadata=None, buffers=None):
        """Send a message to the other end."""
        self.publish_msg("comm_msg", data, metadata, buffers)

    def close(self, data=None, metadata=None, buffers=None, deleting=False):
        """Close it, here and there. Nothing happens where it is closed already."""
        if self._closed:
            return
        self._closed = True
        self.publish_msg("comm_close", self._close_data if data is None else data, metadata, buffers)
        if not deleting:
            get_comm_manager().unregister_comm(self)

    def on_msg(self, callback):
        """Have a function called with each message that comes; None for no longer."""
        self._msg_callback = callback

    def on_close(self, callback):
        """Have a function called with the message by which the page closes it; None for no longer."""
        self._close_callback = callback

    def handle_msg(self, msg):
        """Take a message that came."""
        if self._msg_callback:
            return self._msg_callback(msg)
        return None

    def handle_close(self, msg):
        """Take the message by which the page has closed it."""
        if self._close_callback:
            return self._close_callback(msg)
        return None


class CommManager:
    """All comms of this interpreter, and the targets by which the page may open one."""

    def __init__(self):
        self.comms = {}
        self.targets = {}

    def register_target(self, target_name, f):
        """Have a function called with the comm and the message when the page opens one by this name.

        ``f`` may be a name that it can be imported by, such as ``package.function``.
        """
        if isinstance(f, str):
            module, _, name = f.rpartition(".")
            f = getattr(__import__(module, None, None, (name,)), name) if module else __import__(name)
        self.targets[target_name] = f

    def unregister_target(self, target_name, f=None):
        """Take that back; returns the function."""
        return self.targets.pop(target_name)

    def register_comm(self, comm):
        """Have a comm get its messages; returns its id."""
        self.comms[comm.comm_id] = comm
        return comm.comm_id

    def unregister_comm(self, comm):
        """Have it get no more."""
        self.comms.pop(comm.comm_id)

    def get_comm(self, comm_id):
        """Return the comm of an id, or None."""
        return self.comms.get(comm_id)

    def comm_open(self, stream, ident, msg):
        """Take the message by which the page opens a comm."""
        content = msg["content"]
        name = content["target_name"]
        comm = create_comm(comm_id=content["comm_id"], primary=False, target_name=name)
        self.register_comm(comm)
        if name not in self.targets:
            print("No such comm target registered: " + name, file=sys.stderr)
            comm.close()
            return
        _call(self.targets[name], (comm, msg), comm.close)

    def comm_msg(self, stream, ident, msg):
        """Take a message of a comm's."""
        comm = self.get_comm(msg["content"]["comm_id"])
        if comm is not None:
            _call(comm.handle_msg, (msg,))

    def comm_close(self, stream, ident, msg):
        """Take the message by which the page closes a comm."""
        comm = self.comms.pop(msg["content"]["comm_id"], None)
        if comm is not None:
            comm._closed = True  # noqa: SLF001  # one of our own
            _call(comm.handle_close, (msg,))


_manager = CommManager()


def create_comm(*args, **kwargs):
    """Make a comm: see `BaseComm`."""
    return BaseComm(*args, **kwargs)


def get_comm_manager():
    """Return the one manager."""
    return _manager


def perform(task, buffers):
    """Take a comm message from the page. What comes back is None, or a coroutine where handlers have more to do."""
    comm = task["comm"]
    kind = "comm_" + comm["action"]
    content = {"comm_id": comm["comm"], "data": comm.get("data") or {}}
    if kind == "comm_open":
        content["target_name"] = comm.get("target") or ""
    message = {
        "header": {"msg_type": kind},
        "msg_type": kind,
        "parent_header": {},
        "content": content,
        "metadata": comm.get("metadata") or {},
        "buffers": _from_js(buffers),
    }
    _waiting.clear()
    getattr(get_comm_manager(), kind)(None, [], message)
    return _wait(_waiting[:]) if _waiting else None


def _call(handler, values, failed=None):
    """Call a handler. What it raises is told on stderr, and fails nothing else."""
    try:
        answer = handler(*values)
        if _MICROPYTHON and type(answer).__name__ == "generator":
            import asyncio

            import _pyscript_callbacks  # noqa: F401  # tells what a task raises

            asyncio.create_task(answer)  # noqa: RUF006  # the loop holds it
        elif hasattr(answer, "__await__"):
            _waiting.append((answer, failed))
    except Exception as error:
        _tell(error, failed)


def _tell(error, failed):
    if hasattr(sys, "print_exception"):
        text = io.StringIO()
        sys.print_exception(error, text)
        lines = text.getvalue().split("\n")
        text = "\n".join(line for line in lines if not line.startswith('  File "/lib/_pyscript_'))
    else:
        import traceback

        while error.__traceback__ and "_pyscript_" in error.__traceback__.tb_frame.f_code.co_filename:
            error.__traceback__ = error.__traceback__.tb_next
        text = "".join(traceback.format_exception(error))
    print(text.rstrip("\n"), file=sys.stderr)
    if failed:
        failed()


async def _wait(rest):
    for answer, failed in rest:
        try:
            await answer
        except Exception as error:
            _tell(error, failed)


def _to_js(buffers):
    from pyscript.ffi import to_js

    copies = [bytes(buffer) for buffer in buffers]
    if _MICROPYTHON:
        copies = [copy.hex() if copy else "" for copy in copies]  # of nothing it would make bytes
    return to_js(copies)


def _from_js(buffers):
    if _MICROPYTHON:
        return [memoryview(bytes.fromhex(buffer)) for buffer in buffers]
    return [memoryview(buffer.to_bytes()) for buffer in buffers]
