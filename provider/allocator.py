"""What the C library does with memory that is not needed any more."""

import ctypes

M_MMAP_THRESHOLD = -3
"""As in ``malloc.h``; to set it also keeps glibc from raising it after the first large block."""
LARGE_BYTES = 1024 * 1024


def give_back_large_blocks() -> None:
    """Have glibc return blocks of a megabyte and more to the system as soon as they are freed.

    Checking a password takes 19 MB. Left to itself, glibc keeps as much for each thread that ever checked
    one. Other C libraries have no such switch and need none.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
