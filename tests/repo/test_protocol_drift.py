"""The TypeScript types of the messages are what the Python messages are."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from pyscript_jupyter.protocol.schema import schema

GENERATE = """
import { readFileSync } from "node:fs";
import { generate } from "./js/build/messages.mjs";
process.stdout.write(await generate(JSON.parse(readFileSync(0, "utf8"))));
"""


def test_the_generated_types_are_up_to_date(checkout: Path) -> None:
    result = subprocess.run(
        ["node", "--input-type=module", "--eval", GENERATE],
        cwd=checkout,
        input=json.dumps(schema(), sort_keys=True),
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == (checkout / "js/src/protocol/messages.ts").read_text("utf-8")


def test_a_message_that_typescript_does_not_know_fails_the_build(checkout: Path, tmp_path: Path) -> None:
    changed = schema()
    changed["$defs"]["Hello"]["properties"]["mood"] = {"type": "string"}
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(changed, sort_keys=True), "utf-8")
    result = subprocess.run(
        ["npm", "run", "--silent", "build"],
        cwd=checkout,
        env={**os.environ, "PYSCRIPT_JUPYTER_SCHEMA": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "js/src/protocol/messages.ts is not what pyscript_jupyter/protocol/messages.py defines" in result.stderr
