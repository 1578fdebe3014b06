// The life of an environment: the frame's session with a worker's session and the fake interpreter behind it.
import { beforeEach, describe, expect, it } from "vitest";
import { AssetError } from "../../src/frame/assets.ts";
import type { StartEngine } from "../../src/frame/engine.ts";
import { FrameSession, type SessionOptions } from "../../src/frame/session.ts";
import { FakeAdapter } from "../../src/interpreters/fake.ts";
import { type Host, NO_MATERIALS, type Start } from "../../src/interpreters/adapter.ts";
import type { Run } from "../../src/protocol/messages.ts";
import type { FromWorker, Materials, ToWorker } from "../../src/protocol/port.ts";
import { SharedSignals } from "../../src/protocol/signals.ts";
import type { Unnumbered } from "../../src/protocol/socket.ts";
import { WorkerSession } from "../../src/worker/session.ts";
import { settle } from "../fakes.ts";

let events: Unnumbered[];
let engines: { terminated: boolean; error: (error: unknown) => void }[];
let timers: { seconds: number; callback: () => void; forgotten: boolean }[];
let start: Start;
let known: boolean;

const startEngine: StartEngine = (onMessage, onError) => {
  const session = new WorkerSession({ adapters: new Map([["fake", start]]), send: onMessage });
  const engine = { terminated: false, error: onError };
  engines.push(engine);
  return {
    post: (message) => {
      // As over a port: never while whoever posts it is still at work.
      const sent = structuredClone(message);
      queueMicrotask(() => {
        if (!engine.terminated) void session.receive(sent);
      });
    },
    terminate: () => (engine.terminated = true),
  };
};

function make(options: Partial<SessionOptions> = {}): FrameSession {
  return new FrameSession({
    environment: "env",
    interpreter: "fake",
    options: { main: false, sandbox: false, config: {} },
    version: "1.0",
    entry: "http://server/fake.mjs",
    isolated: true,
    startEngine,
    materials: { get: () => Promise.resolve(NO_MATERIALS), forget: () => undefined },
    check: () => Promise.resolve(false),
    memory: {
      known: () => known,
      remember: () => (known = true),
      forget: () => (known = false),
    },
    after: (seconds, callback) => {
      const timer = { seconds, callback, forgotten: false };
      timers.push(timer);
      return () => (timer.forgotten = true);
    },
    ...options,
  });
}

const cell = (run: number, code: string): Run => ({
  type: "run",
  environment: "env",
  run,
  code,
  filename: "Cell In[1]",
  max_bytes: 0,
  max_lines: 0,
});
const interrupt = (run: number) => ({ type: "interrupt", environment: "env", run, grace: 2 }) as const;
const types = () => events.map(({ type }) => type).filter((type) => type !== "progress");
const dones = () => events.filter((event) => event.type === "done");
const MAILBOX = { url: "http://server/mailbox", id: "secret" };
const record = (event: Unnumbered) => void events.push(event);

/** A session that is ready and connected. */
async function ready(options: Partial<SessionOptions> = {}): Promise<FrameSession> {
  const session = make(options);
  session.connect(record, MAILBOX);
  session.start();
  await settle();
  return session;
}

beforeEach(() => {
  events = [];
  engines = [];
  timers = [];
  known = false;
  start = FakeAdapter.start;
});

