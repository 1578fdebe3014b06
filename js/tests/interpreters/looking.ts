// Completion and inspection as only Pyodide has them: it has signatures, docstrings and sources.
import { beforeAll, describe, expect, it } from "vitest";
import type { Cells } from "./cells.ts";

const NAMES = `
import js, os, pathlib
class Dog:
    """A dog."""
    def __init__(self, name, *, age=1):
        """Make one."""
        self.name = name
    def bark(self, loud: bool = False) -> str:
        """Bark."""
        raise SystemExit
def walk(dog, alpha=1, *, beta: int = 2, **rest) -> Dog:
    """Walk the dog.

    It will bark."""
    raise SystemExit
class Table(dict):
    def keys(self):
        raise SystemExit
    def __getitem__(self, key):
        raise SystemExit
rex = Dog("rex")
keys = {"key one": rex, 'it"s': 2, 3: 4}
table = Table(alpha=1)
many = list(range(10_000))
os.makedirs("/tmp/kennel/inner", exist_ok=True)
open("/tmp/kennel/file.txt", "w").close()
with open("unloaded.py", "w") as file:
    file.write("raise SystemExit\\ndef one(): pass\\nclass Two: pass\\nTHREE = 3\\n")
`;

export function looking(cells: Cells): void {
  describe("completion in Pyodide", () => {
    beforeAll(() => cells.run(NAMES, "Cell In[9]"));

    it.each([
      ["parameters first in a call", "walk(1, al", ["alpha=", "all"]],
      ["no parameter that is given", "walk(1, beta=2, bet", []],
      ["no parameter in a definition", "def walk(bet", []],
      ["parameters of a class", "Dog(ag", ["age="]],
      ["parameters of a method", "print(rex.bark(lou", ["loud="]],
      ["the keys of a dict, up to the bracket", 'keys["', ['key one"]', 'it\\"s"]']],
      ["the keys of a dict where the string is closed behind the cursor", 'keys["k|"]', ["key one"]],
      ["the keys of a dict that runs code", 'table["al', ['alpha"]']],
      ["the keys of a dict, with their quotes", "keys[|]", ["'key one'", "'it\"s'"]],
      ["no files for a key that is not there", 'rex["', []],
      ["what an item has", "keys['key one'].bar", ["bark"]],
      ["nothing that an item of the user's own would have to be asked for", "table['alpha'].", []],
      ["what a new instance has", "Dog('a').bar", ["bark"]],
      ["what a function says that it returns", "walk(rex).bar", ["bark"]],
      ["what a string has", "'a' 'b'.upp", ["upper"]],
      ["what a list has", "[x for x in y].appe", ["append"]],
      ["names in an f-string", 'f"{rex.bar', ["bark"]],
      ["nothing in the text of an f-string", 'f"{rex} re', []],
      ["files in a string", 'open("/tmp/kennel/', ["file.txt", "inner/"]],
      ["a file by how it begins", "open('/tmp/kennel/fi", ["file.txt"]],
      ["a module that is a file", "import unloa", ["unloaded"]],
      ["what a module has that is not imported, and is not now", "from unloaded import ", ["one", "THREE", "Two"]],
      ["modules of a package that is not imported", "import xml.etree.ElementT", ["ElementTree"]],
      ["what JavaScript has", "from js import parseI", ["parseInt"]],
      ["JavaScript's own package", "import pyodide_j", ["pyodide_js"]],
      ["names of the code itself", "for kitten in walk(): print(kitt", ["kitten"]],
      ["parameters of the function that is being written", "def f(collar, *leash):\n    leas", ["leash"]],
      ["after an unfinished string above", 'x = "abc\nrex.bar', ["bark"]],
      ["after a line that is no Python", "!ls €\n%magic 'it\nrex.bar", ["bark"]],
      ["after an indentation that fits nothing", "if x:\n  a\n rex.bar", ["bark"]],
      ["over two lines", "rex.\\\n  bar", ["bark"]],
    ])("finds %s", async (_, code, matches) => {
      const found = (await cells.complete(code)).matches;
      expect(code.endsWith("[|]") ? found.slice(0, matches.length) : found).toEqual(matches);
    });

    it("says what parameters, paths and keys are", async () => {
      expect((await cells.complete("walk(alp")).types).toEqual(["param"]);
      expect((await cells.complete("'/tmp/kennel/f")).types).toEqual(["path"]);
      expect((await cells.complete("keys['k")).types).toEqual(["dict key"]);
      expect((await cells.complete("import unloa")).types).toEqual(["module"]);
      expect((await cells.complete("from pyscript import displa")).types).toEqual(["function"]);
    });

    it("costs the start nothing", async () => {
      const source = "import sys\nsys.modules['_pyscript_find'].__name__";
      expect((await cells.run(source)).text).toBe("'_pyscript_find'");
    });
  });

  describe("inspection in Pyodide", () => {
    beforeAll(() => cells.run(NAMES, "Cell In[9]"));

    it("of a function tells signature, docstring and cell, in IPython's words", async () => {
      expect(await cells.inspect("walk(rex, |)")).toBe(
        [
          "Signature: walk(dog, alpha=1, *, beta: int = 2, **rest) -> __main__.Dog",
          "Docstring:",
          "Walk the dog.",
          "",
          "It will bark.",
          "File:      Cell In[9]",
          "Type:      function",
        ].join("\n"),
      );
    });

    it("of a class tells how it is made", async () => {
      expect(await cells.inspect("Dog")).toBe(
        [
          "Init signature: Dog(name, *, age=1)",
          "Docstring:      A dog.",
          "Init docstring: Make one.",
          "File:           Cell In[9]",
          "Type:           type",
          "Subclasses:     ",
        ].join("\n"),
      );
    });

    it("of an object tells its text, cut, and its length", async () => {
      const text = (await cells.inspect("many"))!;
      expect(text).toMatch(/^Type: {8}list\nString form: \[0, 1, .*<\.\.\.>.* 9999\]\nLength: {6}10000\nDocstring:/);
      expect(text.length).toBeLessThan(1000);
    });

    it.each([
      ["a function", "walk", "def walk(dog, alpha=1"],
      ["a class", "Dog", "class Dog:\n"],
      ["a method", "rex.bark", "    def bark(self"],
    ])("with more detail has the source of %s", async (_, code, source) => {
      const text = (await cells.inspect(code, 1))!;
      expect(text).toContain(`Source:\n${source}`);
      expect(text).toContain("raise SystemExit");
      expect(text).not.toContain("Docstring:\n");
    });

    it("with more detail has the docstring of what has no source", async () => {
      expect(await cells.inspect("len", 1)).toContain("Docstring: Return the number of items");
    });

    it("means the name under the cursor, and else the call", async () => {
      expect(await cells.inspect("walk(re|x)")).toContain("Type:        Dog");
      expect(await cells.inspect("walk(rex|)")).toContain("Signature: walk");
      expect(await cells.inspect("walk(al|pha=1)")).toContain("Signature: walk");
      expect(await cells.inspect("walk(rex)|")).toContain("Signature: walk");
    });

    it("survives what raises when it is looked at", async () => {
      await cells.run(`
class Broken:
    def __str__(self):
        raise ValueError
    def __getattr__(self, name):
        raise RuntimeError
    def __dir__(self):
        raise RuntimeError
broken = Broken()`);
      expect(await cells.inspect("broken")).toContain("its str() failed: ValueError");
      expect((await cells.complete("broken.")).matches).toEqual([]);
      expect((await cells.complete("broken.a.b")).matches).toEqual([]);
    });
  });

  describe("the packages that know Jupyter, in Pyodide", () => {
    it("show things through IPython's functions, under the cell", async () => {
      const { events, failure } = await cells.run(`
import importlib, os, site
folder = site.getsitepackages()[0] + "/IPython"
os.makedirs(folder + "/core")
for name in ("/__init__.py", "/core/__init__.py"):
    open(folder + name, "w").close()
with open(folder + "/core/display_functions.py", "w") as file:
    file.write("def display(*values): print(*values)\\nclear_output = publish_display_data = display\\n"
        "def update_display(value, *, display_id): display(value, display_id=display_id, update=True)\\n")
with open(folder + "/display.py", "w") as file:
    file.write("from IPython.core.display_functions import *")
importlib.invalidate_caches()
from IPython.display import clear_output, display, publish_display_data, update_display
print("a")
handle = display(1, display_id="spot", exclude=["text/html"], metadata={"m": 1})
update_display(2, display_id=handle.display_id)
display({"image/png": b"abc", "text/plain": "b"}, raw=True, clear=True)
publish_display_data({"application/json": {"a": (1,)}}, transient={"display_id": "other"})
clear_output()`);
      expect(failure).toBeNull();
      expect(events).toEqual([
        "a\n",
        { data: { "text/plain": "1" }, metadata: { m: 1 }, display_id: "spot", update: false },
        { data: { "text/plain": "2" }, metadata: {}, display_id: "spot", update: true },
        { wait: true },
        { data: { "image/png": "YWJj", "text/plain": "b" }, metadata: {} },
        { data: { "application/json": { a: [1] } }, metadata: {}, display_id: "other", update: false },
        { wait: false },
      ]);
    });

    it("register with the shell what their objects look like, and ask IPython for it", async () => {
      const { failure, text } = await cells.run(`
import importlib, os, site
folder = site.getsitepackages()[0] + "/IPython"
os.makedirs(folder + "/core", exist_ok=True)
for name in ("/__init__.py", "/core/__init__.py"):
    open(folder + name, "w").close()
with open(folder + "/core/getipython.py", "w") as file:
    file.write("def get_ipython(): return None")
importlib.invalidate_caches()
from IPython.core.getipython import get_ipython as asked
class Sum:
    def __repr__(self): return "1 + 1"
class Product(Sum): pass
class Named(Sum): pass
formatters = asked().display_formatter.formatters
asked().events.register("post_execute", print)
def printed(value, printer, cycle):
    printer.text("sum: ")
    printer.pretty([1])
formatters["text/plain"].for_type(Sum, printed)
formatters["text/latex"].for_type(Sum, lambda value: "$1 + 1$")
formatters["image/png"].for_type(Sum, lambda value: None)
formatters["text/html"].for_type_by_name("__main__", "Named", lambda value: "<b>")
asked() is get_ipython()`);
      expect(failure).toBeNull();
      expect(text).toBe("True");
      const expected = { "text/plain": "sum: [1]", "text/latex": "$1 + 1$" };
      expect((await cells.run("Product()")).result!.data).toEqual(expected);
      expect((await cells.run("Named()")).result!.data).toEqual({ ...expected, "text/html": "<b>" });
      expect((await cells.run("formatters['text/plain'].for_type(Sum) is printed")).text).toBe("True");
      await cells.run("formatters['text/plain'].pop(Sum)");
      expect((await cells.run("Product()")).text).toBe("1 + 1");
    });

    it("find our comms, and no installed ones", async () => {
      const { text, failure } = await cells.run(`
import importlib, os, site, sys
for name in ("comm", "comm.base_comm"):
    sys.modules.pop(name, None)
folder = site.getsitepackages()[0] + "/comm"
os.makedirs(folder)
with open(folder + "/__init__.py", "w") as file:
    file.write("raise SystemExit")
importlib.invalidate_caches()
import comm
comm.get_comm_manager().__class__.__module__`);
      expect(failure).toBeNull();
      expect(text).toBe("'_pyscript_comm'");
    });
  });
}
