# What ends other Pythons in WebAssembly, or their hosts, and how it ends here:
# `done`; the name of a Python exception; `LimitError` and the limit;
# `PluginCrashed` or `ProtocolError` and a part of the message. Read by
# deaths_test.ts; each is the body of a function, with 64 MB of memory and 40
# descriptors. `nest()` is a list in a list in a list.

## what Pyodide dies of

# json of many brackets -> RecursionError
json.loads("[" * 100_000)

# repr of a deep list -> RecursionError
repr(nest())

# del of a deep tuple chain -> done
x = ()
for _ in range(300_000): x = (x,)
del x

# abort -> PluginCrashed unreachable
os.abort()

# exit -> PluginCrashed status 3
os._exit(3)

# exit with zero -> PluginCrashed status 0
os._exit(0)

# setrecursionlimit and recursion -> RecursionError
sys.setrecursionlimit(10 ** 6)
def f(): return [1].sort(key=lambda _: f())
try: f()
finally: sys.setrecursionlimit(1000)

# many parentheses -> MemoryError
compile("(" * 5000 + ")" * 5000, "x", "eval")

# bytearrays -> LimitError memory
kept = [bytearray(1 << 30) for _ in range(5)]

# a thread -> RuntimeError
import threading
threading.Thread(target=print).start()

# a process -> OSError
import subprocess
subprocess.run(["true"])

# a socket -> OSError
import socket
socket.create_connection(("127.0.0.1", 1))

# ctypes -> ModuleNotFoundError
import ctypes

# a system command -> OSError
os.system("true")

# fork -> AttributeError
os.fork()

## ending itself

# sys.exit -> SystemExit
sys.exit(3)

# SystemExit with an odd code -> SystemExit
raise SystemExit(object())

# exit() -> SystemExit
exit()

# KeyboardInterrupt -> KeyboardInterrupt
raise KeyboardInterrupt

# BaseException -> BaseException
raise BaseException("no")

# GeneratorExit -> GeneratorExit
raise GeneratorExit

# abort in __del__ -> PluginCrashed unreachable
class C:
    def __del__(self): os.abort()
C()

# exit in __del__ -> PluginCrashed status 4
class C:
    def __del__(self): os._exit(4)
C()

# exit in a callback of weakref -> PluginCrashed status 5
import weakref
class C: pass
c = C()
r = weakref.ref(c, lambda _: os._exit(5))
del c

# exit in str of an exception -> PluginCrashed status 6
class E(Exception):
    def __str__(self): os._exit(6)
raise E

# abort in str of an exception -> PluginCrashed unreachable
class E(Exception):
    def __str__(self): os.abort()
raise E

# exit in a trace function -> PluginCrashed status 7
sys.settrace(lambda *_: os._exit(7))
(lambda: 1)()

# exit in gc -> PluginCrashed status 8
import gc
gc.callbacks.append(lambda *_: os._exit(8))
gc.collect()

# exit in an import -> PluginCrashed status 9
class F:
    def find_spec(self, *_): os._exit(9)
sys.meta_path.insert(0, F())
import nothing_like_that

# exit in sort -> PluginCrashed status 11
sorted([1], key=lambda _: os._exit(11))

# a signal -> PluginCrashed
import signal
signal.raise_signal(signal.SIGABRT)

# kill -> AttributeError
os.kill(os.getpid(), 9)

## memory

# one large bytes object -> LimitError memory
b"x" * int("200000000")

# one large str -> LimitError memory
"x" * int("200000000")

# one large list -> LimitError memory
[0] * int("100000000")

# one large int -> LimitError memory
1 << int("4000000000")

# list that grows -> LimitError memory
x = []
while True: x.append("x" * 10_000 + str(len(x)))

# dict that grows -> LimitError memory
d = {}
for i in range(10 ** 9): d[i] = str(i)

# set that grows -> LimitError memory
s = set()
for i in range(10 ** 9): s.add(str(i))

# str that grows -> LimitError memory
s = "x"
while True: s += s

# bytearray that grows -> LimitError memory
b = bytearray(1)
while True: b *= 2

# list of an endless iterator in C -> LimitError memory
import itertools
list(itertools.count())

# tuple of an endless iterator in C -> LimitError memory
import itertools
tuple(itertools.count())

# deque of an endless iterator in C -> LimitError memory
import collections, itertools
collections.deque(itertools.count())

# join of an endless iterator in C -> LimitError memory
import itertools
"".join(itertools.repeat("x" * 1000))

# StringIO -> LimitError memory
import io
out = io.StringIO()
while True: out.write("x" * 100_000)

# BytesIO -> LimitError memory
import io
out = io.BytesIO()
while True: out.write(b"x" * 100_000)

# array -> LimitError memory
import array
array.array("q", [0]) * 50_000_000

# struct -> LimitError memory
import struct
struct.pack("200000000x")

