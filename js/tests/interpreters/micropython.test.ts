// The MicroPython adapter and its Python helpers, with the real interpreter.
import { beforeAll, describe, expect, it } from "vitest";
import { bothPythons } from "./both.ts";
import { settle } from "../fakes.ts";
import { Cells } from "./cells.ts";
import { configuring } from "./configuring.ts";
import { leaving } from "./leaving.ts";
import { magics } from "./magics.ts";
import { recent } from "./recent.ts";
import { startMicroPython } from "./start.ts";
import { tasks } from "./tasks.ts";

const cells = new Cells();

beforeAll(() => startMicroPython(cells));

bothPythons("MicroPython", cells);
configuring("MicroPython", cells);
tasks("MicroPython", cells);
recent("MicroPython", cells);
magics("MicroPython", cells);
leaving("MicroPython", cells);

describe("MicroPython", () => {
  it("is a fresh interpreter: only the helpers have run", async () => {
    expect((await cells.run("import sys\nsys.implementation.name")).text).toBe("'micropython'");
  });

  it("names attributes in an inspection only where there are any", async () => {
    await cells.run("import math");
    expect(await cells.inspect("math.sqrt")).not.toContain("Attributes");
    expect(await cells.inspect("math")).toContain("Attributes");
  });

  it("shows no value where JavaScript gives none", async () => {
    expect((await cells.run("import js\njs.undefined")).result).toBeNull();
  });

  it.each([
    ["a string of many lines at the margin", `'x = """' + "line\\n" * 4000 + '"""'`],
    ["a string of many lines at the margin, as the value", `'"""' + "line\\n" * 4000 + '"""'`],
    ["a list of many lines at the margin", `"x = [" + "1,\\n" * 4000 + "]\\nx"`],
    ["many branches", `"if 0: 1\\n" + "elif 1: 2\\n" * 100`],
    ["many decorators", `"@d\\n" * 100 + "def f(): pass"`],
    ["many statements on a line", `"a = 1;" * 500 + "a"`],
    ["many statements", `"a = 1\\n" * 4000 + "a"`],
    ["a cell that does not compile even where it may await", `"await f()\\nbreak\\n" + "a = 1\\n" * 1000`],
  ])("asks the compiler only a few times for %s", async (_, code) => {
    const { failure, text } = await cells.run(`
import _pyscript_split
compilations = 0
def counting(*args):
    global compilations
    compilations += 1
    return compile(*args)
_pyscript_split.compile = counting
code = ${code}
try:
    _pyscript_split.split_async(code, "value") if "await" in code else _pyscript_split.split(code, "value", "cell")
finally:
    del _pyscript_split.compile
compilations`);
    expect(failure).toBeNull();
    expect(Number(text)).toBeGreaterThan(0);
    expect(Number(text)).toBeLessThanOrEqual(8);
  });

  it.each([
    ["a list", "list(range(4000))"],
    ["a list of lists", "[[n] * 3 for n in range(4000)]"],
    ["a string", `"é'\\n" * 4000`],
    ["bytes", `bytes(range(200)) * 20`],
    ["a dict", "{n: str(n) for n in range(4000)}"],
  ])("shows %s that is large as a small one", async (_, code) => {
    expect((await cells.run(`v = ${code}\nv`)).text).toBe((await cells.run("print(repr(v), end='')")).stdout);
    expect((await cells.run("display(v)")).displays[0]!.data["text/plain"]).toBe((await cells.run("print(repr(v), end='')")).stdout);
  });

  it("has sleep_ms, which an interrupt ends", async () => {
    cells.slept = [];
    expect((await cells.run("import time\nfrom time import sleep_ms\nsleep_ms(5)\ntime.sleep_ms(6)")).failure).toBeNull();
    expect(cells.slept).toEqual([5, 6]);
  });

  it("wakes no later cell by an await of asyncio's that was stopped", async () => {
    const running = cells.run("import asyncio\nawait asyncio.sleep(0.1)");
    await settle();
    cells.adapter.cancel();
    await running;
    const { text } = await cells.run(
      "import time\nbefore = time.ticks_ms()\nawait asyncio.sleep(0.3)\ntime.ticks_diff(time.ticks_ms(), before) >= 300",
    );
    expect(text).toBe("True");
  });

  it("finds its own WebAssembly functions in place again, for whatever else loads", () => {
    expect(WebAssembly.instantiate.name).toBe("instantiate");
    expect(String(WebAssembly.instantiate)).toContain("native code");
  });
});
