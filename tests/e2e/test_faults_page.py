"""What may happen to a page: it is reloaded, closed, or opened twice."""

from __future__ import annotations

from e2e.cells import ENDLESS, LAST_ERROR, browser_cell
from e2e.faults import Patient
from e2e.page import NotebookPage

IFRAMES = "iframe[data-pyscript-environment]"


def test_the_page_is_reloaded_while_a_cell_runs(patient: Patient) -> None:
    patient.page.save()
    patient.start(ENDLESS, "started")
    patient.page.reload()
    patient.wait_until_given_up()
    patient.page.wait_until_idle()
    assert patient.page.run_new(LAST_ERROR).startswith("LostError: The page that runs environment 'mpy' was closed,")
    assert "Environment 'mpy' was started anew" in patient.run("1")
    patient.assert_as_before()


def test_the_tab_is_closed_while_a_cell_runs(patient: Patient) -> None:
    patient.page.save()
    patient.start(ENDLESS, "started")
    tab = patient.page.page
    patient.page.page = patient.context.new_page()
    tab.close()
    patient.wait_until_given_up()
    patient.wait_for_sockets(0)
    assert not patient.jupyter.relay()["pages"]
    patient.page.open()
    assert patient.page.run_new(LAST_ERROR).startswith("LostError: The page that runs environment 'mpy' was closed,")
    patient.recover()
    patient.assert_as_before()


def test_a_second_tab_says_that_cells_run_in_the_first_one_and_takes_them_over(patient: Patient) -> None:
    patient.page.save()
    first = patient.page.page
    second = NotebookPage(patient.jupyter, patient.context.new_page(), patient.page.name)
    second.open()
    notice = second.page.get_by_role("status").filter(has_text="run in another tab")
    notice.wait_for()
    assert f"The PyScript cells of {patient.page.name} run in another tab." in notice.inner_text()
    # Cells of the second tab run in the first one, with its names.
    assert second.run_new(browser_cell("kept")) == "'kept'"
    assert second.page.locator(IFRAMES).count() == 0
    endless = second.add(browser_cell(ENDLESS))
    second.start(endless)
    second.wait_for_text(endless, "started")
    second.page.get_by_role("button", name="Run here instead").click()
    second.wait_for_text(endless, "Environment 'mpy' ended, because another browser tab has taken over")
    first.get_by_role("status").filter(has_text="run in another tab").wait_for()
    assert first.locator("iframe").count() == 0
    assert second.page.locator(".pyscript-notice").count() == 0
    second.wait_until_idle()
    assert second.run_new(browser_cell("print('here')")).endswith("here")
    assert second.page.locator(IFRAMES).count() == 1
    # The first tab has it again when the second one goes.
    second.page.close()
    patient.page.page.bring_to_front()
    patient.recover()
    assert first.locator(".pyscript-notice").count() == 0
    patient.assert_as_before()
