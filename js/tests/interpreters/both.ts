// What every Python does alike: one suite, run once for each interpreter.
import { beforeEach, describe, expect, it } from "vitest";
import type { Reply } from "../../src/protocol/signals.ts";
import { settle } from "../fakes.ts";
import type { Cells } from "./cells.ts";

const DIFFERENT_VALUES: [name: string, code: string, text: string | null][] = [
  ["an expression on its own line", "x = 20\nx * 2 + 2", "42"],
  ["an expression over several lines", "(1 +\n 2)", "3"],
  ["a call whose bracket closes at the margin", "max(\n  1,\n  2,\n)", "2"],
  ["a string over several lines", '"""a\nb"""', "'a\\nb'"],
  ["an expression followed by comments and empty lines", "1 + 1\n\n# done\n", "2"],
  ["an expression after a semicolon", "a = 5; a + 1", "6"],
  ["an expression after a string that holds a semicolon and a hash", "s = 'x;#'; s", "'x;#'"],
  ["a tuple", "1, 2", "(1, 2)"],
  ["a string, in quotes", "'text'", "'text'"],
  ["a generator's sum", "sum(i for i in range(4))", "6"],
  ["an expression after a function", "def f():\n    return 7\n\nf()", "7"],
  ["an expression after a decorated function", "def d(f): return f\n@d\ndef g():\n    return 8\ng()", "8"],
  ["an expression after empty lines at the start", "\n\n\n9", "9"],
  ["nothing for an assignment", "y = 1", null],
  ["nothing for None", "None", null],
  ["nothing after a semicolon", "1 + 1;", null],
  ["nothing after a semicolon and a comment", "1 + 1; # quiet", null],
  ["nothing for a statement on one line", "if True: 1; 2", null],
  ["nothing for a loop", "for i in range(2):\n    i\n", null],
  ["nothing for an assignment whose string looks like an expression", 'z = """\n1 + 1 # """', null],
  ["nothing for a string that ends in something like code", 'z = """\n1; 2\n"""', null],
  ["nothing for a continued line", "z = 1 \\\n+ 2", null],
  ["nothing for an empty cell", "", null],
  ["nothing for comments only", "# a\n# b", null],
  ["an expression after a comment that ends in a backslash", "# C:\\\n3", "3"],
  ["an expression after a string with lines at the margin", 's = """\nx = 1\n(\n\'\'\'\n"""\nlen(s)', "13"],
  ["an expression after raw strings and bytes", String.raw`a = r'\'z'; b = rb'''` + "\n" + String.raw`\''''; c = b"'"` + "\nlen(a)", "3"],
  ["an f-string with quotes inside its fields", "d = {'a': 1}\nf'{d[\"a\"]:>3} {{}}'", "'  1 {}'"],
  ["an expression after an f-string that holds its own quotes", 'd = {"a": 1}\ns = f"{d["a"]}"\ns', "'1'"],
  ["an expression after a quote that follows a word", "x = 1 if'{'else 2\nx", "1"],
  ["an expression after decorators", "def d(f): return f\n@d\n@d\n# why\n\n@d\ndef g():\n  return 8\n\ng()", "8"],
  ["an expression after every branch", "try:\n  a = 1\nexcept E: a = 2\nelse:\n  a = 3\nfinally:\n  pass\na", "3"],
  ["an expression whose name begins like a branch", "else_ = 4\nelse_", "4"],
  ["an expression over a continued line", "1 + \\\n2", "3"],
  ["an expression after a continued line at the margin", "x = 1 + \\\n2\nx", "3"],
  ["an expression after brackets at the margin", "x = [\n1,\n# ] (\n'[',\n]\nx[0]", "1"],
  ["an expression after semicolons in many places", "a = ';'; b = [1\n,2]; # ;\na; len(b)", "2"],
  ["an expression after text that is not ASCII", "s = 'é😀'; t = 'ü'\nlen(s + t)", "3"],
  ["nothing for a try that handles", "try:\n  1\nexcept ValueError:\n  2\nfinally:\n  3", null],
  ["nothing for a decorated function", "def d(f): return f\n@d\ndef g(): return 8; 9", null],
  ["nothing for a string at the margin that is assigned", 'z = """\na\n""" ; y = 2', null],
  ["an if-else over two branches: nothing", "if False:\n    1\nelse:\n    2", null],
  ["an awaited value", "import asyncio\nawait asyncio.sleep(0)\n'awaited'", "'awaited'"],
  ["an awaited value over several lines", "import asyncio\n\nawait asyncio.sleep(0)\n(1 +\n 1)", "2"],
  ["a value awaited after a semicolon", "import asyncio\nawait asyncio.sleep(0); 4", "4"],
  ["nothing for an awaited assignment", "import asyncio\nq = await asyncio.sleep(0)", null],
];

