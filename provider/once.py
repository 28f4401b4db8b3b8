"""An attribute that is computed once, when first read, by one thread."""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):
    """Like ``functools.cached_property``, for objects that threads share: all of them get the same value."""

    _building = threading.RLock()  # one for all: an attribute may be made from others

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "once[T]": ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> "T | once[T]":
        """Compute the value and keep it in the instance, where it is found before this is asked again."""
        if instance is None:
            return self
        with self._building:
            if self._name not in instance.__dict__:
                instance.__dict__[self._name] = self._make(instance)
        value: T = instance.__dict__[self._name]
        return value
