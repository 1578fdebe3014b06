"""Measures time for ``%time`` and ``%timeit``, in the words of IPython. Runs in Pyodide and in MicroPython alike."""

try:
    import ast
    import gc
    from time import perf_counter as clock
except ImportError:  # MicroPython has neither `ast` nor that clock
    import js
    from _pyscript_split import indented

    ast = None

    def clock():
        """Return seconds since some time in the past."""
        return js.performance.now() / 1000


_FILE = "<magic-timeit>"

_TEMPLATE = """def inner(_count, _clock):
  {}
  _began = _clock()
  for _ in _count:
    {}
  return _clock() - _began
"""

_VALUES = "nrpv"
_FLAGS = "oqtc"
"""The options of ``%timeit``, those with a value and those without. ``-t`` and ``-c`` name clocks: here is one."""

_UNKNOWN = (
    "`%timeit {}` begins with no option that there is, and is no Python: before the statement there may be -n LOOPS, "
    "-r REPEATS, -p PRECISION, -q, -o and -v NAME."
)

_PLAIN_FUNCTION = "`%timeit {}` awaits in a function that is not asynchronous: make that one of `async def`."

_LEAVES = "`%timeit {}` has a `return` or a `yield` that stands in no function: what is measured is to come to its end."

_CACHED = (
    "The slowest run took {:0.2f} times longer than the fastest. "
    "This could mean that an intermediate result is being cached."
)


class UsageError(Exception):
    """A magic is not written as it should be."""


class TimeitResult:
    """What ``%timeit -o`` returns, as IPython has it."""

    def __init__(self, loops, all_runs, compile_time, precision):
        self.loops = loops
        self.repeat = len(all_runs)
        self.all_runs = all_runs
        self.timings = [each / loops for each in all_runs]
        self.best = min(self.timings)
        self.worst = max(self.timings)
        self.compile_time = compile_time
        self.average = sum(self.timings) / self.repeat
        self.stdev = (sum((each - self.average) ** 2 for each in self.timings) / self.repeat) ** 0.5
        self._precision = precision

    def __str__(self):
        text = "{} ± {} per loop (mean ± std. dev. of {} run{}, {:,} loop{} each)"
        mean, deviation = (spell(each, self._precision) for each in (self.average, self.stdev))
        return text.format(mean, deviation, self.repeat, _plural(self.repeat), self.loops, _plural(self.loops))

    def __repr__(self):
        return "<TimeitResult : {}>".format(self)


def timeit(names, line, cell=None):
    """Do what ``%timeit line`` says, or ``%%timeit line`` above a cell, with these global names.

    As with IPython, what the code assigns is not seen after it, and the line above a cell is not measured.
    """
    work = _Work(names, line, cell)
    while work.wants():
        with _Steady():
            seconds = work.inner(range(work.loops), clock)
        work.take(_measured(seconds, line, cell))
    return work.result


async def timeit_async(names, line, cell=None):
    """Do the same with code that awaits."""
    work = _Work(names, line, cell, "async ")
    while work.wants():
        with _Steady():
            seconds = await work.inner(range(work.loops), clock)
        work.take(_measured(seconds, line, cell))
    return work.result


def _measured(seconds, line, cell):
    if isinstance(seconds, float):
        return seconds
    # In MicroPython, `await` makes a generator of a function.
    awaits = ast is None and "await" in line + (cell or "")
    raise UsageError((_PLAIN_FUNCTION if awaits else _LEAVES).format(line.strip()))


class _Steady:
    """No garbage is collected meanwhile. MicroPython does not say whether it was to be."""

    def __enter__(self):
        self._collects = ast is not None and gc.isenabled()
        if self._collects:
            gc.disable()

    def __exit__(self, *error):
        if self._collects:
            gc.enable()


