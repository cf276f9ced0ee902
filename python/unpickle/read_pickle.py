"""Prints what a pickle or a torch.save file holds, as JSON lines, without running anything of it.

    python -I -S -B read_pickle.py FILE

A pickle is a program: it may name any importable function and have it called. Here every name is looked up in a fixed table of
stand-ins written in this file; nothing is imported or called on the pickle's behalf, and a name that is not in the table ends the
reading. Tensors and arrays are rebuilt from their raw bytes; classes of known training projects become plain dictionaries.

Output: {"head": ...} (what is not a row), {"row": ...} for each sample (of a "samples" list, or of tensors that share their first
dimension), {"end": {"rows": n}}; or {"error": ...} and exit status 3. Numbers that JSON cannot hold are "NaN", "Infinity", "-Infinity".
Standard library only; Python 3.8 or newer.
"""

import io
import json
import math
import os
import pickle
import struct
import sys
import zipfile

MAX_DEPTH = 100
MAX_NUMBERS = 50_000_000  # of tensors, in one row
MAX_VALUES = 5_000_000  # of anything else, in one row
MAX_INFLATED = 4 << 30
MAX_RATIO = 200
# Modules of projects whose objects are data: their instances become dictionaries. Nothing of them is imported.
PROJECTS = ("slime", "miles", "skyrl_train", "skyrl", "skyrl_gym", "omegaconf", "__main__")

# dtype name -> (struct format, bytes); bfloat16 is widened by hand
DTYPES = {
    "float64": ("d", 8), "double": ("d", 8), "float32": ("f", 4), "float": ("f", 4), "float16": ("e", 2), "half": ("e", 2),
    "bfloat16": ("bf", 2), "int64": ("q", 8), "long": ("q", 8), "int32": ("i", 4), "int": ("i", 4), "int16": ("h", 2),
    "short": ("h", 2), "int8": ("b", 1), "uint8": ("B", 1), "bool": ("?", 1), "uint16": ("H", 2), "uint32": ("I", 4), "uint64": ("Q", 8),
}
STORAGES = {
    "DoubleStorage": "float64", "FloatStorage": "float32", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
    "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8", "ByteStorage": "uint8",
    "BoolStorage": "bool", "UntypedStorage": "uint8",
}
LEGACY_MAGIC = 0x1950A86A20F9469CFC6C


class Refused(Exception):
    pass


class Call:
    """A stand-in that may be called by the pickle, and cannot be changed by it."""

    __slots__ = ("_call",)

    def __init__(self, call):
        object.__setattr__(self, "_call", call)

    def __call__(self, *args, **kwargs):
        return self._call(*args, **kwargs)

    def __setattr__(self, name, value):
        raise Refused("the pickle tries to change one of the reader's own parts")


class Name:
    """A stand-in for a dtype, a storage class or the like: a word and nothing else."""

    __slots__ = ("word",)

    def __init__(self, word):
        object.__setattr__(self, "word", word)

    def __setattr__(self, name, value):
        raise Refused("the pickle tries to change one of the reader's own parts")

    def __call__(self, *args):
        raise Refused("the pickle calls %s, which is no data" % self.word)


class Frozen(type):
    """Of classes that the pickle makes instances of; the classes themselves cannot be changed by it."""

    def __setattr__(cls, name, value):
        raise Refused("the pickle tries to change one of the reader's own parts")


class Opaque(dict, metaclass=Frozen):
    """An instance of a project's class: its items and state, and no behaviour."""

    __slots__ = ("args", "state")

    def __new__(cls, *args, **kwargs):
        self = dict.__new__(cls)
        object.__setattr__(self, "args", list(args))
        object.__setattr__(self, "state", None)
        return self

    def __init__(self, *args, **kwargs):
        pass

    def __setstate__(self, state):
        object.__setattr__(self, "state", state)

    def __hash__(self):
        return id(self)

    def __setattr__(self, name, value):
        raise Refused("the pickle tries to change one of the reader's own parts")

    def append(self, item):
        self.args.append(item)

    def extend(self, items):
        self.args.extend(items)


class Storage:
    __slots__ = ("data", "dtype", "big")

    def __init__(self, data, dtype, big=False):
        self.data, self.dtype, self.big = data, dtype, big

    def __setattr__(self, name, value):
        if name == "data" and not (value is None or isinstance(value, (bytes, bytearray, memoryview))):
            raise Refused("the pickle tries to change a tensor's storage")
        object.__setattr__(self, name, value)


