"""PyScript's configuration: read, checked, and taken apart into what it brings.

No I/O: text or a mapping goes in, `Config` comes out, in which files beside the notebook are named and not yet read.
``keys`` has every key there is, ``parse`` reads TOML and JSON, ``sources`` tells URLs from paths, ``files`` and
``packages`` know PyScript's notation for these, and ``check`` puts all of it together.
"""
