# Recursions without an end of their own, and what ends them: the name of an
# exception, or `done` where CPython needs no stack for it. Read by
# recursion_test.ts; each part runs by itself, `free()` lifts Python's own limit
# and `nest()` is a list in a list in a list.

## showing and comparing

# repr list -> RecursionError
x = nest()
repr(x)

# repr dict -> RecursionError
d={}
for i in range(100000): d={1:d}
repr(d)

# repr obj -> RecursionError
free()
class C:
  def __repr__(s): return repr(s)
repr(C())

# repr deque -> RecursionError
from collections import deque
d=deque()
for i in range(100000): d=deque([d])
repr(d)

# eq list -> RecursionError
y=[]
for i in range(200000): y=[y]
x = nest()
x==y

# lt tuple -> RecursionError
x=y=()
for i in range(200000): x=(x,);y=(y,)
x<y

# eq dict -> RecursionError
x={};y={}
for i in range(200000): x={1:x};y={1:y}
x==y

# group -> RecursionError
e=ValueError()
for i in range(5000): e=ExceptionGroup('g',[e])
repr(e)

# union -> RecursionError
x=int
import types
for i in range(100000): x=list[x]
repr(x)

# alias eq -> RecursionError
x=y=int
for i in range(100000): x=list[x];y=list[y]
x==y

## letting go

# del list -> done
x = nest()
del x

# del tuple -> done
x=()
for i in range(500000): x=(x,)
del x

# del dict -> done
x={}
for i in range(200000): x={1:x}
del x

# del obj -> done
class C: pass
x=None
for i in range(200000):
  c=C(); c.n=x; x=c
del x,c

# del slots -> done
class C: __slots__=('n',)
x=None
for i in range(200000):
  c=C(); c.n=x; x=c
del x,c

# del exc -> done
e=None
for i in range(200000):
  n=ValueError(i); n.__cause__=e; e=n
del e,n

# del gen -> done
def g(x):
  yield x
  yield x
x=None
for i in range(200000):
  n=g(x); next(n); x=n
del x,n

# del func -> done
f=None
def mk(f):
  def g(): return f
  return g
for i in range(200000): f=mk(f)
del f

# del __del__ -> done
class C:
  def __del__(s): s.n=None
x=None
for i in range(100000):
  c=C(); c.n=x; x=c
del x,c

# del map -> done
x=iter([])
for i in range(200000): x=map(str,x)
del x

# xml del -> KeyError
import xml.etree.ElementTree as E
x=E.fromstring('<a>'*50000+'</a>'*50000)
del x
raise KeyError

## encoding and decoding

# json loads -> RecursionError
import json
json.loads('['*100000)

# json loads obj -> RecursionError
import json
json.loads('{"a":'*100000)

# json dumps -> RecursionError
import json
x = nest()
json.dumps(x)

# json dumps dict -> RecursionError
import json
d={}
for i in range(100000): d={'a':d}
json.dumps(d)

# json indent -> RecursionError
free()
import json
x = nest()
json.dumps(x,indent=1)

# pickle -> RecursionError
import pickle
x = nest()
pickle.dumps(x)

# pickle obj -> RecursionError
free()
import pickle,types
x=None
for i in range(100000): x=types.SimpleNamespace(x=x)
pickle.dumps(x)

# copy -> done
free()
import copy
x = nest()
copy.deepcopy(x)

# copy reduce -> done
free()
import copy,types
x=None
for i in range(100000): x=types.SimpleNamespace(x=x)
copy.deepcopy(x)

# marshal dumps -> ValueError
import marshal
x = nest()
marshal.dumps(x)

# marshal loads -> ValueError
import marshal
marshal.loads(b'['+b'\x01\0\0\0['*100000)

# xml tree -> RecursionError
import xml.etree.ElementTree as E
x=E.fromstring('<a>'*50000+'</a>'*50000)
E.tostring(x)

# xml copy -> RecursionError
free()
import copy,xml.etree.ElementTree as E
x=E.fromstring('<a>'*50000+'</a>'*50000)
copy.deepcopy(x)

# toml -> RecursionError
import tomllib
tomllib.loads('a='+'['*100000)

## calls through C

# sorted key -> RecursionError
free()
def f(x): return sorted([1],key=f)
f(1)

# map -> RecursionError
free()
def f(x): return list(map(f,[1]))
f(1)

# min key -> RecursionError
free()
def f(x): return min([1,2],key=f)
f(1)

# reduce -> RecursionError
free()
import functools
def f(x,y): return functools.reduce(f,[1,2])
f(1,1)

