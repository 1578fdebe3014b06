// What drives a frame's session in tests: a worker's session and the fake interpreter behind it, and what both have said.
import { beforeEach } from "vitest";
import type { StartEngine } from "../../src/frame/engine.ts";
import { FrameSession, type SessionOptions } from "../../src/frame/session.ts";
import { FakeAdapter } from "../../src/interpreters/fake.ts";
import { NO_MATERIALS, type Start } from "../../src/interpreters/adapter.ts";
import type { Run } from "../../src/protocol/messages.ts";
import type { Unnumbered } from "../../src/protocol/socket.ts";
import { WorkerSession } from "../../src/worker/session.ts";
import { settle } from "../fakes.ts";

/** What a test sees and sets; new for each one. */
export const world = {
  events: [] as Unnumbered[],
  engines: [] as { terminated: boolean; error: (error: unknown) => void }[],
  timers: [] as { seconds: number; callback: () => void; forgotten: boolean }[],
  /** What starts an interpreter. */
  start: FakeAdapter.start as Start,
  /** Whether the interpreter's files were right before. */
  known: false,
};

export const startEngine: StartEngine = (onMessage, onError) => {
  const session = new WorkerSession({ adapters: new Map([["fake", world.start]]), send: onMessage });
  const engine = { terminated: false, error: onError };
  world.engines.push(engine);
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

export function make(options: Partial<SessionOptions> = {}): FrameSession {
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
      known: () => world.known,
      remember: () => (world.known = true),
      forget: () => (world.known = false),
    },
    after: (seconds, callback) => {
      const timer = { seconds, callback, forgotten: false };
      world.timers.push(timer);
      return () => (timer.forgotten = true);
    },
    ...options,
  });
}

export const cell = (run: number, code: string): Run => ({
  type: "run",
  environment: "env",
  run,
  code,
  filename: "Cell In[1]",
  max_bytes: 0,
  max_lines: 0,
});
export const interrupt = (run: number) => ({ type: "interrupt", environment: "env", run, grace: 2 }) as const;
export const types = () => world.events.map(({ type }) => type).filter((type) => type !== "progress");
export const dones = () => world.events.filter((event) => event.type === "done");
export const MAILBOX = { url: "http://server/mailbox", id: "secret" };
export const record = (event: Unnumbered) => void world.events.push(event);

/** A session that is ready and connected. */
export async function ready(options: Partial<SessionOptions> = {}): Promise<FrameSession> {
  const session = make(options);
  session.connect(record, MAILBOX);
  session.start();
  await settle();
  return session;
}

beforeEach(() => {
  world.events = [];
  world.engines = [];
  world.timers = [];
  world.known = false;
  world.start = FakeAdapter.start;
});