class Tensor:
    """Numbers in row-major or any other strided order over a storage."""

    __slots__ = ("storage", "dtype", "offset", "size", "stride")

    def __init__(self, storage, dtype, offset, size, stride):
        self.storage, self.dtype, self.offset, self.size, self.stride = storage, dtype, offset, size, stride
        if dtype not in DTYPES:
            raise Refused("a tensor of the unknown type %s" % str(dtype)[:40])
        if len(size) != len(stride) or any(type(n) is not int or n < 0 for n in (offset, *size, *stride)):
            raise Refused("a tensor whose size or stride cannot be")

    def __setstate__(self, state):
        raise Refused("the pickle tries to change a tensor")

    def row(self, i):
        return Tensor(self.storage, self.dtype, self.offset + i * self.stride[0], self.size[1:], self.stride[1:])

    def elements(self):
        count = 1
        for n in self.size:
            count *= n
        return count

    def numbers(self):
        """The values in row-major order."""
        count = self.elements()
        if count > MAX_NUMBERS:
            raise Refused("a tensor of %d numbers is too large" % count)
        if count == 0:
            return []
        code, width = DTYPES[self.dtype]
        last = self.offset + sum((n - 1) * s for n, s in zip(self.size, self.stride))
        data = self.storage.data
        if data is None or (last + 1) * width > len(data):
            raise Refused("a tensor reaches behind the end of its storage: the file is damaged")
        order = ">" if self.storage.big else "<"
        dense = tuple(self.stride) == dense_strides(self.size)
        start = self.offset * width
        length = count if dense else last + 1 - self.offset
        raw = "H" if code == "bf" else code
        values = struct.unpack_from("%s%d%s" % (order, length, raw), data, start)
        if not dense:
            indices = [0]
            for n, s in zip(self.size, self.stride):
                indices = [base + k * s for base in indices for k in range(n)]
            values = [values[i] for i in indices]
        if code == "bf":
            values = struct.unpack("<%df" % count, b"".join(struct.pack("<I", v << 16) for v in values))
        return list(values)

    def nested(self):
        flat = [safe_number(v) for v in self.numbers()]
        for n in reversed(self.size[1:]):
            flat = [flat[i : i + n] for i in range(0, len(flat), n)] if n else [[]] * (self.elements() or 0)
        return flat if self.size else flat[0]


def dense_strides(size):
    strides, step = [], 1
    for n in reversed(size):
        strides.append(step)
        step *= max(n, 1)
    return tuple(reversed(strides))


class Dtype(metaclass=Frozen):
    """numpy.dtype: one letter and a width, in either byte order."""

    __slots__ = ("code", "order")

    def __new__(cls, code="", *_):
        self = object.__new__(cls)
        object.__setattr__(self, "code", code if isinstance(code, str) else "")
        object.__setattr__(self, "order", "<")
        return self

    def __init__(self, *_):
        pass

    def __setstate__(self, state):
        object.__setattr__(self, "order", ">" if isinstance(state, tuple) and len(state) > 1 and state[1] == ">" else "<")

    def __setattr__(self, name, value):
        raise Refused("the pickle tries to change an array's type")

    def name(self):
        known = {"f8": "float64", "f4": "float32", "f2": "float16", "i8": "int64", "i4": "int32", "i2": "int16", "i1": "int8",
                 "u8": "uint64", "u4": "uint32", "u2": "uint16", "u1": "uint8", "b1": "bool"}
        if self.code.lstrip("<>=|") not in known:
            raise Refused("an array of the type %s: only numbers are read" % self.code[:20])
        return known[self.code.lstrip("<>=|")]


class Array(metaclass=Frozen):
    """numpy.ndarray of numbers, or of objects."""

    __slots__ = ("content",)

    def __new__(cls, *_):
        self = object.__new__(cls)
        object.__setattr__(self, "content", [])
        return self

    def __init__(self, *_):
        pass

    def __setstate__(self, state):
        if not isinstance(state, tuple) or len(state) != 5:
            raise Refused("an array whose state cannot be")
        _, shape, dtype, fortran, data = state
        object.__setattr__(self, "content", array_of(shape, dtype, bool(fortran), data))

    def __setattr__(self, name, value):
        raise Refused("the pickle tries to change an array")


