"""The process of a PyScript kernel: ipykernel's, but for the order in which it ends."""

from __future__ import annotations

from ipykernel.kernelapp import IPKernelApp


class KernelApp(IPKernelApp):
    """Runs one kernel until a client ends it."""

    def start(self) -> None:
        """Run the kernel, until the thread that answers on the control channel has said its last word.

        ipykernel ends the thread of the IOPub channel while that may still be to come: what answers a shutdown then
        waits now and then for a thread that is no more, ten seconds or until somebody kills the process.
        """
        super().start()
        if self.control_thread:
            self.control_thread.stop()
            self.control_thread.join()
