// The worker's session with the fake interpreter.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeAdapter } from "../../src/interpreters/fake.ts";
import { failure, type Host, type Start } from "../../src/interpreters/adapter.ts";
import type { Post } from "../../src/protocol/mailbox.ts";
import type { Look } from "../../src/protocol/messages.ts";
import type { FromWorker, ToWorker } from "../../src/protocol/port.ts";
import { SharedSignals } from "../../src/protocol/signals.ts";
import { WorkerSession } from "../../src/worker/session.ts";

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
  mailbox: null,
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

  it("asks nobody in a page that carries its interpreter, and says so", async () => {
    await session.receive({ ...boot(), signals: null, files: { "fake.mjs": new Blob() } } as ToWorker);
    await session.receive(cell(1, "ask name"));
    expect(sent.at(-1)).toMatchObject({ type: "done", failure: { name: "NotImplementedError", message: expect.stringContaining("no server") as string } });
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

  it("cancels a cell that awaits, when the message is for it, and once", async () => {
    let cancels = 0;
    adapters.set("counting", async (...args) => {
      const adapter = await FakeAdapter.start(...args);
      const cancel = adapter.cancel.bind(adapter);
      return Object.assign(adapter, {
        cancel() {
          cancels += 1;
          cancel();
        },
      });
    });
    await session.receive(boot("counting"));
    const running = session.receive(cell(1, "wait"));
    await session.receive({ type: "interrupt", run: 99 });
    expect(cancels).toBe(0);
    await session.receive({ type: "interrupt", run: 1 });
    await session.receive({ type: "interrupt", run: 1 });
    await running;
    expect(cancels).toBe(1);
    expect(sent.at(-1)).toMatchObject({ type: "done", run: 1, failure: { name: "KeyboardInterrupt" } });
  });

  it("tells a cell once that it is to stop, however it hears of it, and lets it sleep after that", async () => {
    let cancels = 0;
    const told: unknown[] = [];
    adapters.set("stubborn", async (entry, host) => {
      const adapter = await FakeAdapter.start(entry, host);
      const run = async () => {
        signals.interrupt(1);
        told.push(host.sleep(5), host.interrupt![0]);
        const before = performance.now();
        told.push(host.sleep(30), performance.now() - before >= 29);
        await session.receive({ type: "interrupt", run: 1 });
        return { result: null, failure: null };
      };
      return Object.assign(adapter, { run, cancel: () => (cancels += 1) });
    });
    await session.receive(boot("stubborn"));
    await session.receive(cell(1, ""));
    expect([told, cancels]).toEqual([[true, 0, false, true], 0]);
  });

  it.each([true, false])("lets a callback sleep between two cells, and none of it is an interrupt", async (mayBlock) => {
    let sleep: (milliseconds: number) => boolean = () => true;
    adapters.set("sleepy", async (entry, host) => {
      sleep = host.sleep;
      return FakeAdapter.start(entry, host);
    });
    session = new WorkerSession({ adapters, send: (message) => sent.push(message), mayBlock });
    await session.receive(boot("sleepy"));
    expect(sleep(5)).toBe(false);
    await session.receive(cell(1, "= 1"));
    signals.interrupt(1);
    expect(sleep(5)).toBe(false);
  });

  it("passes on at once what is written between two cells, and before what raised then", async () => {
    let host: Host | undefined;
    adapters.set("handling", (entry, given) => FakeAdapter.start(entry, (host = given)));
    await session.receive(boot("handling"));
    await session.receive(cell(1, "print first"));
    sent = [];
    host!.write("stdout", new TextEncoder().encode("clicked"));
    host!.display({ data: { "text/plain": "shown" }, metadata: {} });
    host!.write("stdout", new TextEncoder().encode("half a line"));
    session.raised(failure("code", "ValueError", "no"));
    host!.write("stdout", new TextEncoder().encode("last"));
    await session.receive(cell(2, "print mine"));
    expect(sent).toMatchObject([
      { type: "written", name: "stdout", text: "clicked" },
      { type: "shown", bundle: { data: { "text/plain": "shown" } } },
      { type: "written", text: "half a line" },
      { type: "worker", kind: "error" },
      { type: "written", text: "last" },
      { type: "stream", run: 2, text: "mine\n" },
      { type: "done", run: 2 },
    ]);
  });

  it("tells of what a task of an earlier cell shows under that cell, also while another one runs", async () => {
    let host!: Host;
    adapters.set("handling", (entry, given) => FakeAdapter.start(entry, (host = given)));
    await session.receive(boot("handling"));
    await session.receive(cell(11, "= 1"));
    await session.receive(cell(12, "= 2"));
    expect(host.cell()).toBe(2);
    sent = [];
    host.belongs(1);
    host.write("stdout", new TextEncoder().encode("task\n"));
    host.display({ data: {}, metadata: {} });
    host.clear(true);
    host.belongs(0);
    host.write("stdout", new TextEncoder().encode("last\n"));
    expect(sent).toMatchObject([
      { type: "written", of: 11, text: "task\n" },
      { type: "shown", of: 11, bundle: { data: {} } },
      { type: "cleared", of: 11, wait: true },
      { type: "written", text: "last\n" },
    ]);
    expect(sent.at(-1)).not.toHaveProperty("of");
    const running = session.receive(cell(13, "print mine"));
    host.belongs(2);
    host.write("stdout", new TextEncoder().encode("other\n"));
    host.belongs(0);
    await running;
    expect(sent.slice(4)).toMatchObject([
      { type: "stream", run: 13, text: "mine\n" },
      { type: "written", of: 12, text: "other\n" },
      { type: "done", run: 13 },
    ]);
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
  });

  it.each<[where: string, mayBlock: boolean, shared: boolean]>([
    ["in a worker that shares no memory", true, false],
    ["on a main thread, which may not wait at its memory", false, true],
  ])("asks by way of the mailbox %s", async (_, mayBlock, shared) => {
    const post: Post = (url, body) => {
      const { mailbox, run, ask } = JSON.parse(body) as Look;
      const asked = sent.findLast((message) => message.type === "ask");
      expect([url, mailbox, asked]).toMatchObject(["http://server/mailbox", "secret", { run, ask, prompt: "a" }]);
      return { status: 200, text: JSON.stringify({ interrupted: false, answer: { value: "typed", failure: null } }) };
    };
    session = new WorkerSession({ adapters, send: (message) => sent.push(message), mayBlock, post });
    await session.receive({ ...boot(), signals: shared ? signals.memory : null } as ToWorker);
    await session.receive({ ...cell(3, "ask a"), mailbox: { url: "http://server/mailbox", id: "secret" } } as ToWorker);
    expect(sent.slice(-2)).toMatchObject([{ type: "stream", text: "typed\n" }, { type: "done", failure: null }]);
  });

  it("tells a cell that computes of a message that was heard while it asked", async () => {
    const post: Post = () => {
      void session.receive({ type: "interrupt", run: 1 });
      return { status: 200, text: JSON.stringify({ interrupted: false, answer: null }) };
    };
    session = new WorkerSession({ adapters, send: (message) => sent.push(message), mayBlock: false, post });
    await session.receive({ ...boot(), signals: null } as ToWorker);
    await session.receive({ ...cell(1, "sleep 3600000"), mailbox: { url: "http://server/mailbox", id: "secret" } } as ToWorker);
    expect(sent.at(-1)).toMatchObject({ type: "done", failure: { name: "KeyboardInterrupt" } });
  });

  it("refuses a question on a main thread that is the notebook's own too", async () => {
    session = new WorkerSession({ adapters, send: (message) => sent.push(message), mayBlock: false });
    await session.receive({ ...boot(), signals: null } as ToWorker);
    await session.receive(cell(1, "ask a"));
    expect(sent.at(-1)).toMatchObject({ failure: { name: "NotImplementedError", message: expect.stringContaining("without --main") as string } });
    adapters.set("leaving", async (entry, host) =>
      Object.assign(await FakeAdapter.start(entry, host), { run: () => Promise.resolve({ result: null, ...host.ask("exit", "") }) }),
    );
    await session.receive({ ...boot("leaving"), signals: null } as ToWorker);
    await session.receive(cell(2, ""));
    expect(sent.at(-1)).toMatchObject({ failure: { message: expect.stringContaining("sys.exit() stops the cell") as string } });
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

describe("a task beside the cells", () => {
  const COMM = { action: "msg", comm: "c1", data: { a: 1 }, buffers: [new Uint8Array([1])] } as const;
  const task = (run: number, more: object): ToWorker => ({ ...cell(run, "é.code"), ...more });

  beforeEach(async () => {
    await session.receive(boot());
    sent.length = 0;
  });

  it("completes and inspects at the cursor, and shows nothing else", async () => {
    await session.receive(task(3, { task: "complete", cursor: 4 }));
    await session.receive(task(4, { task: "inspect", cursor: 2, detail: 1 }));
    expect(sent).toMatchObject([
      { type: "result", run: 3, data: { matches: ["é.co!"], start: 0, end: 4, types: [""] } },
      { type: "done", run: 3, failure: null },
      { type: "result", run: 4, data: { "text/plain": "é. 1" } },
      { type: "done", run: 4, failure: null },
    ]);
  });

  it("installs wheels, and says what is there", async () => {
    const packages = [{ source: "a", filename: "a-1.0-py3-none-any.whl", data: new Uint8Array([1]) }];
    await session.receive(task(3, { task: "install", packages }));
    expect(sent).toMatchObject([
      { type: "result", run: 3, data: { installed: ["a-1.0-py3-none-any.whl"] } },
      { type: "done", run: 3, failure: null },
    ]);
  });

  it("hands a comm message on, and sends one in order with the text", async () => {
    await session.receive(task(5, { task: "comm", comm: COMM }));
    expect(sent).toMatchObject([
      { type: "stream", run: 5, name: "stderr", text: "msg c1\n" },
      { type: "comm", run: 5, comm: COMM },
      { type: "done", run: 5, failure: null },
    ]);
  });

  it("takes nothing that was written between two cells, and a comm message is between them too", async () => {
    let host!: Host;
    adapters.set("keeping", (entry, given) => FakeAdapter.start(entry, (host = given)));
    await session.receive(boot("keeping"));
    sent.length = 0;
    host.write("stdout", new TextEncoder().encode("between\n"));
    host.display({ data: { "text/plain": "shown between" }, metadata: {}, display_id: "spot", update: true });
    host.comm({ action: "open", comm: "c2" });
    await session.receive(task(6, { task: "complete", cursor: 1 }));
    await session.receive(task(7, { task: "comm", comm: COMM }));
    await session.receive(cell(8, "print cell"));
    expect(sent.filter(({ type }) => type === "stream")).toMatchObject([
      { run: 7, text: "msg c1\n" },
      { run: 8, text: "cell\n" },
    ]);
    expect(sent.slice(0, 3)).toMatchObject([
      { type: "written", text: "between\n" },
      { type: "shown", bundle: { display_id: "spot", update: true } },
      { type: "comm", run: 0, comm: { action: "open", comm: "c2" } },
    ]);
  });

  it("in a worker that a cell has started are told apart: there are no comms", async () => {
    let host!: Host;
    adapters.set("keeping", (entry, given) => FakeAdapter.start(entry, (host = given)));
    await session.receive({ ...boot("keeping"), background: true } as ToWorker);
    sent.length = 0;
    host.comm({ action: "open", comm: "c2" });
    expect(sent).toMatchObject([{ type: "stream", name: "stderr", text: expect.stringContaining("has no comms") as string }]);
  });

  it("may not ask anybody anything", async () => {
    const replies: unknown[] = [];
    adapters.set("asking", async (entry, host) =>
      Object.assign(await FakeAdapter.start(entry, host), {
        perform: () => {
          replies.push(host.ask("input", "?"));
          return Promise.resolve({ result: null, failure: null });
        },
      }),
    );
    await session.receive(boot("asking"));
    // There would be an answer.
    signals.answer(1, { value: "x", failure: null });
    await session.receive(task(6, { task: "complete", cursor: 1 }));
    expect(replies).toMatchObject([{ failure: { name: "RuntimeError" } }]);
  });

  it("that breaks the adapter says so, and a comm message that is missing", async () => {
    await session.receive(task(9, { task: "comm", comm: null }));
    expect(sent).toMatchObject([{ type: "done", run: 9, broken: true, failure: { message: expect.stringContaining("comm") as string } }]);
  });

  it("shows updates and clears of a cell in their order", async () => {
    await session.receive(cell(1, "shows spot one\nprint a\nupdates spot two\nclear wait\nshow b\nclear"));
    expect(sent.map(({ type }) => type)).toEqual(["display", "stream", "display", "clear", "display", "clear", "done"]);
    expect(sent).toMatchObject([
      { display_id: "spot", update: false },
      {},
      { display_id: "spot", update: true, data: { "text/plain": "two" } },
      { wait: true },
      { data: { "text/plain": "b" } },
      { wait: false },
      {},
    ]);
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
