// What stops a run, an interpreter or a connection, and how an environment goes on.
import { describe, expect, it } from "vitest";
import type { FrameSession } from "../../src/frame/session.ts";
import { FakeAdapter } from "../../src/interpreters/fake.ts";
import type { Start } from "../../src/interpreters/adapter.ts";
import { settle } from "../fakes.ts";
import { cell, dones, interrupt, MAILBOX, make, ready, record, types, world } from "./sessions.ts";

describe("an interrupt", () => {
  it("reaches the cell that runs, and keeps the state", async () => {
    const session = await ready();
    session.run(cell(1, "wait"));
    await settle();
    session.interrupt(interrupt(1));
    session.interrupt({ ...interrupt(1), grace: 0 });
    await settle();
    expect(dones()).toMatchObject([{ run: 1, failure: { kind: "code", name: "KeyboardInterrupt" }, state_lost: false }]);
    expect(world.engines).toHaveLength(1);
    expect(world.timers).toMatchObject([
      { seconds: 2, forgotten: true },
      { seconds: 0, forgotten: true },
    ]);
  });

  it("of somebody who has lost patience shortens the grace of the one before", async () => {
    world.start = (_, host) => Promise.resolve(Object.assign(new FakeAdapter(host), { cancel: () => undefined }));
    const session = await ready();
    session.run(cell(1, "wait"));
    await settle();
    session.interrupt(interrupt(1));
    session.interrupt({ ...interrupt(1), grace: 0 });
    world.timers[1]!.callback();
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
    expect(world.events.filter(({ type }) => type === "ask")).toMatchObject([{ prompt: "one" }, { prompt: "two" }]);
    expect(dones()).toMatchObject([{ failure: { name: "KeyboardInterrupt" } }, { failure: null }]);
    expect(world.events).toContainEqual({ type: "stream", environment: "env", run: 2, name: "stdout", text: "typed\n" });
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
    expect(world.timers).toEqual([]);
  });

  it("that is not heard on the main thread has the frame made anew, after the cell was told", async () => {
    let renewals = 0;
    const renew = () => void (renewals += 1);
    const session = await ready({ options: { main: true, sandbox: false, config: {} }, renew });
    session.run(cell(1, "wait"));
    world.start = () => Promise.reject(new Error("no second interpreter here"));
    session.restart();
    await settle();
    expect(renewals).toBe(1);
    expect(world.engines).toHaveLength(1);
    expect(world.events.at(-2)).toMatchObject({ type: "done", run: 1, state_lost: true });
  });

  it("that is not heard in time ends the interpreter, and a new one starts", async () => {
    world.start = async (...args) => Object.assign(await FakeAdapter.start(...args), { cancel: () => undefined });
    const session = await ready();
    session.run(cell(1, "wait"));
    session.run(cell(2, "= 2"));
    await settle();
    session.interrupt(interrupt(1));
    await settle();
    world.timers[0]!.callback();
    await settle();
    expect(dones()).toMatchObject([
      { run: 1, state_lost: true, failure: { kind: "interpreter", name: "KeyboardInterrupt" } },
      { run: 2, state_lost: true },
    ]);
    expect(dones()[0]!.failure!.message).toContain('what was defined in the environment "env" is lost');
    expect(world.events.at(-1)).toMatchObject({ type: "ready", fresh: true });
    expect(world.engines.map(({ terminated }) => terminated)).toEqual([true, false]);
  });

  it("ends an interpreter at once that cannot be interrupted", async () => {
    world.start = async (...args) => Object.assign(await FakeAdapter.start(...args), { interruptible: false });
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
    expect(world.events.filter(({ type }) => type === "ready")[1]).toMatchObject({ fresh: true });
    expect(world.engines.map(({ terminated }) => terminated)).toEqual([true, false]);
  });

  it("starts what could not be started, and nothing that has ended", async () => {
    world.start = () => Promise.reject(new Error("no memory"));
    const session = await ready();
    world.start = FakeAdapter.start;
    session.restart();
    await settle();
    expect(types()).toEqual(["failed", "ready"]);
    session.close();
    session.restart();
    expect(world.engines.map(({ terminated }) => terminated)).toEqual([true, true]);
  });
});

