// The worker's session with the fake interpreter.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeAdapter } from "../../src/interpreters/fake.ts";
import type { Start } from "../../src/interpreters/adapter.ts";
import type { FromWorker, ToWorker } from "../../src/protocol/port.ts";
import { SharedSignals } from "../../src/protocol/signals.ts";
import { WorkerSession } from "../../src/worker/session.ts";
import { settle } from "../fakes.ts";

let sent: FromWorker[];
let session: WorkerSession;
let adapters: Map<string, Start>;
let signals: SharedSignals;

const boot = (interpreter = "fake"): ToWorker => ({
  type: "boot",
  interpreter,
  entry: "http://server/fake.mjs",
  options: { main: false, sandbox: false, config: {} },
  materials: false,
  signals: signals.memory,
});
const cell = (run: number, code: string): ToWorker => ({
  type: "run",
  run,
  code,
  filename: "Cell In[1]",
  maxBytes: 0,
  maxLines: 0,
});

beforeEach(() => {
  sent = [];
  signals = new SharedSignals();
  const broken: Start = () => Promise.reject(new TypeError("no wasm here"));
  adapters = new Map<string, Start>([
    ["fake", FakeAdapter.start],
    ["broken", broken],
    [
      "crashing",
      async (...args) => Object.assign(await FakeAdapter.start(...args), { run: () => Promise.reject(new Error("out of memory")) }),
    ],
  ]);
  session = new WorkerSession({ adapters, send: (message) => sent.push(message) });
});

describe("a worker's session", () => {
  it("says what it has booted", async () => {
    await session.receive(boot());
    expect(sent).toEqual([{ type: "booted", topLevelAwait: true, interruptible: true, window: true }]);
  });

  it("says why an interpreter did not start, and never hangs", async () => {
    await session.receive(boot("broken"));
    await session.receive(boot("lua"));
    expect(sent).toMatchObject([
      { type: "boot-failed", failure: { kind: "interpreter", name: "TypeError", message: "no wasm here" } },
      { type: "boot-failed", failure: { message: expect.stringContaining('no interpreter "lua"') as string } },
    ]);
  });

  it("puts into the interpreter what its configuration brings, and tells of it", async () => {
    const started: FakeAdapter[] = [];
    adapters.set("fake", async (...args) => {
      started.push(await FakeAdapter.start(...args));
      return started[0]!;
    });
    const config = {
      files: [{ source: "/nb/a.csv", path: "a.csv", data: new Uint8Array([1]) }],
      packages: [{ source: "b-2.0-py3-none-any.whl", filename: "b-2.0-py3-none-any.whl", data: new Uint8Array([2]) }],
    };
    await session.receive({ ...boot(), options: { main: false, sandbox: false, config } } as ToWorker);
    expect([...started[0]!.files]).toEqual([
      ["a.csv", new Uint8Array([1])],
      ["b-2.0-py3-none-any.whl", new Uint8Array([2])],
    ]);
    expect(sent).toMatchObject([
      { type: "installing", detail: "a.csv", loaded: 1, total: 2 },
      { type: "installing", detail: "b 2.0", loaded: 2, total: 2 },
      { type: "booted" },
    ]);
  });

  it("says what of a configuration could not be applied", async () => {
    const config = { files: [{ source: "data:,%", path: "a" }], plugins: [{ source: "data:text/javascript,1" }] };
    await session.receive({ ...boot(), options: { main: false, sandbox: false, config } } as ToWorker);
    expect(sent.at(-1)).toMatchObject({
      type: "boot-failed",
      failure: { name: "ConfigError", message: expect.stringContaining("exports no `hooks`") as string },
    });
  });

  it("sends output, displays and the result in order, and done last", async () => {
    await session.receive(boot());
    await session.receive(cell(7, "print a\nshow b\nwarn c\n= d"));
    expect(sent.slice(1).map((m) => m.type)).toEqual(["stream", "display", "stream", "result", "done"]);
    expect(sent.at(-1)).toMatchObject({ run: 7, failure: null, broken: false });
  });

  it("sends a failure with done, and runs the next cell", async () => {
    await session.receive(boot());
    await session.receive(cell(1, "print a\nraise b"));
    await session.receive(cell(2, "= c"));
    expect(sent.filter((m) => m.type === "done")).toMatchObject([
      { run: 1, failure: { name: "RuntimeError", frames: [{ file: "Cell In[1]", line: 2 }] } },
      { run: 2, failure: null },
    ]);
  });

  it("has an interrupt meet its own run only, whenever it comes", async () => {
    const flags: number[] = [];
    adapters.set("watching", async (entry, host) => {
      const adapter = await FakeAdapter.start(entry, host);
      const run = (...args: Parameters<typeof adapter.run>) => {
        flags.push(host.interrupt![0]);
        return adapter.run(...args);
      };
      flags.push(host.interrupt![0]);
      return Object.assign(Object.create(adapter) as FakeAdapter, { run, cancel: () => adapter.cancel() });
    });
    signals.interrupt(1);
    await session.receive(boot("watching"));
    await session.receive(cell(2, "print a"));
    await session.receive(cell(1, "print a"));
    expect(flags).toEqual([0, 0, 2]);
  });

  it("keeps an interrupt that comes between Pyodide's look at the flag and its setting of it", async () => {
    const seen: number[] = [];
    adapters.set("polling", async (entry, host) => {
      const flag = host.interrupt!;
      const run = () => {
        seen.push(flag[0]);
        signals.interrupt(1);
        flag[0] = 0;
        seen.push(flag[0]);
        flag[0] = 0;
        seen.push(flag[0]);
        return Promise.resolve({ result: null, failure: null });
      };
      return Object.assign(await FakeAdapter.start(entry, host), { run });
    });
    await session.receive(boot("polling"));
    await session.receive(cell(1, ""));
    expect(seen).toEqual([0, 2, 0]);
  });

  it("cancels a cell that awaits, when the message is for it and the interrupt has not been taken", async () => {
    await session.receive(boot());
    let over = false;
    const running = session.receive(cell(1, "wait")).then(() => (over = true));
    signals.interrupt(1);
    await session.receive({ type: "interrupt", run: 99 });
    signals.take(1);
    await session.receive({ type: "interrupt", run: 1 });
    await settle();
    expect(over).toBe(false);
    signals.interrupt(1);
    await session.receive({ type: "interrupt", run: 1 });
    await running;
    expect(sent.at(-1)).toMatchObject({ type: "done", run: 1, failure: { name: "KeyboardInterrupt" } });
  });

  it("asks, and the cell goes on with the answer", async () => {
    session = new WorkerSession({
      adapters,
      send: (message) => {
        sent.push(message);
        if (message.type === "ask") signals.answer(message.ask, { value: `é${message.prompt}`, failure: null });
      },
    });
    await session.receive(boot());
    await session.receive(cell(3, "print first\nask a\nask b"));
    expect(sent.slice(1)).toMatchObject([
      { type: "stream", text: "first\n" },
      { type: "ask", run: 3, ask: 1, kind: "input", prompt: "a" },
      { type: "stream", text: "éa\n" },
      { type: "ask", run: 3, ask: 2, prompt: "b" },
      { type: "stream", text: "éb\n" },
      { type: "done", failure: null },
    ]);
  });

  it.each(["ask a", "sleep 3600000"])("ends the wait of `%s` when the run is interrupted", async (code) => {
    await session.receive(boot());
    signals.interrupt(4);
    await session.receive(cell(4, code));
    expect(sent.at(-1)).toMatchObject({ type: "done", run: 4, failure: { name: "KeyboardInterrupt" } });
    expect(signals.isInterrupted(4)).toBe(false);
  });

  it("refuses a question where no answer can be waited for", async () => {
    await session.receive({ ...boot(), signals: null } as ToWorker);
    await session.receive(cell(1, "ask a"));
    expect(sent.at(-1)).toMatchObject({ failure: { name: "NotImplementedError", message: expect.stringContaining("does not isolate") as string } });
  });

  it("says that an interpreter broke when its adapter throws", async () => {
    await session.receive(boot("crashing"));
    await session.receive(cell(1, "= 1"));
    expect(sent.at(-1)).toMatchObject({ type: "done", broken: true, failure: { message: "out of memory" } });
  });

  it("cuts displays that never end, and the result and done still come", async () => {
    await session.receive(boot());
    await session.receive({ ...cell(1, "show a\n".repeat(50) + "= b"), maxLines: 3 } as ToWorker);
    const types = sent.slice(1).map((m) => m.type);
    expect(types).toEqual(["display", "display", "display", "stream", "result", "done"]);
  });

  it("answers a cell that comes before the boot", async () => {
    await session.receive(cell(1, "= 1"));
    expect(sent.at(-1)).toMatchObject({ type: "done", run: 1, broken: true });
  });
});

