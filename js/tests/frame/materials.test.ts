// What an interpreter starts sooner from, with a fake server.
import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { MaterialsStore, type MaterialsOptions } from "../../src/frame/materials.ts";

const BASE = "http://server/base/pyscript/assets/d/";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const module = {} as WebAssembly.Module;

let served: Record<string, string>;
let requests: string[];

beforeEach(() => {
  served = { "py/a.wasm": "the wasm", "py/a.snapshot": "the memory" };
  requests = [];
});

function store(interpreter = "py", options: Partial<MaterialsOptions> = {}): MaterialsStore {
  return new MaterialsStore({
    manifest: {
      package: "0.1.0",
      digest: "d",
      files: { "py/a.snapshot": { size: 10, sha256: sha256("the memory") } },
      interpreters: {
        py: { version: "1", entry: "py/a.mjs", files: ["py/a.mjs", "py/a.wasm"], snapshot: "py/a.snapshot" },
        mpy: { version: "1", entry: "py/a.mjs", files: ["py/a.wasm"], snapshot: null },
      },
    },
    interpreter,
    base: BASE,
    signal: new AbortController().signal,
    fetch: (input) => {
      const path = (input as string).replace(BASE, "");
      requests.push(path);
      const text = served[path];
      return Promise.resolve(text === undefined ? new Response("", { status: 404 }) : new Response(text));
    },
    compile: async (response) => {
      if ((await (await response).text()) !== "the wasm") throw new WebAssembly.CompileError("bad magic number");
      return module;
    },
    ...options,
  });
}

describe("the materials of a start", () => {
  it("are the compiled module and the snapshot, loaded once for all starts", async () => {
    const materials = store();
    const { wasm, snapshot, trouble } = await materials.get();
    expect(wasm).toBe(module);
    expect(new TextDecoder().decode(snapshot!)).toBe("the memory");
    expect(trouble).toBeNull();
    expect(await materials.get()).toBe(await materials.get());
    expect(requests).toHaveLength(2);
  });

  it("are loaded anew when they are to be forgotten", async () => {
    const materials = store();
    await materials.get();
    materials.forget();
    await materials.get();
    expect(requests).toHaveLength(4);
  });

  it("are the module alone for an interpreter that has no snapshot, and nothing is amiss", async () => {
    expect(await store("mpy").get()).toEqual({ wasm: module, snapshot: null, trouble: null });
  });

  it("say why there is no snapshot, and what it should have been", async () => {
    served["py/a.snapshot"] = "damaged";
    const { wasm, snapshot, trouble } = await store().get();
    expect(wasm).toBe(module);
    expect(snapshot).toBeNull();
    expect(trouble).toBe(
      `py/a.snapshot is not the file it should be: ${BASE}py/a.snapshot (status 200) has SHA-256 ${sha256("damaged")}, ` +
        `${sha256("the memory")} was wanted.`,
    );
    delete served["py/a.snapshot"];
    expect((await store().get()).trouble).toContain("answered with status 404, 200 was wanted.");
  });

  it("leave the module out where it does not compile: the interpreter says why", async () => {
    served["py/a.wasm"] = "damaged";
    expect((await store().get()).wasm).toBeNull();
  });

  it("tell how much of the snapshot is there, from its beginning on", async () => {
    const materials = store();
    const { size, load } = materials.beside;
    expect(size).toBe(10);
    await materials.get();
    let loaded = 0;
    await load((count) => (loaded += count));
    expect(loaded).toBe(10);
    expect(store("mpy").beside.size).toBe(0);
  });
});
