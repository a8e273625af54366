# Programs without an end, and whether Python hears that its time is over
# (`told`), or the instance has to be ended (`ended`). Read by loops_test.ts;
# each is the body of an `async def` when its name begins with "async", else of
# a function. `host.never()` never answers, `host.soon()` does, after a while.

# while -> told
while True: pass

# for -> told
import itertools
for _ in itertools.count(): pass

# calls -> told
def f(): return lambda: None
while f(): pass

# comprehension -> told
import itertools
any(False for _ in itertools.count())

# generator -> told
def numbers():
    while True: yield 1
for _ in numbers(): pass

# try finally -> told
while True:
    try: pass
    finally: continue

# regular expression -> told
import re
re.match("(a+)+$", "a" * 40 + "b")

# power -> told
n = 10 ** 8
10 ** n % 7

# compress in C -> ended
import itertools
next(itertools.compress(itertools.count(), itertools.repeat(0)))

# sleep -> told
import time
time.sleep(3600)

# many short sleeps -> told
import time
while True: time.sleep(0.001)

# import -> told
import sys
class Endless:
    def find_spec(self, name, path=None, target=None):
        while name == "endless": pass
sys.meta_path.insert(0, Endless())
try: import endless
finally: sys.meta_path.pop(0)

# exec -> told
exec("while True: pass")

# __del__ -> told
class Endless:
    def __del__(self):
        while True: pass
Endless()
while True: pass

# __del__ again and again -> told
class Brief:
    def __del__(self):
        for _ in range(100): pass
while True: Brief()

# weak reference -> told
import weakref
def forget(reference):
    while True: pass
class Thing: pass
while True: weakref.ref(Thing(), forget) and None

# catches everything -> ended
while True:
    try:
        while True: pass
    except BaseException: pass

# catches everything and sleeps -> ended
import time
while True:
    try: time.sleep(3600)
    except BaseException: pass

# catches everything in a regular expression -> ended
import re
while True:
    try: re.match("(a+)+$", "a" * 40 + "b")
    except BaseException: pass

# sum in C -> ended
sum(range(10 ** 15))

# deque in C -> ended
import collections, itertools
collections.deque(itertools.repeat(0), maxlen=0)

# contains in C -> ended
import itertools
1 in itertools.repeat(0)

# max in C -> ended
import itertools
max(itertools.repeat(0))

# filter in C -> ended
import itertools
next(filter(None, itertools.repeat(0)))

# all in C -> ended
import itertools
all(itertools.repeat(1))

# host function that never answers -> told
import host
host.never()

# waits again and again -> ended
import host
while True:
    try: host.never()
    except BaseException: pass

# after waiting -> told
import host
host.soon()
while True: pass

# after waiting, in C -> ended
import host
host.soon()
sum(range(10 ** 15))

# between host functions -> told
import host
while True: host.ping()

# print -> told
while True: print()

# async sleep -> told
import asyncio
await asyncio.sleep(3600)

# async future -> told
import asyncio
await asyncio.get_running_loop().create_future()

# async turns -> told
import asyncio
while True: await asyncio.sleep(0)

# async catches everything -> ended
import asyncio
while True:
    try: await asyncio.sleep(3600)
    except BaseException: pass

# async in C -> ended
import asyncio
await asyncio.sleep(0.001)
sum(range(10 ** 15))

# async busy -> told
import asyncio
await asyncio.sleep(0.001)
while True: pass


# async callbacks -> told
import asyncio
loop = asyncio.get_running_loop()
def again(): loop.call_soon(again)
again()
await loop.create_future()

# async callback that does not end -> told
import asyncio
def callback():
    while True: pass
loop = asyncio.get_running_loop()
loop.call_soon(callback)
await loop.create_future()

# async __del__ -> told
import asyncio
class Endless:
    def __del__(self):
        while True: pass
Endless()
while True: await asyncio.sleep(0)

# async callback with __del__ -> told
import asyncio
class Brief:
    def __del__(self):
        for _ in range(10000): pass
def callback():
    while True: Brief()
loop = asyncio.get_running_loop()
loop.call_soon(callback)
await loop.create_future()

# async gather -> told
import asyncio
await asyncio.gather(asyncio.sleep(3600), asyncio.Event().wait())

# async group -> told
import asyncio
async def turns():
    while True: await asyncio.sleep(0)
async with asyncio.TaskGroup() as group:
    group.create_task(asyncio.sleep(3600))
    group.create_task(turns())

# async task in the background -> told
import asyncio
async def turns():
    while True: await asyncio.sleep(0)
background = asyncio.create_task(turns())
try: await asyncio.Event().wait()
finally: background.cancel()

# async after a host function -> told
import asyncio, host
while True: await host.soon.aio()

# a loop of its own -> told
import asyncio
async def turns():
    while True: await asyncio.sleep(0)
asyncio.run(turns())

# a loop of its own that sleeps -> told
import asyncio
asyncio.run(asyncio.sleep(3600))

# a loop of its own without a task -> told
import asyncio
loop = asyncio.new_event_loop()
def again(): loop.call_soon(again)
again()
try: loop.run_forever()
finally: loop.close()

# a loop of its own that catches everything -> ended
import asyncio
async def turns():
    while True:
        try:
            while True: await asyncio.sleep(0)
        except BaseException: pass
asyncio.run(turns())
