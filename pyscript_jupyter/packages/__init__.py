"""What a configuration brings into an environment, fetched by the kernel.

``read`` reads the files that lie beside the notebook, ``pip`` has the kernel's own pip find packages by name, and
``browser_pip`` is the process that it runs in. ``line`` reads ``%pip``, and ``present`` tells pip of what is there
already.
"""
