// The batching and the cut of what a cell writes, with a clock that the test moves.
import { describe, expect, it } from "vitest";
import { Batcher, BURST, CAPACITY, INTERVAL } from "../../src/outputs/batcher.ts";
import type { StreamName } from "../../src/protocol/port.ts";

const encoder = new TextEncoder();

class Clock {
  time = 0;
  #timers: { at: number; callback: () => void }[] = [];
  now = () => this.time;
  later = (callback: () => void, milliseconds: number) => {
    this.#timers.push({ at: this.time + milliseconds, callback });
  };
  advance(milliseconds: number) {
    this.time += milliseconds;
    const due = this.#timers.filter(({ at }) => at <= this.time);
    this.#timers = this.#timers.filter(({ at }) => at > this.time);
    for (const { callback } of due) callback();
  }
}

function setUp({ maxBytes = 0, maxLines = 0 } = {}) {
  const clock = new Clock();
  const sent: { run: number; name: StreamName | "display" | "clear"; text: string }[] = [];
  const batcher = new Batcher({
    send: (run, name, text) => sent.push({ run, name, text }),
    show: (run, { data }) => sent.push({ run, name: "display", text: data["text/plain"] as string }),
    clear: (run, wait) => sent.push({ run, name: "clear", text: wait ? "wait" : "now" }),
    now: clock.now,
    later: clock.later,
  });
  batcher.begin(1, maxBytes, maxLines);
  const write = (text: string, name: StreamName = "stdout") => batcher.write(name, encoder.encode(text));
  const display = (text: string) => batcher.display({ data: { "text/plain": text }, metadata: {} });
  const update = (id: string, text: string) =>
    batcher.display({ data: { "text/plain": text }, metadata: {}, display_id: id, update: true });
  const texts = (name?: StreamName | "display" | "clear") => sent.filter((s) => !name || s.name === name).map(({ text }) => text);
  /** Uses up the lines that go out at once. */
  const exhaust = () => {
    for (let i = 0; i < BURST; i += 1) write("\n");
    sent.length = 0;
  };
  return { clock, sent, batcher, write, display, update, texts, exhaust };
}

describe("what a cell writes", () => {
  it("goes out at once for the first lines, so that a cell that gets stuck has said them", () => {
    const { write, texts } = setUp();
    write("before\n");
    write("and this\n");
    expect(texts()).toEqual(["before\n", "and this\n"]);
  });

  it("is gathered when lines come fast, and goes out with the first line after the interval", () => {
    const { write, texts, clock, exhaust } = setUp();
    exhaust();
    write("a\n");
    write("b\n");
    expect(texts()).toEqual([]);
    clock.time += INTERVAL;
    write("c\n");
    expect(texts()).toEqual(["a\nb\nc\n"]);
  });

  it("goes out by a timer while a cell awaits", () => {
    const { write, texts, clock, exhaust } = setUp();
    exhaust();
    write("a\n");
    write("half");
    clock.advance(INTERVAL);
    expect(texts()).toEqual(["a\nhalf"]);
  });

  it("goes out when much has come together, in pieces of the capacity", () => {
    const { write, texts, exhaust } = setUp();
    exhaust();
    write("x".repeat(CAPACITY * 2 + 10));
    expect(texts().map((text) => text.length)).toEqual([CAPACITY, CAPACITY]);
  });

  it("keeps the order of stdout and stderr", () => {
    const { write, sent, batcher } = setUp();
    write("a");
    write("b", "stderr");
    write("c");
    batcher.end();
    expect(sent.map(({ name, text }) => `${name}:${text}`)).toEqual(["stdout:a", "stderr:b", "stdout:c"]);
  });

  it("has gone out when the run ends, half a line included", () => {
    const { write, texts, batcher } = setUp();
    write("no newline");
    batcher.end();
    expect(texts()).toEqual(["no newline"]);
  });

  it("keeps characters whole that arrive byte by byte or fall on the edge of a piece", () => {
    const { batcher, texts } = setUp();
    const bytes = encoder.encode(`${"é".repeat(CAPACITY)}😀\n`);
    for (const byte of bytes) batcher.write("stdout", Uint8Array.of(byte));
    batcher.end();
    expect(texts().join("")).toBe(`${"é".repeat(CAPACITY)}😀\n`);
    expect(texts().every((text) => !text.includes("\ufffd"))).toBe(true);
  });

  it("shows half a character that never got its rest, once, and not in the next run", () => {
    const { batcher, sent } = setUp();
    batcher.write("stdout", encoder.encode("é").subarray(0, 1));
    batcher.end();
    batcher.begin(2, 0, 0);
    batcher.write("stdout", encoder.encode("ok\n"));
    batcher.end();
    expect(sent).toEqual([
      { run: 1, name: "stdout", text: "\ufffd" },
      { run: 2, name: "stdout", text: "ok\n" },
    ]);
  });

  it("is copied, because it may be a view of the interpreter's memory", () => {
    const { batcher, texts } = setUp();
    const bytes = encoder.encode("abc");
    batcher.write("stdout", bytes);
    bytes.fill(0);
    batcher.end();
    expect(texts()).toEqual(["abc"]);
  });

  it("comes first in the next run when it was written between two", () => {
    const { batcher, sent, write } = setUp();
    batcher.end();
    write("late\n");
    batcher.begin(2, 0, 0);
    write("cell\n");
    batcher.end();
    expect(sent.map(({ run, text }) => `${run}:${text}`)).toEqual(["2:late\n", "2:cell\n"]);
  });

  it("is bounded between two runs, and says what was dropped", () => {
    const { batcher, texts, write } = setUp();
    batcher.end();
    write("x".repeat(60_000));
    write("y".repeat(10_000));
    batcher.begin(2, 0, 0);
    batcher.end();
    expect(texts("stdout").join("")).toHaveLength(60_000);
    expect(texts("stderr").join("")).toContain("10,000 bytes written between two cells were dropped");
  });
});

