"""ipywidgets and anywidget, installed into and made by the Pyodide of a PyScript kernel, and by that of cells."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk
from e2e.page import code_notebook

SLIDER = """%pip install -q ipywidgets anywidget
from ipywidgets import IntSlider

seen = []
slider = IntSlider(3, max=20)
slider.observe(lambda change: seen.append(change["new"]), "value")
slider"""

ANYWIDGET = """import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = '''
    function render({ model, el }) {
      const button = document.createElement("button");
      const show = () => (button.textContent = `pressed ${model.get("count")}`);
      button.onclick = () => {
        model.set("count", model.get("count") + 1);
        model.save_changes();
        model.send({ said: "hello" }, undefined, [new Uint8Array([1, 2]).buffer]);
      };
      model.on("change:count", show);
      show();
      el.append(button);
    }
    export default { render };
    '''
    count = traitlets.Int(0).tag(sync=True)
    blob = traitlets.Bytes(b"bytes").tag(sync=True)

heard = []
counter = Counter()
counter.on_msg(lambda widget, content, buffers: heard.append((content["said"], bytes(buffers[0]))))
counter"""

INTERACT = """from ipywidgets import interact

@interact(n=(0, 10))
def double(n=1):
    print("twice", n)
    return n * 2"""

DRAW = "from pyscript import document\ndocument.body.append('drawn')"


def push(page: Page, index: int) -> None:
    """Move the slider of a cell one step to the right."""
    handle = page.locator(".jp-Notebook-cell").nth(index).get_by_role("slider")
    handle.focus()
    handle.press("ArrowRight")


def test_widgets_that_the_browsers_python_makes_are_as_any_others_also_in_a_page_that_comes_later(lab: Desk) -> None:
    page = lab.open(code_notebook([SLIDER, ANYWIDGET, INTERACT, DRAW], "pyscript-py"))
    page.run_all()
    push(page.page, 0)
    expect(page.outputs(0)).to_have_text(["4"])
    assert page.run_new("seen, slider.value") == "([4], 4)"
    page.run_new("slider.value = 9")
    expect(page.outputs(0)).to_have_text(["9"])
    page.outputs(1).get_by_role("button", name="pressed 0").click()
    expect(page.outputs(1).get_by_role("button", name="pressed 1")).to_be_visible()
    assert page.run_new("counter.count, heard") == r"(1, [('hello', b'\x01\x02')])"
    push(page.page, 2)
    page.wait_for_text(2, "twice 2\n4")
    # A page that is loaded anew while the interpreter lives asks for all widgets at once.
    page.save()
    other = lab.reopen(page.name)
    for _ in range(2):
        expect(other.page.get_by_text("run in another tab")).to_be_visible()  # the process's own widget
        expect(other.outputs(0)).to_have_text(["9"])
        expect(other.outputs(1).get_by_role("button", name="pressed 1")).to_be_visible()
        other.reload()
    push(other.page, 0)
    expect(page.outputs(0)).to_have_text(["10"])
    assert page.run_new("seen, counter.blob") == "([4, 9, 10], b'bytes')"
    # With their interpreter they go, in every page.
    page.run_new("%pyscript restart")
    for each in (page, other):
        expect(each.page.get_by_role("slider")).to_have_count(0)
        expect(each.page.get_by_role("button", name="pressed 1")).to_have_count(0)


def test_widgets_of_cells_work_beside_those_of_the_kernels_own_python(lab: Desk) -> None:
    own = "from ipywidgets import IntSlider\nown = IntSlider(1)\nown"
    page = lab.open([LOAD, own, browser_cell(SLIDER, "py"), browser_cell(INTERACT, "py")])
    page.run_all()
    push(page.page, 1)
    push(page.page, 2)
    expect(page.outputs(2)).to_have_text(["4"])
    push(page.page, 3)
    page.wait_for_text(3, "twice 2\n4")
    assert page.run_new(browser_cell("slider.value = 9\nseen", "py")) == "[4, 9]"
    expect(page.outputs(2)).to_have_text(["9"])
    # A page that comes later is told of both.
    page.save()
    other = lab.reopen(page.name)
    expect(other.outputs(2)).to_have_text(["9"])
    push(other.page, 2)
    expect(page.outputs(2)).to_have_text(["10"])
    assert page.run_new("own.value") == "2"
    page.run_new("%pyscript close py")
    expect(page.page.get_by_role("slider")).to_have_count(1)