def array_of(shape, dtype, fortran, data):
    if not isinstance(shape, tuple) or not isinstance(dtype, Dtype):
        raise Refused("an array whose state cannot be")
    if isinstance(data, list):
        return data
    if not isinstance(data, (bytes, bytearray)):
        raise Refused("an array without bytes")
    strides = tuple(reversed(dense_strides(tuple(reversed(shape))))) if fortran else dense_strides(shape)
    return Tensor(Storage(bytes(data), dtype.name(), dtype.order == ">"), dtype.name(), 0, shape, strides)


def from_buffer(data, dtype, shape, order):
    array = Array()
    object.__setattr__(array, "content", array_of(tuple(shape), dtype, order == "F", bytes(data)))
    return array


def array_scalar(dtype, data=b""):
    if not isinstance(dtype, Dtype) or not isinstance(data, (bytes, bytearray)):
        raise Refused("a number whose state cannot be")
    return Tensor(Storage(bytes(data), dtype.name(), dtype.order == ">"), dtype.name(), 0, (), ()).numbers()[0]


def rebuild_tensor(storage, offset, size, stride, *_):
    if not isinstance(storage, Storage):
        raise Refused("a tensor without a storage")
    return Tensor(storage, storage.dtype, offset, tuple(size), tuple(stride))


def rebuild_tensor_v3(storage, offset, size, stride, requires_grad, hooks, dtype, *_):
    if not isinstance(storage, Storage) or not isinstance(dtype, Name):
        raise Refused("a tensor without a storage")
    return Tensor(storage, dtype.word, offset, tuple(size), tuple(stride))


def typed_storage(*args, **_):
    for arg in args:
        if isinstance(arg, Storage):
            return arg
    raise Refused("a storage without bytes")


def encode(text, encoding="latin1", *_):
    """_codecs.encode: how bytes are written in old pickles."""
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise Refused("bytes in the encoding %s" % str(encoding)[:20])
    return text.encode("latin-1")


def plain_dict(*args):
    return dict(args[0]) if args and isinstance(args[0], (dict, list, tuple)) else {}


def default_dict(*_):
    return {}


def safe_set(items=()):
    return list(items) if isinstance(items, (list, tuple, set, frozenset)) else []


def safe_bytes(data=b"", *_):
    return bytes(data) if isinstance(data, (bytes, bytearray)) else encode(data)


SAFE = {
    ("collections", "OrderedDict"): Call(plain_dict),
    ("collections", "defaultdict"): Call(default_dict),
    ("builtins", "dict"): Call(plain_dict),
    ("builtins", "set"): Call(safe_set),
    ("builtins", "frozenset"): Call(safe_set),
    ("__builtin__", "set"): Call(safe_set),
    ("__builtin__", "frozenset"): Call(safe_set),
    ("builtins", "bytearray"): Call(safe_bytes),
    ("builtins", "bytes"): Call(safe_bytes),
    ("__builtin__", "bytearray"): Call(safe_bytes),
    ("__builtin__", "bytes"): Call(safe_bytes),
    ("_codecs", "encode"): Call(encode),
    ("torch._utils", "_rebuild_tensor"): Call(rebuild_tensor),
    ("torch._utils", "_rebuild_tensor_v2"): Call(rebuild_tensor),
    ("torch._utils", "_rebuild_tensor_v3"): Call(rebuild_tensor_v3),
    ("torch._utils", "_rebuild_parameter"): Call(lambda data, *_: data),
    ("torch.serialization", "_get_layout"): Call(lambda name, *_: str(name)[:40]),
    ("torch", "device"): Call(lambda *args: ":".join(str(a)[:20] for a in args)),
    ("torch", "Size"): Call(lambda items=(), *_: list(items) if isinstance(items, (list, tuple)) else []),
    ("torch.storage", "TypedStorage"): Call(typed_storage),
    ("torch.storage", "UntypedStorage"): Name("UntypedStorage"),
    ("torch.storage", "_load_from_bytes"): Call(lambda data: legacy_torch(data, 1)),
    ("numpy", "ndarray"): Array,
    ("numpy", "dtype"): Dtype,
}
for _module in ("numpy.core.multiarray", "numpy._core.multiarray"):
    SAFE[(_module, "_reconstruct")] = Call(lambda *_: Array())
    SAFE[(_module, "scalar")] = Call(array_scalar)