describe("what a cell displays", () => {
  it("goes out at once, after the text before it", () => {
    const { write, display, sent, exhaust } = setUp();
    exhaust();
    write("a\n");
    display("b");
    display("c");
    expect(sent.map(({ name, text }) => `${name}:${text}`)).toEqual(["stdout:a\n", "display:b", "display:c"]);
  });

  it("comes first in the next run when it was displayed between two, in order with the text", () => {
    const { write, display, sent, batcher } = setUp();
    batcher.end();
    write("a\n");
    display("b");
    write("c\n");
    batcher.begin(2, 0, 0);
    display("d");
    expect(sent.map(({ run, text }) => `${run}:${text}`)).toEqual(["2:a\n", "2:b", "2:c\n", "2:d"]);
  });

  it("is bounded between two runs, in bytes and in number, and what was dropped is said", () => {
    const { display, texts, batcher } = setUp();
    batcher.end();
    display("x".repeat(1_000_001));
    batcher.begin(2, 0, 0);
    expect(texts("stderr").join("")).toContain("[1 displays shown between two cells were dropped]");
    batcher.end();
    for (let i = 0; i < 5000; i += 1) display("tiny");
    batcher.begin(3, 0, 0);
    expect(texts("display")).toHaveLength(1000);
    expect(texts("stderr").join("")).toContain("[4,000 displays shown between two cells were dropped]");
  });
});

describe("the cut", () => {
  it("sends so many lines and says on stderr that it was cut, once", () => {
    const { batcher, write, texts } = setUp({ maxLines: 3 });
    for (let i = 0; i < 100; i += 1) write(`${i}\n`);
    batcher.end();
    expect(texts("stdout").join("")).toBe("0\n1\n2\n");
    expect(texts("stderr")).toEqual([
      "\n[output cut at 3 lines; the cell goes on. %config PyScriptMagics.max_lines = 0 sends everything]\n",
    ]);
  });

  it("is not told for exactly as much as the limit", () => {
    const { batcher, write, texts } = setUp({ maxLines: 2, maxBytes: 4 });
    write("a\nb\n");
    batcher.end();
    expect(texts("stdout").join("")).toBe("a\nb\n");
    expect(texts("stderr")).toEqual([]);
  });

  it("falls inside one large write, too", () => {
    const { batcher, write, texts } = setUp({ maxLines: 10_000 });
    write("line\n".repeat(20_000));
    batcher.end();
    expect(texts("stdout").join("")).toBe("line\n".repeat(10_000));
    expect(texts("stderr").join("")).toContain("10,000 lines");
  });

  it("counts bytes of both streams together, and names its own setting", () => {
    const { batcher, write, texts } = setUp({ maxBytes: 10 });
    write("12345");
    write("67890", "stderr");
    write("more");
    batcher.end();
    expect(texts("stdout").join("")).toBe("12345");
    expect(texts("stderr").join("")).toContain("67890\n[output cut at 10 bytes");
    expect(texts("stderr").join("")).toContain("PyScriptMagics.max_bytes = 0");
  });

  it("counts a display as a line, and is told once for text and displays", () => {
    const { write, display, sent } = setUp({ maxLines: 3 });
    display("1");
    write("2\n");
    for (let i = 3; i < 1000; i += 1) display(`${i}`);
    write("more\n");
    expect(sent.map(({ name, text }) => `${name}:${text}`)).toEqual([
      "display:1",
      "stdout:2\n",
      "display:3",
      "stderr:\n[output cut at 3 lines; the cell goes on. %config PyScriptMagics.max_lines = 0 sends everything]\n",
    ]);
  });

  it("counts the bytes of displays, and lets the one that goes over the limit be seen", () => {
    const { write, display, texts } = setUp({ maxBytes: 10 });
    write("12345");
    display("é".repeat(100));
    write("");
    display("never");
    write("never");
    expect(texts("display")).toEqual(["é".repeat(100)]);
    expect(texts("stdout")).toEqual(["12345"]);
    expect(texts("stderr")).toEqual([expect.stringContaining("cut at 10 bytes")]);
  });

  it("is told even where nothing at all was written before what was left out", () => {
    const { write, texts } = setUp({ maxLines: 1 });
    write("a\n");
    write("");
    write("b\n");
    expect(texts("stderr")).toEqual([expect.stringContaining("cut at 1 lines")]);
  });

  it("begins anew with each run", () => {
    const { batcher, write, texts, sent } = setUp({ maxLines: 1 });
    write("a\nb\n");
    batcher.end();
    sent.length = 0;
    batcher.begin(2, 0, 1);
    write("c\n");
    batcher.end();
    expect(texts()).toEqual(["c\n"]);
  });

  it("makes an endless flood cheap: nothing more is sent", () => {
    const { write, sent, clock } = setUp({ maxLines: 5 });
    for (let i = 0; i < 50_000; i += 1) {
      write("flood\n");
      clock.time += 1;
    }
    expect(sent.length).toBeLessThan(10);
  });
});