class _Work:
    """What is to be measured, how often, and what that has given."""

    def __init__(self, names, line, cell, kind=""):
        options, statement = _options(line)
        self.loops = _number(options, "n", 0)
        self._finds_loops = not self.loops
        self._repeats = _number(options, "r", 7)
        self._precision = _number(options, "p", 3)
        if cell is None and not statement:
            raise UsageError("%timeit wants what it is to measure, as in `%timeit f(x)`; above a cell it is %%timeit.")
        self._names = names
        self._options = options
        self._runs = []
        self.result = None
        began = clock()
        try:
            self.inner = _compiled(names, kind, *(("pass", statement) if cell is None else (statement or "pass", cell)))
        except SyntaxError as error:
            if statement[:1] == "-" and (statement[1:2].isalpha() or statement[1:2] == "-"):
                raise UsageError(_UNKNOWN.format(statement)) from None
            if not kind and "'await' outside" in str(error):
                raise UsageError(_PLAIN_FUNCTION.format(line.strip())) from None
            raise
        self._compile_time = clock() - began
        self.loops = self.loops or 1

    def wants(self):
        """Whether ``inner`` is to be run once more; when not, what is to be said is said."""
        if len(self._runs) < self._repeats:
            return True
        self._finish()
        return False

    def take(self, seconds):
        """Take note of how long a run took."""
        if self._finds_loops and seconds < 0.2 and self.loops < 10**9:
            self.loops *= 10
        elif self._finds_loops:
            self._finds_loops = False
        else:
            self._runs.append(seconds)

    def _finish(self):
        result = TimeitResult(self.loops, self._runs, self._compile_time, self._precision)
        if "q" not in self._options:
            if result.worst > 4 * result.best > 0 and result.worst > 1e-6:
                print(_CACHED.format(result.worst / result.best))
            print(result)
            if self._compile_time > 0.1:
                print("Compiler time: {:.2f} s".format(self._compile_time))
        if "v" in self._options:
            self._names[self._options["v"]] = result
        self.result = result if "o" in self._options else None


def _compiled(names, kind, setup, statement):
    setup, statement = setup.strip(), statement.strip()
    found = {}
    if ast is None:
        # MicroPython has no syntax tree.
        source = kind + _TEMPLATE.format(indented(setup, "  "), indented(statement, "    "))
        code = compile(source, _FILE, "exec")
    else:
        tree = _parsed(kind + _TEMPLATE.format("pass", "pass"))
        function = tree.body[0]
        function.body[0:1] = _parsed(setup).body
        loop = next(each for each in function.body if isinstance(each, ast.For) and each.target.id == "_")
        loop.body = _parsed(statement).body or loop.body
        code = compile(ast.fix_missing_locations(tree), _FILE, "exec")
    exec(code, names, found)
    return found["inner"]


def _parsed(source):
    # Not by `ast.parse`, which would stand in the traceback of a syntax error.
    return compile(source, _FILE, "exec", ast.PyCF_ONLY_AST)


def _number(options, letter, default):
    text = options.get(letter, "")
    if not text:
        return default
    if not text.isdigit() or (letter != "p" and int(text) < 1):
        raise UsageError("`%timeit -{} {}` wants a whole number there, of 1 or more.".format(letter, text))
    return int(text)


def _options(line):
    """Split ``-n 10 -qr3 statement`` into options and the statement."""
    options = {}
    rest = line.strip()
    while len(rest) > 1 and rest[0] == "-" and rest[1] in _VALUES + _FLAGS:
        letter = rest[1]
        if letter in _VALUES:
            words = rest[2:].lstrip().split(" ", 1)
            options[letter] = words[0] or "nothing"
            rest = words[1].lstrip() if len(words) > 1 else ""
        else:
            word = rest.split(" ", 1)[0]
            if any(each not in _VALUES + _FLAGS for each in word[1:]):
                # The statement is a name with a minus before it.
                break
            options[letter] = ""
            rest = "-" + rest[2:] if len(word) > 2 else rest[2:].lstrip()
    return options, rest


def _plural(count):
    return "" if count == 1 else "s"


def spell(seconds, precision=3):
    """Return a time as text."""
    if seconds >= 60:
        parts = []
        for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
            if seconds >= size:
                parts.append("{}{}".format(int(seconds // size), unit))
                seconds %= size
        return " ".join(parts)
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return "{:.{}g} {}".format(seconds / size, precision, unit)
    return "{:.{}g} ns".format(seconds / 1e-9, precision)
