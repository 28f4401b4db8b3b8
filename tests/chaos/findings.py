"""What was seen that must never be seen, and how often the provider had no answer."""

from collections import Counter
from threading import Lock


class Findings:
    """Shared by all visitors; safe between threads.

    Attributes:
        seen: one sentence for each finding, in order, with the round it belongs to.
        unanswered: how often each documented kind of no answer was met, such as ``503``.
        answered: requests that had an answer.
        has_ended: whether the provider is gone for good, and there is nothing left to do.
    """

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.unanswered: Counter[str] = Counter()
        self.answered = 0
        self.has_ended = False
        self.round_name = ""
        self._lock = Lock()

    def add(self, text: str) -> None:
        """Note a finding."""
        with self._lock:
            self.seen.append(f"{self.round_name}: {text}")
        print(f"  FINDING {self.round_name}: {text}", flush=True)

    def count_answer(self) -> None:
        """Note a request that was answered."""
        with self._lock:
            self.answered += 1

    def count_no_answer(self, kind: str) -> None:
        """Note a request that was not."""
        with self._lock:
            self.unanswered[kind] += 1
