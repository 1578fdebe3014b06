"""Who may talk to whom."""

from __future__ import annotations

from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.versions import mismatch


def hello(role: m.Role, package: str = "1.0", protocol: int = m.PROTOCOL) -> m.Hello:
    return m.Hello(role=role, protocol=protocol, package=package, agent="")


def test_equal_versions_fit() -> None:
    assert all(mismatch(hello(role), "1.0") == "" for role in ("kernel", "page", "frame"))


def test_a_page_of_another_version_is_told_to_reload() -> None:
    assert mismatch(hello("page", "0.9"), "1.0").endswith("reload the page.")
    assert "0.9" in mismatch(hello("page", "0.9"), "1.0")


def test_a_kernel_may_be_of_another_version_that_speaks_the_same_protocol() -> None:
    assert mismatch(hello("kernel", "0.9"), "1.0") == ""


def test_a_kernel_of_another_protocol_is_told_to_install_the_same_version() -> None:
    assert "install the same version" in mismatch(hello("kernel", "0.9", m.PROTOCOL + 1), "1.0")