describe("the timer for text that waits", () => {
  /** A setTimeout as browsers have it, which is no member of anything but the global. */
  const strict = vi.fn(function (this: unknown, callback: () => void) {
    if (this !== undefined && this !== globalThis) throw new TypeError("Illegal invocation");
    queueMicrotask(callback);
  });
  // More lines than go out at once.
  const waiting = cell(1, "print a\n".repeat(20) + "wait");

  /** How many lines have come while the cell waits. */
  async function lines(): Promise<number> {
    await session.receive(boot());
    const running = session.receive(waiting);
    await new Promise((resolve) => setImmediate(resolve));
    const text = sent.map((m) => (m.type === "stream" ? m.text : "")).join("");
    signals.interrupt(1);
    await session.receive({ type: "interrupt", run: 1 });
    await running;
    return text.split("\n").length - 1;
  }

  beforeEach(() => void strict.mockClear());
  afterEach(() => vi.unstubAllGlobals());

  it("is called as a browser allows it, where it is given", async () => {
    session = new WorkerSession({ adapters, send: (message) => sent.push(message), later: strict });
    expect(await lines()).toBe(20);
    expect(strict).toHaveBeenCalled();
  });

  it("is called as a browser allows it, where it is the browser's own", async () => {
    vi.stubGlobal("setTimeout", strict);
    session = new WorkerSession({ adapters, send: (message) => sent.push(message) });
    expect(await lines()).toBe(20);
    expect(strict).toHaveBeenCalled();
  });
});
