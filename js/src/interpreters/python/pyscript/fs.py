"""Folders of the reader's own machine, mounted into the interpreter's file system, where the browser has them.

PyScript's own, but for the question: the reader answers it in the environment's page (js/src/frame/folders.ts), and the
worker does not block meanwhile.
"""

import json

from pyscript import _fs
from pyscript._fs import _check_permission, mounted, sync, unmount
from pyscript.context import window
from pyscript.util import NotSupported

__all__ = ("mount", "mounted", "revoke", "sync", "unmount")


async def mount(path, mode="readwrite", root="", id="pyscript"):
    """Mount a folder that the reader chooses at ``path``; ``mode`` is "readwrite" or "read".

    ``root`` is where the browser's dialogue starts, such as "downloads". The browser remembers the choice by ``path``
    and ``id``. RuntimeError where there are no folders, or permission was not given.
    """
    folders = _folders()
    if path in mounted:
        raise ValueError("'{}' is mounted already: unmount it first, or choose another path.".format(path))
    options = {"id": id, "mode": mode}
    if root:
        options["startIn"] = root
    key = _key(path, id)
    folder = None
    if await folders.open(key, json.dumps(options)):
        folder = await _check_permission(await _fs.IDBMap.new(_fs._fs.NAMESPACE).get(key))
    if folder is None:
        raise RuntimeError(_fs._fs.ERROR)
    mounted[path] = await _fs.interpreter.mountNativeFS(path, folder)


async def revoke(path, id="pyscript"):
    """Unmount a folder, and have the browser forget the choice. Returns whether there was one."""
    known = await _folders().forget(_key(path, id))
    if path in mounted:
        await unmount(path)
    return known


def _key(path, id):
    return "{}@{}".format(path, id)


def _folders():
    if isinstance(window, NotSupported):
        reason = "this worker cannot wait for its page, which would ask for one"
    else:
        reason = window.pyscriptFolders.missing
    if reason:
        raise RuntimeError("pyscript.fs has no folders here: {}.".format(reason))
    return window.pyscriptFolders
