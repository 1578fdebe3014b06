// The status card follows the traits.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { renderCard } from "../../src/widget/card.ts";
import type { Model } from "../../src/widget/model.ts";
import { FakeElement, stubPage } from "./dom.ts";

let traits: Record<string, unknown>;
let listeners: Map<string, () => void>;
let el: FakeElement;

const model: Model = {
  get: (trait) => traits[trait],
  on: (event, callback) => void listeners.set(event, callback),
  off: (event) => void listeners.delete(event ?? ""),
  send: () => {
    throw new Error("the card sends nothing");
  },
};
const set = (changes: Record<string, unknown>) => {
  Object.assign(traits, changes);
  for (const name of Object.keys(changes)) listeners.get(`change:${name}`)?.();
};
const render = () => renderCard({ model, el: el as unknown as HTMLElement });

beforeEach(() => {
  stubPage();
  traits = { environment: "stats", interpreter: "pyodide", version: "", status: "starting", progress: {}, error: null };
  listeners = new Map();
  el = new FakeElement("div");
});
afterEach(() => vi.unstubAllGlobals());

describe("the status card", () => {
  it("says which environment it is and what it does, in a live region", () => {
    render();
    expect(el.find("-name").textContent).toBe("stats");
    expect(el.find("-card").attributes).toEqual({ role: "group", "aria-label": "PyScript environment stats" });
    expect(el.find("-status").textContent).toBe("starting");
    expect(el.find("-status").attributes).toMatchObject({ role: "status", "aria-live": "polite" });
  });

  it("shows how far a download is, outside the live region", () => {
    render();
    set({ status: "loading", progress: { phase: "downloading", fraction: 0.5, loaded: 6.7e6, total: 13.4e6 } });
    expect(el.find("-status").textContent).toBe("downloading");
    expect(el.find("progress")).toMatchObject({ hidden: false, value: 0.5 });
    expect(el.find("-detail").textContent).toBe("6.7 of 13.4 MB");
  });

  it("shows the version when it is ready, and no bar", () => {
    render();
    set({ status: "ready", version: "314.0.7" });
    expect(el.find("-status").textContent).toBe("ready");
    expect(el.find("-detail").textContent).toBe("pyodide 314.0.7");
    expect(el.find("progress").hidden).toBe(true);
    expect(el.find("-error").hidden).toBe(true);
  });

  it("shows an error", () => {
    render();
    set({ status: "failed", error: "a.wasm did not load" });
    expect(el.find("-error")).toMatchObject({ hidden: false, textContent: "a.wasm did not load" });
  });

  it("says in the live region that it has ended with its kernel, and nothing that may have been an error", () => {
    render();
    set({ status: "ended", error: "ZeroDivisionError: divide by zero" });
    expect(el.find("-status").textContent).toBe("ended with its kernel; run its cells again to start it anew");
    expect(el.find("-card").dataset["status"]).toBe("ended");
    expect(el.find("-error").hidden).toBe(true);
    expect(el.find("progress").hidden).toBe(true);
  });

  it("lets go of the model and of its place", () => {
    render()();
    expect(listeners.size).toBe(0);
    expect(el.children).toEqual([]);
  });
});
