// Completion, inspection, displays and comms, as every Python does them: one suite, run once for each interpreter.
import { beforeAll, describe, expect, it } from "vitest";
import type { CommMessage } from "../../src/protocol/messages.ts";
import type { Cells } from "./cells.ts";

const NAMES = `
import sys
import json as number_store
class Cat:
    """A cat."""
    legs = 4
    def purr(self, loud=False):
        "Purr."
        return 1
    @property
    def age(self):
        print("age was asked for")
        return 3
tabby = Cat()
tabby.friend = Cat()
tabby._secret = 1
table = {"first key": 1, "second": tabby}
row = ["text", tabby]
def called(*values, alpha=1, beta="b"):
    "Do nothing."
    raise SystemExit
`;

export function tasks(name: string, cells: Cells): void {
  const complete = async (code: string) => (await cells.complete(code)).matches;

  describe(`completion in ${name}`, () => {
    beforeAll(() => cells.run(NAMES));

    it.each([
      ["a variable", "1 + tabb", ["tabby"]],
      ["a builtin", "x = enumer", ["enumerate"]],
      ["a keyword", "whil", ["while"]],
      ["what cells have without an import", "displa", ["display"]],
      ["an attribute of that", "display.__na", ["__name__"]],
      ["an attribute", "tabby.pur", ["purr"]],
      ["an attribute of an attribute", "print(tabby.friend.leg", ["legs"]],
      ["a private name, once its underscore is typed", "tabby._sec", ["_secret"]],
      ["a module's attribute", "sys.version_in", ["version_info"]],
      ["a module", "import jso", ["json"]],
      ["a module by its dotted name", "import asyncio\nimport asyncio.loc", [name === "Pyodide" ? "locks" : "lock"]],
      ["the second module of an import", "import os, jso", ["json"]],
      ["the module after from", "from jso", ["json"]],
      ["the word after it", "from json imp", ["import"]],
      ["a name that a module has", "from json import loa", ["load", "loads"]],
      ["the second name that a module has", "from json import loads, dum", ["dump", "dumps"]],
      ["what the pyscript module offers", "from pyscript import update_d", ["update_display"]],
      ["an attribute of JavaScript's", "import js\njs.parseIn", ["js.parseInt"].map((name) => name.slice(3))],
      ["nothing in a comment", "# tabb", []],
      ["nothing after a number", "1.", []],
      ["nothing of what is not there", "nonsense.", []],
      ["nothing of what a call returns that nobody knows", "called().", []],
      ["a name after text that is not ASCII", "s = 'é😀'; tabb", ["tabby"]],
    ])("finds %s", async (_, code, matches) => {
      if (code.includes("js\n")) await cells.run("import js");
      expect(await complete(code)).toEqual(matches);
    });

    it("replaces the name alone, counted in code points", async () => {
      expect(await cells.complete("'😀'; tabby.pu| + 1")).toMatchObject({ start: 11, end: 13, matches: ["purr"] });
    });

    it("keeps private names for who asks for them, and says what the others are", async () => {
      const { matches, types } = await cells.complete("tabby.");
      expect(matches).toEqual(expect.arrayContaining(["age", "friend", "legs", "purr"]));
      expect(matches.filter((match) => match.startsWith("_"))).toEqual([]);
      expect(types).toHaveLength(matches.length);
      const all = await cells.complete("");
      const typeOf = (name: string) => all.types[all.matches.indexOf(name)];
      expect(["Cat", "called", "tabby", "sys", "while"].map(typeOf)).toEqual([
        "class",
        "function",
        "instance",
        "module",
        "keyword",
      ]);
    });

    it("offers each name once", async () => {
      const { matches } = await cells.complete("");
      expect(new Set(matches).size).toBe(matches.length);
    });

    it("is stopped by an interrupt, and the next cell runs", async () => {
      Object.assign(globalThis, { interruptThis: () => (cells.flag[0] = 2) });
      await cells.run(`
from js import interruptThis
class Endless:
    @property
    def here(self):
        interruptThis()
        n = 0
        while True:
            n += 1
            len([n])
endless = Endless()`);
      for (const task of ["complete", "inspect"] as const) {
        const code = "endless.here.a";
        const { failure } = await cells.perform({ task, code, cursor: code.length, detail: 0 });
        expect(failure).toMatchObject({ name: "KeyboardInterrupt" });
      }
      expect((await cells.run("5")).text).toBe("5");
    });

    it("does not break the interpreter, whatever is at the cursor", async () => {
      for (const code of ["(", "x = '", '"""', "a b c", "f(((", "]", "\\", "from", "import", "from . import ", "\n\n", "@", "lambda x:"]) {
        const { failure } = await cells.perform({ task: "complete", code, cursor: code.length });
        expect(failure).toBeNull();
        expect((await cells.perform({ task: "inspect", code, cursor: code.length, detail: 1 })).failure).toBeNull();
      }
      expect((await cells.run("6 * 7")).text).toBe("42");
    });
  });

  describe(`inspection in ${name}`, () => {
    beforeAll(() => cells.run(NAMES));

    it.each([
      ["tabby", "Cat"],
      ["called|", "function"],
      ["called(|", "function"],
      ["called(1, [2|", "function"],
      ["tab|by.friend", "Cat"],
      ["tabby.friend.legs", "int"],
      ["row  ", "list"],
    ])("of %s tells the type", async (code, type) => {
      expect(await cells.inspect(code)).toMatch(new RegExp(`Type: +${type}`));
    });

    it.each(["nonsense", "tabby.nonsense", "", "# tabby", "1 + "])("of %j finds nothing", async (code) => {
      expect(await cells.inspect(code)).toBeNull();
    });
  });

  describe(`displays in ${name}`, () => {
    it("can be updated by their id, in order with the text", async () => {
      const { events, failure } = await cells.run(`
from pyscript import update_display
print("a")
handle = display("one", display_id="spot")
print("b")
handle.update("two")
update_display("three", display_id="spot")
print(handle.display_id)`);
      expect(failure).toBeNull();
      const shown = (text: string, update: boolean) => ({
        data: { "text/plain": `'${text}'` },
        metadata: {},
        display_id: "spot",
        update,
      });
      expect(events).toEqual(["a\n", shown("one", false), "b\n", shown("two", true), shown("three", true), "spot\n"]);
    });

    it("get a new id where they ask for one, and none otherwise", async () => {
      const { displays, text } = await cells.run(
        "first, second = display(1, display_id=True), display(2, display_id=True)\n(first.display_id == second.display_id, display(3))",
      );
      expect(text).toBe("(False, None)");
      expect(displays[0]!.display_id).toMatch(/^[0-9a-f]{32}$/);
      expect(displays[2]).toEqual({ data: { "text/plain": "3" }, metadata: {} });
    });

    it("refuse an id that is none, and one for what is drawn", async () => {
      expect((await cells.run("display(1, display_id=2)")).failure).toMatchObject({ name: "TypeError" });
      expect((await cells.run("display(1, display_id='a', target='b')")).failure).toMatchObject({
        name: "ValueError",
        message: expect.stringContaining("under the cell only") as string,
      });
    });

    it("take IPython's options", async () => {
      const { events, failure, text } = await cells.run(`
class Rich:
    def __repr__(self): return "rich"
    def _repr_html_(self): return "<b>"
    def _repr_markdown_(self): return "**"
display({"application/geo+json": {"type": "Point"}, "text/plain": "b"}, raw=True)
display(Rich(), include=["text/html"], metadata={"isolated": True})
handle = display(Rich(), exclude=["text/html", "text/markdown"], clear=True, display_id="options")
display(2, display_id="options", update=True).display_id`);
      expect(failure).toBeNull();
      expect(text).toBe("'options'");
      expect(events).toEqual([
        { data: { "application/geo+json": { type: "Point" }, "text/plain": "b" }, metadata: {} },
        { data: { "text/html": "<b>" }, metadata: { isolated: true } },
        { wait: true },
        { data: { "text/plain": "rich" }, metadata: {}, display_id: "options", update: false },
        { data: { "text/plain": "2" }, metadata: {}, display_id: "options", update: true },
      ]);
    });

    it("are cleared in order with the text", async () => {
      const { events } = await cells.run(
        "from pyscript import clear_output\nprint('a')\nclear_output()\nprint('b')\nclear_output(wait=True)",
      );
      expect(events).toEqual(["a\n", { wait: false }, "b\n", { wait: true }]);
    });
  });

  describe(`the shell's magics in ${name}`, () => {
    it("change the working folder and tell it", async () => {
      const { failure, stdout, text } = await cells.run(`
import os
begun = os.getcwd()
os.mkdir("below")
get_ipython().run_line_magic("cd", "below")
there = get_ipython().run_line_magic("pwd", "")
os.chdir(begun)
there == begun.rstrip("/") + "/below"`);
      expect(failure).toBeNull();
      expect(stdout).toMatch(/\/below\n$/);
      expect(text).toBe("True");
    });
  });

  describe(`comms in ${name}`, () => {
    const message = (action: CommMessage["action"], more: Partial<CommMessage> = {}): CommMessage => ({
      action,
      comm: "c1",
      target: "",
      data: {},
      metadata: {},
      buffers: [],
      ...more,
    });
    const receive = (action: CommMessage["action"], more: Partial<CommMessage> = {}) =>
      cells.perform({ task: "comm", comm: message(action, more) });

    it("are opened, send data and buffers, and close, once", async () => {
      const { failure } = await cells.run(`
from comm import create_comm
print("before")
mine = create_comm(target_name="lamp", data={"on": True}, metadata={"v": 1}, buffers=[b"ab", memoryview(b"c")], comm_id="m1")
mine.send({"list": [1, 2.5, None], "of": (1,)}, buffers=[bytearray(b"\\x00\\xff"), b""])
mine.close()
mine.close()`);
      expect(failure).toBeNull();
      expect(cells.events).toEqual([
        "before\n",
        message("open", {
          comm: "m1",
          target: "lamp",
          data: { on: true },
          metadata: { v: 1 },
          buffers: [new Uint8Array([97, 98]), new Uint8Array([99])],
        }),
        message("msg", { comm: "m1", data: { list: [1, 2.5, null], of: [1] }, buffers: [new Uint8Array([0, 255]), new Uint8Array()] }),
        message("close", { comm: "m1" }),
      ]);
    });

    it("hear messages of the page, with buffers", async () => {
      await cells.run(`
import comm
heard = []
mine = comm.create_comm(comm_id="c1")
mine.on_msg(lambda message: heard.append((message["content"]["data"], bytes(message["buffers"][0]), message["metadata"])))
mine.on_close(lambda message: heard.append(message["content"]["comm_id"]))`);
      await receive("msg", { data: { x: [1] }, metadata: { m: 1 }, buffers: [new Uint8Array([1, 2, 255])] });
      await receive("close");
      await receive("msg", { data: { x: "too late" }, buffers: [new Uint8Array()] });
      expect((await cells.run("heard")).text).toBe(String.raw`[({'x': [1]}, b'\x01\x02\xff', {'m': 1}), 'c1']`);
      expect((await cells.run("comm.get_comm_manager().get_comm('c1')")).result).toBeNull();
    });

    it("are opened by the page, by the name of a target, and answer", async () => {
      await cells.run(`
def opened(its, message):
    print("opened", message["content"]["target_name"], message["content"]["data"])
    its.on_msg(lambda message: its.send({"echo": message["content"]["data"]}, buffers=message["buffers"]))
comm.get_comm_manager().register_target("echo", opened)`);
      const opened = await receive("open", { target: "echo", data: { hello: 1 } });
      expect(opened).toMatchObject({ result: null, failure: null, stdout: "opened echo {'hello': 1}\n" });
      await receive("msg", { data: { a: "b" }, buffers: [new Uint8Array([7]), new Uint8Array()] });
      expect(cells.comms).toEqual([message("msg", { data: { echo: { a: "b" } }, buffers: [new Uint8Array([7]), new Uint8Array()] })]);
      await receive("close");
    });

    it("of an unknown target are closed, which is told", async () => {
      const { failure, stderr } = await receive("open", { target: "nobody" });
      expect(failure).toBeNull();
      expect(stderr).toBe("No such comm target registered: nobody\n");
      expect(cells.comms).toEqual([message("close")]);
    });

    it("tell what a handler raises, and nothing else fails", async () => {
      await cells.run("def broken(message):\n    raise ValueError('no good')\nmine = comm.create_comm(comm_id='c1')\nmine.on_msg(broken)");
      const { failure, stderr } = await receive("msg");
      expect(failure).toBeNull();
      expect(stderr).toMatch(/^Traceback \(most recent call last\):\n {2}File "Cell In\[3\]", line 2, in broken\n[^]*ValueError: no good\n$/);
      await receive("close");
      await cells.run("def broken_open(its, message):\n    raise ValueError('not this')\ncomm.get_comm_manager().register_target('broken', broken_open)");
      const opened = await receive("open", { target: "broken" });
      expect(opened.stderr).toContain("ValueError: not this");
      expect(cells.comms).toEqual([message("close")]);
    });

    it("have asynchronous handlers", async () => {
      await cells.run(`
import asyncio
async def slowly(message):
    await asyncio.sleep(0)
    mine.send({"done": 1})
mine = comm.create_comm(comm_id="c1")
mine.on_msg(slowly)`);
      await receive("msg");
      if (name !== "Pyodide") await cells.run("await asyncio.sleep(0.01)");
      expect(cells.comms).toMatchObject([{ action: "msg", data: { done: 1 } }]);
      await receive("close");
    });

    it("stop a handler that is interrupted, and the next cell runs", async () => {
      Object.assign(globalThis, { interruptThis: () => (cells.flag[0] = 2) });
      await cells.run(`
from js import interruptThis
def endless(message):
    interruptThis()
    n = 0
    while True:
        n += 1
        len([n])
mine = comm.create_comm(comm_id="c1")
mine.on_msg(endless)`);
      expect((await receive("msg")).failure).toMatchObject({ name: "KeyboardInterrupt" });
      expect((await cells.run("7")).text).toBe("7");
    });

    it("are one module, by each of its names", async () => {
      const { failure, text } = await cells.run(`
import comm, comm.base_comm
from comm.base_comm import BaseComm, CommManager
isinstance(mine, BaseComm) and isinstance(comm.get_comm_manager(), comm.base_comm.CommManager)`);
      expect(failure).toBeNull();
      expect(text).toBe("True");
    });
  });
}
