"""``get_ipython()`` of the browser's Python: what a kernel makes of a line with ``%``, ``!`` or ``?`` calls it.

The few magics that need nothing but the interpreter are here, in Python that Pyodide and MicroPython both run. The
others are refused, with the list.
"""

import os
import sys

import __main__
from _pyscript_formats import written
from _pyscript_timing import UsageError, clock, spell, timeit, timeit_async

_names = __main__.__dict__

_VALUE = "__pyscript_timed__"

try:
    import ast
except ImportError:  # MicroPython
    from _pyscript_split import split

    ast = None

_LINES = "%cd, %lsmagic, %pwd, %reset, %time, %timeit, %who, %who_ls, %whos"
if ast is not None:
    _LINES = _LINES.replace("%pwd", "%matplotlib, %pip, %pwd")
_CELLS = "%%time, %%timeit, %%writefile"
_OWN = "%config, %history, %pyscript"


class _Events:
    """Where packages such as matplotlib ask to be called after each cell; nothing here needs it."""

    def register(self, event, function):
        pass

    unregister = register


class Shell:
    """As much of IPython's shell as there is. ``hidden`` are the names that are not the user's; ``recent`` keeps ``_``.

    ``clocks`` is where the cell's measurements stand that are not over; its end is theirs too, and calls them.
    """

    colors = "NoColor"
    events = _Events()

    def __init__(self, hidden, recent, clocks):
        self.user_ns = _names
        self.user_ns_hidden = hidden
        self.recent = recent
        self._clocks = clocks
        self._formatter = None

    @property
    def display_formatter(self):
        """Where packages register what objects of theirs look like."""
        if self._formatter is None:
            from _pyscript_formatters import DisplayFormatter

            self._formatter = DisplayFormatter()
        return self._formatter

    def showtraceback(self, *args, **kwargs):
        """Write the exception that is being handled to stderr."""
        import traceback

        traceback.print_exc()

    def show_usage(self):
        """Do what a lone ``?`` says."""
        print("`name?` says what a name is, `name??` shows its source too, and `%lsmagic` lists the magics.")

    def clock(self):
        """Begin to measure."""
        began = clock()
        self._clocks.append(lambda: print("Wall time: {}".format(spell(clock() - began))))

    def timed(self, _, value):
        """Tell the time since `clock`, which is called for the first argument, and return the second."""
        self._clocks.pop()()
        return value

    def timeit(self, line, cell=None):
        """Do what ``%timeit line`` says, where it awaits, or ``%%timeit line`` above a cell: to be awaited."""
        return timeit_async(_names, line, cell)

    def run_line_magic(self, name, line):
        """Do what ``%name line`` says."""
        magic = _LINE_MAGICS.get(name)
        if magic is None:
            raise _refusal("%" + name)
        return magic(self, line)

    def run_cell_magic(self, name, line, cell):
        """Do what ``%%name line`` says to the rest of the cell."""
        magic = _CELL_MAGICS.get(name)
        if magic is None:
            raise _refusal("%%" + name)
        if not cell.strip() and name != "writefile":
            text = "%%{} stands above a cell, and this one has nothing below it. With one percent sign it takes a line."
            raise UsageError(text.format(name))
        return magic(self, line, cell)

    def system(self, command):
        """Refuse a ``!`` line."""
        raise NotImplementedError("There is no system shell in a browser, so !{} cannot run.".format(command))

    getoutput = system


_shell = None


def shell(hidden, recent, clocks):
    """Return the one shell there is."""
    global _shell
    if _shell is None:
        _shell = Shell(hidden, recent, clocks)
    return _shell


_KERNELS_OWN = (
    "`{0}` speaks to the kernel, and not to the browser: let it stand in a cell of its own, with nothing above it."
)
_INSTEAD = {
    "%load_ext": "Nothing has to be loaded in the browser: IPython's extensions are for the ordinary Python.",
    "%%pyscript": "This cell runs in the browser already: leave the line out.",
    "%history": _KERNELS_OWN,
    "%hist": _KERNELS_OWN,
    "%config": _KERNELS_OWN,
    "%pyscript": _KERNELS_OWN,
    "%pip": "`%pip` is done before a cell begins: let it stand at the head of the cell, or in a cell of its own.",
    "%matplotlib": "There is no matplotlib for MicroPython: draw in Pyodide, or leave the line out.",
}
"""What is said instead of the list."""


def _list(end=" "):
    text = "As a line there are: {}.{e}Above a cell: {}.{e}Alone in a cell of a PyScript kernel: {}."
    return text.format(_LINES, _CELLS, _OWN, e=end)


def _refusal(name):
    if name in _INSTEAD:
        return NotImplementedError(_INSTEAD[name].format(name))
    return NotImplementedError("There is no magic {} in the browser. {}".format(name, _list()))


