"""The IPython side: the magics, and the notebook's own outputs.

``magics`` parses and dispatches, ``outputs`` writes where IPython writes, ``report`` is what ``%pyscript`` prints, and
``extension`` is what ``%load_ext`` calls.
"""
