// A page's environment, in the kernel's place, with a frame of fakes.
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { Environment, type Sink } from "../../src/page/environment.ts";
import { unpack } from "../../src/page/parts.ts";
import type { Interrupt, Run } from "../../src/protocol/messages.ts";
import type { CarriedStart } from "../../src/protocol/handshake.ts";

interface FakeFrame {
  start: CarriedStart;
  sent: (Run | Interrupt)[];
  say: (event: object) => void;
  removed: boolean;
}

let frames: FakeFrame[];
let progress: string[];
let shown: unknown[];
let environment: Environment;
let broken: Error | null;

const sink: Sink = {
  stream: (name, text) => shown.push([name, text]),
  display: ({ data }) => shown.push(data),
  result: ({ data }) => shown.push({ result: data }),
  clear: (wait) => shown.push({ wait }),
};

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve));
};

beforeEach(() => {
  frames = [];
  progress = [];
  shown = [];
  broken = null;
  environment = new Environment({
    name: "mpy",
    interpreter: "micropython",
    options: { main: false, sandbox: false, config: {} },
    load: () => {
      if (broken) return Promise.reject(broken);
      const carried = { entry: "m.mjs", version: "1", files: {}, worker: new Blob(["worker"]) };
      return Promise.resolve({ script: "frame", carried });
    },
    onProgress: (sentence) => progress.push(sentence),
    frame: (_, start) => {
      const { port1, port2 } = new MessageChannel();
      const frame: FakeFrame = { start, sent: [], say: (event) => port2.postMessage(event), removed: false };
      port2.addEventListener("message", ({ data }: MessageEvent<Run>) => frame.sent.push(data));
      port2.start();
      frames.push(frame);
      return { port: port1, remove: () => void (frame.removed = true) };
    },
  });
});

describe("an environment of a page", () => {
  it("starts a frame for its first run, and shows what each run tells until it is done", async () => {
    const over = environment.run("print(1)", "<cell 1>", sink);
    await until(() => frames[0]?.sent.length === 1);
    expect(frames[0]!.sent[0]).toMatchObject({ type: "run", run: 1, code: "print(1)", filename: "<cell 1>" });
    frames[0]!.say({ type: "ready" });
    frames[0]!.say({ type: "stream", run: 1, name: "stdout", text: "1\n" });
    frames[0]!.say({ type: "display", run: 1, data: { a: 1 }, metadata: {} });
    frames[0]!.say({ type: "result", run: 1, data: { b: 2 }, metadata: {} });
    frames[0]!.say({ type: "done", run: 1, seconds: 2, state_lost: false });
    expect(await over).toEqual({ failure: null, seconds: 2, state_lost: false });
    expect(shown).toEqual([["stdout", "1\n"], { a: 1 }, { result: { b: 2 } }]);
    expect(progress).toEqual(["Unpacking Python…", "Starting Python…", ""]);

    void environment.run("2", "<cell 2>", sink);
    await until(() => frames[0]!.sent.length === 2);
    expect(frames).toHaveLength(1);
  });

  it("shows what a task of an earlier cell does under that cell", async () => {
    const first: unknown[] = [];
    const over = environment.run("later()", "<cell 1>", { ...sink, stream: (_, text) => first.push(text) });
    await until(() => frames[0]?.sent.length === 1);
    frames[0]!.say({ type: "done", run: 1 });
    await over;
    void environment.run("2", "<cell 2>", sink);
    frames[0]!.say({ type: "stream", run: 1, name: "stdout", text: "late" });
    await until(() => first.length === 1);
    expect(shown).toEqual([]);
  });

  it("tells the frame to stop the run that goes on, and nothing between two", async () => {
    environment.interrupt();
    void environment.run("x", "<cell 1>", sink);
    environment.interrupt();
    await until(() => frames[0]?.sent.length === 2);
    expect(frames[0]!.sent[1]).toMatchObject({ type: "interrupt", run: 1 });
  });

  it("fails the run where the page lacks a part, or the interpreter did not start, and tries anew the next time", async () => {
    broken = new TypeError("no such part");
    expect((await environment.run("x", "<cell 1>", sink)).failure).toMatchObject({ kind: "asset", message: "no such part" });
    broken = null;
    const over = environment.run("x", "<cell 1>", sink);
    await until(() => frames.length === 1);
    frames[0]!.say({ type: "failed", failure: { kind: "interpreter", name: "Error", message: "no wasm" } });
    expect((await over).failure).toMatchObject({ message: "no wasm" });
    expect(frames[0]!.removed).toBe(true);
    void environment.run("x", "<cell 1>", sink);
    await until(() => frames.length === 2);
  });

  it("takes its frame away when it is closed, and fails what runs", async () => {
    const over = environment.run("x", "<cell 1>", sink);
    await until(() => frames.length === 1);
    environment.close();
    expect((await over).failure).toMatchObject({ name: "LostError" });
    await until(() => frames[0]!.removed);
    void environment.run("x", "<cell 1>", sink);
    await until(() => frames.length === 2);
  });
});

describe("a part of a page", () => {
  it("is unpacked", async () => {
    expect(await (await unpack(gzipSync("python").toString("base64"))).text()).toBe("python");
  });

  it("that was cut off is no part", async () => {
    await expect(unpack(gzipSync("python").subarray(0, 12).toString("base64"))).rejects.toThrow();
  });
});
