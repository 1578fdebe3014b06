"""A browser of our own, for a kernel that no page is attached to.

``find`` finds one on the machine, ``pipe`` starts it and tells it what to open, ``handlers`` are what it loads, on the
loopback port of the relay, and ``host`` is such a relay in the kernel's own process, where no Jupyter server has one.
``own`` is both for one kernel.
"""
