// What comes from beside the cells: output goes to the cell that runs or ran last, events go out at once.
import { beforeEach, describe, expect, it } from "vitest";
import { Beside, MAX_MESSAGES, type BesideOptions } from "../../src/frame/beside.ts";
import { MAX_KEPT } from "../../src/outputs/kept.ts";
import type { Run } from "../../src/protocol/messages.ts";

let events: Parameters<BesideOptions["emit"]>[0][];
let streams: [run: number, name: string, text: string][];
let shown: [run: number, data: object][];
let cleared: [run: number, wait: boolean][];
let timers: (() => void)[];
let now: number;
let beside: Beside;

beforeEach(() => {
  events = [];
  streams = [];
  shown = [];
  cleared = [];
  timers = [];
  now = 0;
  beside = new Beside({
    emit: (event) => events.push(event),
    stream: (...all) => streams.push(all),
    display: (run, { data }) => shown.push([run, data]),
    clear: (...all) => cleared.push(all),
    now: () => now,
    later: (callback) => timers.push(callback),
  });
});

const run = (number: number, max_lines = 0) => ({ run: number, max_bytes: 0, max_lines }) as Run;
const post = (data: unknown) => beside.receive({ type: "posted", worker: "one", data });
const failure = { kind: "code" as const, name: "ValueError", message: "no", frames: [], text: "Traceback", offset: 0 };

describe("what comes from beside the cells", () => {
  it("is output of the cell that runs, within its limits", () => {
    beside.begin(run(7, 2));
    for (let line = 0; line < 3; line++) beside.receive({ type: "written", name: "stdout", text: "line\n" });
    beside.receive({ type: "shown", bundle: { data: {}, metadata: {} } });
    beside.flush();
    expect(streams.filter(([, name]) => name === "stdout")).toEqual([[7, "stdout", "line\n"], [7, "stdout", "line\n"]]);
    expect(streams.at(-1)![2]).toContain("output cut at 2 lines");
    expect(shown).toEqual([]);
  });

  it("is output of the last cell when that is over, and still within its limits", () => {
    beside.begin(run(7, 2));
    beside.flush();
    for (let line = 0; line < 3; line++) beside.receive({ type: "written", name: "stdout", text: "late\n" });
    expect(streams.map(([run, name]) => [run, name])).toEqual([[7, "stdout"], [7, "stdout"], [7, "stderr"]]);
    beside.receive({ type: "cleared", wait: true });
    expect(cleared).toEqual([[7, true]]);
    beside.receive({ type: "shown", bundle: { data: { "text/plain": "1" }, metadata: {} } });
    expect(shown).toEqual([[7, { "text/plain": "1" }]]);
  });

  it("is output of an earlier cell where that made the task, within its limits, also while another runs", () => {
    beside.begin(run(7, 2));
    beside.begin(run(8));
    for (let line = 0; line < 3; line++) beside.receive({ type: "written", of: 7, name: "stdout", text: "task\n" });
    beside.receive({ type: "written", name: "stdout", text: "last\n" });
    expect(streams.map(([run, name]) => [run, name])).toEqual([[7, "stdout"], [7, "stdout"], [7, "stderr"], [8, "stdout"]]);
    beside.receive({ type: "cleared", of: 7, wait: true });
    beside.receive({ type: "shown", of: 7, bundle: { data: {}, metadata: {} } });
    expect([cleared, shown]).toEqual([[[7, true]], [[7, {}]]]);
  });

  it("is output of the last cell where the task is that one's, or that of a cell long ago", () => {
    for (let number = 1; number <= MAX_KEPT + 1; number++) beside.begin(run(number));
    for (const number of [1, 2, MAX_KEPT + 1]) beside.receive({ type: "written", of: number, name: "stdout", text: "late\n" });
    expect(streams.map(([run]) => run)).toEqual([MAX_KEPT + 1, 2, MAX_KEPT + 1]);
  });

  it("waits for the next cell where that of an earlier one is gone", () => {
    beside.begin(run(6));
    beside.begin(run(7));
    beside.forget();
    beside.receive({ type: "written", of: 6, name: "stdout", text: "early\n" });
    beside.receive({ type: "shown", bundle: { data: { "text/plain": "1" }, metadata: {} } });
    beside.receive({ type: "cleared", wait: false });
    beside.begin(run(8));
    expect(streams).toEqual([[8, "stdout", "early\n"]]);
    expect(shown).toEqual([[8, { "text/plain": "1" }]]);
    expect(cleared).toEqual([[8, false]]);
  });

  it("has all gone out before the cell that shows it goes on, with a traceback after what was written before it", () => {
    // More lines than go out at once.
    for (let line = 0; line < 20; line++) beside.receive({ type: "written", name: "stdout", text: `${line}\n` });
    beside.receive({ type: "worker", worker: "", kind: "error", failure });
    beside.receive({ type: "written", name: "stdout", text: "half a line" });
    beside.begin(run(8));
    const text = streams.map(([, , text]) => text).join("");
    expect(text).toMatch(/^0\n1\n[^]*19\nTraceback\nhalf a line$/);
    beside.receive({ type: "written", name: "stdout", text: "more" });
    expect(streams.at(-1)).toEqual([8, "stdout", "more"]);
  });

  it("tells an error at once, and its traceback on stderr", () => {
    beside.receive({ type: "worker", worker: "", kind: "error", failure });
    expect(events).toEqual([{ type: "worker", worker: "", kind: "error", data: {}, failure }]);
    beside.begin(run(9));
    expect(streams).toEqual([[9, "stderr", "Traceback\n"]]);
  });

  it("does not say a failure twice that ends a worker", () => {
    beside.receive({ type: "worker", worker: "one", kind: "error", failure });
    beside.receive({ type: "worker", worker: "one", kind: "done", failure });
    beside.begin(run(9));
    expect(streams).toHaveLength(1);
    expect(events.map(({ kind }) => kind)).toEqual(["error", "done"]);
  });

  it("passes on messages as plain values, and says which are too large", () => {
    post(new Map([["a", 1]]));
    post("x".repeat(100_000));
    expect(events.map(({ kind, data, failure }) => [kind, data, failure?.name])).toEqual([
      ["message", { value: { a: 1 } }, undefined],
      ["error", {}, "DataError"],
    ]);
    expect(events[1]!.failure!.message).toContain("100000 bytes");
  });

  it("passes on so many messages in a second, and says how many it has dropped", () => {
    for (let count = 0; count < MAX_MESSAGES + 5; count++) post(count);
    expect(events).toHaveLength(MAX_MESSAGES);
    timers.forEach((callback) => callback());
    expect(events.at(-1)!.failure!.message).toContain("5 messages of workers were dropped");
    now = 1000;
    post("later");
    expect(events.at(-1)!.data).toEqual({ value: "later" });
  });
});
