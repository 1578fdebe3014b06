"""Who may talk to whom."""

from __future__ import annotations

from pyscript_jupyter.protocol.messages import PROTOCOL, Hello


def mismatch(hello: Hello, package: str) -> str:
    """Return why a peer cannot be accepted, with what to do about it; "" if it can.

    A page and its frames come from the server and must be of its very version; a kernel may live in an environment of
    its own, and must only speak the same protocol.

    Parameters
    ----------
    hello
        What the peer said of itself.
    package
        The relay's own version of pyscript_jupyter.
    """
    mine = f"pyscript_jupyter {package} (protocol {PROTOCOL})"
    theirs = f"pyscript_jupyter {hello.package} (protocol {hello.protocol})"
    if hello.role == "kernel":
        if hello.protocol == PROTOCOL:
            return ""
        return (
            f"The kernel has {theirs} and the Jupyter server has {mine}: "
            "install the same version in both environments, then restart the server and the kernel."
        )
    if hello.protocol == PROTOCOL and hello.package == package:
        return ""
    return f"This page has {theirs} and the Jupyter server has {mine}: reload the page."
