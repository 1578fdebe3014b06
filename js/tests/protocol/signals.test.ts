// The shared memory between a frame and its interpreter, here with a worker thread that really waits.
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { SharedSignals } from "../../src/protocol/signals.ts";

const reply = (value: string) => ({ value, failure: null });

describe("shared signals", () => {
  it("have an interrupt reach its own run", () => {
    const signals = new SharedSignals();
    expect(signals.isInterrupted(null)).toBe(false);
    signals.interrupt(7);
    expect([6, 7, 8, null].map((run) => signals.isInterrupted(run))).toEqual([false, true, false, false]);
  });

  it("carry an answer to its own question", () => {
    const signals = new SharedSignals();
    signals.answer(1, reply("é😀"));
    expect(signals.reply(5, 1, true)).toEqual(reply("é😀"));
    signals.interrupt(5);
    expect(signals.reply(5, 2, true)).toBeNull();
  });

  it("carry an answer of a megabyte, and one after it", () => {
    const signals = new SharedSignals();
    const long = "é".repeat(500_000);
    signals.answer(1, reply(long));
    expect(new SharedSignals(signals.memory).reply(5, 1, true)!.value).toBe(long);
    signals.answer(2, reply("short"));
    expect(signals.reply(5, 2, true)!.value).toBe("short");
  });

  it("say that an answer is too long for a browser whose memory does not grow", () => {
    const signals = new SharedSignals(new SharedArrayBuffer(16 + 65_536));
    signals.answer(1, reply("x".repeat(70_000)));
    expect(signals.reply(5, 1, true)!.failure).toMatchObject({ name: "ValueError", message: expect.stringContaining("at most 65536") as string });
  });

  it("end a wait at its time", () => {
    const signals = new SharedSignals();
    const began = performance.now();
    signals.wait(5, 30);
    expect(performance.now() - began).toBeGreaterThanOrEqual(29);
  });

  it("wake who waits in another thread", async () => {
    const signals = new SharedSignals();
    const worker = new Worker(
      `const { workerData: memory, parentPort } = require("node:worker_threads");
       const words = new Int32Array(memory, 0, 4);
       parentPort.postMessage("waits");
       const seen = Atomics.load(words, 1);
       parentPort.postMessage(seen === 0 ? Atomics.wait(words, 1, 0, 10_000) : "not-equal");`,
      { eval: true, workerData: signals.memory },
    );
    const woken = await new Promise((resolve) => {
      worker.on("message", (message) => (message === "waits" ? signals.interrupt(1) : resolve(message)));
    });
    expect(["ok", "not-equal"]).toContain(woken);
    await worker.terminate();
  });
});
