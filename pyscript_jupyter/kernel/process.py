"""A PyScript kernel: a process on ipykernel's `Kernel`, all of whose cells run in the reader's browser.

It has one environment, made as ``%%pyscript`` makes one, on the same bridge. A request is answered on the kernel's main
thread, which waits for the browser as the magic does; an interrupt comes in the control thread, and from there as a
signal.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Literal

import comm
from ipykernel._version import kernel_protocol_version
from ipykernel.kernelbase import Kernel

from pyscript_jupyter._version import __version__
from pyscript_jupyter.errors import PyScriptError
from pyscript_jupyter.headless.own import Headless
from pyscript_jupyter.interpreters import catalogue
from pyscript_jupyter.kernel.asking import QUICK, ask, describe, inspect_reply
from pyscript_jupyter.kernel.commands import command
from pyscript_jupyter.kernel.completion import complete_alone, complete_magic
from pyscript_jupyter.kernel.config import configure
from pyscript_jupyter.kernel.history import History
from pyscript_jupyter.kernel.inputs import KernelInputs
from pyscript_jupyter.kernel.manual import inspect_magic, manual
from pyscript_jupyter.kernel.outputs import KernelOutputs
from pyscript_jupyter.kernel.replies import failed
from pyscript_jupyter.kernel.report import Table
from pyscript_jupyter.kernel.source import Magic, completeness, leaves, lone_magic, transform
from pyscript_jupyter.kernel.wire import Wire
from pyscript_jupyter.widget import states
from pyscript_jupyter.widget.bridge import Bridge, bridge
from pyscript_jupyter.widget.bundle import MimeBundle
from pyscript_jupyter.widget.comms import States
from pyscript_jupyter.widget.environment import Environment
from pyscript_jupyter.widget.installing import take_pip_lines
from pyscript_jupyter.widget.outputs import Outputs
from pyscript_jupyter.widget.settings import Settings


class PyScriptKernel(Settings, Kernel):
    """The kernel of one interpreter.

    Attributes
    ----------
    interpreter_name
        A name of the interpreter in the catalogue.
    """

    interpreter_name: ClassVar[str]

    implementation = "pyscript_jupyter"
    implementation_version = __version__

    @property
    def kernel_info(self) -> dict[str, Any]:
        """What clients are told of the kernel: it has neither subshells nor a debugger.

        ipykernel would import the debugger to find that out, which takes longer than all else that a start takes here.
        """
        return {
            "protocol_version": kernel_protocol_version,
            "implementation": self.implementation,
            "implementation_version": self.implementation_version,
            "language_info": self.language_info,
            "banner": self.banner,
            "help_links": self.help_links,
            "supported_features": [],
        }

    def __init__(self, **kwargs: Any) -> None:
        self._interpreter = catalogue.find(self.interpreter_name)
        self.banner = f"{self._interpreter.label} in the browser, by pyscript_jupyter {__version__}"
        self.language_info = {
            "name": "python",
            "version": self._interpreter.python,
            "mimetype": "text/x-python",
            "file_extension": ".py",
            "pygments_lexer": "ipython3",
            "nbconvert_exporter": "python",
            "codemirror_mode": {"name": "ipython", "version": 3},
        }
        super().__init__(**kwargs)
        self._wire = Wire(self)
        self.comm_manager = comm.get_comm_manager()
        # ipykernel 7 looks the comm of each message up, and the manager would warn of one that is only opened by it.
        self.comm_manager.get_comm = self.comm_manager.comms.get  # type: ignore[method-assign, assignment]  # so
        states.register(self.comm_manager, self._ask_for_widgets)
        for action in ("open", "msg", "close"):
            self.shell_handlers[f"comm_{action}"] = getattr(self, f"_comm_{action}")
        self._met = False
        self._expected = False
        self._bridge: Bridge
        self._inputs: KernelInputs
        self._environment: Environment
        self._history: History

    def start(self) -> None:
        """Begin to listen, and have a page attach while the client gets ready."""
        super().start()
        self.io_loop.add_callback(self._attach)

    def _attach(self) -> None:
        # Not earlier: the bridge takes the loop that runs.
        link = self._bridge = bridge()
        link.settings = self
        link.outputs = KernelOutputs(self._wire)
        link.inputs = self._inputs = KernelInputs(self)
        link.arrival.own_browser = Headless(lambda: (self.browser, self.browser_args))
        self._environment = link.environment(self.interpreter_name)
        try:
            link.begin()
        except PyScriptError as error:  # the first cell says it again, where it is seen
            self.log.warning("%s", error)
        # While the browser begins to load.
        self._history = History(self)

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: dict[str, str] | None = None,
        allow_stdin: bool = False,
        **about: Any,
    ) -> dict[str, Any]:
        """Run a cell in the browser, and wait for its end."""
        self._wire.begin()
        self._allow_stdin = allow_stdin
        if allow_stdin:
            self._history.keep()
        number = self.execution_count
        source = transform(code)
        kept = store_history and not silent and bool(code.strip())
        if kept:
            self._history.add(number, code, source)
        elif not silent:
            self.execution_count -= 1
        payload: list[dict[str, Any]] = []
        try:
            cell = take_pip_lines(self._bridge, self._environment, code)
            if cell != code:
                source = transform(cell)
            match lone_magic(source):
                case Magic("pinfo" | "pinfo2") as magic:
                    result = None
                    payload = self._page(magic)
                case Magic("pyscript", line):
                    result = self._command(line)
                case Magic("config", line):
                    result = configure(self, line)
                case Magic("history" | "hist", line):
                    result = None
                    text = self._history.command(line)
                    if text and not silent:
                        self._bridge.outputs.stream("stdout", text)
                case None if (stays := leaves(source)) is not None and not self._is_there():
                    result = None
                    self._inputs.ask("exit", "stay" if stays else "")
                case _ if cell != code and not source.strip():
                    result = None
                case _:
                    self._meet()
                    # What the interpreter keeps for later cells, as `_`, it keeps for the cells of this name.
                    filename = f"Cell In[{number}]" if kept else "<a cell that is not kept>"
                    result = self._environment.run(source, filename, alone=True)
        except (PyScriptError, KeyboardInterrupt) as error:
            reply = failed(error)
            if not silent:
                self._wire.publish_message("error", {key: reply[key] for key in ("ename", "evalue", "traceback")})
            return {**reply, "execution_count": number, "user_expressions": {}, "payload": self._leave()}
        if result is not None and not silent:
            content = {"data": result.data, "metadata": result.metadata, "execution_count": number}
            self._wire.publish_message("execute_result", content)
            if kept:
                self._history.add_result(number, result.data.get("text/plain", ""))
        expressions = {name: self._evaluate(text) for name, text in (user_expressions or {}).items()}
        payload += self._leave()
        return {"status": "ok", "execution_count": number, "user_expressions": expressions, "payload": payload}

    async def do_complete(self, code: str, cursor_pos: int | None) -> dict[str, Any]:
        """Ask the interpreter how the code before the cursor may go on."""
        cursor = len(code) if cursor_pos is None else cursor_pos
        data = complete_magic(code, cursor, self._interpreter.name) or self._ask("complete", code, cursor)
        data = data or complete_alone(code, cursor)
        start, end = data["start"], data["end"]
        pairs = list(zip(data["matches"], data["types"], strict=True))
        types = [{"text": text, "type": kind, "start": start, "end": end} for text, kind in pairs]
        return {
            "status": "ok",
            "matches": data["matches"],
            "cursor_start": start,
            "cursor_end": end,
            "metadata": {"_jupyter_types_experimental": types},
        }

    async def do_inspect(
        self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Any = ()
    ) -> dict[str, Any]:
        """Ask the interpreter what stands at the cursor."""
        found = inspect_magic(code, cursor_pos, self._interpreter.name)
        return inspect_reply(found or self._ask("inspect", code, cursor_pos, detail_level))

    async def do_is_complete(self, code: str) -> dict[str, Any]:
        """Say whether a console should run the code, or wait for more of it."""
        return completeness(code)

    async def do_history(
        self, hist_access_type: str, output: bool = False, raw: bool = True, *args: Any, **request: Any
    ) -> dict[str, Any]:
        """Return cells that were run in this session and in earlier ones."""
        return {"status": "ok", "history": self._history.find(hist_access_type, output, raw, **request)}

    async def do_shutdown(self, restart: bool) -> dict[str, Any]:
        """Close the environment, and the kernel's own browser if there is one."""
        self._bridge.close()
        self._history.close()
        return {"status": "ok", "restart": restart}

    def _meet(self) -> None:
        """Invite the page that the first cell comes from, unless it is here already.

        It may have missed what was published before it was connected, as JupyterLab does after a restart.
        """
        if self._met:
            return
        self._met = True
        self._bridge.pump()
        if self._bridge.owner is None:
            self._bridge.arrival.invite()

    def _command(self, line: str) -> MimeBundle | None:
        """Do what a ``%pyscript`` line says; one that closes the kernel's own environment has it made anew."""
        shown = command(self._bridge, line)
        if self._environment.session.status == "closed":
            self._environment = self._bridge.environment(self.interpreter_name)
        if shown is None:
            return None
        html = shown._repr_html_() if isinstance(shown, Table) else None  # IPython's name for it
        return MimeBundle({"text/plain": repr(shown), **({"text/html": html} if html else {})}, {})

    def _page(self, magic: Magic) -> list[dict[str, Any]]:
        """Return what ``name?`` shows, as the payload of a reply that has the client show it in its pager."""
        text = manual(magic.line, self._interpreter.name)
        if text is None:
            self._environment.await_ready()
            with self._muted():
                text = describe(self._environment, magic.line, 1 if magic.name == "pinfo2" else 0)
        return [{"source": "page", "data": {"text/plain": text}, "start": 0}]

    def _is_there(self) -> bool:
        """Whether there is an interpreter, which knows what a cell may have made of ``exit``."""
        self._bridge.pump()
        return self._environment.session.status == "ready"

    def _leave(self) -> list[dict[str, Any]]:
        """Return what has the client leave, where code has asked for that, as the payload of a reply.

        The kernel ends when the reply is on its way, unless it is to stay.
        """
        stays = self._inputs.take_leave()
        if stays is None:
            return []

        async def end() -> None:
            await self.do_shutdown(False)
            self.io_loop.stop()

        if not stays:
            self.io_loop.call_later(0.1, end)
        return [{"source": "ask_exit", "keepkernel": stays}]

    def _evaluate(self, text: str) -> dict[str, Any]:
        """Return one of the request's user expressions, as its reply has it."""
        with self._muted():
            try:
                result = self._environment.run(text, "<user expression>")
            except (PyScriptError, KeyboardInterrupt) as error:
                return failed(error)
        data, metadata = (result.data, result.metadata) if result else ({"text/plain": "None"}, {})
        return {"status": "ok", "data": data, "metadata": metadata}

    def _ask(
        self, task: Literal["complete", "inspect"], code: str, cursor: int, detail_level: int = 0
    ) -> dict[str, Any] | None:
        self._wire.begin()
        with self._muted():
            try:
                self._expect()
            except KeyboardInterrupt:
                return None
            return ask(self._environment, task, code, cursor, detail_level)

    def _expect(self) -> None:
        """Give an interpreter that is on its way a moment to come, once: the next keys do not wait for it again."""
        deadline = time.monotonic() + (0 if self._expected else QUICK)
        while self._environment.session.status in ("starting", "loading") and time.monotonic() < deadline:
            self._bridge.step()
        self._expected = self._environment.session.status in ("starting", "loading")

    @contextmanager
    def _muted(self) -> Iterator[None]:
        """Show nothing of what is written meanwhile."""
        before = self._bridge.outputs
        self._bridge.outputs = _Silence(before)
        try:
            yield
        finally:
            self._bridge.outputs = before

    def _comm_open(self, stream: Any, ident: Any, message: dict[str, Any]) -> None:
        """Take a comm that a client opens, by a target of this process, or else by one of the interpreter's."""
        target = message["content"]["target_name"]
        if target not in self.comm_manager.targets:
            self.comm_manager.register_target(target, self._accept)
        self.comm_manager.comm_open(stream, ident, message)
        self._leave()

    def _accept(self, opened: Any, message: dict[str, Any]) -> None:
        self._wire.begin()
        self._environment.comms.accept(opened, message)

    def _comm_msg(self, stream: Any, ident: Any, message: dict[str, Any]) -> None:
        self._begin_comm(message)
        self.comm_manager.comm_msg(stream, ident, message)
        self._leave()

    def _comm_close(self, stream: Any, ident: Any, message: dict[str, Any]) -> None:
        self._begin_comm(message)
        self.comm_manager.comm_close(stream, ident, message)
        self._leave()

    def _begin_comm(self, message: dict[str, Any]) -> None:
        """Take note of a message that goes to the interpreter: what its handlers print belongs there."""
        if message["content"]["comm_id"] in self._environment.comms:
            self._wire.begin()

    def _ask_for_widgets(self, opening: dict[str, Any], request: dict[str, Any]) -> list[States]:
        """Ask the interpreter for the state of its widgets."""
        with self._muted():
            return self._bridge.ask_for_widgets(opening, request)


class _Silence:
    """Outputs that go nowhere, but for those that come later, which are the request's."""

    def __init__(self, behind: Outputs) -> None:
        self._behind = behind

    def stream(self, name: str, text: str) -> None: ...

    def display(
        self, data: dict[str, Any], metadata: dict[str, Any], display_id: str = "", update: bool = False
    ) -> None: ...

    def clear(self, wait: bool) -> None: ...

    def here(self) -> Outputs:
        return self._behind.here()

    def progress(self, text: str, alone: bool) -> None: ...


class MicroPythonKernel(PyScriptKernel):
    """The kernel that launchers call PyScript (MicroPython)."""

    interpreter_name = "mpy"


class PyodideKernel(PyScriptKernel):
    """The kernel that launchers call PyScript (Pyodide)."""

    interpreter_name = "py"
