"""The `pyscript` module in a real page: the document, event handlers, workers, and what goes wrong in them."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Route

from e2e.cells import LOAD, NAMES, WORKERS, browser_cell
from e2e.conftest import Desk
from e2e.page import press

EVENTS = """
from pyscript_jupyter import PyScript
page = PyScript({alias!r})
heard = []
for name in ("error", "worker:ready", "worker:done", "worker:error", "worker:message"):
    page.on(name, lambda event: heard.append((event["name"], event["data"].get("worker"), event["error"])))
"""

DRAW = """
from pyscript import RUNNING_IN_WORKER, document, web, when
button = web.button("press", id="press")
display(button)
display("a < b", target="press")
display("again", target="#press", append=False)

@when("click", "#press")
def pressed(event):
    print("pressed", event.target.id)

print(RUNNING_IN_WORKER, document.getElementById("press").textContent, web.page["press"].parent.id)
"""

BROKEN = """
import asyncio

@when("click", button)
def at_once(event):
    print("about to raise")
    raise ValueError("at once")

@when("click", button)
async def later(event):
    await asyncio.sleep(0)
    raise KeyError("later")

button.click()
await asyncio.sleep(0.2)
"""

WORKER = '''
with open("worker.py", "w") as file:
    file.write("""
from polyscript import xworker
from pyscript import HTML, display

print("in the worker")
display(HTML("<b>bold</b>"))

def double(value):
    return 2 * value

def receive(event):
    xworker.postMessage(event.data + 1)

def fail():
    raise ValueError("called")

xworker.onmessage = receive
__export__ = ["double", "fail"]
""")

from pyscript import PyWorker, create_named_worker, workers
worker = PyWorker("./worker.py")
await worker.ready
print(await worker.sync.double(21))
worker.postMessage(41)
other = await create_named_worker("worker.py", "other", type="mpy")
print(await (await workers["other"]).double(4))
try:
    await other.fail()
except Exception as error:
    print("called" in str(error))
try:
    await create_named_worker("worker.py", "other", type="mpy")
except ValueError as error:
    print(error)
with open("broken.py", "w") as file:
    file.write("1 / 0")
try:
    await PyWorker("broken.py", name="broken").ready
except Exception as error:
    print("broken" in str(error))
'''


RAISED = """
import asyncio
while [name for name, *_ in heard].count("error") < {times}:
    await asyncio.sleep(0.05)
"""

HEARD = """
import asyncio
while "worker:message" not in [name for name, *_ in heard]:
    await asyncio.sleep(0.05)
"""


@pytest.mark.parametrize("alias", NAMES)
def test_code_works_on_its_document_and_hears_of_its_events(lab: Desk, alias: str) -> None:
    page = lab.open([LOAD, EVENTS.format(alias=alias)])
    page.run_all()
    drawn = page.add(browser_cell(DRAW, alias))
    assert "True again pyscript-output" in page.run(drawn).splitlines()
    frame = page.page.frame_locator("iframe[data-pyscript-environment]")
    press(frame.locator("#press"))
    page.wait_for_text(drawn, "pressed press")
    broken = page.add(browser_cell(BROKEN, alias))
    page.run(broken)
    page.run_new(RAISED.format(times=2))
    shown = page.text(broken)
    assert "ValueError: at once" in shown
    assert "in at_once" in shown
    assert "in later" in shown
    assert "pyscript/" not in shown
    heard = page.run_new("sorted(heard)")
    assert "ValueError: at once" in heard
    assert "KeyError: " in heard

    # Between two cells: the last one shows it at once, what was written before what was raised.
    last = page.add(browser_cell("print('mine')", alias))
    page.run(last)
    press(frame.locator("#press"))
    page.run_new(RAISED.format(times=4))
    page.wait_for_text(last, "ValueError: at once")
    shown = page.text(last)
    assert shown.index("mine") < shown.index("about to raise") < shown.index("ValueError: at once")


@pytest.mark.parametrize("alias", NAMES)
def test_a_cell_starts_workers_whose_output_and_events_reach_the_notebook(lab: Desk, alias: str) -> None:
    page = lab.open([LOAD, EVENTS.format(alias=alias)])
    page.run_all()
    page.run_new(browser_cell("1", alias))
    before = len(page.wait_for_workers(WORKERS[alias]))
    index = page.add(browser_cell(WORKER, alias))
    page.run(index)
    text = page.text(index)
    assert text.count("in the worker") == 2
    for line in ("42", "8", "True", "ZeroDivisionError", 'There is a worker named "other" already'):
        assert line in text
    assert page.outputs(index).locator("b", has_text="bold").count() == 2
    page.run_new(HEARD)
    heard = page.run_new("for event in heard: print(*event[:2])")
    for event in ("worker:ready worker-1", "worker:done worker-1", "worker:message worker-1", "worker:ready other"):
        assert event in heard
    assert "worker:error broken" in heard
    assert heard.index("worker:error broken") < heard.index("worker:done broken")
    assert len(page.page.workers) > before
    page.run_new(f"%pyscript restart {alias}")
    assert "NameError" in page.run_new(browser_cell("worker", alias))
    page.wait_for_workers(before)


MODULES = {"main": {"https://modules.example/greet.js": "greet", "https://modules.example/sheet.css": "sheet"}}
ANSWERS = {
    "https://modules.example/greet.js": ("text/javascript", "export const where = () => typeof document;"),
    "https://modules.example/sheet.css": ("text/css", "h1 { color: rgb(1, 2, 3); }"),
}

BORROW = """
from pyscript import document, js_import, window
from pyscript.js_modules import greet
heading = document.createElement("h1")
document.body.append(heading)
(imported,) = await js_import("https://modules.example/greet.js")
print(greet.where(), window.getComputedStyle(heading).color, imported.where())
try:
    from pyscript.js_modules import absent
