// An environment's start, its cells and the tasks beside them.
import { describe, expect, it } from "vitest";
import { AssetError } from "../../src/frame/assets.ts";
import { FakeAdapter } from "../../src/interpreters/fake.ts";
import { type Host, NO_MATERIALS } from "../../src/interpreters/adapter.ts";
import type { Run } from "../../src/protocol/messages.ts";
import type { FromWorker, Materials, ToWorker } from "../../src/protocol/port.ts";
import { SharedSignals } from "../../src/protocol/signals.ts";
import { settle } from "../fakes.ts";
import { cell, dones, interrupt, MAILBOX, make, ready, record, startEngine, types, world } from "./sessions.ts";

/** A session that is ready, and what has something written beside its cells. */
async function talkative() {
  const listeners: ((message: FromWorker) => void)[] = [];
  const session = await ready({
    startEngine: (onMessage, onError) => {
      listeners.push(onMessage);
      return startEngine(onMessage, onError);
    },
  });
  return { session, write: (text: string) => listeners.at(-1)!({ type: "written", name: "stdout", text }) };
}

const streams = () => world.events.flatMap((event) => (event.type === "stream" ? [[event.run, event.text]] : []));

describe("an environment that starts", () => {
  it("says that nobody can be asked in a page that carries its interpreter", async () => {
    const session = make({ isolated: false, files: {} });
    session.start();
    session.connect((event) => world.events.push(event), null);
    await settle();
    expect(world.events).toContainEqual(expect.objectContaining({ type: "ready", capabilities: expect.objectContaining({ blocking: "none", interrupt: "poll" }) as object }));
  });

  it("tells progress, and is ready with its capabilities", async () => {
    await ready({
      check: (onProgress) => {
        onProgress(0, 10);
        return Promise.resolve(false);
      },
    });
    expect(world.events).toMatchObject([
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
    expect(world.events.at(-1)).toMatchObject({ capabilities: { isolated: false, worker: false, window: true } });
  });

  it.each<[isolated: boolean, main: boolean, interrupt: string, blocking: string]>([
    [true, false, "buffer", "buffer"],
    [true, true, "buffer", "mailbox"],
    [false, false, "poll", "mailbox"],
    [false, true, "poll", "none"],
  ])("says how it hears while it computes and waits: isolated %s, main %s", async (isolated, main, interrupt, blocking) => {
    await ready({ options: { main, sandbox: false, config: {} }, isolated });
    expect(world.events.at(-1)).toMatchObject({ capabilities: { interrupt, blocking } });
  });

  it("tells what its configuration installs", async () => {
    const config = { files: [{ source: "/nb/a.csv", path: "a.csv", data: new Uint8Array([1]) }] };
    await ready({ options: { main: false, sandbox: false, config } });
    const installing = { type: "progress", environment: "env", phase: "installing", loaded: 1, total: 1, detail: "a.csv" };
    expect(world.events).toContainEqual(installing);
    expect(world.events.at(-1)).toMatchObject({ type: "ready" });
  });

  it("tells no progress any more when it has failed", async () => {
    let more!: () => void;
    await ready({
      check: (onProgress) => {
        more = () => onProgress(5, 10);
        return Promise.reject(new AssetError("a.wasm is wrong"));
      },
    });
    expect(world.events.at(-1)).toMatchObject({ type: "failed" });
    more();
    expect(world.events.at(-1)).toMatchObject({ type: "failed" });
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
    world.start = () => Promise.reject(new Error("bad magic number"));
    await ready({ check: () => settle().then(() => Promise.reject(new AssetError("a.wasm is wrong"))) });
    await settle();
    expect(world.events.at(-1)).toMatchObject({ type: "failed", failure: { kind: "asset", message: new AssetError("a.wasm is wrong").message } });
    expect(world.engines[0]!.terminated).toBe(true);
  });

  it("fails when the interpreter or the worker's script does not start, and waiting cells end with it", async () => {
    world.start = () => Promise.reject(new Error("no memory"));
    const session = make();
    session.connect(record, MAILBOX);
    session.start();
    session.run(cell(1, "= 1"));
    await settle();
    expect(types()).toEqual(["failed", "done"]);
    expect(dones()).toMatchObject([{ run: 1, failure: { kind: "interpreter", message: "no memory" } }]);
  });

  it.each([true, false])("begins anew, once, where a file was wrong in the browser's cache (it started: %s)", async (starts) => {
    if (!starts) world.start = () => Promise.reject(new Error("bad magic number"));
    let checks = 0;
    const session = await ready({
      check: () => {
        checks += 1;
        world.start = FakeAdapter.start;
        return Promise.resolve(true);
      },
    });
    session.run(cell(1, "= 1"));
    await settle();
    await settle();
    expect(types()).toEqual(["ready", "result", "done"]);
    expect(world.engines.map(({ terminated }) => terminated)).toEqual([true, false]);
    expect(checks).toBe(1);
  });

  it("does not begin anew for ever", async () => {
    world.start = () => Promise.reject(new Error("no memory"));
    await ready({ check: () => Promise.resolve(true) });
    await settle();
    await settle();
    expect(types()).toEqual(["failed"]);
    expect(world.engines).toHaveLength(2);
  });

  it("tries once more for the next cell", async () => {
    world.start = () => Promise.reject(new Error("no memory"));
    const session = await ready();
    world.start = FakeAdapter.start;
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
    world.start = async (entry, host) => {
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
    world.start = (entry, host) => {
      host.notice("started slowly\n");
      return FakeAdapter.start(entry, host);
    };
    const session = await ready();
    expect(types()).toEqual(["ready"]);
    session.run(cell(1, "= 1"));
    session.run(cell(2, "= 2"));
    await settle();
    expect(types()).toEqual(["ready", "stream", "result", "done", "result", "done"]);
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: "stream", run: 1, name: "stderr", text: "started slowly\n" }),
    );
  });
});

