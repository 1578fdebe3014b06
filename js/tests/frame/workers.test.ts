// Workers of the user's code, with our worker's session and the fake interpreter in them.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { UserWorkers } from "../../src/frame/workers.ts";
import { FakeAdapter } from "../../src/interpreters/fake.ts";
import type { Spawn } from "../../src/interpreters/polyscript.ts";
import type { FromBeside, ToWorker } from "../../src/protocol/port.ts";
import { WorkerSession } from "../../src/worker/session.ts";

let sent: FromBeside[];
let ended: string[];
let posted: unknown[];
let booted: string[];
let shared: (SharedArrayBuffer | null)[];

const spawn: Spawn = (_url, name, { onMessage }) => {
  const { port1, port2 } = new MessageChannel();
  const start = (entry: string, host: FakeAdapter["host"]) => {
    booted.push(entry);
    return FakeAdapter.start(entry, host);
  };
  const adapters = new Map([["micropython", start], ["pyodide", start]]);
  const session = new WorkerSession({ adapters, send: (message) => port2.postMessage(message) });
  port2.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    if (data.type === "boot") shared.push(data.signals);
    void session.receive(data);
  };
  const worker = {
    proxy: { add: () => 3 },
    postMessage: (data: unknown) => posted.push(data),
    terminate: () => undefined,
    say: onMessage,
  } as unknown as ProxiedWorker;
  const terminate = () => {
    port1.close();
    port2.close();
    ended.push(name);
  };
  return { worker, port: port1, terminate };
};

function make(fetch = vi.fn<typeof globalThis.fetch>()): UserWorkers {
  return new UserWorkers({
    spawn,
    script: "worker.js",
    entries: new Map([["micropython", "mpy.mjs"], ["pyodide", "py.mjs"]]),
    interpreter: "micropython",
    isolated: true,
    config: { user: { name: "env" } },
    send: (message) => sent.push(message),
    fetch,
  });
}

const told = () => sent.map((message) => ("kind" in message ? message.kind : message.type));

beforeEach(() => {
  sent = [];
  ended = [];
  posted = [];
  booted = [];
  shared = [];
});

describe("a worker of the user's code", () => {
  it("has memory to wait at when it sleeps, where memory can be shared", async () => {
    await make().create("print hello", "w.py", "{}").ready;
    expect(shared[0]).toBeInstanceOf(SharedArrayBuffer);
  });

  it("runs its file in the environment's interpreter, and tells what becomes of it", async () => {
    const worker = make().create("print hello\nshow shown", "w.py", "{}");
    expect(await worker.ready).toBe(worker);
    expect(worker.sync["add"]!()).toBe(3);
    expect(booted).toEqual(["mpy.mjs"]);
    await vi.waitFor(() => expect(told()).toEqual(["ready", "written", "shown", "done"]));
    expect(sent[0]).toMatchObject({ worker: "worker-1" });
  });

  it("has the interpreter it was asked for, also by PyScript's short name", async () => {
    await make().create("", "w.py", '{"type": "py"}').ready;
    expect(booted).toEqual(["py.mjs"]);
  });

  it.each([
    ['{"type": "ruby"}', "type is one of py, mpy"],
    ['{"config": {"packages": ["attrs"]}}', "its own brings no packages"],
    ['{"version": "https://cdn/x.mjs"}', "takes type, name and config, and no version"],
  ])("is refused for %s", (json, message) => {
    expect(() => make().create("", "w.py", json)).toThrow(message);
    expect(make().refuse(json)).toContain(message);
  });

  it("is told as an error and as done where its file raises, and nobody waits for ever", async () => {
    const workers = make();
    const { ready } = workers.create("raise broken", "w.py", '{"name": "bad"}');
    await expect(ready).rejects.toThrow("broken");
    await expect(workers.named("bad")).rejects.toThrow("broken");
    expect(told()).toEqual(["ready", "error", "done"]);
    // Its name is free for another attempt, which ends what is left of it.
    await workers.create("", "w.py", '{"name": "bad"}').ready;
    expect(ended).toEqual(["bad"]);
    expect(workers.refuse('{"name": "bad"}')).toContain("already");
  });

  it("loads a file that the environment has not, and says where there is none", async () => {
    const fetch = vi.fn(() => Promise.resolve(new Response("", { status: 404, statusText: "Not Found" })));
    await expect(make(fetch).create(null, "gone.py", "{}").ready).rejects.toThrow("gone.py is no file of the environment");
  });

  it("is found by its name, also before it is there, and gives the name back when it ends", async () => {
    const workers = make();
    const waiting = workers.named("one");
    const worker = workers.create("", "w.py", '{"name": "one"}');
    expect(await waiting).toBe(worker.sync);
    expect(() => workers.create("", "w.py", '{"name": "one"}')).toThrow("already");
    expect(workers.refuse('{"name": "one"}')).toContain("There is a worker named \"one\" already: use it");
    expect(workers.refuse('{"name": "two"}') + workers.refuse("{}")).toBe("");
    worker.terminate();
    expect(ended).toEqual(["one"]);
    await workers.create("", "w.py", '{"name": "one"}').ready;
  });

  it("gets what is posted to it when its file listens", async () => {
    const worker = make().create("", "w.py", "{}");
    worker.postMessage("early");
    expect(posted).toEqual([]);
    await worker.ready;
    await vi.waitFor(() => expect(posted).toEqual(["early"]));
  });

  it("ends with its environment, and ending it twice is safe", () => {
    const workers = make();
    workers.create("", "w.py", '{"name": "one"}');
    workers.create("", "w.py", '{"name": "two"}');
    workers.terminate();
    workers.terminate();
    expect(ended).toEqual(["one", "two"]);
  });
});