# format width -> LimitError memory
format(1, "200000000d")

# percent width -> LimitError memory
"%200000000d" % int("1")

# replace -> LimitError memory
("x" * 100_000).replace("x", "y" * 10_000)

# center -> LimitError memory
"x".center(200_000_000)

# pickle of a large object -> LimitError memory
import pickle
x = b"x" * 15_000_000
pickle.dumps([x, bytearray(x), bytearray(x)])

# json of a large object -> LimitError memory
json.dumps(["x" * 100] * 3_000_000)

# zlib bomb -> LimitError memory
import zlib
part = zlib.compress(b"\0" * 10_000_000)
[zlib.decompress(part) for _ in range(20)]

# lzma bomb -> LimitError memory
import lzma
part = lzma.compress(b"\0" * 1_000_000, preset=0)
[lzma.decompress(part) for _ in range(200)]

# bz2 bomb -> LimitError memory
import bz2
part = bz2.compress(b"\0" * 1_000_000, 1)
[bz2.decompress(part) for _ in range(200)]

# sqlite blob -> LimitError memory
import sqlite3
sqlite3.connect(":memory:").execute("select zeroblob(500000000)").fetchall()

# decimal with a large precision -> LimitError memory
import decimal
with decimal.localcontext(prec=400_000_000): decimal.Decimal(1) / 3

# exhausted memory that is caught -> done
kept = []
try:
    while True: kept.append(bytearray(1_000_000))
except MemoryError: kept.clear()

# exhausted memory, and then an exception -> ValueError
kept = []
try:
    while True: kept.append(bytearray(100_000))
except MemoryError: pass
raise ValueError("x" * 1000)

# exhausted memory, and small objects -> LimitError memory
kept = []
while True:
    try: kept.append(bytearray(65_000))
    except MemoryError: break
while True: kept.append(object())

# MemoryError of its own -> LimitError memory
raise MemoryError

## recursion through C

# deep json dumps -> RecursionError
json.dumps(nest())

# deep pickle -> RecursionError
import pickle
pickle.dumps(nest())

# deep copy -> RecursionError
import copy
copy.deepcopy(nest())

# sorted by recursion -> RecursionError
def f(_): return sorted([1], key=f)
f(1)

# deep comparison -> RecursionError
a, b = nest(), nest()
a == b

# deep hash -> RecursionError
x = ()
for _ in range(100_000): x = (x,)
hash(x)

# deep isinstance -> RecursionError
x = int
for _ in range(100_000): x = (x,)
isinstance("", x)

# deep regular expression -> RecursionError
import re
re.compile("(" * 5000 + ")" * 5000)

# deep source -> MemoryError
compile("[" * 300 + "]" * 300, "x", "eval")

# deep literal -> MemoryError
import ast
ast.literal_eval("-" * 100_000 + "1")

# deep ast -> RecursionError
import ast
at = {"lineno": 1, "col_offset": 0}
x = ast.Constant(1, **at)
for _ in range(100_000): x = ast.UnaryOp(ast.USub(), x, **at)
compile(ast.Expression(x), "x", "eval")

# __getattr__ -> RecursionError
class C:
    def __getattr__(self, name): return getattr(self, name + "x")
C().x

# __eq__ -> RecursionError
class C:
    def __eq__(self, other): return [self] == [other]
C() == C()

# __repr__ -> RecursionError
class C:
    def __repr__(self): return f"{[self]!r}"
repr(C())

# __hash__ -> RecursionError
class C:
    def __hash__(self): return hash((self,))
hash(C())

# __call__ -> RecursionError
class C: pass
C.__call__ = C()
C()()

# map of map -> RecursionError
x = iter([1])
for _ in range(100_000): x = map(str, x)
next(x)

# chain of exceptions -> ValueError
e = ValueError()
for _ in range(100_000):
    f = ValueError()
    f.__cause__ = e
    e = f
raise e

# group of groups -> ExceptionGroup
e = ValueError()
for _ in range(1000): e = ExceptionGroup("g", [e])
raise e

# recursion through generators -> RecursionError
def f(): yield from f()
list(f())

# result that is deep -> TypeError
return nest()

# exception with deep arguments -> ValueError
raise ValueError(nest())

# deep marshal -> ValueError
import marshal
marshal.loads(b"[\1\0\0\0" * 100_000)

# deep xml -> RecursionError
import xml.etree.ElementTree as tree
tree.tostring(tree.fromstring("<a>" * 50_000 + "</a>" * 50_000))

## descriptors and files

# many files -> LimitError files
kept = [open(f"/tmp/{i}", "w") for i in range(10_000)]

# many directories -> LimitError files
kept = []
try:
    while True: kept.append(os.open("/tmp", os.O_RDONLY))
finally:
    for fd in kept: os.close(fd)

# a full tmp -> LimitError tmp
try:
    with open("/tmp/full", "wb") as out:
        while True: out.write(b"x" * 1_000_000)
