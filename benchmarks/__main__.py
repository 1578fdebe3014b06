"""Time cells beside what they could be at best, and print a table."""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from pathlib import Path

from e2e.browsers import launch
from e2e.jupyter import Jupyter
from playwright.sync_api import sync_playwright

from benchmarks.measures import MEASURES
from benchmarks.result import Measurement
from benchmarks.table import table


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=f"one of {', '.join(MEASURES)}; default: all")
    parser.add_argument("-n", "--repetitions", type=int, default=7, help="how often each is timed (default: 7)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single time there too")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.measures if name not in MEASURES]:
        parser.error(f"there is no measure {', '.join(unknown)}, only {', '.join(MEASURES)}")
    if arguments.repetitions < 1:
        parser.error("at least one repetition is needed")

    results: list[Measurement] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        launch(playwright) as browser,
        Jupyter("lab", Path(folder)) as jupyter,
        browser.new_context(viewport={"width": 1280, "height": 1800}) as context,
    ):
        chromium = browser.version
        for name in arguments.measures or MEASURES:
            for result in MEASURES[name](jupyter, context, arguments.repetitions):
                print(f"{result.what}: {result.ratio:.2f}", file=sys.stderr)
                results.append(result)
    print(table(results))
    if arguments.json:
        machine = {"chromium": chromium, "python": platform.python_version(), "system": platform.system()}
        report = {"machine": machine, "measurements": [result.summary() for result in results]}
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
