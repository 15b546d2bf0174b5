"""What a method of ours raises that Qt has called: on Python 3.11 PySide would end the process over it.

There an exception that Python itself raises, such as the IndexError of a list, is a type and some words until anybody
handles it. PySide (6.11) takes the words for the exception when it comes to it first, and reads what is not there.
"""

import sys
from collections.abc import Callable
from functools import update_wrapper
from types import FunctionType
from typing import Any

from shiboken6 import Shiboken

QT = ("PySide6", "Shiboken")  # modules of Qt's own classes


def hold() -> None:
    """Have all classes made from now on that are Qt's, those of libraries too, raise exceptions that are whole."""
    if sys.version_info < (3, 12):
        # types-PySide6 knows of no class method there, and Qt's classes leave it to Python
        Shiboken.Object.__init_subclass__ = classmethod(_hold_class)  # type: ignore[method-assign, assignment]


def _hold_class(kind: Any, /, **named: Any) -> None:
    """A new class: each of its methods that Qt may call in place of one of its own is wrapped."""
    super(Shiboken.Object, kind).__init_subclass__(**named)
    stock = [each for each in kind.__mro__ if each.__module__.startswith(QT)]
    for name, method in list(vars(kind).items()):
        if isinstance(method, FunctionType) and name[:2] != "__" and any(name in vars(each) for each in stock):
            setattr(kind, name, _whole(method))


def _whole(method: FunctionType) -> Callable[..., Any]:
    """The method, of whose exceptions each is handled once. It takes as many values: Qt gives a slot no more."""

    def none(self: Any) -> Any:
        try:
            return method(self)
        except BaseException:
            raise

    def one(self: Any, value: Any) -> Any:
        try:
            return method(self, value)
        except BaseException:
            raise

    def some(self: Any, *values: Any, **named: Any) -> Any:
        try:
            return method(self, *values, **named)
        except BaseException:
            raise

    code = method.__code__
    plain = not (method.__defaults__ or code.co_kwonlyargcount or code.co_flags & 0b1100)  # no default, * or **
    held: dict[int, Callable[..., Any]] = {1: none, 2: one}
    return update_wrapper(held.get(code.co_argcount, some) if plain else some, method)
