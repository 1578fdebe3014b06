"""The magics in a real IPython, with no browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from pyscript_jupyter.errors import NoServerError, UsageError
from pyscript_jupyter.kernel.magics import PyScriptMagics
from pyscript_jupyter.kernel.report import Table, diagnose
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.widget.bridge import Bridge
from pyscript_jupyter.widget.environment import Environment


@pytest.fixture
def bridge(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bridge]:
    monkeypatch.delenv("PYSCRIPT_JUPYTER_RELAY_URL", raising=False)
    bridge = Bridge()
    yield bridge
    bridge.close()


@pytest.fixture
def magics(shell: InteractiveShell, bridge: Bridge) -> PyScriptMagics:
    magics = PyScriptMagics(shell, bridge)
    shell.register_magics(magics)
    return magics


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "the following arguments are required: interpreter"),
        ("perl", r"no interpreter named 'perl'.*mpy or micropython"),
        (
            "mpy --speed 9",
            r"unrecognized arguments: --speed 9.*`%%pyscript INTERPRETER \[--env NAME\] .*\[--timeout SECONDS\]`",
        ),
        ("mpy --env", "expected one argument"),
        ("mpy --env 1x", "'1x' is no name for an environment"),
        ("mpy --env '1x'", "'1x' is no name for an environment"),
        ('mpy --env ""', '`--env ""` names no environment: give a name, or leave --env out'),
        ("mpy --env=''", "names no environment"),
        ("mpy --env 'a", "No closing quotation. A cell takes"),
        ("close second", r"in a cell of its own or among Python: `%pyscript close second`\."),
        ("restart", r"restart is no interpreter.*`%pyscript restart`\."),
    ],
)
def test_bad_use_of_the_cell_magic_says_what_there_is(
    shell: InteractiveShell, magics: PyScriptMagics, line: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        shell.run_cell_magic("pyscript", line, "1")


@pytest.mark.parametrize("line", ["mpy", "doctor now"])
def test_bad_use_of_the_line_magic_says_what_there_is(
    shell: InteractiveShell, magics: PyScriptMagics, line: str
) -> None:
    with pytest.raises(UsageError, match=r"`%pyscript` \(what runs\), `%pyscript doctor`, `%pyscript restart"):
        shell.run_line_magic("pyscript", line)


@pytest.mark.parametrize("verb", ["close", "restart"])
def test_closing_or_restarting_nothing_asks_for_a_name(
    shell: InteractiveShell, magics: PyScriptMagics, verb: str
) -> None:
    with pytest.raises(UsageError, match=rf"`%pyscript {verb}` wants the name of an environment\. There are: none"):
        shell.run_line_magic("pyscript", verb)


@pytest.mark.parametrize("verb", ["close", "restart"])
def test_closing_or_restarting_what_is_not_there_lists_what_is(
    shell: InteractiveShell, magics: PyScriptMagics, bridge: Bridge, verb: str
) -> None:
    bridge.environment("mpy", "mine")
    with pytest.raises(UsageError, match=rf"no environment named 'yours' to {verb}\. There are: mine"):
        shell.run_line_magic("pyscript", f"{verb} yours")


def test_a_restart_takes_another_configuration(shell: InteractiveShell, magics: PyScriptMagics, bridge: Bridge) -> None:
    environment = bridge.environment("py", config={"packages": ["first"]})
    shell.run_line_magic("pyscript", """restart --config '{"custom": {"a": 1}}' -p second,third""")
    assert environment.options.config.user == {"custom": {"a": 1}, "packages": ["second", "third"]}
    assert environment.options.config.requirements == ["second", "third"]
    shell.run_line_magic("pyscript", "restart py")
    assert environment.options.config.requirements == ["second", "third"]
    shell.run_line_magic("pyscript", "restart py --config '{}'")
    assert environment.options.config == m.Config()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "restart py again",
            r"unrecognized arguments: again\. It is written `%pyscript restart NAME \[--config CONFIG\]",
        ),
        ("restart py --config 'a", r"No closing quotation\. It is written"),
        ("restart py --config '{\"pakages\": []}'", r"there is no key 'pakages'\. Did you mean 'packages'"),
        ("restart", r"wants the name of an environment\. There are: py, mpy"),
    ],
)
def test_a_restart_that_cannot_be_done_changes_nothing(
    shell: InteractiveShell, magics: PyScriptMagics, bridge: Bridge, line: str, message: str
) -> None:
    environment = bridge.environment("py", config={"packages": ["first"]})
    bridge.environment("mpy")
    with pytest.raises(UsageError, match=message):
        shell.run_line_magic("pyscript", line)
    assert environment.options.config.requirements == ["first"]


def test_one_environment_more_than_allowed_is_refused_with_what_is_there_and_how_to_close_one(
    shell: InteractiveShell, magics: PyScriptMagics, bridge: Bridge
) -> None:
    bridge.settings = magics
    magics.max_environments = 2
    bridge.environment("mpy")
    bridge.environment("py")
    with pytest.raises(UsageError) as refused:
        shell.run_cell_magic("pyscript", "mpy --env more", "1")
    assert str(refused.value) == (
        "There is no room for environment 'more': 2 are there already, mpy (starting), py (starting), and 2 are "
        "allowed. Close one, as by `%pyscript close mpy`, or allow more: "
        "`%config PyScriptMagics.max_environments = 4`."
    )
    assert bridge.environment("mpy") is bridge.environments["mpy"]
    shell.run_line_magic("pyscript", "close mpy")
    assert bridge.environment("mpy", "more").name == "more"
    magics.max_environments = 0
    assert bridge.environment("mpy").name == "mpy"


def test_without_a_server_extension_a_cell_says_what_to_install(
    shell: InteractiveShell, magics: PyScriptMagics
) -> None:
    with pytest.raises(NoServerError, match="Install pyscript-jupyter in the server's environment"):
        shell.run_cell_magic("pyscript", "mpy", "1")


def test_an_environment_is_made_by_flags_that_later_cells_need_not_repeat(
    shell: InteractiveShell, magics: PyScriptMagics, bridge: Bridge
) -> None:
    for line in ("mpy --main", "mpy", "mpy --main"):
        with pytest.raises(NoServerError):
            shell.run_cell_magic("pyscript", line, "1")
    assert bridge.environments["mpy"].options == m.Options(main=True, sandbox=False, config=m.Config())
    with pytest.raises(UsageError, match=r"'mpy' was made with other options.*%pyscript close mpy"):
        shell.run_cell_magic("pyscript", "mpy --sandbox", "1")
    with pytest.raises(NoServerError):
        shell.run_cell_magic("pyscript", "py --sandbox --main", "1")
    assert "main thread, sandbox" in repr(Table(bridge))


def test_a_cell_has_the_magics_of_the_kernels_and_keeps_its_lines(
    shell: InteractiveShell, magics: PyScriptMagics, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(Environment, "run", lambda self, code, *args, **options: ran.append(code))
    for cell in ("x = 1\n%who", "%%timeit\nf()\n", "\n%time await f()"):
        shell.run_cell_magic("pyscript", "mpy", cell)
    assert [code.rstrip("\n") for code in ran] == [
        "\nx = 1\nget_ipython().run_line_magic('who', '')",
        "\nget_ipython().run_cell_magic('timeit', '', 'f()\\n')",
        "\n\nget_ipython().timed(get_ipython().clock(), (await f()))",
    ]


def test_the_manual_names_every_option(magics: PyScriptMagics) -> None:
    manual = magics.pyscript.__doc__
    assert manual is not None
    assert "--env" in manual
    assert "--main" in manual
    assert "--sandbox" in manual
    assert "interpreter" in manual
    assert "doctor" in manual


def test_settings_can_be_set_by_config(shell: InteractiveShell, bridge: Bridge) -> None:
    shell.config.PyScriptMagics.page_timeout = 7.0
    assert PyScriptMagics(shell, bridge).page_timeout == 7.0


def test_the_table_shows_what_runs(bridge: Bridge) -> None:
    assert "Nothing runs" in repr(Table(bridge))
    session = bridge.environment("mpy", "mine").session
    session.version = "1.27.0"
    session.lose(m.Failure(kind="asset", name="AssetError", message="<x>"))
    table = Table(bridge)
    head, row, note = repr(table).splitlines()
    assert head.split()[:4] == ["environment", "interpreter", "where", "state"]
    assert row.split()[:5] == ["mine", "MicroPython", "1.27.0", "worker", "failed"]
    assert note == "The last failure in 'mine': AssetError: <x>"
    assert "<p>The last failure in &#x27;mine&#x27;: AssetError: &lt;x&gt;</p>" in (table._repr_html_() or "")


def test_the_table_says_what_is_missing_where_the_browser_does_not_isolate(bridge: Bridge) -> None:
    bridge.environment("mpy").session.capabilities = m.Capabilities(
        isolated=False, interrupt="poll", blocking="mailbox", worker=True, window=False, top_level_await=True
    )
    assert repr(Table(bridge)).count("no `window` and no `document`") == 1
    assert "<p>This browser does not isolate" in (Table(bridge)._repr_html_() or "")


def test_the_doctor_says_what_is_missing_first(bridge: Bridge) -> None:
    report = repr(diagnose(bridge))
    assert "trouble  This kernel was not started by a Jupyter server" in report
    assert report.endswith("1 trouble found.")
