"""How fast a cell is, beside what it could be at best: ``python -m benchmarks``.

``measures`` has the measurements, ``notebook`` the notebook they happen in, ``unwatched`` that of memory, ``floor`` the
bare page they are held against, ``table`` the result. ``stopwatch.js`` takes every time inside the page. The server and
the browser are those of the end-to-end tests.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))
