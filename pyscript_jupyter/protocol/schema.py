"""The JSON Schema of the messages, from which the TypeScript types are generated."""

from __future__ import annotations

from typing import Any

import msgspec

from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.mailbox import Letter, Look

_UNIONS = {
    "FromKernel": m.FromKernel,
    "FromPage": m.FromPage,
    "FromFrame": m.FromFrame,
    "FromRelay": m.FromRelay,
    "ToKernel": m.ToKernel,
    "ToPage": m.ToPage,
    "ToFrame": m.ToFrame,
}

_REQUESTS = (Look, Letter)
"""What goes by HTTP, and so is in no union."""


def schema() -> dict[str, Any]:
    """Return one JSON Schema (2020-12) with a definition for each message, each part and each union by direction."""
    types = [*_UNIONS.values(), *_REQUESTS]
    references, definitions = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    unions = {name: {"anyOf": reference["anyOf"]} for name, reference in zip(_UNIONS, references, strict=False)}
    constants = {
        "PROTOCOL": {"const": m.PROTOCOL},
        "SUBPROTOCOL": {"const": m.SUBPROTOCOL},
    }
    return {"$defs": {**definitions, **unions, **constants}}
