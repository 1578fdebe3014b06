"""What is said between kernel, relay, page and frame, and what a session makes of it.

No I/O, no Jupyter, no clock: bytes and messages go in, messages and states come out. ``messages`` defines the
vocabulary, ``mailbox`` that of requests; ``codec`` makes bytes of it, and ``versions`` decides who may talk to whom.
"""
