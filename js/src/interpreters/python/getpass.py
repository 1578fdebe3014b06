"""MicroPython's `getpass`, as far as a notebook has one."""

from _pyscript_blocking import getpass

__all__ = ("getpass",)
