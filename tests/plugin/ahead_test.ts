import { assert, assertEquals } from "@std/assert";
import { loadPlugin, type TraceEvent } from "../../mod.ts";

/** Notes what an import looks at that belongs to a run. */
const WATCH = `
import os, posix, pkgutil, sys, warnings
import _py_plugin_ahead

looked = []

class Watched(dict):
    def __getattribute__(self, name):
        looked.append(f"os.environ.{name}")
        return dict.__getattribute__(self, name)
    def __getitem__(self, name):
        looked.append(f"os.environ[{name}]")
        return dict.__getitem__(self, name)
    def __iter__(self):
        looked.append("iter(os.environ)")
        return dict.__iter__(self)

class Sys(type(sys)):
    @property
    def argv(self): looked.append("sys.argv"); return [""]
    @property
    def orig_argv(self): looked.append("sys.orig_argv"); return [""]

def watch():
    os.environ._data = Watched(os.environ._data)
    del sys.argv, sys.orig_argv
    sys.__class__ = Sys
    getcwd = posix.getcwd
    posix.getcwd = os.getcwd = lambda: looked.append("getcwd") or getcwd()
    warnings.simplefilter("always")
    warnings.showwarning = lambda *what: looked.append(f"warning {what[0]}")
    import logging, random, selectors  # what these draw is drawn anew

def modules():
    """The modules that may be imported ahead."""
    path = [where for where in sys.path if where.startswith("/python")]
    names = {*sys.builtin_module_names, *sys.stdlib_module_names}
    names.update(m.name for m in pkgutil.walk_packages(path, onerror=lambda _: None))
    return sorted(n for n in names if _py_plugin_ahead._is_ahead(n, set()))

def imports(name):
    """What importing it looks at, and whether that failed."""
    looked.clear()
    try:
        __import__(name)
    except ImportError:
        return [], True
    return looked, False
`;

/** Calls of the system that tell something of a run, or tell it something. */
const OF_A_RUN = /^(args|environ|clock|random|proc|sock|sched|fd_write)/;
/** What is read of the library and of the plugin is the same in every run. */
const OWN = /^\/(plugin|python)(\/|$)/;

Deno.test("modules that are imported ahead look at nothing that belongs to a run", async () => {
  let seen: string[] = [];
  const note = (event: TraceEvent) => {
    if (event.event !== "syscall") return;
    const { name, paths = [] } = event;
    const isStrange = name.startsWith("path_") &&
      paths.some((path) => !OWN.test(path));
    if (isStrange || OF_A_RUN.test(name)) seen.push(`${name} ${paths}`);
  };
  await using plugin = await loadPlugin({ source: WATCH }, { trace: note });
  const names = await plugin.call<string[]>("modules");
  assert(names.length > 300, `${names.length}`);
  for (const name of ["asyncio", "csv", "json", "sqlite3", "unittest.mock"]) {
    assert(names.includes(name), name);
  }
  await plugin.call("watch");
  let failed = 0;
  for (const name of names) {
    seen = [];
    const [looked, isMissing] = await plugin.call<[string[], boolean]>(
      "imports",
      [name],
    );
    if (isMissing) failed += 1;
    else assertEquals([name, ...looked, ...seen], [name]);
  }
  assert(failed < 60, `${failed} of ${names.length} cannot be imported`);
});

Deno.test("what a file begins by importing is told from its first lines", async () => {
  const source = `import _py_plugin_ahead
def first(text): return _py_plugin_ahead._first_imports(text.encode())
def latin(text): return _py_plugin_ahead._first_imports(text.encode("latin-1"))
`;
  await using plugin = await loadPlugin({
    files: { "plugin.py": source, "csv.py": "" },
  });
  const all = [
    "import json",
    "import json, re as r, xml.dom.minidom # why",
    "import json ,\tre",
    "from json import loads, dumps as d",
    "from os.path import *",
    "from re import (\n  match,  # one\n  search as s,\n)",
    "from __future__ import annotations",
    "import sdk",
    "#!/usr/bin/env python\n\n   # more\n\f",
    '"""What it is.\n\n>>> import this\n"""',
    String.raw`r'''Say \''' here'''`,
    "'a text' # and more",
    String.raw`"\""`,
  ];
  for (const text of all) {
    assertEquals(await plugin.call("first", [text]), `${text}\n`, text);
    const twice = `${text}\n${text}\nf()\nimport re\n`;
    assertEquals(await plugin.call("first", [twice]), `${text}\n${text}\n`);
  }
  const none = [
    "import mine",
    "import json, mine",
    "import csv",
    "from . import json",
    "from .json import x",
    "from csv import reader",
    "import host",
    "import this",
    "import _thread",
    "import asyncio.__main__",
    "import json; f()",
    "import json, \\\n  re",
    " import json",
    "import json = 1",
    "import",
    "x = 1",
    '"""a""" + f() + """b"""',
    '"a" + f()',
    "'a' if f() else 'b'",
    'f"{f()}"',
    '"""open',
    "'open\n'",
    String.raw`""" \""" + f()`,
  ];
  for (const text of none) {
    assertEquals(await plugin.call("first", [text]), "", text);
  }
  assertEquals(
    await plugin.call("first", ["\ufeffimport json\r\n\rimport re\rx"]),
    "import json\n\nimport re\n",
  );
  const coded = "# -*- coding: latin-1 -*-\n'\xe9'\nimport json";
  assertEquals(await plugin.call("latin", [coded]), "");
});