export function bothPythons(name: string, cells: Cells): void {
  describe(`a cell's value in ${name}`, () => {
    it.each(DIFFERENT_VALUES)("is %s", async (_, code, text) => {
      const ran = await cells.run(code);
      expect(ran.failure).toBeNull();
      expect(ran.text).toBe(text);
    });

    it("is gone from the names of the next cell", async () => {
      await cells.run("import asyncio\nawait asyncio.sleep(0)\n1");
      expect((await cells.run("'__pyscript_result__' in globals()")).text).toBe("False");
    });
  });

  describe(`a failure in ${name}`, () => {
    it("names the class, the message and every frame, with the cell's own lines", async () => {
      const { failure } = await cells.run("\ndef f():\n    raise ValueError('no good')\n\nf()");
      expect(failure).toMatchObject({ kind: "code", name: "ValueError", message: "no good" });
      expect(failure!.frames).toEqual([
        { file: "Cell In[3]", line: 5, name: "<module>" },
        { file: "Cell In[3]", line: 3, name: "f" },
      ]);
      expect(failure!.text).toContain("ValueError: no good");
      expect(failure!.text).not.toContain("_pyscript");
    });

    it("in the trailing expression has its line", async () => {
      const { failure } = await cells.run("a = 1\n\nundefined_name");
      expect(failure).toMatchObject({ name: "NameError" });
      expect(failure!.frames).toEqual([{ file: "Cell In[3]", line: 3, name: "<module>" }]);
    });

    it("in an older cell names both cells", async () => {
      await cells.run("def g():\n    return 1 / 0", "Cell In[7]");
      const { failure } = await cells.run("\ng()", "Cell In[8]");
      expect(failure!.frames!.map(({ file, line }) => `${file}:${line}`)).toEqual(["Cell In[8]:2", "Cell In[7]:2"]);
    });

    it("of syntax has file and line, and runs nothing", async () => {
      const { failure, stdout } = await cells.run("print('never')\nx = = 1\n");
      expect(failure).toMatchObject({ kind: "code", name: "SyntaxError", message: "invalid syntax" });
      expect(failure!.frames).toMatchObject([{ file: "Cell In[3]", line: 2 }]);
      expect(stdout).toBe("");
    });

    it("of syntax tells of an unfinished string or bracket", async () => {
      expect((await cells.run("x = (1,\n")).failure).toMatchObject({ name: "SyntaxError" });
      expect((await cells.run("x = 'a\n")).failure).toMatchObject({ name: "SyntaxError" });
    });

    it("is what SystemExit and KeyboardInterrupt are, and the next cell runs", async () => {
      expect((await cells.run("import sys\nsys.exit(3)")).failure).toMatchObject({ name: "SystemExit", message: "3" });
      expect((await cells.run("raise KeyboardInterrupt")).failure).toMatchObject({ name: "KeyboardInterrupt" });
      expect((await cells.run("1")).text).toBe("1");
    });

    it("after an await has name, message and line", async () => {
      const code = "import asyncio\nawait asyncio.sleep(0)\ndef h():\n    raise KeyError('k')\nh()\n";
      const { failure } = await cells.run(code);
      expect(failure).toMatchObject({ kind: "code", name: "KeyError" });
      expect(failure!.message).toContain("k");
      expect(failure!.frames).toEqual([
        { file: "Cell In[3]", line: 5, name: "<module>" },
        { file: "Cell In[3]", line: 4, name: "h" },
      ]);
    });

    it("that ends an awaiting cell leaves the next one alone", async () => {
      const code = "import asyncio, sys\nawait asyncio.sleep(0)\nsys.exit(2)";
      expect((await cells.run(code)).failure).toMatchObject({ name: "SystemExit" });
      expect((await cells.run("2")).text).toBe("2");
    });

    it("of a runaway recursion comes back", async () => {
      const { failure } = await cells.run("def r():\n    r()\nr()");
      expect(["RecursionError", "RuntimeError"]).toContain(failure!.name);
      expect((await cells.run("3")).text).toBe("3");
    });

    it("of a class of the user's keeps its message on several lines", async () => {
      const { failure } = await cells.run("class Odd(Exception):\n    pass\nraise Odd('a\\nb')");
      expect(failure).toMatchObject({ name: "Odd", message: "a\nb" });
    });
  });

  describe(`what a cell writes in ${name}`, () => {
    it("comes out on both streams, in UTF-8", async () => {
      const ran = await cells.run("import sys\nprint('é😀')\nprint('oh', file=sys.stderr)\nprint('half', end='')");
      expect(ran.stdout).toBe("é😀\nhalf");
      expect(ran.stderr).toBe("oh\n");
    });

    it("has the order in which it was written", async () => {
      const order: string[] = [];
      const { write } = cells.host;
      cells.host.write = (stream, bytes) => {
        if (order.at(-1) !== stream) order.push(stream);
        write(stream, bytes);
      };
      await cells.run("import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')");
      cells.host.write = write;
      expect(order).toEqual(["stdout", "stderr", "stdout"]);
    });

    it("takes a hundred thousand lines whole", async () => {
      const { stdout } = await cells.run("for i in range(100000): print('line', i)");
      expect(stdout.split("\n")).toHaveLength(100_001);
    });
  });

  describe(`display in ${name}`, () => {
    it("is there without an import, and from pyscript", async () => {
      const { displays } = await cells.run("display(1, 'two')\nfrom pyscript import display as d\nd(3)");
      expect(displays.map(({ data }) => data["text/plain"])).toEqual(["1", "'two'", "3"]);
    });

    it("gives every rich form there is, beside the text", async () => {
      const { result } = await cells.run(`
class Rich:
    def __repr__(self): return "<rich>"
    def _repr_html_(self): return "<b>é</b>"
    def _repr_markdown_(self): return "**m**"
    def _repr_svg_(self): return "<svg/>"
    def _repr_png_(self): return b"\\x89PNG\\r\\n\\x1a\\n"
    def _repr_jpeg_(self): return (b"\\xff\\xd8\\xff", {"width": 3})
    def _repr_json_(self): return {"a": [1, 2.5, None, True, "é\\n"], "nan": float("nan")}
    def _repr_latex_(self): return "$x$"
Rich()`);
      expect(result).toEqual({
        data: {
          "text/plain": "<rich>",
          "text/html": "<b>é</b>",
          "text/markdown": "**m**",
          "image/svg+xml": "<svg/>",
          "image/png": "iVBORw0KGgo=",
          "image/jpeg": "/9j/",
          "application/json": { a: [1, 2.5, null, true, "é\n"], nan: null },
          "text/latex": "$x$",
        },
        metadata: { "image/jpeg": { width: 3 } },
      });
    });

    it("prefers a MIME bundle of the object's own", async () => {
      const { result } = await cells.run(`
class Bundle:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": "mine", "application/vnd.x+json": {"k": (1, 2)}}, {"m": 1}
    def _repr_html_(self): return "<i>"
Bundle()`);
      expect(result).toEqual({
        data: { "text/plain": "mine", "application/vnd.x+json": { k: [1, 2] }, "text/html": "<i>" },
        metadata: { m: 1 },
      });
    });

    it("takes a MIME bundle that is written as in PyScript, without Jupyter's filters", async () => {
      const { result } = await cells.run(`
class Bundle:
    def _repr_mimebundle_(self):
        return {"text/plain": "mine"}
Bundle()`);
      expect(result!.data).toEqual({ "text/plain": "mine" });
    });

    it("takes a picture of what can only save one, such as a figure of matplotlib", async () => {
      const { result } = await cells.run(`
class Figure:
    def savefig(self, file, format): file.write(b"GIF8" if format != "png" else b"\\x89PNG")
    def __repr__(self): return "a figure"
Figure()`);
      expect(result!.data).toEqual({ "text/plain": "a figure", "image/png": "iVBORw==" });
    });

    it("loses nothing but the form that raises, and says so", async () => {
      const { result, stderr } = await cells.run(`
class Half:
    def _repr_html_(self): raise ValueError("broken")
    def _repr_markdown_(self): return "*fine*"
    def _repr_svg_(self): return None
    def __repr__(self): raise TypeError("no repr")
Half()`);
      expect(Object.keys(result!.data).sort()).toEqual(["text/markdown", "text/plain"]);
      expect(result!.data["text/plain"]).toContain("no repr");
      expect(stderr).toContain("_repr_html_ of Half failed: ValueError: broken");
    });

    it("shows a class as text, not with its instances' methods", async () => {
      const { result } = await cells.run("class A:\n    def _repr_html_(self): return 'x'\nA");
      expect(Object.keys(result!.data)).toEqual(["text/plain"]);
    });

    it("has small classes for the common types", async () => {
      const { displays } = await cells.run(`
from pyscript import HTML, Markdown, SVG, JSON, Latex, Math, Image
display(HTML("<b>"), Markdown("*m*"), SVG("<svg/>"), JSON({"a": 1}), Latex("$y$"), Math("z"), Image(b"GIF89a"))`);
      const types = displays.map(({ data }) => Object.keys(data).find((mime) => mime !== "text/plain"));
      expect(types).toEqual([
        "text/html",
        "text/markdown",
        "image/svg+xml",
        "application/json",
        "text/latex",
        "text/latex",
        "image/gif",
      ]);
      expect(displays[3]!.data["application/json"]).toEqual({ a: 1 });
    });
  });

  describe(`the pyscript module in ${name}`, () => {
    it("is there without a browser, and loads a part when it is asked for", async () => {
      const { text } = await cells.run("import sys\nimport pyscript as p\n'pyscript.web' in sys.modules");
      expect(text).toBe("False");
      expect((await cells.run("from pyscript import RUNNING_IN_WORKER\nRUNNING_IN_WORKER")).text).toBe("True");
    });

    it("keeps a function by the name of the module that it comes from", async () => {
      const code = `
from pyscript.fetch import fetch as same
import pyscript.fetch, pyscript.display
same_again, shown = pyscript.fetch, pyscript.display
del pyscript
from pyscript import fetch
(fetch is same, fetch is same_again, shown is display)`;
      expect((await cells.run(code)).text).toBe("(True, True, True)");
    });

    it("says what is missing where a worker cannot wait for its page", async () => {
      const { failure } = await cells.run("from pyscript import document, web\ndocument.title");
      expect(failure!.message).toContain("SharedArrayBuffer");
      expect(failure!.message).toContain("--main");
      expect((await cells.run("from pyscript import PyWorker\nPyWorker('w.py')")).failure!.message).toContain("--main");
    });

    it("imports what is installed, and says how to have the rest", async () => {
      expect((await cells.run("from pyscript import py_import\n(await py_import('json'))[0].dumps(1)")).text).toBe("'1'");
      const { failure } = await cells.run("await py_import('absent')");
      expect(failure!.message).toMatch(/absent is not: name it in .* `%%pyscript --packages absent`/);
    });

    it("says where there are no folders", async () => {
      const { failure } = await cells.run("from pyscript import fs\nawait fs.mount('/local')");
      expect(failure!.message).toContain("pyscript.fs has no folders here: this worker cannot wait for its page");
    });

    it("says that it has no such name", async () => {
      const { failure } = await cells.run("import pyscript as p\np.nonsense");
      expect(failure).toMatchObject({ name: "AttributeError", message: "module 'pyscript' has no attribute 'nonsense'" });
    });

    it("has events, whose listeners may wait", async () => {
      const { stdout } = await cells.run(`
import asyncio
from pyscript import Event, when
happened = Event()
@when(happened)
async def later(value):
    await asyncio.sleep(0)
    print("later", value)
@when(happened)
def now(value):
    print("now", value)
happened.trigger(1)
await asyncio.sleep(0.05)`);
      expect(stdout).toBe("now 1\nlater 1\n");
    });

    it("tells what a listener or a task raises that nobody awaits", async () => {
      cells.raised.length = 0;
      const { failure } = await cells.run(`
import asyncio
from pyscript import Event
async def broken(value):
    raise ValueError("of a listener")
event = Event()
event.add_listener(broken)
event.trigger(1)
await asyncio.sleep(0.05)`);
      expect(failure).toBeNull();
      expect(cells.raised).toMatchObject([{ kind: "code", name: "ValueError", message: "of a listener" }]);
    });
  });

  describe(`the names of ${name}`, () => {
    it("stay from cell to cell, and hold none of ours", async () => {
      await cells.run("kept = 1");
      expect((await cells.run("kept")).text).toBe("1");
      const names = await cells.run("[n for n in globals() if 'pyscript' in n]");
      expect(names.text).toBe("[]");
      expect((await cells.run("__name__")).text).toBe("'__main__'");
    });
  });

  describe(`an interrupt in ${name}`, () => {
    const KINDS: [name: string, code: string, before?: string][] = [
      ["a counting loop", "while True: n += 1"],
      ["a loop of calls", "def f(): pass\nwhile True: f()"],
      ["a loop that prints", "while True: print(n)"],
      ["a comprehension", "[i for i in range(10 ** 9)]"],
      ["a sleep", "import time\ntime.sleep(3600)"],
      ["a loop of sleeps", "import time\nwhile True: time.sleep(0)"],
      ["a loop after an await", "while True: n += 1", "import asyncio\nawait asyncio.sleep(0)"],
    ];

    beforeEach(() => {
      Object.assign(globalThis, { interruptThisCell: () => (cells.flag[0] = 2) });
      cells.slept = [];
    });

    it.each(KINDS)("stops %s, and keeps the names", async (_, code, before = "") => {
      const { failure } = await cells.run(`from js import interruptThisCell\nn = 0\n${before}\ninterruptThisCell()\n${code}`);
      expect(failure).toMatchObject({ kind: "code", name: "KeyboardInterrupt" });
      expect(failure!.frames!.at(-1)).toMatchObject({ file: "Cell In[3]" });
      expect(cells.flag[0]).toBe(0);
      expect((await cells.run("n >= 0")).text).toBe("True");
    });

    it("meets no other cell when it came too late for its own", async () => {
      await cells.run("from js import interruptThisCell\nn = 0\ninterruptThisCell()");
      cells.flag[0] = 0;
      expect((await cells.run("for i in range(100000): n += 1\nn")).text).toBe("100000");
    });

    const AWAITS: [name: string, code: string][] = [
      ["asyncio.sleep", "await asyncio.sleep(3600)"],
      ["a promise", "from js import Promise\nawait Promise.race([])"],
      ["a coroutine that sleeps", "async def f(): await asyncio.sleep(3600)\nawait f()"],
      ["a task", "async def f(): await asyncio.sleep(3600)\nawait asyncio.create_task(f())"],
      ["several tasks", "async def f(): await asyncio.sleep(3600)\nawait asyncio.gather(f(), f())"],
      ["an event", "await asyncio.Event().wait()"],
    ];

    it.each(AWAITS)("stops a cell that awaits %s, and the next one awaits as ever", async (_, code) => {
      const began = new Promise((resolve) => Object.assign(globalThis, { cellBegan: resolve }));
      const running = cells.run(`import asyncio, js\nkept = 5\ntry:\n    js.cellBegan(1)\n    kept = 6\n    ${code.replaceAll("\n", "\n    ")}\nfinally:\n    kept += 1`);
      await began;
      await settle();
      cells.adapter.cancel();
      expect((await running).failure).toMatchObject({ kind: "code", name: "KeyboardInterrupt" });
      expect((await cells.run("await asyncio.sleep(0.01)\nkept")).text).toBe("7");
    });

    it("can be caught by the cell, which then goes on", async () => {
      const began = new Promise((resolve) => Object.assign(globalThis, { cellBegan: resolve }));
      const running = cells.run("import asyncio, js\ntry:\n    js.cellBegan(1)\n    await asyncio.sleep(3600)\nexcept BaseException as e:\n    await asyncio.sleep(0)\n'went on'");
      await began;
      await settle();
      cells.adapter.cancel();
      expect(await running).toMatchObject({ failure: null, text: "'went on'" });
    });
  });

  describe(`a callback that waits while a cell awaits in ${name}`, () => {
    it.each([
      ["sleeps", "sleep(1)"],
      ["asks", "input()"],
    ])("and %s stops the cell too when the interrupt ends its wait", async (_, code) => {
      const began = new Promise<() => void>((resolve) => Object.assign(globalThis, { cellBegan: resolve }));
      const running = cells.run(`
import asyncio, js
from pyscript.ffi import create_proxy
from time import sleep
caught, kept = None, 1
def callback(*args):
    global caught
    try:
        ${code}
    except KeyboardInterrupt as error:
        caught = "caught"
js.cellBegan(create_proxy(callback))
await asyncio.sleep(3600)`);
      const callback = await began;
      await settle();
      cells.flag[0] = 2;
      cells.replies = [{ value: null, failure: { kind: "code", name: "KeyboardInterrupt", message: "", frames: [], text: "", offset: 0 } }];
      callback();
      cells.flag[0] = 0;
      expect((await running).failure).toMatchObject({ kind: "code", name: "KeyboardInterrupt" });
      // Pyodide itself looks for an interrupt every 50th time that it could: it may, before the callback's `try`.
      expect(["('caught', 1)", "(None, 1)"]).toContain((await cells.run("await asyncio.sleep(0.01)\ncaught, kept")).text);
    });
  });

  describe(`input in ${name}`, () => {
    beforeEach(() => {
      cells.asked = [];
      cells.replies = [];
    });
    const typed = (value: string): Reply => ({ value, failure: null });
    const refused = (name: string, message: string): Reply => ({
      value: null,
      failure: { kind: "code", name, message, frames: [], text: "", offset: 0 },
    });

    it("asks with its prompt and gives what was typed", async () => {
      cells.replies = [typed("Ada é"), typed("")];
      expect((await cells.run("print(input('Name? '), input())")).stdout).toBe("Ada é \n");
      expect(cells.asked).toEqual([
        ["input", "Name? "],
        ["input", ""],
      ]);
    });

    it("has getpass", async () => {
      cells.replies = [typed("s3cret"), typed("x")];
      expect((await cells.run("from getpass import getpass\ngetpass() + getpass('Key: ')")).text).toBe("'s3cretx'");
      expect(cells.asked).toEqual([
        ["getpass", "Password: "],
        ["getpass", "Key: "],
      ]);
    });

    it("raises what the answer says, and the cell may catch it", async () => {
      cells.replies = [refused("EOFError", "at an end"), refused("NotImplementedError", "no box"), refused("KeyboardInterrupt", "")];
      expect((await cells.run("try:\n  input()\nexcept EOFError as e:\n  print(e)\ninput()")).failure).toMatchObject({
        name: "NotImplementedError",
        message: "no box",
      });
      expect((await cells.run("input()")).failure).toMatchObject({ name: "KeyboardInterrupt" });
    });

    it("works in a cell that awaits", async () => {
      cells.replies = [typed("later")];
      expect((await cells.run("import asyncio\nawait asyncio.sleep(0)\ninput()")).text).toBe("'later'");
    });
  });

  describe(`a sleep in ${name}`, () => {
    it("takes seconds, and refuses what is none", async () => {
      cells.slept = [];
      await cells.run("import time\ntime.sleep(0.25)\ntime.sleep(2)");
      expect(cells.slept).toEqual([250, 2000]);
      expect((await cells.run("time.sleep(-1)")).failure).toMatchObject({ name: "ValueError" });
      expect((await cells.run("time.sleep('a')")).failure!.name).toMatch(/TypeError|ValueError/);
    });
  });
}
