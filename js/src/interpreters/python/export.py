"""Run in a worker after the user's file: what it names in `__export__` can be called from the page, as in PyScript."""


def _export(names):
    from polyscript import xworker

    for name in names.get("__export__", ()):
        setattr(xworker.sync, name, names[name])


_export(globals())
del _export
