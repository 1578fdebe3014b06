"""What may happen to the kernel: whatever it was doing, the page removes what it ran for it, and a new one works."""

from __future__ import annotations

import os
import signal

from playwright.sync_api import Route

from e2e.cells import ENDLESS
from e2e.faults import Patient


def test_the_kernel_is_restarted_while_a_cell_runs(patient: Patient) -> None:
    patient.start(ENDLESS, "started")
    patient.page.restart_kernel()
    patient.assert_nothing_runs()
    patient.recover()
    patient.assert_as_before()


def test_the_kernel_is_restarted_while_an_interpreter_loads(patient: Patient) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    patient.page.run_new("%pyscript close mpy")
    patient.context.route("**/micropython.wasm", hold)
    patient.start("1", "MicroPython: ")
    patient.page.restart_kernel()
    patient.assert_nothing_runs()
    patient.context.unroute("**/micropython.wasm")
    patient.recover()
    patient.assert_as_before()


def test_the_kernel_crashes(patient: Patient) -> None:
    patient.page.start(patient.page.add("import os; os._exit(1)"))
    patient.assert_nothing_runs()
    patient.wait_for_dialog("appears to have died")
    patient.recover()
    patient.assert_as_before()


def test_the_kernel_is_killed_while_a_cell_runs(patient: Patient) -> None:
    pid = int(patient.page.run_new("import os; os.getpid()"))
    patient.start(ENDLESS, "started")
    os.kill(pid, signal.SIGKILL)
    patient.assert_nothing_runs()
    patient.wait_for_dialog("appears to have died")
    patient.recover()
    patient.assert_as_before()


def test_the_kernel_is_shut_down(patient: Patient) -> None:
    patient.page.command("kernelmenu:shutdown")
    patient.assert_nothing_runs()
    patient.page.start_kernel()
    patient.recover()
    patient.assert_as_before()