describe("an environment that starts", () => {
  it("tells progress, and is ready with its capabilities", async () => {
    await ready({
      check: (onProgress) => {
        onProgress(0, 10);
        return Promise.resolve(false);
      },
    });
    expect(events).toMatchObject([
      { type: "progress", phase: "downloading" },
      { type: "progress", phase: "downloading", loaded: 0, total: 10 },
      { type: "progress", phase: "starting" },
      {
        type: "ready",
        environment: "env",
        version: "1.0",
        fresh: true,
        capabilities: { isolated: true, interrupt: "buffer", blocking: "buffer", worker: true, window: true, top_level_await: true },
      },
    ]);
  });

  it("has the page at hand on the main thread, isolated or not", async () => {
    await ready({ options: { main: true, sandbox: false, config: {} }, isolated: false });
    expect(events.at(-1)).toMatchObject({ capabilities: { isolated: false, worker: false, window: true } });
  });

  it.each<[isolated: boolean, main: boolean, interrupt: string, blocking: string]>([
    [true, false, "buffer", "buffer"],
    [true, true, "buffer", "mailbox"],
    [false, false, "poll", "mailbox"],
    [false, true, "poll", "none"],
  ])("says how it hears while it computes and waits: isolated %s, main %s", async (isolated, main, interrupt, blocking) => {
    await ready({ options: { main, sandbox: false, config: {} }, isolated });
    expect(events.at(-1)).toMatchObject({ capabilities: { interrupt, blocking } });
  });

  it("tells what its configuration installs", async () => {
    const config = { files: [{ source: "/nb/a.csv", path: "a.csv", data: new Uint8Array([1]) }] };
    await ready({ options: { main: false, sandbox: false, config } });
    const installing = { type: "progress", environment: "env", phase: "installing", loaded: 1, total: 1, detail: "a.csv" };
    expect(events).toContainEqual(installing);
    expect(events.at(-1)).toMatchObject({ type: "ready" });
  });

  it("is not ready before its files are checked", async () => {
    let checked!: (replaced: boolean) => void;
    const session = await ready({ check: () => new Promise((resolve) => (checked = resolve)) });
    session.run(cell(1, "= 1"));
    await settle();
    expect(types()).toEqual([]);
    checked(false);
    await settle();
    expect(types()).toEqual(["ready", "result", "done"]);
  });

  it("takes one that was started ahead as it is, and interrupts it by what it shares", async () => {
    const ahead = new SharedSignals();
    const sent: ToWorker[] = [];
    let say!: (message: FromWorker) => void;
    const session = await ready({
      startEngine: (onMessage) => {
        say = onMessage;
        return { ahead, post: (message) => void sent.push(message), terminate: () => undefined };
      },
    });
    say({ type: "booted", topLevelAwait: true, interruptible: true, window: true });
    await settle();
    expect(types()).toEqual(["ready"]);
    session.run(cell(1, "= 1"));
    session.interrupt(interrupt(1));
    expect(sent.map(({ type }) => type)).toEqual(["run", "interrupt"]);
    expect(ahead.isInterrupted(1)).toBe(true);
  });

  it("fails with the file that is wrong, even where the interpreter failed first", async () => {
    start = () => Promise.reject(new Error("bad magic number"));
    await ready({ check: () => settle().then(() => Promise.reject(new AssetError("a.wasm is wrong"))) });
    await settle();
    expect(events.at(-1)).toMatchObject({ type: "failed", failure: { kind: "asset", message: new AssetError("a.wasm is wrong").message } });
    expect(engines[0]!.terminated).toBe(true);
  });

  it("fails when the interpreter or the worker's script does not start, and waiting cells end with it", async () => {
    start = () => Promise.reject(new Error("no memory"));
    const session = make();
    session.connect(record, MAILBOX);
    session.start();
    session.run(cell(1, "= 1"));
    await settle();
    expect(types()).toEqual(["failed", "done"]);
    expect(dones()).toMatchObject([{ run: 1, failure: { kind: "interpreter", message: "no memory" } }]);
  });

  it.each([true, false])("begins anew, once, where a file was wrong in the browser's cache (it started: %s)", async (starts) => {
    if (!starts) start = () => Promise.reject(new Error("bad magic number"));
    let checks = 0;
    const session = await ready({
      check: () => {
        checks += 1;
        start = FakeAdapter.start;
        return Promise.resolve(true);
      },
    });
    session.run(cell(1, "= 1"));
    await settle();
    await settle();
    expect(types()).toEqual(["ready", "result", "done"]);
    expect(engines.map(({ terminated }) => terminated)).toEqual([true, false]);
    expect(checks).toBe(1);
  });

  it("does not begin anew for ever", async () => {
    start = () => Promise.reject(new Error("no memory"));
    await ready({ check: () => Promise.resolve(true) });
    await settle();
    await settle();
    expect(types()).toEqual(["failed"]);
    expect(engines).toHaveLength(2);
  });

  it("tries once more for the next cell", async () => {
    start = () => Promise.reject(new Error("no memory"));
    const session = await ready();
    start = FakeAdapter.start;
    session.run(cell(1, "= 1"));
    await settle();
    expect(types()).toEqual(["failed", "ready", "result", "done"]);
  });
});

