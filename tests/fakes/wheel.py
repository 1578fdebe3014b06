"""A wheel that was built by nobody: a folder index needs no network."""

from __future__ import annotations

import io
import zipfile


def make_wheel(name: str, version: str = "1.0", tag: str = "py3-none-any", requires: tuple[str, ...] = ()) -> bytes:
    """Return the bytes of a wheel whose one package has ``answer = 42`` in a package of its own."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": "from .deep.er import answer\n",
        f"{name}/deep/__init__.py": "",
        f"{name}/deep/er.py": "answer = 42\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        + "".join(f"Requires-Dist: {each}\n" for each in requires),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/RECORD": "",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return buffer.getvalue()
