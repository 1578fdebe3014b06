// The bootstrap with a fake model, and a fake front end in the server's place.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import bootstrap from "../../src/widget/bootstrap.ts";
import type { Model, StartOptions, WidgetManager } from "../../src/widget/model.ts";
import { eventually, settle } from "../fakes.ts";

/** A JupyterLab signal. */
class Signal<Args> {
  readonly slots = new Set<(sender: unknown, args: Args) => void>();
  connect = (slot: (sender: unknown, args: Args) => void) => this.slots.add(slot);
  disconnect = (slot: (sender: unknown, args: Args) => void) => this.slots.delete(slot);
  emit = (args: Args) => {
    for (const slot of [...this.slots]) slot(this, args);
  };
}

class FakeModel implements Model {
  readonly sent: unknown[] = [];
  readonly listeners = new Map<string, (...args: never[]) => void>();
  readonly disposed = new Signal<unknown>();
  readonly statusChanged = new Signal<string>();
  traits: Record<string, unknown> = {};
  widget_manager: WidgetManager = {
    kernel: {
      serverSettings: { baseUrl: "http://localhost/user/jo%20e/", token: "secret" },
      disposed: this.disposed,
      statusChanged: this.statusChanged,
    },
  };
  get = (trait: string) => this.traits[trait];
  set = (trait: string, value: unknown) => (this.traits[trait] = value);
  on = (event: string, callback: (...args: never[]) => void) => void this.listeners.set(event, callback);
  off = (event?: string | null) => void this.listeners.delete(event ?? "");
  send: (content: unknown) => unknown = (content) => this.sent.push(content);
  hear(content: unknown) {
    (this.listeners.get("msg:custom") as ((content: unknown) => void) | undefined)?.(content);
  }
}

// `import()` of this URL gives a module that notes what it was started with.
const ASSETS = `data:text/javascript,export const start=(o)=>globalThis.started.push(o)//`;
let started: StartOptions[];
let model: FakeModel;

