"""Pickles read as descriptions: dicts, lists, texts, numbers and tensors' places, no other object.

Each instruction is followed here; what would call anything becomes a `Thing` that holds its name
and what it was given.
"""

import pickletools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_STEPS = 2_000_000
# Which numbers a storage of each class holds; bfloat16 has no name in NumPy.
STORAGES = {
    "DoubleStorage": "f8",
    "FloatStorage": "f4",
    "HalfStorage": "f2",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "i8",
    "IntStorage": "i4",
    "ShortStorage": "i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}


@dataclass(eq=False)
class Thing:
    """An object that a pickle would make, and that is not made: its name, and what it was given."""

    name: str
    given: tuple = ()
    state: dict = field(default_factory=dict)


@dataclass(eq=False)
class Stored:
    """A tensor of a file: which numbers of which storage."""

    storage: tuple
    offset: int
    shape: tuple
    strides: tuple

    @property
    def dtype(self) -> Any:
        return self.storage[0]


MARK = object()


def described(stream: Any) -> Any:
    """What the pickle that begins at `stream` describes.

    Raises ValueError for one that is cut off, or has an instruction that no weights need.
    """
    stack: list[Any] = []
    memo: dict[Any, Any] = {}
    steps = 0

    def marked() -> Any:
        at = len(stack) - 1 - next(k for k, v in enumerate(reversed(stack)) if v is MARK)
        values = stack[at + 1 :]
        del stack[at:]
        return values

    try:
        for opcode, value, _ in pickletools.genops(stream):
            steps += 1
            if steps > MAX_STEPS:
                raise ValueError("the pickle of this file is too long to be of weights")
            name = opcode.name
            if name == "STOP":
                result = stack.pop()
                return None if result is MARK else result
            _follow(name, value, stack, memo, marked)
    except StopIteration:
        pass
    except (ValueError, EOFError) as error:
        raise ValueError(f"the pickle of this file is cut off or broken: {error}") from None
    raise ValueError("the pickle of this file is cut off")


CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
EMPTY = {"EMPTY_DICT": dict, "EMPTY_LIST": list, "EMPTY_TUPLE": tuple, "EMPTY_SET": list}
LITERALS = {
    "INT", "LONG", "LONG1", "LONG4", "BININT", "BININT1", "BININT2", "FLOAT", "BINFLOAT",
    "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "STRING", "BINSTRING",
    "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8",
}  # fmt: skip


def _follow(name: str, value: Any, stack: Any, memo: Any, marked: Any) -> None:
    if name in LITERALS:
        stack.append(value)
    elif name in CONSTANTS:
        stack.append(CONSTANTS[name])
    elif name in EMPTY:
        stack.append(EMPTY[name]())
    elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
        memo[value] = stack[-1]
    elif name == "MEMOIZE":
        memo[len(memo)] = stack[-1]
    elif name in ("GET", "BINGET", "LONG_BINGET"):
        stack.append(memo[value])
    elif name == "MARK":
        stack.append(MARK)
    elif name == "POP":
        stack.pop()
    elif name == "POP_MARK":
        marked()
    elif name in ("TUPLE1", "TUPLE2", "TUPLE3"):
        count = int(name[-1])
        stack[-count:] = [tuple(stack[-count:])]
    elif name in ("TUPLE", "LIST", "DICT", "FROZENSET"):
        values = marked()
        if name == "DICT":
            stack.append(_with_items({}, values))
        else:
            stack.append(values if name == "LIST" else tuple(values))
    elif name in ("APPEND", "APPENDS", "ADDITEMS"):
        values = [stack.pop()] if name == "APPEND" else marked()
        if isinstance(stack[-1], list):
            stack[-1].extend(values)
    elif name in ("SETITEM", "SETITEMS"):
        values = marked() if name == "SETITEMS" else [stack.pop(), stack.pop()][::-1]
        _with_items(stack[-1], values)
    elif name == "GLOBAL":
        stack.append(Thing(value.replace(" ", ".")))
    elif name == "STACK_GLOBAL":
        last, first = stack.pop(), stack.pop()
        stack.append(Thing(f"{first}.{last}"))
    elif name in ("REDUCE", "NEWOBJ", "NEWOBJ_EX"):
        given = stack.pop()
        if name == "NEWOBJ_EX":
            given = stack.pop()
        stack.append(_called(stack.pop(), given))
    elif name == "BUILD":
        _told(stack[-2], stack.pop())
    elif name == "BINPERSID":
        stack.append(_persistent(stack.pop()))
    elif name not in ("PROTO", "FRAME"):
        raise ValueError(f"the pickle of this file has the instruction {name}: not of weights")


def _with_items(target: Any, values: Any) -> Any:
    items = target.state if isinstance(target, Thing) else target
    if isinstance(items, dict):
        for key, value in zip(values[::2], values[1::2], strict=True):
            if isinstance(key, str | int | float | bool | None | tuple):
                items[key if not isinstance(key, tuple) else str(key)[:100]] = value
    return target


def _told(thing: Any, state: Any) -> None:
    if isinstance(state, tuple) and len(state) == 2:
        state = state[0] or state[1]
    if isinstance(thing, Thing) and isinstance(state, Mapping):
        thing.state.update(state)


def _called(function: Any, given: Any) -> Any:
    """What calling `function` stands for: a tensor, a dict, or a `Thing` and no more."""
    name = function.name if isinstance(function, Thing) else "?"
    if name in ("torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor"):
        storage, offset, shape, strides = given[:4]
        if not isinstance(storage, tuple) or len(storage) != 3:
            raise ValueError("a tensor of this file has no storage")
        return Stored(storage, offset, tuple(shape), tuple(strides))
    if name in ("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"):
        return given[0]
    if name == "torch._tensor._rebuild_from_type_v2":
        return _called(given[0], given[2])
    if name == "collections.OrderedDict":
        return _with_items({}, [part for pair in (given[0] if given else ()) for part in pair])
    return Thing(name, given if isinstance(given, tuple) else ())


def _persistent(persistent: Any) -> Any:
    """(numbers, key, count) of a storage that a pickle names; or, in a file of before
    PyTorch 1.6, a module's class, whose source stands beside it and is not read."""
    if isinstance(persistent, tuple) and len(persistent) == 4 and persistent[0] == "module":
        return persistent[1]
    if not isinstance(persistent, tuple) or len(persistent) < 5 or persistent[0] != "storage":
        raise ValueError("the pickle of this file names something else than a storage")
    _, kind, key, _, count = persistent[:5]
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise ValueError(f"storage {key} must say how many numbers it has, got {count!r}")
    # A kind unknown here, such as one of quantised numbers, is no storage of weights.
    name = kind.name.rpartition(".")[2] if isinstance(kind, Thing) else ""
    return STORAGES.get(name), str(key)[:100], count