describe("what is written between two cells", () => {
  it("is output of the cell before at once", async () => {
    const { session, write } = await talkative();
    session.run(cell(1, ""));
    await settle();
    write("late\n");
    expect(streams()).toEqual([[1, "late\n"]]);
  });

  it("waits for the next cell where the interpreter of the one before is gone", async () => {
    const { session, write } = await talkative();
    session.run(cell(1, ""));
    await settle();
    session.restart();
    await settle();
    write("anew\n");
    expect(streams()).toEqual([]);
    session.run(cell(2, ""));
    await settle();
    expect(streams()).toEqual([[2, "anew\n"]]);
  });

  it("waits for the next cell while nobody is there to show it", async () => {
    const { session, write } = await talkative();
    session.run(cell(1, ""));
    await settle();
    session.disconnect();
    write("meanwhile\n");
    session.connect(record, MAILBOX);
    session.run(cell(2, ""));
    await settle();
    expect(streams()).toEqual([[2, "meanwhile\n"]]);
  });
});

describe("files that this browser has checked before", () => {
  const wrong = () => Promise.reject(new AssetError("a.wasm is wrong", true));

  it("are remembered once they were right", async () => {
    await ready();
    expect(world.known).toBe(true);
  });

  it("are checked right after the start, and not before it", async () => {
    world.known = true;
    let checks = 0;
    await ready({ check: () => Promise.resolve((checks += 1) === 0) });
    expect(types()).toEqual(["ready"]);
    expect(checks).toBe(0);
    world.timers[0]!.callback();
    await settle();
    expect(checks).toBe(1);
    expect(types()).toEqual(["ready"]);
  });

  it("end the environment when they are no longer right, with the cell that runs", async () => {
    world.known = true;
    const session = await ready({ check: wrong });
    session.run(cell(1, "wait"));
    world.timers[0]!.callback();
    await settle();
    expect(types()).toEqual(["ready", "failed", "done"]);
    expect(dones()).toMatchObject([{ run: 1, failure: { kind: "asset" } }]);
    expect(world.known).toBe(false);
  });

  it("are left alone when they do not load just now, and are checked at the next start", async () => {
    world.known = true;
    let checks = 0;
    const session = await ready({
      check: () => {
        checks += 1;
        return Promise.reject(new AssetError("a.wasm did not load"));
      },
    });
    world.timers[0]!.callback();
    await settle();
    session.run(cell(1, "= 1"));
    await settle();
    expect(types()).toEqual(["ready", "result", "done"]);
    expect(world.known).toBe(true);
    session.start();
    await settle();
    world.timers[1]!.callback();
    expect(checks).toBe(2);
  });

  it("end the environment, and the next cell starts it, when the browser's copy was wrong and is replaced", async () => {
    world.known = true;
    let wrongCopy = true;
    const check = () => {
      const replaced = wrongCopy;
      wrongCopy = false;
      return Promise.resolve(replaced);
    };
    const session = await ready({ check });
    world.timers[0]!.callback();
    await settle();
    expect(world.events.at(-1)).toMatchObject({ type: "failed", failure: { kind: "asset", name: "AssetError" } });
    session.run(cell(1, "= 1"));
    await settle();
    expect(types()).toEqual(["ready", "failed", "ready", "result", "done"]);
  });

  it("explain an interpreter that does not start", async () => {
    world.known = true;
    world.start = () => Promise.reject(new Error("bad magic number"));
    await ready({ check: wrong });
    expect(world.events.at(-1)).toMatchObject({ type: "failed", failure: { kind: "asset", message: new AssetError("a.wasm is wrong").message } });
  });
});

describe("cells", () => {
  it("run one after another, in the order in which they came", async () => {
    const session = await ready();
    world.events = [];
    session.run(cell(1, "print a\n= 1"));
    session.run(cell(2, "print b"));
    await settle();
    expect(world.events.map((event) => ("run" in event ? `${event.run} ${event.type}` : event.type))).toEqual([
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
    expect(world.events.slice(-9).map((event) => [event.type, "run" in event && event.run])).toEqual([
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
    expect(world.events.find((event) => event.type === "result" && event.run === 2)).toMatchObject({ data: { matches: ["co!"] } });
  });

  it("get no notice, which waits for a cell", async () => {
    world.start = (entry, host) => {
      host.notice("slow");
      return FakeAdapter.start(entry, host);
    };
    const session = await ready();
    session.run(complete(1));
    session.run(comm(2));
    session.run(cell(3, ""));
    await settle();
    expect(world.events.filter((event) => event.type === "stream" && event.text === "slow")).toMatchObject([{ run: 3 }]);
  });

  it("leave the output of workers to the next cell", async () => {
    const { session, write } = await talkative();
    write("from a worker\n");
    session.run(complete(1));
    session.run(cell(2, ""));
    await settle();
    expect(streams()).toEqual([[2, "from a worker\n"]]);
  });

  it("of a comm are told between two runs too, and after the kernel has given a run up", async () => {
    let host!: Host;
    world.start = (entry, given) => FakeAdapter.start(entry, (host = given));
    const session = await ready();
    host.comm({ action: "open", comm: "c1" });
    session.run(cell(1, "wait"));
    await settle();
    session.disconnect();
    session.connect(record, MAILBOX);
    host.comm({ action: "msg", comm: "c1" });
    expect(world.events.filter(({ type }) => type === "comm")).toMatchObject([
      { run: 0, comm: { action: "open" }, environment: "env" },
      { run: 1, comm: { action: "msg" } },
    ]);
  });
});
