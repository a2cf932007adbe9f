"""Values of the model as no machine has them: at its bounds, with texts that were made to harm a terminal."""

from random import Random
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

T = TypeVar("T")

PAYLOADS = (
    "\x1b]52;c;cm0gLXJm\x1b\\", "\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x9b6n", "\x9d52;c;AAAA\x9c", "\x1b[6n",
    "\x1bP+q544e\x1b\\", "\x00\x07\x08\x7f", "a\nb\r\nc", "\t\v\f", "\u202eevil\u2066", "\u2028\u2029", "[/foo]",
    "[@click=app.quit]x[/]", "[link=http://x]y", "[bold", "\\", "{{7*7}}", "%n%s", "<script>", "日本語の長い名前",
    "e\u0301\u0301\u0301", "\U0001f469\u200d\U0001f467", "\ufeff", "\U000e0041", "\ud7ff\ue000\uffff", "x" * 300, "",
    "=cmd()", "../../etc", "-rf", "kworker/0:1",
)  # fmt: skip
MARK = "Hostile"
"""Stands before each payload, so that what came of it can be found."""


class Maker:
    """Objects of a model type. `extreme`: how many of the numbers are at a bound."""

    def __init__(self, random: Random, extreme: float = 0.3) -> None:
        self.random = random
        self.extreme = extreme
        self._around: list[type[Any]] = []
        """The types of the objects being made. One that holds itself gets no list of such objects inside."""

    def make(self, kind: type[T], **fixed: Any) -> T:
        info = inspect.type_info(kind)
        assert isinstance(info, inspect.StructType)
        self._around.append(kind)
        values = {field.name: self._field(field) for field in info.fields if field.name not in fixed}
        self._around.pop()
        return kind(**{name: value for name, value in values.items() if value is not msgspec.NODEFAULT}, **fixed)

    def _field(self, field: inspect.Field) -> Any:
        if not field.required and self.random.random() < 0.1:
            return msgspec.NODEFAULT
        return self._value(field.type)

    def _value(self, kind: inspect.Type) -> Any:
        pick = self.random
        match kind:
            case inspect.UnionType(types):
                some = [each for each in types if not isinstance(each, inspect.NoneType)]
                return None if len(some) < len(types) and pick.random() < 0.15 else self._value(pick.choice(some))
            case inspect.FloatType():
                return self.number(kind.ge, kind.le)
            case inspect.IntType():
                return int(self.number(kind.ge or 0, kind.le or 2**63 - 1))
            case inspect.StrType():
                return self.text()[: kind.max_length or 4096]
            case inspect.BoolType():
                return pick.random() < 0.5
            case inspect.VarTupleType(inspect.StructType(cls)) if cls in self._around[:-1]:
                return ()
            case inspect.VarTupleType(item):
                many = pick.choice((0, 1, 2, 3, 5, 40 if pick.random() < 0.2 else 1))
                return tuple(self._value(item) for _ in range(min(many, kind.max_length or many)))
            case inspect.TupleType(items):
                return tuple(map(self._value, items))
            case inspect.StructType(cls):
                return self.make(cls)
            case inspect.DictType(_, item):
                return {self.text()[:200]: self._value(item) for _ in range(pick.choice((0, 1, 3)))}
        raise TypeError(kind)

    def number(self, least: float | None, most: float | None) -> float:
        pick = self.random
        low, high = least or 0.0, 1e18 if most is None else most
        if pick.random() < self.extreme:
            return pick.choice((low, high, 0.0, min(high, 1.0), min(high, 100.0), min(high, 5e-324), high * 0.999))
        return min(max(10 ** pick.uniform(-3, 12), low), high)

    def text(self) -> str:
        return (
            MARK + self.random.choice(PAYLOADS) if self.random.random() < 0.5 else f"name-{self.random.randrange(99)}"
        )