describe("what takes the place of something else", () => {
  it("is sent once in an interval for each display, the last one, and at the end", () => {
    const { batcher, update, texts, clock } = setUp();
    update("a", "a0");
    for (let i = 1; i < 1000; i += 1) {
      update("a", `a${i}`);
      update("b", `b${i}`);
    }
    expect(texts()).toEqual(["a0"]);
    clock.advance(INTERVAL);
    expect(texts()).toEqual(["a0", "a999", "b999"]);
    update("a", "last");
    batcher.end();
    expect(texts().at(-1)).toBe("last");
  });

  it("goes out in time while the cell computes", () => {
    const { update, texts, clock } = setUp();
    for (let i = 0; i < 10; i += 1) {
      update("a", String(i));
      clock.time += INTERVAL / 2;
    }
    expect(texts()).toEqual(["0", "2", "4", "6", "8"]);
  });

  it("comes before a new display, which may have the same id", () => {
    const { update, display, texts } = setUp();
    update("a", "1");
    update("a", "2");
    display("new");
    expect(texts()).toEqual(["1", "2", "new"]);
  });

  it("counts for no limit, and is shown when others are cut", () => {
    const { update, write, texts, clock } = setUp({ maxLines: 1 });
    write("a\nb\n");
    for (let i = 0; i < 3; i += 1) {
      clock.time += INTERVAL;
      update("a", String(i));
    }
    expect(texts("display")).toEqual(["0", "1", "2"]);
  });

  it("is held once where no cell runs", () => {
    const { batcher, update, texts } = setUp();
    batcher.end();
    for (let i = 0; i < 5000; i += 1) update("a", String(i));
    batcher.begin(2, 0, 0);
    batcher.end();
    expect(texts()).toEqual(["4999"]);
  });
});

describe("a clear", () => {
  it("keeps its place between text and displays", () => {
    const { batcher, write, display, sent, exhaust } = setUp();
    exhaust();
    write("a\n");
    batcher.clear(false);
    display("b");
    batcher.clear(true);
    batcher.end();
    expect(sent.map(({ name, text }) => `${name} ${text}`)).toEqual(["stdout a\n", "clear now", "display b", "clear wait"]);
  });

  it("gives the run its room again", () => {
    const { batcher, write, display, texts } = setUp({ maxLines: 2 });
    for (let i = 0; i < 4; i += 1) {
      write(`${i}\n`);
      display(String(i));
      batcher.clear(true);
    }
    expect(texts("display")).toEqual(["0", "1", "2", "3"]);
    expect(texts("stderr")).toEqual([]);
  });

  it.each([true, false])("makes an endless flood of text cheap, waiting %s", (wait) => {
    const { batcher, write, sent, clock } = setUp({ maxLines: 100 });
    for (let i = 0; i < 10_000; i += 1) {
      write(`${i}\n`);
      batcher.clear(wait);
      clock.time += 1;
    }
    expect(sent.length).toBeLessThan(2 * 10_000 * ((BURST + 2) / INTERVAL));
    expect(sent.filter(({ text }) => text.includes("cut"))).toEqual([]);
  });

  it("leaves what was written last, where it waits and nothing follows", () => {
    const { batcher, write, texts, exhaust } = setUp();
    exhaust();
    batcher.clear(true);
    write("1\n");
    batcher.clear(true);
    write("2\n");
    batcher.clear(true);
    batcher.end();
    expect(texts()).toEqual(["wait", "2\n", "wait"]);
  });

  it("takes with it what was never sent", () => {
    const { batcher, write, display, texts, exhaust } = setUp();
    exhaust();
    batcher.clear(true);
    write("1\n");
    batcher.clear(true);
    display("2");
    batcher.clear(false);
    write("3\n");
    batcher.clear(false);
    batcher.end();
    expect(texts()).toEqual(["wait", "2", "now"]);
  });

  it("is held where no cell runs, with what comes between", () => {
    const { batcher, write, texts } = setUp();
    batcher.end();
    write("a\n");
    batcher.clear(true);
    batcher.clear(true);
    write("b\n");
    batcher.begin(2, 0, 0);
    expect(texts()).toEqual(["a\n", "wait", "b\n"]);
  });
});
