// The Pyodide adapter and its Python helper, with the real interpreter.
import { loadPyodide } from "pyodide";
import { beforeAll, describe, expect, it } from "vitest";
import { PyodideAdapter } from "../../src/interpreters/pyodide.ts";
import { bothPythons } from "./both.ts";
import { Cells, POLYSCRIPT } from "./cells.ts";
import { configuring } from "./configuring.ts";
import { installing } from "./installing.ts";
import { looking } from "./looking.ts";
import { leaving } from "./leaving.ts";
import { magics } from "./magics.ts";
import { recent } from "./recent.ts";
import { tasks } from "./tasks.ts";

const cells = new Cells();
const io = { stdout: () => undefined, stderr: () => undefined };

beforeAll(async () => {
  const interpreter = await loadPyodide();
  interpreter.registerJsModule("polyscript", POLYSCRIPT);
  cells.adapter = new PyodideAdapter({ interpreter, io, window: null }, cells.host);
});

function isCell(event: unknown, number?: number): boolean {
  const { cell } = event as { cell?: number };
  return cell !== undefined && (number === undefined || cell === number);
}

bothPythons("Pyodide", cells);
configuring("Pyodide", cells);
tasks("Pyodide", cells);
recent("Pyodide", cells);
magics("Pyodide", cells);
leaving("Pyodide", cells);
looking(cells);
installing(cells);

describe("Pyodide", () => {
  it("writes a long value over several lines, as IPython does", async () => {
    const { text } = await cells.run("{'many': list(range(30)), 'few': (1, int)}");
    expect(text).toMatch(/^\{'many': \[0,\n {2}1,\n[^]*29\],\n 'few': \(1, int\)\}$/);
  });

  it("gives the column of a syntax error", async () => {
    const { failure } = await cells.run("x = = 1");
    expect(failure!.offset).toBe(5);
  });

  it("shows the lines of a cell in its traceback", async () => {
    const { failure } = await cells.run("def f():\n    1 / 0  # here\nf()");
    expect(failure!.text).toContain("1 / 0  # here");
  });

  it("shows the cause of an exception", async () => {
    const { failure } = await cells.run("try:\n    1 / 0\nexcept Exception as e:\n    raise ValueError('b') from e");
    expect(failure!.text).toMatch(/ZeroDivisionError[^]*direct cause[^]*ValueError: b/);
  });

  it("stops a cell that awaits when it is cancelled, and runs the next one", async () => {
    const running = cells.run("import asyncio\nawait asyncio.sleep(1000)");
    await new Promise((resolve) => setTimeout(resolve, 20));
    cells.adapter.cancel();
    expect((await running).failure).toMatchObject({ kind: "code", name: "KeyboardInterrupt" });
    expect((await cells.run("4")).text).toBe("4");
  });

  it("says which cell a task belongs to whose cell is over, and nothing while that is the last", async () => {
    cells.cell = 1;
    const code = `import asyncio
async def f():
    while not cell.is_set():
        await asyncio.sleep(0)
    print("late", end="")
    display("shown")
    await asyncio.sleep(0)
    print("on")
    asyncio.get_running_loop().call_soon(done.set)
cell, done = asyncio.Event(), asyncio.Event()
task = asyncio.create_task(f())
await asyncio.sleep(0.01)
print("one")`;
    expect((await cells.run(code)).events).toEqual(["one\n"]);
    cells.cell = 2;
    const { events } = await cells.run("print('two', end='')\ncell.set()\nawait done.wait()\nprint('end')");
    const steps = events.filter((each, at) => !(isCell(each) && isCell(events[at + 1])) && !isCell(each, 0));
    expect(steps).toEqual(["two", { cell: 1 }, "late", expect.objectContaining({ data: expect.anything() as unknown }), { cell: 1 }, "on\n", "end\n"]);
    expect(events.filter((each) => isCell(each, 0))).toHaveLength(events.filter((each) => isCell(each, 1)).length);
  });

  // Pyodide looks every now and then: the cell before moves the moment.
  it("stops a cell that computes, whatever the moment is at which it sees that it is to stop", async () => {
    for (let moment = 0; moment < 100; moment++) {
      await cells.run(`for i in range(${moment}): pass`);
      cells.flag[0] = 2;
      const { failure } = await cells.run("for i in range(300_000): pass");
      expect(failure, `${moment}`).toMatchObject({ name: "KeyboardInterrupt" });
    }
  });

  it("stops a cell that computes when the buffer says so", async () => {
    Object.assign(globalThis, { interruptThisCell: () => (cells.flag[0] = 2) });
    const { failure } = await cells.run("from js import interruptThisCell\ninterruptThisCell()\nwhile True: pass");
    expect(failure).toMatchObject({ kind: "code", name: "KeyboardInterrupt" });
    expect(failure!.frames).toMatchObject([{ file: "Cell In[3]", name: "<module>" }]);
  });

  it("finds the source of what a cell defined", async () => {
    await cells.run("def noted():\n    return 1 # noted", "Cell In[4]");
    expect((await cells.run("import inspect\ninspect.getsource(noted)")).text).toContain("# noted");
  });

  it("keeps white space inside strings", async () => {
    expect((await cells.run('len("""a\n   \nb""")')).text).toBe("7");
  });
});
