// What a kernel makes of `%time` and `%timeit` (see kernel/source.py), in every Python alike.
import { describe, expect, it } from "vitest";
import type { Cells } from "./cells.ts";

const WALL = /^Wall time: [\d.e+-]+ (s|ms|µs|ns)\n$/;
const LINE = (code: string, name = "time") => `get_ipython().run_line_magic('${name}', ${JSON.stringify(code)})`;
const CELL = (line: string, body: string, name = "timeit") =>
  `get_ipython().run_cell_magic('${name}', ${JSON.stringify(line)}, ${JSON.stringify(body)})`;
const TIMED = (code: string) => `get_ipython().timed(get_ipython().clock(), (${code}))`;

export function magics(name: string, cells: Cells): void {
  describe(`%time in ${name}`, () => {
    it("measures an expression, and gives its value", async () => {
      const { stdout, text } = await cells.run(TIMED("6 * 7"));
      expect(text).toBe("42");
      expect(stdout).toMatch(WALL);
    });

    it("measures what is awaited", async () => {
      const { stdout, text, failure } = await cells.run(`import asyncio\nx = ${TIMED("await asyncio.sleep(0.02)")}\n(x, 5)`);
      expect(failure).toBeNull();
      expect(text).toBe("(None, 5)");
      expect(Number(/^Wall time: ([\d.]+) ms/.exec(stdout)![1])).toBeGreaterThan(15);
    });

    it("measures a statement, with the cell's names", async () => {
      const { stdout, failure } = await cells.run(`a = [1]\n${LINE("for each in a: b = each")}`);
      expect(failure).toBeNull();
      expect(stdout).toMatch(WALL);
      expect((await cells.run("b")).text).toBe("1");
    });

    it("measures a cell up to its end, and its value comes after", async () => {
      const { stdout, text } = await cells.run("get_ipython().clock()\nprint('in')\nc = 1\nc + 1");
      expect(text).toBe("2");
      expect(stdout.replace("in\n", "")).toMatch(WALL);
      expect((await cells.run("1")).stdout).toBe("");
    });

    it.each(["get_ipython().clock()\n1 / 0", TIMED("1 / 0"), LINE("for i in [0]: 1 / i"), "import asyncio\nget_ipython().clock()\nawait asyncio.sleep(0)\n1 / 0"])(
      "tells the time of what fails, once: %s",
      async (code) => {
        const { stdout, failure } = await cells.run(code);
        expect(stdout).toMatch(WALL);
        expect(failure!.name).toBe("ZeroDivisionError");
        expect((await cells.run("1")).stdout).toBe("");
      },
    );

    it("names the line that fails in the cell itself", async () => {
      const { failure } = await cells.run("get_ipython().clock()\nx = 0\n1 / x");
      expect(failure!.frames).toEqual([{ file: "Cell In[3]", line: 3, name: "<module>" }]);
    });

    it("says where the text is wrong, and names no file of its own", async () => {
      for (const code of [LINE("x ="), LINE("x =", "timeit")]) {
        const { failure } = await cells.run(code);
        expect(failure!.name).toBe("SyntaxError");
        expect(failure!.frames!.filter(({ file }) => file.endsWith(".py"))).toEqual([]);
      }
    });

    it.each([
      [LINE(""), "%time wants what it is to measure, as in `%time f(x)`"],
      [LINE("", "timeit"), "%timeit wants what it is to measure"],
      [LINE("await f(); g()"), "write it below %%time"],
      [CELL("f()", "g()", "time"), "`%%time f()` takes nothing on its own line"],
      [CELL("", "", "time"), "this one has nothing below it"],
      [LINE("-n x f()", "timeit"), "`%timeit -n x` wants a whole number"],
      [LINE("-r 0 f()", "timeit"), "`%timeit -r 0` wants a whole number"],
      [LINE("-x 1", "timeit"), "`%timeit -x 1` begins with no option that there is, and is no Python: before the statement there may be -n"],
      [LINE("-n 1 return 3", "timeit"), "`%timeit -n 1 return 3` has a `return` or a `yield`"],
      [LINE("-n 1 yield 3", "timeit"), "`%timeit -n 1 yield 3` has a `return` or a `yield`"],
      [LINE("-q --repeat 3 f()", "timeit"), "`%timeit --repeat 3 f()` begins with no option"],
      ["async def g(): pass\ndef plain(): " + LINE("await g()", "timeit") + "\nplain()", "`%timeit await g()` awaits in a function that is not"],
    ])("refuses %s with what it wants", async (code, message) => {
      const { failure } = await cells.run(code);
      expect(failure!.name).toBe("UsageError");
      expect(failure!.message).toContain(message);
    });
  });

  describe(`%timeit in ${name}`, () => {
    it("says how long one loop takes", async () => {
      const { stdout, result } = await cells.run(`d = 1\n${LINE("-n 10 -r3 d + 1", "timeit")}`);
      expect(result).toBeNull();
      expect(stdout.split("\n").at(-2)).toMatch(/ ± .* per loop \(mean ± std\. dev\. of 3 runs, 10 loops each\)$/);
    });

    it("returns its result, quietly where that is wanted", async () => {
      const { stdout, text } = await cells.run(LINE("-qo -n 1 -r 1 -p 5 1 + 1", "timeit"));
      expect(stdout).toBe("");
      expect(text).toMatch(/^<TimeitResult : .* of 1 run, 1 loop each\)>$/);
      const code = `t = ${LINE("-o -q -n2 -r2 1 + 1", "timeit")}\nt.loops, t.repeat, len(t.all_runs), t.best <= t.average <= t.worst, t.stdev >= 0`;
      expect((await cells.run(code)).text).toBe("(2, 2, 2, True, True)");
    });

    it("finds by itself how many loops it takes", async () => {
      const { stdout } = await cells.run(`import time\n${LINE("-r 1 time.sleep(0); sum(range(3000))", "timeit")}`);
      expect(stdout).toMatch(/of 1 run, 1(,?0)+ loops each\)\n$/);
    });

    it("measures a cell, but not the line above it, and leaves no names", async () => {
      const code = CELL("-n 2 -r 2 e = 5", "if e:\n    f = e\n    print(f)");
      const { stdout, failure } = await cells.run(code);
      expect(failure).toBeNull();
      expect(stdout).toMatch(/^(5\n){4}.*per loop|slowest/);
      expect((await cells.run("[n for n in ('e', 'f', 'inner') if n in globals()]")).text).toBe("[]");
    });

    it("measures what is awaited, again and again", async () => {
      const setup = "import asyncio\nwaits = []\nasync def wait():\n    waits.append(await asyncio.sleep(0.01))\n";
      const { text, failure } = await cells.run(
        `${setup}t = await get_ipython().timeit('-qo -n 2 -r 3 await wait()')\nlen(waits), t.repeat, 0.005 < t.best < 1`,
      );
      expect(failure).toBeNull();
      expect(text).toBe("(6, 3, True)");
      const above = await cells.run("await get_ipython().timeit('-n 1 -r 1 x = 2', 'await wait()\\nwaits.append(x)')\nwaits[-1]");
      expect(above.stdout).toMatch(/of 1 run, 1 loop each\)\n$/);
      expect(above.text).toBe("2");
    });

    it("leaves the lines of a string where they are", async () => {
      const body = ["kept = '" + "''a", "b'" + "'' # it's", "if kept:", '    texts.append(kept + """', "  c\"\"\")"].join("\n");
      const { text, failure } = await cells.run(`texts = []\n${CELL("-n 1 -r 1 pass", body)}\ntexts`);
      expect(failure).toBeNull();
      expect(text).toBe(String.raw`['a\nb\n  c']`);
    });

    it("takes a name with a minus before it for what it is", async () => {
      await cells.run("seven = 7");
      expect((await cells.run(LINE("-n 1 -seven", "timeit"))).failure).toBeNull();
    });
  });

  describe(`The magics of ${name}`, () => {
    it("do not stop a notebook that begins with %matplotlib, where there can be one", async () => {
      const { stderr, failure } = await cells.run(LINE("inline", "matplotlib"));
      if (name === "Pyodide") expect([failure, stderr]).toEqual([null, expect.stringContaining("`%matplotlib inline` changes nothing here")]);
      else expect(failure!.message).toBe("There is no matplotlib for MicroPython: draw in Pyodide, or leave the line out.");
    });

    it("are refused where they speak to the kernel", async () => {
      const { failure } = await cells.run(LINE("-n", "history"));
      expect(failure!.message).toBe(
        "`%history` speaks to the kernel, and not to the browser: let it stand in a cell of its own, with nothing above it.",
      );
    });

    it("are told where `?` asks for them, and how to ask where it stands alone", async () => {
      expect((await cells.run(LINE("%time", "pinfo"))).stdout).toContain("Shift-Tab on `%time`");
      expect((await cells.run("get_ipython().show_usage()")).stdout).toContain("`name?`");
    });

    it("are listed by %lsmagic and by what refuses others, with %pip where it installs something", async () => {
      const { stdout } = await cells.run(LINE("", "lsmagic"));
      const { failure } = await cells.run(LINE("", "nothing"));
      for (const list of [stdout, failure!.message]) {
        expect(list).toContain("%lsmagic, ");
        expect(list.includes("%pip")).toBe(name === "Pyodide");
      }
    });
  });
}
