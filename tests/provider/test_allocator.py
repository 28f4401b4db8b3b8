"""Memory that is not needed any more goes back to the system."""

import subprocess
import sys

GROWTH = """
import threading
from pathlib import Path
from argon2.low_level import Type, hash_secret
from provider.allocator import give_back_large_blocks

def resident():
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0])

def check():
    for _ in range(3):
        hash_secret(b"password", bytes(16), 1, 19456, 1, 32, Type.ID)

give_back_large_blocks()
before = resident()
threads = [threading.Thread(target=check) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(resident() - before)
"""


def test_checking_passwords_leaves_no_memory_behind() -> None:
    """Four threads that took 19 MB each hold less than one of them afterwards."""
    done = subprocess.run([sys.executable, "-c", GROWTH], capture_output=True, text=True, check=True)

    assert int(done.stdout) < 10_000  # KiB