describe("the materials of a start", () => {
  const asked = (answer: Partial<Materials>) => {
    const materials = { gets: 0, forgotten: 0 };
    return {
      materials,
      options: {
        materials: {
          get: () => Promise.resolve({ ...NO_MATERIALS, ...answer, trouble: `${(materials.gets += 1)}` }),
          forget: () => void (materials.forgotten += 1),
        },
      },
    };
  };

  it("come to every interpreter that is started", async () => {
    const came: (string | null)[] = [];
    start = async (entry, host) => {
      came.push((await host.materials).trouble);
      return FakeAdapter.start(entry, host);
    };
    const session = await ready(asked({}).options);
    session.restart();
    await settle();
    expect(types()).toEqual(["ready", "ready"]);
    expect(came).toEqual(["1", "2"]);
  });

  it("are loaded anew where a file was wrong", async () => {
    const { materials, options } = asked({});
    let wrong = true;
    await ready({ ...options, check: () => Promise.resolve(wrong && !(wrong = false)) });
    await settle();
    expect(types()).toEqual(["ready"]);
    expect(materials).toEqual({ gets: 2, forgotten: 1 });
  });

  it("that were of no use are told of once, under the first cell", async () => {
    start = (entry, host) => {
      host.notice("started slowly\n");
      return FakeAdapter.start(entry, host);
    };
    const session = await ready();
    expect(types()).toEqual(["ready"]);
    session.run(cell(1, "= 1"));
    session.run(cell(2, "= 2"));
    await settle();
    expect(types()).toEqual(["ready", "stream", "result", "done", "result", "done"]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "stream", run: 1, name: "stderr", text: "started slowly\n" }),
    );
  });
});

describe("files that this browser has checked before", () => {
  const wrong = () => Promise.reject(new AssetError("a.wasm is wrong", true));

  it("are remembered once they were right", async () => {
    await ready();
    expect(known).toBe(true);
  });

  it("are checked right after the start, and not before it", async () => {
    known = true;
    let checks = 0;
    await ready({ check: () => Promise.resolve((checks += 1) === 0) });
    expect(types()).toEqual(["ready"]);
    expect(checks).toBe(0);
    timers[0]!.callback();
    await settle();
    expect(checks).toBe(1);
    expect(types()).toEqual(["ready"]);
  });

  it("end the environment when they are no longer right, with the cell that runs", async () => {
    known = true;
    const session = await ready({ check: wrong });
    session.run(cell(1, "wait"));
    timers[0]!.callback();
    await settle();
    expect(types()).toEqual(["ready", "failed", "done"]);
    expect(dones()).toMatchObject([{ run: 1, failure: { kind: "asset" } }]);
    expect(known).toBe(false);
  });

  it("are left alone when they do not load just now, and are checked at the next start", async () => {
    known = true;
    let checks = 0;
    const session = await ready({
      check: () => {
        checks += 1;
        return Promise.reject(new AssetError("a.wasm did not load"));
      },
    });
    timers[0]!.callback();
    await settle();
    session.run(cell(1, "= 1"));
    await settle();
    expect(types()).toEqual(["ready", "result", "done"]);
    expect(known).toBe(true);
    session.start();
    await settle();
    timers[1]!.callback();
    expect(checks).toBe(2);
  });

  it("end the environment, and the next cell starts it, when the browser's copy was wrong and is replaced", async () => {
    known = true;
    let wrongCopy = true;
    const check = () => {
      const replaced = wrongCopy;
      wrongCopy = false;
      return Promise.resolve(replaced);
    };
    const session = await ready({ check });
    timers[0]!.callback();
    await settle();
    expect(events.at(-1)).toMatchObject({ type: "failed", failure: { kind: "asset", name: "AssetError" } });
    session.run(cell(1, "= 1"));
    await settle();
    expect(types()).toEqual(["ready", "failed", "ready", "result", "done"]);
  });

  it("explain an interpreter that does not start", async () => {
    known = true;
    start = () => Promise.reject(new Error("bad magic number"));
    await ready({ check: wrong });
    expect(events.at(-1)).toMatchObject({ type: "failed", failure: { kind: "asset", message: new AssetError("a.wasm is wrong").message } });
  });
});

describe("cells", () => {
  it("run one after another, in the order in which they came", async () => {
    const session = await ready();
    events = [];
    session.run(cell(1, "print a\n= 1"));
    session.run(cell(2, "print b"));
    await settle();
    expect(events.map((event) => ("run" in event ? `${event.run} ${event.type}` : event.type))).toEqual([
      "1 stream",
      "1 result",
      "1 done",
      "2 stream",
      "2 done",
    ]);
  });
});

