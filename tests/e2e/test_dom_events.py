"""Events of an environment's document reach the kernel's callbacks."""

from __future__ import annotations

from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk
from e2e.waiting import wait_until

DRAW = """
from pyscript import document
document.body.innerHTML = "<button id='go' data-level='2'><b>Go</b></button> <input id='name' value='Ada'>"
"""


def test_events_of_the_document_reach_the_kernel(lab: Desk) -> None:
    page = lab.open(
        [
            LOAD,
            "from pyscript_jupyter import PyScript\npage = PyScript('mpy')\nawait page.ready()\nheard = []",
            "for name in ('click', 'pointermove'): page.on(name, heard.append, selector='button')",
            browser_cell(DRAW),
            # The kernel waits: what happens now is heard all the same, and in order.
            "event = await page.wait('input', selector='#name', timeout=60)\nevent['data']['target']['value']",
        ]
    )
    for index in range(4):
        page.run(index)
    frame = page.page.frame_locator("iframe[data-pyscript-environment=mpy]")
    page.start(4)
    wait_until(lambda: page.execution_counts()[4] is None, "the last cell to run")
    frame.locator("#go b").dispatch_event("pointermove", {"clientX": 1})
    frame.locator("#go b").dispatch_event("click")
    frame.locator("#name").evaluate("(input) => { input.value = 'Eve'; input.dispatchEvent(new Event('input')); }")
    page.wait_for_text(4, "'Eve'")
    told = page.run_new(
        "[(each['name'], each['data']['target']['id'], each['data']['target']['data']) for each in heard]"
    )
    assert sorted(eval(told)) == [("click", "go", {"level": "2"}), ("pointermove", "go", {"level": "2"})]
    assert "cannot read the CSS selector" in page.run_new(
        "page.on('click', print, selector='##')\nprint((await page.wait('error', timeout=60))['error'])"
    )
