"""Print the JSON Schema of every message, for the TypeScript generator."""

from __future__ import annotations

import json
import sys

from pyscript_jupyter.protocol.schema import schema

if __name__ == "__main__":
    json.dump(schema(), sys.stdout, indent=2, sort_keys=True)
    sys.stdout.write("\n")
