"""The kernel's own pip, told that it works for a Python in a browser. A program of its own, run with ``python -m``.

pip's options name another Python's version and platform for the choice of wheels, but not for environment markers: a
requirement such as ``greenlet; platform_machine == "x86_64"`` would be asked for the browser too, which has no wheel of
it, and one for ``sys_platform == "emscripten"`` would be missed (https://github.com/pypa/pip/issues/11664). So the
markers are set here. The first argument is JSON of them, the others are pip's.
"""

from __future__ import annotations

import json
import runpy
import sys


def main() -> None:
    """Run pip with the markers of the first argument."""
    markers = json.loads(sys.argv.pop(1))
    try:
        from pip._vendor.packaging import markers as module
    except ImportError:
        sys.exit("ERROR: there is no pip in this kernel's Python")
    default = module.default_environment
    module.default_environment = lambda: {**default(), **markers}
    sys.argv[0] = "pip"
    runpy.run_module("pip", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