for _module in ("numpy.core.numeric", "numpy._core.numeric"):
    SAFE[(_module, "_frombuffer")] = Call(from_buffer)
for _name in STORAGES:
    SAFE[("torch", _name)] = Name(_name)
for _name in DTYPES:
    SAFE[("torch", _name)] = Name(_name)


class Reader(pickle.Unpickler):
    def __init__(self, stream, persistent=None):
        super().__init__(stream, encoding="utf-8", errors="replace")
        self._persistent = persistent
        self._classes = {}

    def find_class(self, module, name):
        found = SAFE.get((module, name))
        if found is not None:
            return found
        if module.split(".", 1)[0] in PROJECTS:
            key = "%s.%s" % (module, name)
            if key not in self._classes:
                if len(self._classes) >= 1000:
                    raise Refused("it names more than 1000 classes")
                self._classes[key] = Frozen("Opaque", (Opaque,), {"__slots__": ()})
            return self._classes[key]
        raise Refused("it names %s.%s, which is no data; nothing of it was run. Open only files that you trust" % (module[:80], name[:80]))

    def persistent_load(self, pid):
        if self._persistent is None:
            raise Refused("it refers to objects outside itself")
        return self._persistent(pid)


def storage_id(pid):
    if not isinstance(pid, tuple) or len(pid) < 5 or pid[0] != "storage" or not isinstance(pid[1], Name) or not isinstance(pid[2], str):
        raise Refused("it refers to an object outside itself that is no tensor storage")
    dtype = STORAGES.get(pid[1].word)
    if dtype is None:
        raise Refused("a storage of the unknown kind %s" % pid[1].word[:40])
    return dtype, pid[2]


def torch_zip(path):
    with zipfile.ZipFile(path) as archive:
        infos = {info.filename: info for info in archive.infolist()}
        mains = [name for name in infos if name == "data.pkl" or name.endswith("/data.pkl")]
        if len(mains) != 1:
            raise Refused("a ZIP archive, but not one of torch.save: it has %d entries data.pkl" % len(mains))
        prefix = mains[0][: -len("data.pkl")]

        def entry(name):
            info = infos.get(name)
            if info is None:
                raise Refused("the archive lacks %s: it is damaged" % name[:80])
            if info.file_size > MAX_INFLATED or info.file_size > max(1 << 20, info.compress_size * MAX_RATIO):
                raise Refused("the entry %s says that it inflates from %d to %d bytes" % (name[:80], info.compress_size, info.file_size))
            return archive.read(info)

        big = prefix + "byteorder" in infos and entry(prefix + "byteorder") == b"big"
        storages = {}

        def load(pid):
            dtype, key = storage_id(pid)
            if key not in storages:
                storages[key] = entry(prefix + "data/" + key)
            return Storage(storages[key], dtype, big)

        return Reader(io.BytesIO(entry(mains[0])), load).load()


def legacy_torch(data, depth):
    """The format before ZIP, also used for storages inside plain pickles: pickles one after the other, then raw storages."""
    if not isinstance(data, (bytes, bytearray)) or depth > 3:
        raise Refused("a tensor storage that cannot be")
    stream = io.BytesIO(data)
    if Reader(stream).load() != LEGACY_MAGIC or Reader(stream).load() != 1001:
        raise Refused("a tensor storage in an unknown format")
    system = Reader(stream).load()
    big = isinstance(system, dict) and system.get("little_endian") is False
    storages = {}

    def load(pid):
        dtype, key = storage_id(pid)
        if key not in storages:
            storages[key] = Storage(None, dtype, big)
        return storages[key]

    value = Reader(stream, load).load()
    keys = Reader(stream).load()
    for key in keys if isinstance(keys, list) else []:
        storage = storages.get(key)
        header = stream.read(8)
        if storage is None or len(header) != 8:
            raise Refused("a tensor storage that ends early")
        size = struct.unpack(">q" if big else "<q", header)[0] * DTYPES[storage.dtype][1]
        raw = stream.read(size) if 0 <= size <= len(data) else b""
        if len(raw) != size:
            raise Refused("a tensor storage that ends early")
        storage.data = raw
    return value


def safe_number(value):
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


