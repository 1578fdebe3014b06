"""``jupyter pyscript``: what is done outside a notebook.

``jupyter pyscript kernelspec list|install|remove`` is for kernels in other places than the one that ``pip install`` has
put them into: for a Jupyter of another environment, or of one user. ``jupyter pyscript export NOTEBOOK`` makes a page
of a notebook.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.paths import jupyter_data_dir

from pyscript_jupyter._version import __version__
from pyscript_jupyter.errors import ExportError

SPECS = Path(__file__).parent / "kernel" / "specs"
"""The kernelspecs, as they are shipped."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say, and return the exit code."""
    given = _parser().parse_args(arguments)
    if given.command == "export":
        return _export(given)
    if given.what == "list":
        return _list()
    wanted = given.names or _names()
    unknown = [name for name in wanted if name not in _names()]
    if unknown:
        return _refuse(f"There is no kernel named {unknown[0]!r}. Name some of: {', '.join(_names())}.")
    return _install(wanted, given) if given.what == "install" else _remove(wanted, given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jupyter pyscript", description="PyScript in Jupyter: what is done outside a notebook."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("export", help="make a page of a notebook: one HTML file, with everything inside")
    export.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="the notebook's file")
    export.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="the page's file; by default NOTEBOOK's name with .html"
    )
    kernelspec = commands.add_parser("kernelspec", help="install, list or remove kernels")
    what = kernelspec.add_subparsers(dest="what", required=True)
    what.add_parser("list", help="which of this package's kernels Jupyter finds, and where")
    install = what.add_parser("install", help="install kernels that start this Python, for a Jupyter elsewhere")
    remove = what.add_parser("remove", help="remove kernels that were installed like this")
    for each in (install, remove):
        place = each.add_mutually_exclusive_group(required=True)
        place.add_argument("--user", action="store_true", help="of this user, for every environment")
        place.add_argument("--sys-prefix", action="store_true", help="in this Python's own environment")
        place.add_argument("--prefix", metavar="FOLDER", help="in another environment, such as /opt/jupyter")
        each.add_argument(
            "names", nargs="*", metavar="NAME", help=f"which; all if none is named: {', '.join(_names())}"
        )
    return parser


def _names() -> list[str]:
    return sorted(path.name for path in SPECS.iterdir() if path.is_dir())


def _list() -> int:
    found = KernelSpecManager().find_kernel_specs()
    for name in _names():
        print(f"{name}\t{found.get(name, 'not installed: `jupyter pyscript kernelspec install --user`')}")
    return 0


def _install(names: list[str], given: argparse.Namespace) -> int:
    prefix = sys.prefix if given.sys_prefix else given.prefix
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(copytree(SPECS / name, Path(folder) / name))
            file = source / "kernel.json"
            spec = json.loads(file.read_text("utf-8"))
            spec["argv"][0] = sys.executable  # the Jupyter that starts it may be another environment's
            file.write_text(json.dumps(spec, indent=2) + "\n", "utf-8")
            try:
                where = KernelSpecManager().install_kernel_spec(str(source), name, user=given.user, prefix=prefix)
            except OSError as error:
                return _refuse(
                    f"{name} was not installed: {error}. Choose a place that you may write to, as by --user."
                )
        print(f"{name}\t{where}")
    return 0


def _remove(names: list[str], given: argparse.Namespace) -> int:
    prefix = sys.prefix if given.sys_prefix else given.prefix
    folder = jupyter_data_dir() if given.user else str(Path(prefix) / "share" / "jupyter")
    manager = KernelSpecManager(kernel_dirs=[str(Path(folder) / "kernels")], ensure_native_kernel=False)
    found = manager.find_kernel_specs()
    for name in names:
        if name not in found:
            print(f"{name}\tnot installed")
            continue
        try:
            print(f"{name}\tremoved from {manager.remove_kernel_spec(name)}")
        except OSError as error:
            return _refuse(f"{name} was not removed from {found[name]}: {error}.")
    return 0


def _export(given: argparse.Namespace) -> int:
    from pyscript_jupyter.export.write import export

    try:
        done = export(given.notebook, given.output)
    except ExportError as error:
        return _refuse(str(error))
    for problem in done.problems:
        print(problem, file=sys.stderr)
    parts = ", ".join(f"{name} {_size(size)}" for name, size in done.sizes.items() if size)
    print(f"{done.path}\t{_size(done.size)}: {parts}")
    return 0


def _size(count: int) -> str:
    return (
        f"{count} bytes" if count < 1000 else f"{count / 1000:.0f} kB" if count < 999_500 else f"{count / 1e6:.1f} MB"
    )


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
