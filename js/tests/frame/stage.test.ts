// When a frame says that a run has drawn, and when it sends a picture; with a fake document.
import { beforeEach, describe, expect, it } from "vitest";
import type { StartEngine } from "../../src/frame/engine.ts";
import { Stage, type Picture } from "../../src/frame/stage.ts";
import type { FromWorker, RunCell } from "../../src/protocol/port.ts";

let content: string;
let changed: boolean;
let layout: boolean;
let clock: number;
let timers: { callback: () => void; forgotten: boolean }[];
let said: (string | number)[][];
let worker: (message: FromWorker) => void;
let stage: Stage;

const scene = {
  takeChanges() {
    const was = changed;
    changed = false;
    return was;
  },
  visible: () => content !== "",
  picture: (): Picture | null => (layout ? { svg: content, width: 1, height: 1, text: "" } : null),
  clear: () => (content = ""),
};
const startEngine: StartEngine = (onMessage) => {
  worker = onMessage;
  return { post: () => undefined, terminate: () => undefined };
};
/** What a run or a click does to the document, which its observer then tells. */
const draw = (text: string) => {
  content = text;
  changed = true;
  stage.changed();
};
const settle = () => {
  clock += 1000;
  for (const timer of timers.splice(0)) if (!timer.forgotten) timer.callback();
};
const start = () => {
  const engine = stage.watch(startEngine)(
    (message) => {
      if (message.type === "snapshot") said.push(["snapshot", message.run, message.svg]);
      else if ("run" in message) said.push([message.type, message.run]);
    },
    () => undefined,
  );
  return {
    run: (run: number, task: RunCell["task"] = "cell") =>
      engine.post({ type: "run", run, code: "", filename: "", maxBytes: 0, maxLines: 0, mailbox: null, task }),
    done: (run: number) => worker({ type: "done", run, seconds: 0, failure: null, broken: false }),
    terminate: () => engine.terminate(),
  };
};

beforeEach(() => {
  content = "";
  changed = false;
  layout = true;
  clock = 0;
  timers = [];
  said = [];
  stage = new Stage({
    scene,
    now: () => clock,
    later(callback) {
      const timer = { callback, forgotten: false };
      timers.push(timer);
      return () => (timer.forgotten = true);
    },
  });
});

describe("the stage of a frame", () => {
  it("gives no place to what is drawn while a task goes on that is no cell", () => {
    const { run, done } = start();
    run(1, "complete");
    draw("an animation");
    done(1);
    expect(said).toEqual([["done", 1]]);
    run(2);
    done(2);
    expect(said[1]).toEqual(["drawn", 2]);
  });

  it("says once that a run draws, and at its end how it looks, before it is done", () => {
    const { run, done } = start();
    run(1);
    draw("a");
    draw("ab");
    done(1);
    expect(said).toEqual([["drawn", 1], ["snapshot", 1, "ab"], ["done", 1]]);
  });

  it("sees what a run has drawn in its last moment, of which no observer has told yet", () => {
    const { run, done } = start();
    run(1);
    content = "late";
    changed = true;
    done(1);
    expect(said).toEqual([["drawn", 1], ["snapshot", 1, "late"], ["done", 1]]);
  });

  it("says nothing of a run that changes nothing, or leaves nothing to see", () => {
    const { run, done } = start();
    run(1);
    done(1);
    run(2);
    draw("");
    done(2);
    expect(said).toEqual([["done", 1], ["done", 2]]);
  });

  it("does not take what a click changes for the drawing of the cell that runs", () => {
    const { run, done } = start();
    run(1);
    draw("a");
    done(1);
    run(2);
    stage.touched();
    draw("a clicked");
    done(2);
    expect(said.slice(3)).toEqual([["done", 2]]);
    settle();
    expect(said.slice(4)).toEqual([["snapshot", 1, "a clicked"]]);
  });

  it("gives what was drawn between two cells to the next one, where it has been shown nowhere", () => {
    const { run, done } = start();
    draw("background");
    run(1);
    done(1);
    expect(said).toEqual([["drawn", 1], ["snapshot", 1, "background"], ["done", 1]]);
    draw("more");
    run(2);
    done(2);
    expect(said.slice(3)).toEqual([["done", 2]]);
  });

  it("leaves the document in a card that shows it, whatever a late handler changes there between two cells", () => {
    const { run, done } = start();
    run(1);
    draw("a");
    done(1);
    stage.placed(0);
    draw("a, pressed");
    run(2);
    done(2);
    expect(said.filter(([type]) => type === "drawn")).toEqual([["drawn", 1]]);
  });

  it("takes a picture a moment after the reader did something, and at the latest before the next run", () => {
    const { run, done } = start();
    run(1);
    draw("a");
    done(1);
    stage.touched();
    draw("b");
    stage.touched();
    settle();
    expect(said.slice(3)).toEqual([["snapshot", 1, "b"]]);
    stage.touched();
    draw("c");
    run(2);
    expect(said.slice(4)).toEqual([["snapshot", 1, "c"]]);
    settle();
    expect(said).toHaveLength(5);
  });

  it("takes a picture for the place that it leaves, and none for a card", () => {
    const { run, done } = start();
    run(1);
    draw("a");
    done(1);
    stage.placed(1);
    content = "b";
    stage.placed(0);
    expect(said.slice(3)).toEqual([["snapshot", 1, "b"]]);
    stage.touched();
    settle();
    expect(said).toHaveLength(4);
  });

  it("takes the picture later where there is no layout just now", () => {
    const { run, done } = start();
    run(1);
    draw("a");
    layout = false;
    done(1);
    expect(said).toEqual([["drawn", 1], ["done", 1]]);
    layout = true;
    settle();
    expect(said.slice(2)).toEqual([["snapshot", 1, "a"]]);
  });

  it("ends with its interpreter: a last picture, an empty document, and nothing later", () => {
    const first = start();
    first.run(1);
    draw("a");
    first.done(1);
    stage.touched();
    content = "b";
    first.terminate();
    expect(said.slice(3)).toEqual([["snapshot", 1, "b"]]);
    expect(content).toBe("");
    const second = start();
    first.terminate();
    settle();
    second.run(2);
    second.done(2);
    expect(said.slice(4)).toEqual([["done", 2]]);
  });
});