class Writer:
    def __init__(self):
        self.values, self.numbers = 0, 0

    def spend(self, values, numbers):
        self.values += values
        self.numbers += numbers
        if self.values > MAX_VALUES or self.numbers > MAX_NUMBERS:
            raise Refused("one record has more than %d values, or %d numbers" % (MAX_VALUES, MAX_NUMBERS))

    def plain(self, value, depth=0):
        if depth > MAX_DEPTH:
            raise Refused("values nested deeper than %d, or in a circle" % MAX_DEPTH)
        self.spend(1, 0)
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, int):
            return value if -(2**63) <= value < 2**64 else str(value)[:100] if value.bit_length() < 1000 else "an integer of %d bits" % value.bit_length()
        if isinstance(value, float):
            return safe_number(value)
        if isinstance(value, Tensor):
            self.spend(0, value.elements())
            return value.nested()
        if isinstance(value, Array):
            return self.plain(value.content, depth + 1)
        if isinstance(value, Opaque):
            return self.opaque(value, depth)
        if isinstance(value, dict):
            return {str(key)[:1000]: self.plain(inner, depth + 1) for key, inner in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.plain(inner, depth + 1) for inner in value]
        if isinstance(value, (bytes, bytearray)):
            return "%d bytes" % len(value)
        return getattr(value, "word", type(value).__name__)

    def opaque(self, value, depth):
        if len(value) > 0:
            return self.plain(dict(value), depth + 1)
        state = value.state
        if isinstance(state, tuple) and len(state) == 2:
            state = {**(state[0] if isinstance(state[0], dict) else {}), **(state[1] if isinstance(state[1], dict) else {})}
        if isinstance(state, dict):
            return self.plain(state, depth + 1)
        return self.plain(value.args[0] if len(value.args) == 1 else value.args, depth + 1)


def say(kind, value):
    text = json.dumps({kind: value}, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    sys.stdout.write(text + "\n")


def rows_of(value):
    """What is told once, how many rows there are, and the one at an index."""
    if isinstance(value, dict):
        samples = value.get("samples")
        if isinstance(samples, (list, tuple)):
            return {k: v for k, v in value.items() if k != "samples"}, len(samples), lambda i: samples[i]
        tensors = {k: v for k, v in value.items() if isinstance(v, Tensor) and len(v.size) > 0}
        sizes = {t.size[0] for t in tensors.values()}
        if tensors and len(sizes) == 1:
            head = {k: v for k, v in value.items() if k not in tensors}
            head["shapes"] = {k: list(t.size) for k, t in tensors.items()}
            return head, sizes.pop(), lambda i: {k: t.row(i) for k, t in tensors.items()}
    if isinstance(value, (list, tuple)):
        return {}, len(value), lambda i: value[i]
    return value, 0, None


def tell(path):
    with open(path, "rb") as file:
        # By its first bytes: a pickle may end with the bytes of a ZIP archive.
        archive = file.read(4) == b"PK\x03\x04"
        file.seek(0)
        if not archive:
            value = Reader(file).load()
            if type(value) is int and value == LEGACY_MAGIC:
                file.seek(0)
                value = legacy_torch(file.read(), 0)
    if archive:
        value = torch_zip(path)
    head, count, row = rows_of(value)
    say("head", Writer().plain(head))
    for i in range(count):
        say("row", Writer().plain(row(i)))
    say("end", {"rows": count})


def limit_memory(path):
    try:
        import resource

        wanted = (4 << 30) + 8 * os.path.getsize(path)
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    except (ImportError, OSError, ValueError):
        pass  # not everywhere; the element limits hold


def main():
    if sys.version_info < (3, 8):
        sys.stdout.write('{"error": "Python 3.8 or newer is needed; this is %d.%d"}\n' % sys.version_info[:2])
        return 3
    path = sys.argv[1]
    try:
        limit_memory(path)
        tell(path)
        return 0
    except Refused as error:
        say("error", str(error))
    except MemoryError:
        say("error", "it asks for more memory than a file of this size may need")
    except RecursionError:
        say("error", "values nested too deeply")
    except (pickle.UnpicklingError, EOFError, zipfile.BadZipFile) as error:
        say("error", "not a complete pickle (%s)" % (str(error)[:200] or type(error).__name__))
    except OSError as error:
        say("error", str(error)[:300])
    except Exception as error:  # any other opcode sequence that makes no sense
        say("error", "not a sensible pickle (%s: %s)" % (type(error).__name__, str(error)[:200]))
    return 3


if __name__ == "__main__":
    sys.exit(main())
