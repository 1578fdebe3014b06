"""What an environment needs from the kernel before it can be opened, got together in a thread of its own.

Reading a file is done at once; pip may take a minute, in which the kernel's main thread must stay free to show how far
it is, to be interrupted, and to go on with other environments.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import msgspec

from pyscript_jupyter.errors import LoadError, PyScriptError
from pyscript_jupyter.interpreters import target
from pyscript_jupyter.interpreters.catalogue import Interpreter
from pyscript_jupyter.packages.pip import Live, Pip, Target
from pyscript_jupyter.packages.read import check_size, read
from pyscript_jupyter.protocol import messages as m

_pip = Pip()


class Supplies:
    """Gets the contents of an environment's configuration, each time that it is made anew.

    Parameters
    ----------
    interpreter
        What it is for.
    on_done
        Called in another thread when they are there or could not be got, where `take` had to be told to come again.
    """

    def __init__(self, interpreter: Interpreter, on_done: Callable[[], None]) -> None:
        self._interpreter = interpreter
        self._on_done = on_done
        self._errand: _Errand | None = None

    @property
    def pending(self) -> bool:
        """Whether something was asked for that nobody has taken yet."""
        return self._errand is not None

    @property
    def names(self) -> str:
        """What is being found, for people."""
        return self._errand.names if self._errand else ""

    def take(self, config: m.Config) -> m.Config | None:
        """Return a configuration with its contents, as they are now; None while they are being got.

        Raises
        ------
        LoadError
            Something could not be got. The next call tries again.
        """
        if self._errand is None:
            self._errand = _Errand(config, self._interpreter, self._on_done)
        result = self._errand.result
        if result is not None:
            self._errand = None
        if isinstance(result, PyScriptError):
            raise result
        return result

    def cancel(self) -> None:
        """Stop looking. Safe to call twice."""
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None


class _Errand:
    """Gets the contents of one configuration, once."""

    def __init__(self, config: m.Config, interpreter: Interpreter, on_done: Callable[[], None]) -> None:
        self.names = ", ".join(config.requirements)
        """What is being found, for people."""
        self._config = config
        self._interpreter = interpreter
        self._on_done = on_done
        self.result: m.Config | PyScriptError | None = None
        self._wanted = threading.Event()
        self._wanted.set()
        if config.requirements:
            threading.Thread(target=self._get, name="pyscript-packages", daemon=True).start()
        else:
            self.result = _attempt(lambda: read(config))

    def cancel(self) -> None:
        """Stop looking. Safe to call twice."""
        self._wanted.clear()

    def _get(self) -> None:
        self.result = _attempt(self._find)
        self._on_done()

    def _find(self) -> m.Config:
        config = read(self._config)
        indexes = config.user.get("index_urls", [])
        found = _pip.download(
            config.requirements,
            _target(self._interpreter),
            [indexes] if isinstance(indexes, str) else indexes,
            config.user.get("packages_cache") != "never",
            self._wanted,
        )
        # What was named by path or URL wins over what pip found for something else's sake.
        own = {_project(each) for each in config.packages}
        packages = [*(each for each in found if _project(each) not in own), *config.packages]
        filled = msgspec.structs.replace(config, packages=packages, requirements=[])
        check_size(filled)
        return filled


def find(interpreter: Interpreter, wanted: Sequence[str], going: threading.Event, live: Live) -> list[m.ConfigPackage]:
    """Return the wheels that an interpreter which runs already has yet to get: see `Pip.download`."""
    return _pip.download(wanted, _target(interpreter), wanted=going, live=live)


def _target(interpreter: Interpreter) -> Target:
    name = interpreter.name
    return Target(interpreter.label, target.python_version(name), target.wheel_tags(name), target.markers(name))


def _project(package: m.ConfigPackage) -> str:
    return package.filename.partition("-")[0].lower()


def _attempt(action: Callable[[], m.Config]) -> m.Config | PyScriptError:
    try:
        return action()
    except PyScriptError as error:
        return error
    except Exception as error:  # noqa: BLE001  # whoever waits must hear of it
        return LoadError(f"The configuration could not be read: {type(error).__name__}: {error}.")
