// Modules of the main thread, in a worker: borrowed from its page, or refused.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { borrowModules, prepareModules } from "../../src/interpreters/modules.ts";

const MODULES = Symbol.for("polyscript.js_modules");

const bytes = (text: string) => new TextEncoder().encode(text);
const config = {
  modules: [
    { source: "/nb/greet.js", name: "greet", main: true, data: bytes("export const here = 'main';") },
    { source: "/nb/both.js", name: "both", main: true, data: bytes("export const here = 'main';") },
  ],
};

let own: Map<string, unknown>;

beforeEach(() => {
  own = new Map();
  vi.stubGlobal(MODULES, own);
});

describe("a module of the main thread", () => {
  it("is lent to a worker by its page, under a name that is known before", async () => {
    const page = new Map<string, unknown>();
    const importJS = vi.fn((_url: string, name: string) => Promise.resolve(page.set(name, { here: "the page" })));
    await prepareModules(config, false);
    expect([...own.keys()]).toEqual(["greet", "both"]);
    await borrowModules(config, { window: { [MODULES]: page }, sync: { importJS } });
    expect(own.get("greet")).toEqual({ here: "the page" });
    expect(importJS.mock.calls.map(([url, name]) => [url.slice(0, 5), name])).toEqual([["blob:", "greet"], ["blob:", "both"]]);
  });

  it("does not take the name of a worker's own", async () => {
    own.set("both", { here: "worker" });
    const modules = [...config.modules, { source: "/nb/own.js", name: "both", main: false }];
    const page = new Map<string, unknown>([["greet", 1], ["both", 2]]);
    await borrowModules({ modules }, { window: { [MODULES]: page }, sync: { importJS: () => undefined } });
    expect(own.get("both")).toEqual({ here: "worker" });
  });

  it("is refused where the worker cannot wait for its page", async () => {
    const refused = borrowModules(config, { window: null, sync: { importJS: () => undefined } });
    await expect(refused).rejects.toThrow(/`js_modules.main`: \/nb\/greet.js is for the main thread.*--main/);
    await borrowModules({}, { window: null, sync: { importJS: () => undefined } });
  });
});
