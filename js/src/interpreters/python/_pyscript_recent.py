"""What a cell finds of those before it, as in IPython.

Results are ``_``, ``__``, ``___``, ``_N`` and ``Out``, and code is ``_i``, ``_ii``, ``_iii``, ``_iN`` and ``In``. A
cell is known by the number in the name that tracebacks give it; code with another name leaves no trace. Runs in Pyodide
and in MicroPython alike, so it uses only what both have.
"""

import builtins

CACHE_SIZE = 1000
"""How many results and cells are kept: IPython's `cache_size`."""

_CULLED = CACHE_SIZE // 5
"""How many results go when there would be more."""

_UNDERSCORES = ("_", "__", "___")
_INPUTS = ("_i", "_ii", "_iii")


class Recent:
    """Keeps results and code among the user's ``names``."""

    def __init__(self, names):
        self._names = names
        self._results = {}
        self._cells = []
        self.reset()

    def reset(self):
        """Forget everything. The names with numbers are left to who has them."""
        self._number = 0
        self._results.clear()
        self._cells.clear()
        self._cells.append("")
        self._kept = []
        self._latest = ["", "", ""]
        self._code = ["", "", "", ""]
        self._names.update({"Out": self._results, "In": self._cells})
        self._put(_UNDERSCORES, self._latest)
        self._put(_INPUTS, self._code)

    def begin(self, code, filename):
        """Take note of a cell that is about to run."""
        self._number = _number(filename)
        if not self._number:
            return
        code = code.strip("\n")
        self._cells.extend([""] * (self._number + 1 - len(self._cells)))
        self._cells[self._number] = code
        self._put(_INPUTS, self._code)
        self._code = [code] + self._code[:2]
        self._names["_i{}".format(self._number)] = code
        self._kept.append(self._number)
        if len(self._kept) > CACHE_SIZE:
            old = self._kept.pop(0)
            self._cells[old] = ""
            self._names.pop("_i{}".format(old), None)

    def keep(self, value):
        """Take note of the cell's result, and return it.

        ``Out`` is not kept in itself: MicroPython could not write it.
        """
        if value is None or not self._number or value is self._results:
            return value
        if isinstance(value, (list, tuple)) and any(each is self._results for each in value):
            return value
        if len(self._results) >= CACHE_SIZE:
            for old in sorted(self._results)[:_CULLED]:
                del self._results[old]
                self._names.pop("_{}".format(old), None)
        names = self._names
        # One that the user has given something else stays so, until they delete it; `gettext` puts its `_` elsewhere.
        theirs = hasattr(builtins, "_") or any(
            name in names and names[name] is not self._latest[index] for index, name in enumerate(_UNDERSCORES)
        )
        self._latest = [value] + self._latest[:2]
        if not theirs:
            self._put(_UNDERSCORES, self._latest)
        self._results[self._number] = names["_{}".format(self._number)] = value
        return value

    def _put(self, names, values):
        for index, name in enumerate(names):
            self._names[name] = values[index]


def _number(filename):
    """Return the number of a cell such as ``Cell In[3]``, 0 for what is none."""
    head, _, rest = filename.partition("[")
    return int(rest[:-1]) if head == "Cell In" and rest[:-1].isdigit() else 0