# lru_cache -> RecursionError
free()
import functools
@functools.cache
def f(x): return f(x+1)
f(1)

# partial -> RecursionError
free()
import functools
f=lambda: g()
g=functools.partial(f)
g()

# getattr -> RecursionError
free()
class C:
  def __getattr__(s,n): return getattr(s,n)
C().x

# getattr dot -> RecursionError
free()
class C:
  def __getattr__(s,n): return s.y
C().x

# property -> RecursionError
free()
class C:
  @property
  def p(s): return s.p
C().p

# str format -> RecursionError
free()
class C:
  def __str__(s): return f'{s}'
str(C())

# format -> RecursionError
free()
class C:
  def __format__(s,p): return format(s,p)
format(C())

# instancecheck -> RecursionError
free()
class M(type):
  def __instancecheck__(c,x): return isinstance(x,c)
class C(metaclass=M): pass
isinstance(1,C)

# sum add -> RecursionError
free()
class C:
  def __add__(s,o): return s+o
C()+1

# class call -> RecursionError
free()
class C:
  def __init__(s): C()
C()

# meta call -> RecursionError
free()
class C:
  def __call__(s): return s()
C()()

# type call -> RecursionError
free()
class M(type):
  def __call__(c): return c()
class C(metaclass=M): pass
C()

# descr get -> RecursionError
free()
class D:
  def __get__(s,o,t): return o.d
class C: d=D()
C().d

# contains -> RecursionError
free()
class C:
  def __contains__(s,x): return x in s
1 in C()

# iter -> RecursionError
free()
class C:
  def __iter__(s): return iter(list(s))
list(C())

# next -> RecursionError
free()
class C:
  def __iter__(s): return s
  def __next__(s): return next(s)
next(C())

# import -> RecursionError
import sys
class F:
  def find_spec(s,*a): __import__('x'+a[0])
sys.meta_path.insert(0,F())
try: import zzz
finally: del sys.meta_path[0]

# exec -> MemoryError
free()
def f(): exec('f()')
f()

# eval -> MemoryError
free()
def f(): return eval('f()')
f()

# lambda -> RecursionError
f=lambda n: f(n+1)
f(0)

# with -> RecursionError
free()
class C:
  def __enter__(s):
    with s: pass
  def __exit__(s,*a): pass
C().__enter__()

# gen send -> RecursionError
free()
def g():
  return (yield from h())
def h():
  return next(g())
next(g())

# throw -> RecursionError
free()
def g(n):
  try: yield
  except KeyError: h=g(n+1); next(h); h.throw(KeyError())
x=g(0);next(x);x.throw(KeyError())

# excepthook -> RecursionError
free()
class E(Exception):
  def __str__(s): return str(E())
str(E())

# literal_eval -> MemoryError
import ast
ast.literal_eval('-'*100000+'1')

# partial call -> RecursionError
import functools
class P(functools.partial): pass
f=print
for i in range(100000):
  f=P(f); f.x=1
f()

# staticmethod -> RecursionError
f=print
for i in range(100000): f=staticmethod(f)
f()

# weakproxy -> RecursionError
import weakref
class C:
  def __len__(s): return len(p)
c=C();p=weakref.proxy(c)
import sys;sys.setrecursionlimit(10**6)
len(p)

# dict missing -> RecursionError
free()
class D(dict):
  def __missing__(s,k): return s[k]
D()[1]

# super -> RecursionError
free()
class C:
  def __getattribute__(s,n): return super().__getattribute__(n) if 0 else getattr(s,n)
C().x

# abc -> RecursionError
free()
import abc
class A(abc.ABC):
  @classmethod
  def __subclasshook__(c,s): return issubclass(s,A)
issubclass(int,A)

# decimal -> RecursionError
free()
import decimal
class C:
  def __radd__(s,o): return decimal.Decimal(1)+s
decimal.Decimal(1)+C()

# bisect -> RecursionError
free()
import bisect
class C:
  def __lt__(s,o): return bisect.bisect([C()],C())
bisect.bisect([C()],C())

# heapq -> RecursionError
free()
import heapq
class C:
  def __lt__(s,o): heapq.heapify([C(),C()]); return True
heapq.heapify([C(),C()])

# csv -> RecursionError
free()
import csv
class W:
  def write(s,t): csv.writer(s).writerow([1])
W().write(1)

# print -> RecursionError
free()
class W:
  def write(s,t): print(1,file=s)
print(1,file=W())

# warn -> RecursionError
free()
import warnings
warnings.showwarning=lambda *a,**k: warnings.warn(str(id(a)))
warnings.simplefilter('always')
warnings.warn('x')

