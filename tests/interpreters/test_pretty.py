"""Results of Pyodide look as those of IPython do."""

from __future__ import annotations

import abc
import dataclasses
import functools
import importlib.util
import os
import random
import re
import types
from collections import Counter, OrderedDict, UserList, defaultdict, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.lib import pretty as ipython

FILE = Path(__file__).parents[2] / "js" / "src" / "interpreters" / "python" / "_pyscript_pretty.py"


def load() -> Any:
    """Return the browser's module."""
    specification = importlib.util.spec_from_file_location("_pyscript_pretty", FILE)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


pretty: Callable[[Any], str] = load().pretty
ipythons: Callable[[Any], str] = ipython.pretty


class Own(list[int]):
    """Has a word of its own."""

    def __repr__(self) -> str:
        return "mine\nand mine"


class Plain(dict[str, int]):
    """Has none."""


class Rest:
    """Has not even a class that has one."""


class Abstract(abc.ABC):
    """Has a class of another kind."""

    @abc.abstractmethod
    def method(self) -> None: ...


class TroubleError(Exception):
    """Is a user's own."""


@dataclasses.dataclass
class Record:
    """Writes its own."""

    name: str
    values: list[int]


def value(numbers: random.Random, depth: int) -> Any:
    """Return any value, with containers in containers."""
    count = numbers.choice([0, 1, 2, 3, 8])
    match numbers.randrange(16) if depth else 0:
        case 2:
            return [value(numbers, depth - 1) for _ in range(count)]
        case 3:
            return tuple(value(numbers, depth - 1) for _ in range(count))
        case 4:
            return {"k" * numbers.randrange(30): value(numbers, depth - 1) for _ in range(count)}
        case 5:
            return {numbers.randrange(10**9) for _ in range(count)}
        case 6:
            return frozenset(numbers.randrange(10**4) for _ in range(count))
        case 7:
            limit = numbers.choice([None, 100])
            return deque((value(numbers, depth - 1) for _ in range(count)), limit)
        case 8:
            return OrderedDict(("k" * numbers.randrange(30), value(numbers, depth - 1)) for _ in range(count))
        case 9:
            factory = numbers.choice([None, int, list])
            return defaultdict(factory, {number: value(numbers, depth - 1) for number in range(count)})
        case 10:
            return Counter("x" * numbers.randrange(20) for _ in range(count * 3))
        case 11:
            return UserList(value(numbers, depth - 1) for _ in range(count))
        case 12:
            return types.SimpleNamespace(
                **{"abcdefgh"[:number]: value(numbers, depth - 1) for number in range(1, count)}
            )
        case 13:
            return numbers.choice([ValueError, TroubleError])(*(value(numbers, depth - 1) for _ in range(count)))
        case 14:
            return types.MappingProxyType({number: value(numbers, depth - 1) for number in range(count)})
        case 15:
            flags = numbers.choice([0, re.IGNORECASE, re.IGNORECASE | re.DOTALL])
            return re.compile("ab" * numbers.randrange(30), flags)
    return numbers.choice([7, -1.5, "x" * numbers.randrange(60), None, True, b"ab", int, Counter, len])


def test_any_value_is_written_as_ipython_does() -> None:
    numbers = random.Random(4)
    for _ in range(1000):
        each = value(numbers, 4)
        assert pretty(each) == ipythons(each)


class Drawn:
    """Writes itself to IPython's printer."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        if cycle:
            printer.text("Drawn(...)")
            return
        with printer.group(6, "Drawn(", ")"):
            printer.pretty(self.inner)


class Line:
    """Ends its line itself."""

    def __repr__(self) -> str:
        return "line\n"


drawn = Drawn([1, 2])
drawn.inner.append(drawn)
itself: list[Any] = [1]
itself.append(itself)


turning: deque[Any] = deque([1])
turning.append(turning)
named = types.SimpleNamespace(x=1)
named.itself = named
wrapped: dict[str, Any] = {}
wrapped["proxy"] = types.MappingProxyType(wrapped)

ODD = {
    "a deque in itself": turning,
    "a namespace in itself": named,
    "a proxy in itself": wrapped["proxy"],
    "an empty set": set(),
    "an empty frozenset": [frozenset()],
    "the environment": os.environ,
    "a long deque": deque(range(1001)),
    "a dictionary of a user's class": Plain(dict.fromkeys(map(str, range(40)), 1)),
    "an object": [Rest()],
    "an abstract class": Abstract,
    "a dataclass": Record("x" * 50, list(range(30))),
    "a partial": functools.partial(int, base=2),
    "a module": re,
    "a slice and a range": (slice(1, 2), range(3)),
    "an exception": OSError(2, "none", "file" * 30),
    "a pattern of bytes": re.compile(rb"a\\d"),
    "a pattern": [re.compile(r"\d+\\", re.VERBOSE)],
    "super": super(Own, Own()),
    "itself": itself,
    "as many as there may be": list(range(1000)),
    "more": list(range(1001)),
    "a large set": set(range(1001)),
    "a large dictionary": dict.fromkeys(range(1001)),
    "nothing": (),
    "what cannot be sorted": {1, "a", None, (1, 2), "b"},
    "a key that is a tuple": {(1, 2): "x" * 80, (3, 4): "y" * 67, (5, 6): list(range(40))},
    "what draws itself": {"a": [Drawn("x" * 30), drawn]},
    "what ends its line": [Line(), Line()],
    "a function": load,
    "a class of its own": Own(),
}


@pytest.mark.parametrize("each", ODD.values(), ids=ODD)
def test_what_is_long_or_odd_is_too(each: Any) -> None:
    assert pretty(each) == ipythons(each)
