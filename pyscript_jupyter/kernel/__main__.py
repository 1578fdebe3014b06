"""``python -m pyscript_jupyter.kernel INTERPRETER -f CONNECTION_FILE`` is a PyScript kernel: what kernelspecs start."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the kernel of the interpreter that the first argument names."""
    from pyscript_jupyter.kernel.application import KernelApp
    from pyscript_jupyter.kernel.process import MicroPythonKernel, PyodideKernel

    kernels = {"mpy": MicroPythonKernel, "py": PyodideKernel}
    name, *arguments = sys.argv[1:] or [""]
    if name not in kernels:
        sys.exit(
            f"{name!r} is no PyScript kernel: say `python -m pyscript_jupyter.kernel NAME -f CONNECTION_FILE` with one "
            f"of {', '.join(kernels)}. Jupyter does that by the kernelspecs pyscript-mpy and pyscript-py."
        )
    KernelApp.launch_instance(arguments, kernel_class=kernels[name])


if __name__ == "__main__":
    main()
