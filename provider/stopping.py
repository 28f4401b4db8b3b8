"""How a worker hears that it should stop, whichever thread the signal reaches, and while it starts too."""

import os
import signal
import threading
import time
from types import FrameType

STOPS = (signal.SIGTERM, signal.SIGINT)
AGAIN_SECONDS = 1


def stop_while_starting() -> None:
    """Have SIGTERM end every process that this one forks from now on, until that handles stops itself.

    It inherits the handlers that tell the parent to stop, and what they do in it nobody reads. A stop that
    comes while a process is being forked waits until it is known whose it is. SIGINT is a terminal's, which
    sends it to the parent too, and that passes it on as SIGTERM.
    """
    os.register_at_fork(before=_hold_stops, after_in_parent=_let_stops_go, after_in_child=_stop_at_once)


def _hold_stops() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)


def _let_stops_go() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def _stop_at_once() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _let_stops_go()


def hear_every_stop() -> None:
    """Have a stop wake the main thread always; call this there, once in a process.

    Python runs the handlers of signals in the main thread only, and granian's waits for a lock, from which
    nothing but a signal that this very thread gets wakes it. The kernel may give a signal of the process to
    any thread (signal(7)): one that begins a thread just then, as Argon2 does, takes it before the main
    thread has woken. The worker would go on for ever, or be killed with the requests that it was answering.
    """
    signal.signal(signal.SIGURG, _ignore_further_stops)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    arguments = (reader, threading.get_ident())
    threading.Thread(target=_wake_main_thread, args=arguments, name="stop-signals", daemon=True).start()


def _wake_main_thread(reader: int, main_thread: int) -> None:
    """Interrupt the main thread, whatever it waits for, once there has been a stop.

    With another signal than the stop's: granian's handler for that blocks for ever when it is run too often.
    """
    while os.read(reader, 1)[0] not in STOPS:
        continue
    while True:
        signal.pthread_kill(main_thread, signal.SIGURG)
        time.sleep(AGAIN_SECONDS)


def _ignore_further_stops(_number: int, _frame: FrameType | None) -> None:
    """Run after the stop's own handler: Python runs those that are due in the order of their numbers."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)