describe("an interpreter that breaks", () => {
  it("is replaced, and the cell says that the state is lost", async () => {
    world.start = async (...args) =>
      Object.assign(await FakeAdapter.start(...args), { run: () => Promise.reject(new Error("unreachable")) });
    const session = await ready();
    world.start = FakeAdapter.start;
    session.run(cell(1, "= 1"));
    await settle();
    expect(dones()).toMatchObject([{ state_lost: true, failure: { kind: "interpreter" } }]);
    expect(dones()[0]!.failure!.message).toMatch(/broke: unreachable.*lost/);
    expect(world.events.at(-1)).toMatchObject({ type: "ready", fresh: true });
  });
});

describe("a connection that breaks", () => {
  it("leaves the interpreter alone, and hears `ready` with fresh false when it is back", async () => {
    const session = await ready();
    session.disconnect();
    session.run(cell(1, "print lost"));
    await settle();
    world.events = [];
    session.connect(record, MAILBOX);
    expect(world.events).toMatchObject([{ type: "ready", fresh: false }]);
    expect(world.engines).toHaveLength(1);
  });

  it("hears how things are in every state", async () => {
    const starting = make({ check: () => new Promise(() => undefined) });
    starting.start();
    starting.connect(record, MAILBOX);
    expect(world.events).toMatchObject([{ type: "progress" }]);
    world.start = () => Promise.reject(new Error("no"));
    const failing = make();
    failing.start();
    await settle();
    world.events = [];
    failing.connect(record, MAILBOX);
    expect(world.events).toMatchObject([{ type: "failed" }]);
  });

  it("that comes after the interpreter is ready hears fresh true", async () => {
    const session = make();
    session.start();
    await settle();
    session.connect(record, MAILBOX);
    expect(world.events).toMatchObject([{ type: "ready", fresh: true }]);
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
    world.events = [];
    session.connect(record, MAILBOX);
    return session;
  }

  it("is stopped when it is back, with the runs behind it, and `ready` is told when it is over", async () => {
    const session = await orphaned();
    expect(types()).toEqual([]);
    session.run(cell(3, "= 3"));
    await settle();
    expect(types()).toEqual(["ready", "result", "done"]);
    expect(world.events.find(({ type }) => type === "ready")).toMatchObject({ fresh: false });
    expect(dones()).toMatchObject([{ run: 3, failure: null }]);
    expect(world.timers).toMatchObject([{ seconds: 3, forgotten: true }]);
    expect(world.engines).toHaveLength(1);
  });

  it("ends with its interpreter where it does not hear, and a fresh one is told", async () => {
    world.start = deaf;
    const session = await orphaned();
    await settle();
    expect(types()).toEqual([]);
    world.timers.at(-1)!.callback();
    await settle();
    expect(types()).toEqual(["ready"]);
    expect(world.events.at(-1)).toMatchObject({ fresh: true });
    session.run(cell(3, "= 3"));
    await settle();
    expect(dones()).toMatchObject([{ run: 3, failure: null }]);
  });

  it("ends with its interpreter at once where that cannot be interrupted", async () => {
    world.start = async (...args) => Object.assign(await deaf(...args), { interruptible: false });
    await orphaned();
    await settle();
    expect(types()).toEqual(["ready"]);
    expect(world.engines.map(({ terminated }) => terminated)).toEqual([true, false]);
    expect(dones()).toEqual([]);
  });

  it("is stopped once, however often the connection breaks meanwhile", async () => {
    world.start = deaf;
    const session = await orphaned();
    session.disconnect();
    session.connect(record, MAILBOX);
    expect(world.timers.filter(({ forgotten }) => !forgotten)).toHaveLength(1);
    world.timers.at(-1)!.callback();
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
    world.events = [];
    session.connect(record, MAILBOX);
    await settle();
    expect(types()).toEqual(["ready"]);
  });
});

describe("a session that is closed", () => {
  it("ends its worker and says nothing more, however often it is closed", async () => {
    const session = await ready();
    session.run(cell(1, "wait"));
    world.events = [];
    session.close();
    session.close();
    await settle();
    expect(world.engines[0]!.terminated).toBe(true);
    expect(world.events).toEqual([]);
  });
});
