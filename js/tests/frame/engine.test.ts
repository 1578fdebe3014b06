// The workers of a frame: which of them start an interpreter ahead, and who gets them. With workers that only listen.
import { beforeEach, describe, expect, it } from "vitest";
import { Engines, type Making } from "../../src/frame/engine.ts";
import type { Config } from "../../src/protocol/messages.ts";
import type { Boot, FromWorker, MaterialsCame, ToWorker } from "../../src/protocol/port.ts";
import { SharedSignals } from "../../src/protocol/signals.ts";
import { failure } from "../../src/interpreters/adapter.ts";
import type { WorkerHandle } from "../../src/interpreters/polyscript.ts";
import { eventually } from "../fakes.ts";

interface Listener {
  heard: ToWorker[];
  say: (message: FromWorker) => void;
  terminated: boolean;
}

const BOOTED: FromWorker = { type: "booted", topLevelAwait: true, interruptible: true, window: true };
const MATERIALS: MaterialsCame = { type: "materials", wasm: null, snapshot: null, trouble: "kept" };
let workers: Listener[];
let timers: { callback: () => void; forgotten: boolean }[];
let served: number;

const making: Making = {
  spawn: () =>
    Promise.resolve((() => {
      const { port1, port2 } = new MessageChannel();
      const listener: Listener = { heard: [], say: (message) => port2.postMessage(message), terminated: false };
      port2.onmessage = ({ data }: MessageEvent<ToWorker>) => listener.heard.push(data);
      workers.push(listener);
      const terminate = () => {
        listener.terminated = true;
        port1.close();
      };
      return { port: port1, terminate } as WorkerHandle;
    })),
  serve: () => {
    served += 1;
    return () => (served -= 1);
  },
  later(callback) {
    const timer = { callback, forgotten: false };
    timers.push(timer);
    return () => (timer.forgotten = true);
  },
  share: () => new SharedSignals(),
};

const boot = (interpreter = "micropython", config: Config = {}): Omit<Boot, "signals"> => ({
  type: "boot",
  interpreter,
  entry: `http://server/${interpreter}.mjs`,
  options: { main: false, sandbox: false, config },
  materials: true,
});

function start(engines: Engines, interpreter = "micropython", config: Config = {}) {
  const said: FromWorker[] = [];
  const wanted = { script: "worker.js", entries: new Map<string, string>(), interpreter, isolated: true, config };
  const engine = engines.of(wanted)((message) => said.push(message), () => undefined);
  return { engine, said };
}

/** A MicroPython that was started in the ordinary way, and has said so. */
async function started(engines: Engines, ...given: [interpreter?: string, config?: Config]) {
  const { engine, said } = start(engines, ...given);
  engine.post({ ...boot(...given), signals: null });
  engine.post(MATERIALS);
  await eventually(() => expect(workers[0]?.heard).toHaveLength(2));
  workers[0]?.say(BOOTED);
  await eventually(() => expect(said).toEqual([BOOTED]));
  return engine;
}

beforeEach(() => {
  workers = [];
  timers = [];
  served = 0;
});

describe("the workers of a frame", () => {
  it("have their script loaded before anybody asks for one, and are told to boot", async () => {
    const engines = new Engines("worker.js", making);
    await eventually(() => expect(workers).toHaveLength(1));
    expect(start(engines).engine.ahead).toBeUndefined();
    expect(workers).toHaveLength(1);
  });

  it("hand over an interpreter that was started ahead, with what it said and what it shares", async () => {
    const engines = new Engines("worker.js", making);
    engines.prepare(boot(), null);
    await eventually(() => expect(workers[0]?.heard).toMatchObject([{ type: "boot", materials: false }]));
    workers[0]?.say(BOOTED);
    expect(served).toBe(0);
    const { engine, said } = start(engines);
    await eventually(() => expect(said).toEqual([BOOTED]));
    expect(served).toBe(1);
    engine.ahead?.interrupt(7);
    const [told] = workers[0]?.heard ?? [];
    expect(told?.type === "boot" && told.signals && new SharedSignals(told.signals).isInterrupted(7)).toBe(true);
  });

  it.each([["pyodide", {}], ["micropython", { user: { packages: ["a"] } }]])(
    "do not hand it over to %s with %o, but end it",
    async (interpreter, config) => {
      const engines = new Engines("worker.js", making);
      engines.prepare(boot(), null);
      await eventually(() => expect(workers[0]?.heard).toHaveLength(1));
      expect(start(engines, interpreter, config).engine.ahead).toBeUndefined();
      await eventually(() => expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]));
    },
  );

  it("start the next interpreter a moment after one has started, from the same materials", async () => {
    const engines = new Engines("worker.js", making);
    const engine = await started(engines);
    expect(workers).toHaveLength(1);
    timers[0]?.callback();
    await eventually(() => expect(workers[1]?.heard).toMatchObject([{ type: "boot", materials: true }, MATERIALS]));
    workers[1]?.say(BOOTED);
    engine.terminate();
    const { said } = start(engines);
    await eventually(() => expect(said).toEqual([BOOTED]));
    expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]);
    expect(timers).toHaveLength(2);
  });

  it("start none after one that ended meanwhile, nor after another interpreter or a configured one", async () => {
    const engine = await started(new Engines("worker.js", making));
    engine.terminate();
    expect(timers[0]?.forgotten).toBe(true);
    const others: [string, Config][] = [["pyodide", {}], ["micropython", { user: { packages: ["a"] } }]];
    for (const given of others) {
      workers = [];
      timers = [];
      await started(new Engines("worker.js", making), ...given);
      timers[0]?.callback();
      expect(workers).toHaveLength(1);
    }
  });

  it("drop the next one when it does not start, and have another one boot in the ordinary way", async () => {
    const engines = new Engines("worker.js", making);
    engines.prepare(boot(), null);
    await eventually(() => expect(workers[0]?.heard).toHaveLength(1));
    workers[0]?.say({ type: "boot-failed", failure: failure("interpreter", "Error", "no server") });
    await eventually(() => expect(workers[0]?.terminated).toBe(true));
    const { engine, said } = start(engines);
    expect(engine.ahead).toBeUndefined();
    await eventually(() => expect(workers).toHaveLength(2));
    expect(said).toEqual([]);
  });

  it("drop the next one when a file of theirs is wrong", async () => {
    const engines = new Engines("worker.js", making);
    engines.prepare(boot(), null);
    await eventually(() => expect(workers[0]?.heard).toHaveLength(1));
    engines.forget();
    expect(start(engines).engine.ahead).toBeUndefined();
    await eventually(() => expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]));
  });
});
