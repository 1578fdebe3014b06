"""What a configuration may hold, and what is made of it."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

import pytest

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.protocol import codec
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.config import keys
from pyscript_jupyter.protocol.config.check import check
from pyscript_jupyter.protocol.config.parse import parse


def read(given: dict[str, Any], interpreter: str = "pyodide") -> m.Config:
    return check(given, interpreter, "3.14", "/nb", "my.toml")


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ('packages = ["attrs"]\n[files]\n"./a.csv" = ""\n', {"packages": ["attrs"], "files": {"./a.csv": ""}}),
        (' {"debug": true, "custom": {"a": [1, 2.5, null]}}', {"debug": True, "custom": {"a": [1, 2.5, None]}}),
        ("", {}),
    ],
)
def test_toml_and_json_are_told_apart(text: str, table: dict[str, Any]) -> None:
    assert parse(text, "", "it") == table


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("packages = [", r"it is no TOML: .*packages = \[\"attrs\"\]"),
        ('{"packages": ', r"it is no JSON: .*\{\"packages\": \[\"attrs\"\]\}"),
        ('{"debug": true, "debug": false}', r"it is no JSON: the key 'debug' stands there twice"),
        ("{" * 100_000, "it is no JSON"),
        ("[1]", r"it must be a table of keys, and it is \[1\]\. .*packages = \[\"attrs\"\]"),
        ('"attrs"', r"it must be a table of keys, and it is \"attrs\""),
        ("pyscript.tml", r"it is 'pyscript\.tml', which is neither TOML nor JSON, nor the path of a \.toml"),
    ],
)
def test_what_is_neither_says_why(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse(text, "", "it")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"packges": []}, r"my\.toml: there is no key 'packges'\. Did you mean 'packages'\? .*`custom`"),
        ({"Files": {}}, r"there is no key 'Files'\. Did you mean 'files'\?"),
        ({"zzz": 1}, r"there is no key 'zzz'\. There are: packages, "),
        ({"packages": "attrs"}, r"the value of 'packages' must be a list of texts, and it is 'attrs'"),
        ({"debug": "yes"}, r"'debug' must be true or false"),
        ({"packages_cache": "some"}, r'must be "all", "passthrough" or "never"'),
        ({"experimental_ffi_timeout": 30}, r"'experimental_ffi_timeout' is set when a worker is made.*Leave it out"),
        ({"runtimes": []}, r"older PyScript"),
        ({"interpreter": "https://e.org/pyodide.mjs"}, r"`interpreter` is .*what is installed is pyodide 3\.14.*hash"),
        ({"js_modules": {"man": {}}}, r"`js_modules`: there is no key 'man'\. Did you mean 'main'\?"),
        ({"js_modules": {"main": {"a.js": "a-b"}}}, r"'a-b' is no name that Python can import"),
        ({"js_modules": {"worker": {"a.css": "a"}}}, r"a worker has no page to style"),
        ({"js_modules": {"worker": {"a.js": "a", "b.js": "a"}}}, r"'a' is the name of 'a\.js' already"),
        ({"hooks": {"worker": {"onReady": "f"}}}, r"`onReady` is JavaScript.*`plugins`"),
        ({"hooks": {"worker": {"codeBefore": "f"}}}, r"no key 'codeBefore'\. Did you mean 'codeBeforeRun'\?"),
        ({"plugins": ["py-terminal"]}, r"belongs to PyScript's own pages"),
        ({"plugins": ["mine"]}, r"'mine' is no JavaScript module"),
        ({"custom": {"when": dt.date(2026, 1, 1)}}, r"key 'custom', key 'when' is datetime\.date"),
        ({"custom": {"n": 2**60}}, r"too large for the browser"),
        ({"custom": {"s": "\ud800"}}, r"no valid Unicode"),
        ({"custom": {1: 2}}, r"keys are text, and this is 1"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(given: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read(given)


@pytest.mark.parametrize("given", [{"debug": True}, {"experimental_create_proxy": "auto"}, {"packages": ["ulab"]}])
def test_what_needs_another_micropython_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"my\.toml.*(another build of MicroPython|Pyodide only)"):
        read(given, "micropython")


def test_what_changes_nothing_is_passed_on() -> None:
    given = {"name": "mine", "interpreter": "3.14", "plugins": ["!error"], "custom": {"a": 1}, "sync_main_only": True}
    assert read(given) == m.Config(user=given)


def placed(files: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(each.source, each.path, each.format) for each in read({"files": files}).files]


def test_files_go_where_pyscript_puts_them() -> None:
    assert placed(
        {
            "./data.csv": "",
            "b.py": "sub/",
            "https://e.org/x/c.txt?v=1": "./",
            "/abs/d.txt": "/e/f.txt",
            "data:text/plain,hi": "hi.txt",
            "folder/": "./there/",
        }
    ) == [
        ("/nb/data.csv", "data.csv", ""),
        ("/nb/b.py", "sub/b.py", ""),
        ("https://e.org/x/c.txt?v=1", "c.txt", ""),
        ("/abs/d.txt", "/e/f.txt", ""),
        ("data:text/plain,hi", "hi.txt", ""),
        ("/nb/folder/", "./there/", ""),
    ]


def test_archives_are_unpacked_where_a_star_is() -> None:
    assert placed(
        {"a.zip": "./x/*", "https://e.org/b.tar.gz": "/y/*", "c.tgz": "*", "d.tar": "d/*", "e-1.whl": "e/*"}
    ) == [
        ("/nb/a.zip", "./x/", "zip"),
        ("https://e.org/b.tar.gz", "/y/", "tar.gz"),
        ("/nb/c.tgz", "./", "tar.gz"),
        ("/nb/d.tar", "d/", "tar"),
        ("/nb/e-1.whl", "e/", "zip"),
    ]


def test_abbreviations_are_filled_in() -> None:
    assert placed(
        {"{D}": "https://e.org", "{F}": "{D}/v1", "{TO}": "./m/", "{F}/a.py": "{TO}", "{F}/b.py": "{TO}c.py"}
    ) == [
        ("https://e.org/v1/a.py", "m/a.py", ""),
        ("https://e.org/v1/b.py", "m/c.py", ""),
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"{A}/x.py": ""}, r"\{A\} is not defined above it; what is: none"),
        ({"a/x.py": "", "b/x.py": ""}, r"both '/nb/a/x\.py' and '/nb/b/x\.py' go to 'x\.py'"),
        ({"x.rar": "./*"}, r"'x\.rar' is none that can be: one of \.zip"),
        ({"https://e.org/": ""}, r"ends in no file's name: name the destination"),
        ({"file:///etc/passwd": ""}, r"neither by the browser nor by the kernel"),
        ({"//e.org/x": ""}, r"neither by the browser nor by the kernel"),
        ({" ": "x"}, r"' ' names nothing"),
    ],
)
def test_files_that_make_no_sense_are_refused(files: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read({"files": files})


def test_fetch_is_the_older_way_to_name_files() -> None:
    fetch = [
        {"from": "https://e.org/x/", "files": ["a.py", "b/c.py"], "to_folder": "lib"},
        {"from": "q.txt"},
        {"from": "r.txt", "to_file": "s.txt", "to_folder": "/t/"},
    ]
    assert [(each.source, each.path) for each in read({"fetch": fetch}).files] == [
        ("https://e.org/x/a.py", "lib/a.py"),
        ("https://e.org/x/b/c.py", "lib/b/c.py"),
        ("/nb/q.txt", "q.txt"),
        ("/nb/r.txt", "/t/s.txt"),
    ]
    with pytest.raises(UsageError, match="`files` and `to_file` do not go together"):
        read({"fetch": [{"from": "x", "files": [], "to_file": "y"}]})
    with pytest.raises(UsageError, match=r"`fetch`\[0\]: 'x/' ends in no file's name"):
        read({"fetch": [{"from": "x/"}]})


def test_packages_are_wheels_or_names() -> None:
    wasm = "https://e.org/n-1-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
    found = read({"packages": ["attrs>=25; python_version > '3'", "rich[jupyter]", "./w-1-py3-none-any.whl", wasm]})
    assert found.requirements == ["attrs>=25; python_version > '3'", "rich[jupyter]"]
    assert [each.source for each in found.packages] == ["/nb/w-1-py3-none-any.whl", wasm]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("-r requirements.txt", "neither the name of a package nor a wheel"),
        ("--index-url=x", "neither the name of a package nor a wheel"),
        ("attrs @ git+https://e.org/x", "this is no wheel"),
        ("./attrs-1.tar.gz", "this is no wheel"),
        ("https://e.org/pkg/config.toml", "packages that are a configuration are not read here"),
        (
            "n-1-cp311-cp311-manylinux_2_17_x86_64.whl",
            "made for manylinux_2_17_x86_64, and does not run in the browser",
        ),
        ("attrs\nrich", "neither the name"),
    ],
)
def test_packages_that_the_browser_cannot_have_are_refused(entry: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read({"packages": [entry]})


def test_micropython_has_wheels_of_python_alone() -> None:
    with pytest.raises(UsageError, match="wheels of Python alone do"):
        read({"packages": ["./n-1-cp314-cp314-pyemscripten_2026_0_wasm32.whl"]}, "micropython")


def test_modules_and_plugins_are_listed() -> None:
    given = {
        "js_modules": {"main": {"https://e.org/l.css": "l", "./l.js": "l"}, "worker": {"./w.js": "l"}},
        "plugins": ["p.mjs"],
    }
    found = read(given)
    assert [(each.source, each.name, each.main) for each in found.modules] == [
        ("https://e.org/l.css", "l", True),
        ("/nb/l.js", "l", True),
        ("/nb/w.js", "l", False),
    ]
    assert [each.source for each in found.plugins] == ["/nb/p.mjs"]


def test_any_table_is_accepted_and_can_be_sent_or_refused_with_a_sentence() -> None:
    chance = random.Random(3)
    words = [
        *keys.KEYS,
        *keys.FETCH,
        *keys.CODE_HOOKS,
        "main",
        "worker",
        "",
        "a",
        "é",
        "{X}",
        "x/*",
        "./b.whl",
        "\ud800",
    ]

    def anything(depth: int) -> Any:
        kinds = ["word", "word", "number", "flag", "none", "date", *(["list", "table", "table"] if depth else [])]
        match chance.choice(kinds):
            case "word":
                return chance.choice(words)
            case "number":
                return chance.choice([0, -1, 2**64, 1.5, float("nan")])
            case "flag":
                return chance.random() < 0.5
            case "date":
                return dt.date(2026, 1, 1)
            case "list":
                return [anything(depth - 1) for _ in range(chance.randrange(3))]
            case "table":
                return {chance.choice(words): anything(depth - 1) for _ in range(chance.randrange(3))}
        return None

    accepted = 0
    refusals: list[str] = []
    for _ in range(5000):
        table = {chance.choice(words): anything(3) for _ in range(chance.randrange(1, 3))}
        try:
            found = read(table, chance.choice(["pyodide", "micropython"]))
        except UsageError as error:
            refusals.append(str(error))
            continue
        accepted += 1
        assert json.dumps(found.user)
        options = m.Options(main=False, sandbox=False, config=found)
        codec.encode(m.Open(environment="e", interpreter="i", options=options))
    assert accepted > 100
    assert all(text.startswith("my.toml") for text in refusals)