describe("tasks beside the cells", () => {
  const complete = (run: number): Run => ({ ...cell(run, "code"), task: "complete", cursor: 2 });
  const comm = (run: number): Run => ({ ...cell(run, ""), task: "comm", comm: { action: "msg", comm: "c1" } });

  it("take their turn, and end as cells do", async () => {
    const session = await ready();
    session.run(cell(1, "= 1"));
    session.run(complete(2));
    session.run({ ...cell(3, "code"), task: "inspect", cursor: 1, detail: 1 });
    session.run(comm(4));
    await settle();
    expect(events.slice(-9).map((event) => [event.type, "run" in event && event.run])).toEqual([
      ["result", 1],
      ["done", 1],
      ["result", 2],
      ["done", 2],
      ["result", 3],
      ["done", 3],
      ["stream", 4],
      ["comm", 4],
      ["done", 4],
    ]);
    expect(events.find((event) => event.type === "result" && event.run === 2)).toMatchObject({ data: { matches: ["co!"] } });
  });

  it("get no notice, which waits for a cell", async () => {
    start = (entry, host) => {
      host.notice("slow");
      return FakeAdapter.start(entry, host);
    };
    const session = await ready();
    session.run(complete(1));
    session.run(comm(2));
    session.run(cell(3, ""));
    await settle();
    expect(events.filter((event) => event.type === "stream" && event.text === "slow")).toMatchObject([{ run: 3 }]);
  });

  it("leave the output of workers to the next cell", async () => {
    const messages: ((message: FromWorker) => void)[] = [];
    const session = await ready({
      startEngine: (onMessage, onError) => {
        messages.push(onMessage);
        return startEngine(onMessage, onError);
      },
    });
    messages[0]!({ type: "written", name: "stdout", text: "from a worker\n" });
    session.run(complete(1));
    session.run(cell(2, ""));
    await settle();
    expect(events.filter(({ type }) => type === "stream")).toMatchObject([{ run: 2, text: "from a worker\n" }]);
  });

  it("of a comm are told between two runs too, and after the kernel has given a run up", async () => {
    let host!: Host;
    start = (entry, given) => FakeAdapter.start(entry, (host = given));
    const session = await ready();
    host.comm({ action: "open", comm: "c1" });
    session.run(cell(1, "wait"));
    await settle();
    session.disconnect();
    session.connect(record, MAILBOX);
    host.comm({ action: "msg", comm: "c1" });
    expect(events.filter(({ type }) => type === "comm")).toMatchObject([
      { run: 0, comm: { action: "open" }, environment: "env" },
      { run: 1, comm: { action: "msg" } },
    ]);
  });
});

