"""The messaging protocol, by Jupyter's own tests of it, against both kernels with no page attached."""

from __future__ import annotations

import jupyter_kernel_test as jkt


class _Samples:
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('test', file=sys.stderr)"
    complete_code_samples = ("1", "print('hello, world')", "def f(x):\n  return x * 2\n\n")
    incomplete_code_samples = ("print('''hello", "def f(x):\n  x * 2", "for i in range(3):")
    invalid_code_samples = ("import = 7q", "1 +* 2")
    code_generate_error = "raise ValueError"
    code_execute_result = (
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "[n * n for n in range(1, 4)]", "result": "[1, 4, 9]"},
    )
    code_display_data = (
        {"code": "from pyscript import display, HTML; display(HTML('<b>a</b>'))", "mime": "text/html"},
        {"code": "display({'a': 1})", "mime": "text/plain"},
    )
    code_history_pattern = "1 ? 2*"
    supported_history_operations = ("tail", "range", "search")
    code_page_something = "print?"
    code_inspect_sample = "print"
    code_clear_output = "from pyscript import clear_output; clear_output()"


class MicroPythonTests(_Samples, jkt.KernelTests):  # type: ignore[misc]  # samples may be tuples too
    """PyScript (MicroPython)."""

    kernel_name = "pyscript-mpy"
    completion_samples = (
        {"text": "pri", "matches": {"print"}},
        {"text": "from sys import impl", "matches": {"implementation"}},
        {"text": "from collections import dequ", "matches": {"deque"}},
    )


class PyodideTests(_Samples, jkt.KernelTests):  # type: ignore[misc]  # samples may be tuples too
    """PyScript (Pyodide)."""

    kernel_name = "pyscript-py"
    completion_samples = (
        {"text": "zi", "matches": {"zip"}},
        {"text": "from os.path import isab", "matches": {"isabs"}},
        {"text": "print('a', sep", "matches": {"sep="}},
    )