except ImportError:
    print("no such module")
"""


def answer(route: Route) -> None:
    """Be the server of the modules."""
    mime, body = ANSWERS[route.request.url]
    route.fulfill(headers={"content-type": mime, "access-control-allow-origin": "*"}, body=body)


@pytest.mark.parametrize("alias", NAMES)
def test_modules_of_the_page_come_from_any_server_and_a_worker_borrows_them(lab: Desk, alias: str) -> None:
    lab.context.route("https://modules.example/*", answer)
    page = lab.open([LOAD])
    page.run(0)
    config = f"--config '{json.dumps({'js_modules': MODULES})}'"
    for options in (f"{alias} {config}", f"{alias} --env main --main {config}"):
        shown = page.run_new(browser_cell(BORROW, options)).splitlines()
        assert "object rgb(1, 2, 3) object" in shown
        assert "no such module" in shown


SUMS = """
with open("sums.py", "w") as file:
    file.write("def total(numbers): return sum(numbers)\\n__export__ = ['total']")
from pyscript import create_named_worker
sums = await create_named_worker("sums.py", "sums", type={alias!r})
print("sum", await sums.total([1, 2, 3]))
"""


@pytest.mark.parametrize("alias", NAMES)
def test_workers_start_on_the_main_thread_and_in_the_sandbox_too(lab: Desk, alias: str) -> None:
    page = lab.open([LOAD])
    page.run(0)
    for options in ("--env main --main", "--env box --sandbox", "--env both --main --sandbox"):
        assert "sum 6" in page.run_new(browser_cell(SUMS.format(alias=alias), f"{alias} {options}"))


def test_a_package_that_is_not_there_is_not_fetched_by_py_import(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell("from pyscript import py_import\nawait py_import('json', 'absent')")])
    page.run_all()
    assert "ImportError: py_import() finds what is installed, and absent is not: name it in" in page.text(1)


# In the page, at once and after an await, from a timer of asyncio's and from a promise.
RAISES = [
    "document.querySelector('[[')",
    "import asyncio\nawait asyncio.sleep(0)\ndocument.querySelector('[[')",
    "import js\nawait js.Promise.resolve(1)\ndocument.querySelector('[[')",
]


@pytest.mark.parametrize("options", ["mpy", "mpy --main"])
def test_what_javascript_raises_ends_a_cell_of_micropython(lab: Desk, options: str) -> None:
    page = lab.open([LOAD])
    page.run(0)
    for code in RAISES:
        shown = page.run_new(browser_cell(f"from pyscript import document\n{code}", options))
        assert "which MicroPython cannot catch" in shown
        assert "A new one is started" in shown
    assert page.run_new(browser_cell("6 * 7", "mpy")) == "42"


@pytest.mark.parametrize("browser_name", ["firefox"])
@pytest.mark.parametrize("alias", NAMES)
def test_where_pages_are_not_isolated_the_main_thread_has_it_all(lab: Desk, browser_name: str, alias: str) -> None:
    page = lab.open([LOAD])
    page.run(0)
    assert "False again pyscript-output" in page.run_new(browser_cell(DRAW, f"{alias} --env main --main"))
    assert "sum 6" in page.run_new(browser_cell(SUMS.format(alias=alias), f"{alias} --env main"))
    shown = page.run_new(browser_cell(SUMS.format(alias=alias), alias))
    assert "RuntimeError: This worker cannot start another one" in shown
    assert "--main" in shown
