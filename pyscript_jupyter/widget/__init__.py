"""Environments as the kernel sees them, and the `PyScript` widget.

``bridge`` is the kernel's one link to the browser, ``environment`` one environment and its runs, ``pyscript`` the
widget, ``bootstrap`` the headless widget that brings the front end into the page. ``outputs`` and ``settings`` are what
the layer above fills in; ``traceback`` and ``bundle`` turn what comes back into what a notebook shows; ``interrupts``
keeps an interrupt from losing a message.
"""