# sqlite -> sqlite3.OperationalError
free()
import sqlite3
c=sqlite3.connect(':memory:')
def f(x): return c.execute('select f(1)').fetchone()[0]
c.create_function('f',1,f)
f(1)

# settrace -> RecursionError
free()
import sys
def t(*a):
  return t
sys.settrace(t)
def f(): f()
try: f()
finally: sys.settrace(None)

# contextvar -> RecursionError
free()
import contextvars
def f(): contextvars.copy_context().run(f)
f()

## source text

# ast parens -> MemoryError
compile('('*5000+')'*5000,'x','eval')

# ast 199 -> MemoryError
compile('('*199+'1'+')'*199,'x','eval')
raise KeyError

# ast brackets -> MemoryError
compile('['*199+']'*199,'x','eval')
raise KeyError

# ast dict -> MemoryError
compile('{1:'*199+'1'+'}'*199,'x','eval')
raise KeyError

# ast call -> MemoryError
compile('f('*199+')'*199,'x','eval')
raise KeyError

# ast fstring -> MemoryError
s='1'
for i in range(140): s='f"{'+s+'}"'
compile(s,'x','eval')
raise KeyError

# ast unary -> MemoryError
compile('-'*100000+'1','x','eval')

# ast not -> MemoryError
compile('not '*100000+'1','x','eval')

# ast lambda -> MemoryError
compile('lambda:'*100000+'1','x','eval')

# ast power -> MemoryError
compile('1**'*100000+'1','x','eval')

# ast ifelse -> MemoryError
compile('1 if 1 else '*100000+'1','x','eval')

# ast binop -> RecursionError
compile('+'.join(['1']*100000),'x','eval')

# ast attr -> RecursionError
compile('a'+'.b'*100000,'x','eval')

# ast calls -> RecursionError
compile('a'+'()'*100000,'x','eval')

# ast subs -> RecursionError
compile('a'+'[0]'*100000,'x','eval')

# ast elif -> MemoryError
compile('if a: pass\n'+'elif a: pass\n'*100000,'x','exec')

# ast nested if -> KeyError
compile('\n'.join(' '*i+'if a:' for i in range(99))+'\n'+' '*99+'pass','x','exec')
raise KeyError

# ast nested def -> KeyError
compile('\n'.join(' '*i+'def f():' for i in range(99))+'\n'+' '*99+'pass','x','exec')
raise KeyError

# ast match -> KeyError
compile('match x:\n case '+'['*199+']'*199+': pass','x','exec')
raise KeyError

# ast obj -> RecursionError
free()
import ast
x=ast.Constant(1)
for i in range(100000): x=ast.UnaryOp(ast.UAdd(),x,lineno=1,col_offset=0,end_lineno=1,end_col_offset=0)
x=ast.fix_missing_locations.__wrapped__ if 0 else ast.Expression(x)
compile(x,'x','eval')

# annotations -> MemoryError
compile('from __future__ import annotations\nx: '+'-'*100000+'1','x','exec')

# symtable -> RecursionError
import symtable
symtable.symtable('+'.join(['1']*100000),'x','eval')

# re compile -> RecursionError
import re
re.compile('('*5000+')'*5000)

# re match -> KeyError
import re
re.match('(a|b)*c','ab'*1000000)
raise KeyError

## hashes and iterators

# isinstance -> RecursionError
x=()
for i in range(100000): x=(x,)
isinstance(1,x)

# hash -> RecursionError
x=()
for i in range(100000): x=(x,)
hash(x)

# hash obj -> RecursionError
free()
class C:
  def __hash__(s): return hash(s)
hash(C())

# itertools chain -> RecursionError
import itertools
x=iter([1])
for i in range(100000): x=itertools.chain(x)
next(x)

# map nested -> RecursionError
x=iter([1])
for i in range(100000): x=map(int,x)
next(x)

# zip nested -> RecursionError
x=iter([1])
for i in range(100000): x=zip(x)
next(x)

# filter nested -> RecursionError
x=iter([1])
for i in range(100000): x=filter(None,x)
next(x)

# enumerate nested -> RecursionError
x=iter([1])
for i in range(100000): x=enumerate(x)
next(x)

# islice nested -> RecursionError
import itertools
x=iter([1])
for i in range(100000): x=itertools.islice(x,1)
next(x)

# alias hash -> RecursionError
x=int
for i in range(100000): x=list[x]
hash(x)

# method hash -> RecursionError
import types
f=print
for i in range(100000): f=types.MethodType(f,f)
hash(f)
