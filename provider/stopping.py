"""How a worker hears that it should stop, whichever of its threads the signal reaches."""

import os
import signal
import threading

STOPS = (signal.SIGTERM, signal.SIGINT)


def stop_while_starting() -> None:
    """Have a stop end every process that this one forks from now on, until that handles stops itself.

    It inherits the handlers that tell the parent to stop, and what they do in it nobody reads.
    """
    os.register_at_fork(after_in_child=_stop_at_once)


def _stop_at_once() -> None:
    for number in STOPS:
        signal.signal(number, signal.SIG_DFL)


def hear_every_stop() -> None:
    """Have a stop reach the main thread always; call this there, once in a process.

    Python runs the handlers of signals in the main thread only, and granian's waits for a lock, from which
    nothing but a signal that this very thread gets wakes it. The kernel may give a signal of the process to
    any thread (signal(7)): one that begins a thread just then, as Argon2 does, takes it before the main
    thread has woken. The worker would go on for ever, or be killed with the requests that it was answering.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    threading.Thread(target=_pass_on, args=(reader,), name="stop-signals", daemon=True).start()


def _pass_on(reader: int) -> None:
    """Send the first stop to the main thread once more, as a signal of its own."""
    while (number := os.read(reader, 1)[0]) not in STOPS:
        continue
    signal.pthread_kill(threading.main_thread().ident or 0, number)