describe("an interrupt", () => {
  it("reaches the cell that runs, and keeps the state", async () => {
    const session = await ready();
    session.run(cell(1, "wait"));
    await settle();
    session.interrupt(interrupt(1));
    session.interrupt({ ...interrupt(1), grace: 0 });
    await settle();
    expect(dones()).toMatchObject([{ run: 1, failure: { kind: "code", name: "KeyboardInterrupt" }, state_lost: false }]);
    expect(engines).toHaveLength(1);
    expect(timers).toMatchObject([
      { seconds: 2, forgotten: true },
      { seconds: 0, forgotten: true },
    ]);
  });

  it("of somebody who has lost patience shortens the grace of the one before", async () => {
    start = (_, host) => Promise.resolve(Object.assign(new FakeAdapter(host), { cancel: () => undefined }));
    const session = await ready();
    session.run(cell(1, "wait"));
    await settle();
    session.interrupt(interrupt(1));
    session.interrupt({ ...interrupt(1), grace: 0 });
    timers[1]!.callback();
    expect(dones()).toMatchObject([{ run: 1, failure: { kind: "interpreter" }, state_lost: true }]);
  });

  it("ends the wait for an answer, and the next question gets its own", async () => {
    const session = await ready();
    session.connect((event) => {
      record(event);
      if (event.type !== "ask") return;
      if (event.run === 1) session.interrupt(interrupt(1));
      else session.answer({ type: "answer", environment: "env", run: 2, ask: event.ask, value: "typed" });
    }, MAILBOX);
    session.run(cell(1, "ask one"));
    session.run(cell(2, "ask two"));
    await settle();
    expect(events.filter(({ type }) => type === "ask")).toMatchObject([{ prompt: "one" }, { prompt: "two" }]);
    expect(dones()).toMatchObject([{ failure: { name: "KeyboardInterrupt" } }, { failure: null }]);
    expect(events).toContainEqual({ type: "stream", environment: "env", run: 2, name: "stdout", text: "typed\n" });
  });

  it("takes a cell that has not begun out of the queue", async () => {
    const session = await ready();
    session.run(cell(1, "wait"));
    session.run(cell(2, "= 2"));
    session.interrupt(interrupt(2));
    expect(dones()).toMatchObject([{ run: 2, failure: { name: "KeyboardInterrupt" } }]);
  });

  it("of a cell that is over harms no other", async () => {
    const session = await ready();
    session.run(cell(1, "= 1"));
    await settle();
    session.run(cell(2, "wait"));
    session.interrupt(interrupt(1));
    await settle();
    expect(dones()).toHaveLength(1);
    expect(timers).toEqual([]);
  });

  it("that is not heard on the main thread has the frame made anew, after the cell was told", async () => {
    let renewals = 0;
    const renew = () => void (renewals += 1);
    const session = await ready({ options: { main: true, sandbox: false, config: {} }, renew });
    session.run(cell(1, "wait"));
    start = () => Promise.reject(new Error("no second interpreter here"));
    session.restart();
    await settle();
    expect(renewals).toBe(1);
    expect(engines).toHaveLength(1);
    expect(events.at(-2)).toMatchObject({ type: "done", run: 1, state_lost: true });
  });

  it("that is not heard in time ends the interpreter, and a new one starts", async () => {
    start = async (...args) => Object.assign(await FakeAdapter.start(...args), { cancel: () => undefined });
    const session = await ready();
    session.run(cell(1, "wait"));
    session.run(cell(2, "= 2"));
    await settle();
    session.interrupt(interrupt(1));
    await settle();
    timers[0]!.callback();
    await settle();
    expect(dones()).toMatchObject([
      { run: 1, state_lost: true, failure: { kind: "interpreter", name: "KeyboardInterrupt" } },
      { run: 2, state_lost: true },
    ]);
    expect(dones()[0]!.failure!.message).toContain('what was defined in the environment "env" is lost');
    expect(events.at(-1)).toMatchObject({ type: "ready", fresh: true });
    expect(engines.map(({ terminated }) => terminated)).toEqual([true, false]);
  });

  it("ends an interpreter at once that cannot be interrupted", async () => {
    start = async (...args) => Object.assign(await FakeAdapter.start(...args), { interruptible: false });
    const session = await ready();
    session.run(cell(1, "wait"));
    await settle();
    session.interrupt(interrupt(1));
    expect(dones()).toMatchObject([{ run: 1, state_lost: true }]);
    await settle();
    session.run(cell(2, "= 2"));
    await settle();
    expect(dones()[1]).toMatchObject({ run: 2, failure: null });
  });
});

describe("a restart", () => {
  it("ends the interpreter and starts a new one, and the runs of the old one fail", async () => {
    const session = await ready();
    session.run(cell(1, "wait"));
    session.run(cell(2, "= 2"));
    await settle();
    session.restart();
    expect(dones()).toMatchObject([
      { run: 1, state_lost: true, failure: { kind: "interpreter", name: "LostError" } },
      { run: 2, state_lost: true },
    ]);
    session.run(cell(3, "= 3"));
    await settle();
    expect(types()).toEqual(["ready", "done", "done", "ready", "result", "done"]);
    expect(events.filter(({ type }) => type === "ready")[1]).toMatchObject({ fresh: true });
    expect(engines.map(({ terminated }) => terminated)).toEqual([true, false]);
  });

  it("starts what could not be started, and nothing that has ended", async () => {
    start = () => Promise.reject(new Error("no memory"));
    const session = await ready();
    start = FakeAdapter.start;
    session.restart();
    await settle();
    expect(types()).toEqual(["failed", "ready"]);
    session.close();
    session.restart();
    expect(engines.map(({ terminated }) => terminated)).toEqual([true, true]);
  });
});

describe("an interpreter that breaks", () => {
  it("is replaced, and the cell says that the state is lost", async () => {
    start = async (...args) =>
      Object.assign(await FakeAdapter.start(...args), { run: () => Promise.reject(new Error("unreachable")) });
    const session = await ready();
    start = FakeAdapter.start;
    session.run(cell(1, "= 1"));
    await settle();
    expect(dones()).toMatchObject([{ state_lost: true, failure: { kind: "interpreter" } }]);
    expect(dones()[0]!.failure!.message).toMatch(/broke: unreachable.*lost/);
    expect(events.at(-1)).toMatchObject({ type: "ready", fresh: true });
  });
});

