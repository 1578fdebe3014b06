"""Results of Pyodide look as those of IPython do."""

from __future__ import annotations

import importlib.util
import random
from collections import Counter
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


def value(numbers: random.Random, depth: int) -> Any:
    """Return any value, with containers in containers."""
    count = numbers.choice([0, 1, 2, 3, 8])
    match numbers.randrange(7) if depth else 0:
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
    return numbers.choice([7, -1.5, "x" * numbers.randrange(60), None, True, b"ab", int, Counter, len])


def test_any_value_is_written_as_ipython_does() -> None:
    numbers = random.Random(4)
    for _ in range(1000):
        each = value(numbers, 4)
        assert pretty(each) == ipythons(each)


itself: list[Any] = [1]
itself.append(itself)


ODD = {
    "itself": itself,
    "as many as there may be": list(range(1000)),
    "more": list(range(1001)),
    "a large set": set(range(1001)),
    "a large dictionary": dict.fromkeys(range(1001)),
    "nothing": (),
    "what cannot be sorted": {1, "a"},
    "a function": load,
    "a class of its own": Own(),
}


@pytest.mark.parametrize("each", ODD.values(), ids=ODD)
def test_what_is_long_or_odd_is_too(each: Any) -> None:
    assert pretty(each) == ipythons(each)
