"""The Jupyter server extension.

``app`` is the extension, ``assets`` serves what the build made, ``frame`` the page of an environment, ``relay`` the
browser's side of the relay and its tickets.
"""