describe("a connection that breaks", () => {
  it("leaves the interpreter alone, and hears `ready` with fresh false when it is back", async () => {
    const session = await ready();
    session.disconnect();
    session.run(cell(1, "print lost"));
    await settle();
    events = [];
    session.connect(record, MAILBOX);
    expect(events).toMatchObject([{ type: "ready", fresh: false }]);
    expect(engines).toHaveLength(1);
  });

  it("hears how things are in every state", async () => {
    const starting = make({ check: () => new Promise(() => undefined) });
    starting.start();
    starting.connect(record, MAILBOX);
    expect(events).toMatchObject([{ type: "progress" }]);
    start = () => Promise.reject(new Error("no"));
    const failing = make();
    failing.start();
    await settle();
    events = [];
    failing.connect(record, MAILBOX);
    expect(events).toMatchObject([{ type: "failed" }]);
  });

  it("that comes after the interpreter is ready hears fresh true", async () => {
    const session = make();
    session.start();
    await settle();
    session.connect(record, MAILBOX);
    expect(events).toMatchObject([{ type: "ready", fresh: true }]);
  });
});

describe("a run in which the connection breaks", () => {
  const deaf: Start = async (...args) => Object.assign(await FakeAdapter.start(...args), { cancel: () => undefined });

  /** A session whose first run, of two, has lost its kernel. */
  async function orphaned(): Promise<FrameSession> {
    const session = await ready();
    session.run(cell(1, "wait"));
    session.run(cell(2, "print never"));
    await settle();
    session.disconnect();
    events = [];
    session.connect(record, MAILBOX);
    return session;
  }

  it("is stopped when it is back, with the runs behind it, and `ready` is told when it is over", async () => {
    const session = await orphaned();
    expect(types()).toEqual([]);
    session.run(cell(3, "= 3"));
    await settle();
    expect(types()).toEqual(["ready", "result", "done"]);
    expect(events.find(({ type }) => type === "ready")).toMatchObject({ fresh: false });
    expect(dones()).toMatchObject([{ run: 3, failure: null }]);
    expect(timers).toMatchObject([{ seconds: 3, forgotten: true }]);
    expect(engines).toHaveLength(1);
  });

  it("ends with its interpreter where it does not hear, and a fresh one is told", async () => {
    start = deaf;
    const session = await orphaned();
    await settle();
    expect(types()).toEqual([]);
    timers.at(-1)!.callback();
    await settle();
    expect(types()).toEqual(["ready"]);
    expect(events.at(-1)).toMatchObject({ fresh: true });
    session.run(cell(3, "= 3"));
    await settle();
    expect(dones()).toMatchObject([{ run: 3, failure: null }]);
  });

  it("ends with its interpreter at once where that cannot be interrupted", async () => {
    start = async (...args) => Object.assign(await deaf(...args), { interruptible: false });
    await orphaned();
    await settle();
    expect(types()).toEqual(["ready"]);
    expect(engines.map(({ terminated }) => terminated)).toEqual([true, false]);
    expect(dones()).toEqual([]);
  });

  it("is stopped once, however often the connection breaks meanwhile", async () => {
    start = deaf;
    const session = await orphaned();
    session.disconnect();
    session.connect(record, MAILBOX);
    expect(timers.filter(({ forgotten }) => !forgotten)).toHaveLength(1);
    timers.at(-1)!.callback();
    await settle();
    expect(types()).toEqual(["ready"]);
  });

  it("says nothing more, and what waited does not begin, while nobody is there", async () => {
    const session = await ready();
    session.run(cell(1, "wait"));
    session.run(cell(2, "= 2"));
    await settle();
    session.disconnect();
    session.interrupt(interrupt(1));
    await settle();
    events = [];
    session.connect(record, MAILBOX);
    await settle();
    expect(types()).toEqual(["ready"]);
  });
});

describe("a session that is closed", () => {
  it("ends its worker and says nothing more, however often it is closed", async () => {
    const session = await ready();
    session.run(cell(1, "wait"));
    events = [];
    session.close();
    session.close();
    await settle();
    expect(engines[0]!.terminated).toBe(true);
    expect(events).toEqual([]);
  });
});