beforeEach(() => {
  started = [];
  model = new FakeModel();
  vi.stubGlobal("started", started);
  vi.stubGlobal("location", { href: "http://localhost/lab" });
  vi.stubGlobal("document", { getElementById: () => null });
  vi.spyOn(console, "error").mockReturnValue(undefined);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const initialize = (signal?: AbortSignal) => bootstrap.initialize(signal ? { model, signal } : { model });

describe("the bootstrap", () => {
  it("asks the kernel for its room, and starts the front end from the kernel's own server", async () => {
    initialize();
    expect(model.sent).toEqual([{ ask: "room" }]);
    model.hear({ room: "r1", assets: ASSETS });
    await eventually(() => expect(started).toHaveLength(1));
    expect(started[0]).toMatchObject({ room: "r1", baseUrl: "http://localhost/user/jo%20e/", token: "secret" });
  });

  it("falls back to the page's configuration where the kernel's connection tells no server", async () => {
    model.widget_manager.kernel = null;
    const textContent = JSON.stringify({ baseUrl: "/base/", token: "t" });
    vi.stubGlobal("document", { getElementById: (id: string) => (id === "jupyter-config-data" ? { textContent } : null) });
    initialize();
    model.hear({ room: "r1", assets: ASSETS });
    await eventually(() => expect(started).toHaveLength(1));
    expect(started[0]).toMatchObject({ baseUrl: "http://localhost/base/", token: "t" });
  });

  it("returns at once, with a clean-up where anywidget gives no signal", () => {
    expect(initialize(new AbortController().signal)).toBeUndefined();
    const end = initialize();
    end!();
    expect(model.listeners.size).toBe(0);
  });

  it("ends with its signal, its kernel's end, restart or death", async () => {
    const life = new AbortController();
    const ends = [
      () => life.abort(),
      () => model.disposed.emit(undefined),
      () => model.statusChanged.emit("restarting"),
      () => model.statusChanged.emit("autorestarting"),
      () => model.statusChanged.emit("dead"),
    ];
    for (const [index, end] of ends.entries()) {
      initialize(index === 0 ? life.signal : undefined);
      model.hear({ room: `r${index}`, assets: ASSETS });
      await eventually(() => expect(started).toHaveLength(index + 1));
      model.statusChanged.emit("busy");
      expect(started[index]!.signal.aborted).toBe(false);
      end();
      expect(started[index]!.signal.aborted).toBe(true);
      expect(model.statusChanged.slots.size).toBe(0);
    }
  });

  it("has JupyterLab run cells again after a question that the kernel has ended, also where its box comes late", () => {
    initialize();
    const { kernel } = model.widget_manager;
    kernel!.hasPendingInput = true;
    model.hear({ input: "over" });
    expect(kernel!.hasPendingInput).toBe(false);
    kernel!.hasPendingInput = true;
    model.statusChanged.emit("idle");
    expect(kernel!.hasPendingInput).toBe(false);
    // The next question is none of ours.
    kernel!.hasPendingInput = true;
    model.statusChanged.emit("idle");
    expect(kernel!.hasPendingInput).toBe(true);
    model.widget_manager.kernel = null;
    model.hear({ input: "over" });
  });

  it("does nothing with a model that has no kernel behind it", async () => {
    model.send = () => {
      throw new Error("no comm");
    };
    initialize();
    model.send = () => Promise.reject(new Error("no comm"));
    initialize();
    await settle();
    expect(started).toEqual([]);
  });

  it("says of a PyScript object that it has ended with its kernel, whatever becomes of the kernel", () => {
    const ends = [
      () => model.disposed.emit(undefined),
      () => model.statusChanged.emit("restarting"),
      () => model.statusChanged.emit("autorestarting"),
      () => model.statusChanged.emit("dead"),
    ];
    for (const end of ends) {
      model = new FakeModel();
      model.traits = { status: "ready", _view_id: "m" };
      initialize();
      for (const status of ["busy", "idle", "unknown"]) model.statusChanged.emit(status);
      expect(model.traits["status"]).toBe("ready");
      end();
      expect(model.traits["status"]).toBe("ended");
    }
  });

  it("says so of one that comes from a saved notebook, and not of one whose kernel lives", async () => {
    for (const live of [false, true]) {
      model = new FakeModel();
      model.traits = { status: "ready", _view_id: "m" };
      model.widget_manager.get_model = (id) => Promise.resolve(id === "m" ? { comm_live: live } : {});
      initialize();
      await settle();
      expect(model.traits["status"]).toBe(live ? "ready" : "ended");
    }
    // The kernel has told no id yet; the host does not know the model.
    model.traits = { status: "ready", _view_id: "" };
    initialize();
    model.traits = { status: "ready", _view_id: "other" };
    model.widget_manager.get_model = () => Promise.reject(new Error("no such model"));
    initialize();
    await settle();
    expect(model.traits["status"]).toBe("ready");
  });

  it("leaves one that was closed before as it is, and a widget that has no status", () => {
    model.traits = { status: "closed" };
    initialize();
    model.statusChanged.emit("restarting");
    expect(model.traits["status"]).toBe("closed");
    model = new FakeModel();
    initialize();
    model.statusChanged.emit("restarting");
    expect(model.traits).toEqual({});
  });

  it("takes no other message for a room", async () => {
    initialize();
    for (const content of [null, {}, { room: 1, assets: "x" }, { room: "r" }]) model.hear(content);
    await settle();
    expect(started).toEqual([]);
  });

  it("tells kernel and console where the front end did not load from, and what to do", async () => {
    initialize();
    model.hear({ room: "r1", assets: "data:text/plain,no" });
    await eventually(() => expect(model.sent).toHaveLength(2));
    expect(JSON.stringify(model.sent[1])).toMatch(/did not load from data:text.*server extension list.*reload the page/);
  });
});
