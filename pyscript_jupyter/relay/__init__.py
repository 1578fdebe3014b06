"""Kernels, pages and frames meet here.

``rooms`` and ``tickets`` decide, with no I/O, and ``state`` holds them; ``socket`` is the WebSocket handler that all
three share; ``mailbox`` answers interpreters that hear no message; ``listener`` serves kernels on loopback; ``client``
is the kernel's end.
"""
