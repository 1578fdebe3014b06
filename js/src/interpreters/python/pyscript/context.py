"""Where this code runs, and what it reaches from there. Each name is resolved when it is first used.

In a worker `window` and `document` are those of the environment's frame, through PolyScript, where the browser lets a
worker wait for its page; on the main thread they are simply there. Where they are not, they are stand-ins that raise,
with the reason, when they are used.
"""

import sys

_NO_WINDOW = (
    "`window` and `document` cannot be used in this worker: the browser gives the environment's frame no "
    "SharedArrayBuffer, without which a worker cannot wait for its page. Run the environment on the main thread, with "
    "`%%pyscript --main`."
)

# The page takes scripts of its own server only: what lies elsewhere is fetched, and imported as what came.
_IMPORT = """return (...urls) => Promise.all(urls.map(async (url) => {
    const { href, origin } = new URL(url, document.baseURI);
    if (origin === new URL(document.baseURI).origin) return import(href);
    const response = await fetch(href);
    if (!response.ok) throw new Error(`${href} did not load: its server answered with status ${response.status}.`);
    const text = URL.createObjectURL(new Blob([await response.arrayBuffer()], { type: "text/javascript" }));
    try { return await import(text); } finally { URL.revokeObjectURL(text); }
}));"""


def __getattr__(name):
    resolve = _RESOLVERS.get(name)
    if resolve is None:
        raise AttributeError("module 'pyscript.context' has no attribute '{}'".format(name))
    value = resolve()
    globals()[name] = value
    return value


def current_target():
    """Return the id of the element that `display` draws into where it draws and no target is given; make it first."""
    from pyscript.context import document

    target = "pyscript-output"
    if not document.getElementById(target):
        element = document.createElement("div")
        element.id = target
        document.body.append(element)
    return target


def _worker():
    import _pyscript_host

    return _pyscript_host.worker


def _config():
    import js
    import json
    import polyscript

    config = json.loads(js.JSON.stringify(polyscript.config))
    if not isinstance(config, dict):
        config = {}
    config["type"] = "mpy" if "MicroPython" in sys.version else "py"
    return config


def _js_modules():
    from pyscript import js_modules

    return js_modules


def _window():
    import js
    from pyscript.util import NotSupported

    if not _worker():
        return js
    import polyscript

    return polyscript.xworker.window or NotSupported("pyscript.window", _NO_WINDOW)


def _document():
    from pyscript.context import window
    from pyscript.util import NotSupported

    if isinstance(window, NotSupported):
        return NotSupported("pyscript.document", _NO_WINDOW)
    return window.document


def _js_import():
    from pyscript.context import window

    return window.Function(_IMPORT)()


def _sync():
    from pyscript.util import NotSupported

    if not _worker():
        return NotSupported("pyscript.sync", "pyscript.sync is there only in a worker: this is the main thread.")
    import polyscript

    return polyscript.xworker.sync


def _py_import():
    return _import_python


async def _import_python(*names):
    """Return a list of the modules of these names, as PyScript does.

    PyScript would fetch what is not there. Here it is the kernel's pip that does, before the first cell.
    """
    modules = []
    for name in names:
        try:
            modules.append(__import__(name, None, None, ("__name__",)))
        except ImportError as error:
            raise ImportError(
                "py_import() finds what is installed, and {} is not: name it in the configuration's `packages`, or as "
                "`%%pyscript --packages {}`.".format(name, name)
            ) from error
    return modules


def _py_worker():
    from pyscript import PyWorker

    return PyWorker


_RESOLVERS = {
    "PyWorker": _py_worker,
    "RUNNING_IN_WORKER": _worker,
    "config": _config,
    "document": _document,
    "js_import": _js_import,
    "js_modules": _js_modules,
    "py_import": _py_import,
    "sync": _sync,
    "window": _window,
}
