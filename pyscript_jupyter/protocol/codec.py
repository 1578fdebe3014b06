"""Messages to bytes and back.

A decoder for each direction accepts only what may come from there, so that a peer which says something it has no
business to say is refused at the door.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from pyscript_jupyter.errors import ProtocolError
from pyscript_jupyter.protocol import messages as m

T = TypeVar("T")

_encoder = msgspec.msgpack.Encoder()
_from_kernel: msgspec.msgpack.Decoder[m.FromKernel] = msgspec.msgpack.Decoder(m.FromKernel)
_from_page: msgspec.msgpack.Decoder[m.FromPage] = msgspec.msgpack.Decoder(m.FromPage)
_from_frame: msgspec.msgpack.Decoder[m.FromFrame] = msgspec.msgpack.Decoder(m.FromFrame)
_to_kernel: msgspec.msgpack.Decoder[m.ToKernel] = msgspec.msgpack.Decoder(m.ToKernel)


def encode(message: m.Message) -> bytes:
    """Return a message as MessagePack bytes.

    Parameters
    ----------
    message
        Any message of `pyscript_jupyter.protocol.messages`.
    """
    return _encoder.encode(message)


def decode_from_kernel(data: bytes) -> m.FromKernel:
    """Read what a kernel sent; raises `ProtocolError`."""
    return _decode(_from_kernel, data, "kernel")


def decode_from_page(data: bytes) -> m.FromPage:
    """Read what a page sent; raises `ProtocolError`."""
    return _decode(_from_page, data, "page")


def decode_from_frame(data: bytes) -> m.FromFrame:
    """Read what a frame sent; raises `ProtocolError`."""
    return _decode(_from_frame, data, "frame")


def decode_event(data: bytes, environment: str) -> m.FromFrame:
    """Read what the frame of that environment sent; raises `ProtocolError`, also when it speaks for another one."""
    message = decode_from_frame(data)
    if isinstance(message, m.Event) and message.environment != environment:
        raise ProtocolError(
            f"The frame of environment {environment!r} sent a message for {message.environment!r}: not its own."
        )
    return message


def decode_to_kernel(data: bytes) -> m.ToKernel:
    """Read what a kernel receives; raises `ProtocolError`."""
    return _decode(_to_kernel, data, "relay")


def _decode(decoder: msgspec.msgpack.Decoder[T], data: bytes, sender: str) -> T:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(
            f"A message of {len(data)} bytes from the {sender} could not be read: {error}. "
            "The two ends may run different versions: reload the page and restart the kernel."
        ) from error
