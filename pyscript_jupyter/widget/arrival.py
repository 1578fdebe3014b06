"""How a page comes to a kernel: it is invited into the notebook's own page, or the kernel's own browser is started."""

from __future__ import annotations

import time
from collections.abc import Callable

from pyscript_jupyter.errors import NoBrowserError, NoPageError, NoServerError, PyScriptError
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.relay.client import Address, find_server
from pyscript_jupyter.widget.bootstrap import Bootstrap
from pyscript_jupyter.widget.ownbrowser import OwnBrowser
from pyscript_jupyter.widget.settings import Settings

REPEAT = 0.5
"""Seconds after which a page that has not come is told the room again: anywidget before 0.11 may lose a message that
comes while it loads a widget."""

INVITE = 3.0
"""Seconds after which a page that has not come is invited once more; one that is just loading misses an invitation."""

MAX_BOOTSTRAPS = 8
"""How many invitations stand at a time."""


class Arrival:
    """What is done to have a page at a kernel's relay.

    Parameters
    ----------
    settings
        Returns what the user has set.

    Attributes
    ----------
    own_browser
        Runs environments where no page is attached; None where there may be none.
    address
        The relay that was last chosen.
    alone
        It is the kernel's own, which no page can come to but that of the kernel's own browser.
    problem
        Why a page that tried could not attach.
    """

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self.own_browser: OwnBrowser | None = None
        self.address: Address | None = None
        self.alone = False
        self.problem: PyScriptError | None = None
        self._settings = settings
        self._welcome: m.Welcome | None = None
        self._bootstraps: list[Bootstrap] = []

    def choose(self) -> Address:
        """Return where the relay is that the kernel is to connect to: the server's, or its own, which is then opened.

        Raises
        ------
        NoServerError, NotInstalledError
            See `pyscript_jupyter.relay.client.find_server` and `OwnBrowser.serve`.
        """
        own = self._own
        self.alone = False
        if own is None or self._settings().headless != "always":
            try:
                self.address = find_server()
            except NoServerError:
                if own is None:
                    raise
            else:
                return self.address
        self.alone = True
        self.address = own.serve()
        return self.address

    def welcomed(self, welcome: m.Welcome) -> None:
        """Take note that the kernel has a room now, and have the page join it that is there."""
        self._welcome = welcome
        if self.alone:
            return
        for bootstrap in self._bootstraps:
            bootstrap.move(welcome.room, welcome.assets)
        if not self._bootstraps:
            self.invite()

    def begin(self) -> None:
        """Start the kernel's own browser where no page can come; waits for nothing. Raises `NoBrowserError`."""
        if self.alone and (own := self._own) is not None:
            self._open(own)

    def invite(self) -> None:
        """Bring the front end into whatever page is there now, if the kernel's relay is one that pages can come to.

        A page that was reloaded while the kernel is busy cannot ask for the room; but it hears of a new widget.
        """
        if self._welcome is None or self.alone:
            return
        self._bootstraps.append(Bootstrap(self._welcome.room, self._welcome.assets, self._take_problem))
        if len(self._bootstraps) > MAX_BOOTSTRAPS:
            self._bootstraps.pop(1).close()

    def wait(self, arrived: Callable[[], bool], step: Callable[[], None]) -> None:
        """Wait until a page has come.

        Parameters
        ----------
        arrived
            Whether one has.
        step
            Handles what has come, or waits a moment; connects anew if the connection was lost.

        Raises
        ------
        VersionError, NoPageError, NoBrowserError
            See `pyscript_jupyter.widget.bridge.Bridge.await_page`.
        """
        settings, own, opened = self._settings(), self._own, False
        started = time.monotonic()
        deadline = started + settings.page_timeout
        repeat_at, invite_at = started + REPEAT, started + INVITE
        while not arrived():
            now = time.monotonic()
            if self.problem is not None:
                problem, self.problem = self.problem, None
                raise problem
            if own is not None and not opened and (self.alone or now > started + settings.headless_after):
                self._open(own)
                opened = True
                deadline = now + settings.page_timeout
            if own is not None and opened and own.trouble:
                raise NoBrowserError(own.trouble)
            if now > repeat_at:
                for bootstrap in self._bootstraps:
                    bootstrap.tell()
                repeat_at = now + REPEAT
            if now > invite_at:
                self.invite()
                invite_at = now + INVITE
            if now > deadline:
                raise NoPageError(_nobody(settings.page_timeout, opened))
            step()

    def came(self, headless: bool) -> None:
        """Take note that a page runs the environments now; a person's one leaves the kernel's own browser no work."""
        self.problem = None
        if not headless and self.own_browser is not None:
            self.own_browser.dismiss()

    def end_input(self) -> None:
        """Tell the pages that the kernel waits for no input any more; see `Bootstrap.end_input`."""
        for bootstrap in self._bootstraps:
            bootstrap.end_input()

    def close(self) -> None:
        """Take every invitation back, and end the kernel's own browser. Doing it twice is safe."""
        for bootstrap in self._bootstraps:
            bootstrap.close()
        self._bootstraps.clear()
        if self.own_browser is not None:
            self.own_browser.close()

    @property
    def _own(self) -> OwnBrowser | None:
        """The kernel's own browser, if the settings allow it."""
        return None if self._settings().headless == "never" else self.own_browser

    def _open(self, own: OwnBrowser) -> None:
        assert self.address is not None
        assert self._welcome is not None
        own.open(self.address, self._welcome.room)

    def _take_problem(self, message: str) -> None:
        self.problem = NoPageError(message)


def _nobody(seconds: float, opened: bool) -> str:
    if opened:
        return (
            f"The kernel's own browser did not join it within {seconds:g} s. A slow machine may need more time "
            "(`%config PyScriptMagics.page_timeout`); another browser can be named (`%config PyScriptMagics.browser`)."
        )
    return (
        f"No browser page attached to this kernel within {seconds:g} s. Open the notebook in JupyterLab or Notebook 7 "
        "(a page that was already open may have to be reloaded) and run the cell again; `%pyscript doctor` tells what "
        "is missing. Without a page, cells run where the setting headless is not `never`."
    )