def _compile(source):
    """Return a function that runs the source and returns the value of its last expression, None where there is none."""
    source = source.strip()
    try:
        if ast is None:
            code = compile(split(source, _VALUE, "<magic>"), "<magic>", "exec")
        else:
            # Not by `ast.parse`, which would stand in the traceback.
            tree = compile(source, "<magic>", "exec", ast.PyCF_ONLY_AST)
            if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.endswith(";"):
                value = tree.body[-1]
                tree.body[-1] = ast.copy_location(ast.Assign([ast.Name(_VALUE, ast.Store())], value.value), value)
            code = compile(ast.fix_missing_locations(tree), "<magic>", "exec")
    except SyntaxError as error:
        if "'await' outside" not in str(error):
            raise
        text = (
            "`%time {}` awaits in what is no expression and no assignment: write it below %%time, on lines of its own."
        )
        raise UsageError(text.format(source)) from None

    def run():
        exec(code, _names)
        return _names.pop(_VALUE, None)

    return run


def _time(shell, line, cell=None):
    # An expression, an assignment, or a whole cell, is not this function's: see `transform` in kernel/source.py.
    if cell is not None:
        raise UsageError(
            "`%%time {}` takes nothing on its own line: write it below, or `%time {}` alone.".format(line, line)
        )
    if not line.strip():
        raise UsageError("%time wants what it is to measure, as in `%time f(x)`; above a cell it is %%time.")
    run = _compile(line)
    shell.clock()
    return shell.timed(None, run())


def _timeit(shell, line, cell=None):
    return timeit(_names, line, cell)


def _user_names(shell, line):
    wanted = line.split()
    found = [name for name in _names if name[0] != "_" and name not in shell.user_ns_hidden]
    return sorted(name for name in found if not wanted or type(_names[name]).__name__ in wanted)


def _who(shell, line):
    print("\t".join(_user_names(shell, line)) or "There are no names of yours.")


def _whos(shell, line):
    names = _user_names(shell, line)
    if not names:
        print("There are no names of yours.")
        return
    rows = [("Variable", "Type", "Data/Info")]
    for name in names:
        text = written(_names[name]).replace("\n", " ")
        rows.append((name, type(_names[name]).__name__, text if len(text) <= 60 else text[:57] + "..."))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for row in rows:
        print(_padded(row[0], widths[0]) + "   " + _padded(row[1], widths[1]) + "   " + row[2])


def _padded(text, width):
    return text + " " * (width - len(text))


def _reset(shell, line):
    question = "Once deleted, names cannot be recovered. Proceed (y/[n])? "
    if "-f" not in line.split() and input(question) not in ("y", "Y"):
        print("Nothing done.")
        return
    for name in [name for name in _names if name not in shell.user_ns_hidden]:
        del _names[name]
    shell.recent.reset()


def _pinfo(shell, line, detail=0):
    if line.startswith("%"):
        print("Shift-Tab on `{}` says what it does, and `%lsmagic` which magics there are.".format(line))
        return
    task = {"task": "inspect", "code": line, "cursor": len(line), "detail": detail}
    if ast is None:
        import _pyscript_look as part
    else:
        import _pyscript_inspect as part
    found = part.perform(task, [])
    print(found["text/plain"] if found else "Object `{}` not found.".format(line))


def _pinfo2(shell, line):
    _pinfo(shell, line, 1)


def _cd(shell, line):
    path = line.strip().strip("'\"")
    if ast is not None:  # MicroPython has no home
        path = os.path.expanduser(path or "~")
    os.chdir(path or "/")
    print(os.getcwd())


def _pwd(shell, line):
    return os.getcwd()


def _lsmagic(shell, line):
    print(_list("\n"))


def _matplotlib(shell, line):
    text = "`%matplotlib{}` changes nothing here: a figure is shown as the value of its cell, or by display(figure)."
    print(text.format(" " + line if line else ""), file=sys.stderr)


def _writefile(shell, line, cell):
    option, _, rest = line.strip().partition(" ")
    path = rest.strip() if option == "-a" else line.strip()
    if not path or path == "-a":
        raise UsageError("%%writefile wants the path of a file in the interpreter's own file system.")
    with open(path, "a" if option == "-a" else "w") as file:
        file.write(cell)
    print("{} {}".format("Appending to" if option == "-a" else "Writing", path))


_LINE_MAGICS = {
    "time": _time,
    "timeit": _timeit,
    "who": _who,
    "whos": _whos,
    "who_ls": _user_names,
    "reset": _reset,
    "cd": _cd,
    "pwd": _pwd,
    "lsmagic": _lsmagic,
    "pinfo": _pinfo,
    "pinfo2": _pinfo2,
}
if ast is not None:
    _LINE_MAGICS["matplotlib"] = _matplotlib
_CELL_MAGICS = {"time": _time, "timeit": _timeit, "writefile": _writefile}
