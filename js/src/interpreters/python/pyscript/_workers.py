"""Workers that the user's code starts. They live beside the environment, and end with it.

They are made by the environment's frame (js/src/frame/workers.ts), which a worker reaches through `window`.
"""

import json

from pyscript.context import window
from pyscript.util import NotSupported


def PyWorker(url, **options):
    """Start a worker that runs a Python file: one of the environment's own file system, or a URL.

    ``type`` is "micropython" or "pyodide" ("mpy", "py"; by default what this environment runs), ``name`` is what its
    events and `workers` call it, ``config`` its configuration. What comes back is a JavaScript Worker: ``await
    worker.ready``, then call what the file exports as ``worker.sync.NAME(…)``.
    """
    registry = _registry()
    settings = json.dumps(options)
    # MicroPython does not outlive an error of JavaScript's.
    refusal = registry.refuse(settings)
    if refusal:
        raise ValueError(refusal)
    return registry.create(_source(url), url, settings)


XWorker = PyWorker


class _Workers:
    """Named workers: ``await workers["NAME"]`` waits until it is ready, and gives what it exports."""

    def __getitem__(self, name):
        return _registry().named(name)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return _registry().named(name)


workers = _Workers()


async def create_named_worker(src, name, config=None, type="py"):
    """Start a worker with a name, and wait until it is ready; returns what it exports."""
    options = {"name": name, "type": type}
    if config:
        options["config"] = json.loads(config) if isinstance(config, str) else config
    PyWorker(src, **options)
    return await workers[name]


def _registry():
    if isinstance(window, NotSupported):
        raise RuntimeError(
            "This worker cannot start another one: that takes the `window` of its page, and the browser gives it none "
            "here. Run the environment on the main thread, with `%%pyscript --main`."
        )
    return window.pyscriptWorkers


def _source(url):
    try:
        with open(url) as file:
            return file.read()
    except OSError:
        return None
