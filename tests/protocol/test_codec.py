"""What is said arrives as it was, and what may not be said is refused."""

from __future__ import annotations

import pytest

from pyscript_jupyter.errors import ProtocolError
from pyscript_jupyter.protocol import codec
from pyscript_jupyter.protocol import messages as m


def test_a_message_arrives_as_it_was() -> None:
    failure = m.Failure(kind="code", name="E", message="…", frames=[m.TraceFrame(file="a", line=1, name="f")])
    done = m.Done(environment="py", seq=3, run=2, seconds=0.25, failure=failure, state_lost=True)
    assert codec.decode_to_kernel(codec.encode(done)) == done


def test_bytes_and_nested_values_of_a_bundle_arrive_as_they_were() -> None:
    data = {"application/json": {"a": [1, 2.5, None, "ü🐍"]}, "application/octet-stream": b"\x00\xff"}
    shown = m.Display(environment="py", seq=1, run=1, data=data, metadata={})
    assert codec.decode_to_kernel(codec.encode(shown)) == shown


def test_a_page_cannot_speak_as_a_kernel() -> None:
    run = m.Run(environment="py", run=1, code="", filename="", max_bytes=0, max_lines=0)
    with pytest.raises(ProtocolError, match=r"from the page could not be read: Invalid value 'run'"):
        codec.decode_from_page(codec.encode(run))


def test_a_frame_cannot_speak_for_another_environment() -> None:
    stream = m.Stream(environment="other", seq=1, run=1, name="stdout", text="")
    with pytest.raises(ProtocolError, match="'mine' sent a message for 'other'"):
        codec.decode_event(codec.encode(stream), "mine")


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x80", b"\x81\xa4type\xa4nope", b"\x81\xa4type\xa5hello"])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError, match="reload the page and restart the kernel"):
        codec.decode_from_frame(data)


def test_a_negative_number_is_refused_where_none_can_be() -> None:
    stream = m.Stream(environment="py", seq=1, run=-1, name="stdout", text="")
    with pytest.raises(ProtocolError, match="`int` >= 0"):
        codec.decode_from_frame(codec.encode(stream))