finally: os.remove("/tmp/full")

# a sparse file -> OSError
with open("/tmp/sparse", "wb") as out: out.truncate(10 ** 12)

# a sparse file by seeking -> OSError
with open("/tmp/sparse", "wb") as out:
    out.seek(10 ** 12)
    out.write(b"x")

# many names -> LimitError tmp
try:
    for i in range(10 ** 7): open(f"/tmp/name{i}", "w").close()
finally:
    for name in os.listdir("/tmp"): os.remove(f"/tmp/{name}")

# deep directories -> OSError
os.chdir("/tmp")
try:
    for _ in range(10 ** 6):
        os.mkdir("d" * 100)
        os.chdir("d" * 100)
finally: os.chdir("/")

# large read -> LimitError memory
fd = os.open("/dev/urandom", os.O_RDONLY)
os.read(fd, 500_000_000)

# endless device -> LimitError memory
open("/dev/urandom", "rb").read()

# all descriptors closed -> done
os.closerange(3, 1000)

# standard streams closed -> done
os.close(1)
os.close(2)
print("x")

# negative descriptor -> OSError
os.read(-1, 10)

## output, results and host functions

# much output -> LimitError output
for _ in range(1000): print("x" * 1000)

# much output to stderr -> LimitError output
for _ in range(1000): sys.stderr.write("x" * 1000)

# much output past Python -> LimitError output
for _ in range(1000): os.write(1, b"x" * 1000)

# output in pieces that is caught -> LimitError output
for _ in range(1000):
    try: print("x" * 1000, flush=True)
    except BaseException: pass

# a large result -> LimitError result
return "x" * 2_000_000

# a large result of bytes -> LimitError result
return [b"x" * 100_000 for _ in range(20)]

# many results -> LimitError result
return list(range(1_000_000))

# many host calls -> LimitError hostCalls
import host
for _ in range(1000): host.ping()

# large arguments of host calls -> LimitError result
import host
host.ping("x" * 2_000_000)

# an iterator without an end as a result -> done
import itertools
return itertools.count()

# an object that cannot be looked at -> done
class C:
    def __getattribute__(self, name): raise OSError(name)
return C()

# a class that lies about itself -> done
class C:
    __class__ = property(lambda self: 1 / 0)
return C()

# an int that is too large -> LimitError result
return 1 << 10_000_000

# a lone surrogate -> TypeError
return "\ud800"

## the bridge

# an answer to a call that is none -> ProtocolError nobody waits
import _plug
_plug.answer(12345, True, 1)

# later for a call that is none -> done
import _plug
_plug.later(12345)

# watching what is no promise -> ProtocolError no promise
import _plug
_plug.watch(12345)

# forgetting what is no promise -> done
import _plug
_plug.forget(12345)

# waiting in no loop -> ProtocolError no promise
import _plug
_plug.idle(7, 0.0)

# a wire that is broken -> ValueError
import _plug
_plug.from_wire(b"\xff\xff")

# a wire that promises much -> ValueError
import _plug
_plug.from_wire(b"\x9a\xff\xff\xff\xff")

# numbers that are too large -> OverflowError
import _plug
_plug.later(1 << 64)

# sabotage of what describes errors -> ValueError
import _py_plugin_errors
_py_plugin_errors.parts = _py_plugin_errors.describe = None
raise ValueError

# sabotage of the bridge -> done
import _py_plugin_bridge
_py_plugin_bridge.flush = None

# an answer to a call of SE2 -> done
import sdk
sdk.return_result("x", 12345)

## the interpreter

# frames that are cleared -> RuntimeError
sys._getframe().clear()

# recursion limit of one -> RecursionError
sys.setrecursionlimit(1)

# switch interval -> done
sys.setswitchinterval(1e-9)

# profile function that raises -> ZeroDivisionError
def hook(*_): 1 / 0
sys.setprofile(hook)
len("")

# builtins deleted -> done
import builtins
names = vars(builtins)
saved = dict(names)
names.clear()
names.update(saved)

# modules deleted -> done
saved = dict(sys.modules)
sys.modules.clear()
sys.modules.update(saved)

# a class that is its own base -> TypeError
class A: pass
class B(A): pass
A.__bases__ = (B,)

# an iterator that changes what it is over -> RuntimeError
d = {1: 1}
for k in d: d[len(d) + 5] = 1

# sort that changes the list -> ValueError
x = [3, 2, 1]
x.sort(key=lambda n: x.append(n) or n)

# code that is no code -> PluginCrashed out of bounds
import opcode
number = opcode.opmap
def f(): return 1
high = [number["EXTENDED_ARG"], 0x20] + [number["EXTENDED_ARG"], 0] * 2
code = bytes([*high, number["LOAD_CONST"], 0, number["RETURN_VALUE"], 0])
exec(f.__code__.replace(co_code=code))
