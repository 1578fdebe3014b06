// The check of the interpreter's files, with a fake server.
import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { AssetError, checkAssets, type CheckOptions } from "../../src/frame/assets.ts";

const content = "the wasm";
const right = createHash("sha256").update(content).digest("hex");

function options(files: Record<string, string | number>, overrides: Partial<CheckOptions> = {}): CheckOptions {
  return {
    manifest: {
      package: "0.1.0",
      digest: "d",
      files: { "mpy/a.wasm": { size: 8, sha256: right }, "mpy/b.mjs": { size: 8, sha256: right } },
      interpreters: {},
    },
    files: ["mpy/a.wasm", "mpy/b.mjs"],
    base: "http://server/base/pyscript/assets/d/",
    onProgress: () => undefined,
    signal: new AbortController().signal,
    fetch: (input) => {
      const answer = files[(input as string).replace("http://server/base/pyscript/assets/d/", "")];
      if (answer === undefined) return Promise.reject(new TypeError("Failed to fetch"));
      if (typeof answer === "number") return Promise.resolve(new Response("", { status: answer, statusText: "Not Found" }));
      return Promise.resolve(new Response(answer));
    },
    ...overrides,
  };
}

const both = { "mpy/a.wasm": content, "mpy/b.mjs": content };

describe("checking assets", () => {
  it("passes right files, and tells the bytes of all of them", async () => {
    const told: [number, number][] = [];
    await checkAssets(options(both, { onProgress: (...progress) => told.push(progress) }));
    expect(told[0]).toEqual([0, 16]);
    expect(told.at(-1)).toEqual([16, 16]);
  });

  it("count what is loaded beside them, and wait for it", async () => {
    const told: [number, number][] = [];
    let loaded = false;
    const beside = {
      size: 4,
      load: async (onBytes: (count: number) => void) => {
        await new Promise((resolve) => setTimeout(resolve));
        onBytes(4);
        loaded = true;
      },
    };
    await checkAssets(options(both, { beside, onProgress: (...progress) => told.push(progress) }));
    expect(loaded).toBe(true);
    expect(told.at(-1)).toEqual([20, 20]);
  });

  it("names file, URL, status and both hashes of a wrong file, and what to do", async () => {
    const wrong = createHash("sha256").update("changed!").digest("hex");
    const failing = checkAssets(options({ ...both, "mpy/a.wasm": "changed!" }));
    await expect(failing).rejects.toThrow(AssetError);
    await expect(failing).rejects.toThrow(
      `mpy/a.wasm is not the file it should be: http://server/base/pyscript/assets/d/mpy/a.wasm (status 200) has ` +
        `SHA-256 ${wrong}, ${right} was wanted. Run the cell again`,
    );
    const error: unknown = await failing.catch((reason: unknown) => reason);
    expect((error as AssetError).failure).toMatchObject({ kind: "asset", name: "AssetError" });
  });

  it("has the browser's copy of a wrong file replaced, so that the next try may work", async () => {
    const caches: (RequestCache | undefined)[] = [];
    const { fetch, ...rest } = options({ ...both, "mpy/a.wasm": "changed!" });
    const noting: typeof fetch = (input, init) => {
      caches.push(init?.cache);
      return fetch!(input, init);
    };
    await expect(checkAssets({ ...rest, fetch: noting })).rejects.toThrow(AssetError);
    expect(caches).toContain("reload");
  });

  it("goes on where the fresh copy is right, and says that one was replaced", async () => {
    const { fetch: broken, ...rest } = options({ ...both, "mpy/a.wasm": "changed!" });
    const { fetch: fresh } = options(both);
    const fetch: typeof globalThis.fetch = (input, init) => (init?.cache === "reload" ? fresh! : broken!)(input, init);
    expect(await checkAssets({ ...rest, fetch })).toBe(true);
    expect(await checkAssets(options(both))).toBe(false);
  });

  it("says which trouble is a wrong file", async () => {
    await expect(checkAssets(options({ ...both, "mpy/a.wasm": "changed!" }))).rejects.toMatchObject({ wrong: true });
    await expect(checkAssets(options({ ...both, "mpy/a.wasm": 503 }))).rejects.toMatchObject({ wrong: false });
  });

  it("names URL and status of a file that is not there", async () => {
    await expect(checkAssets(options({ ...both, "mpy/b.mjs": 404 }))).rejects.toThrow(
      /mpy\/b\.mjs did not load: http:.*b\.mjs answered with status 404 Not Found, 200 was wanted/,
    );
  });

  it("says so when the server does not answer at all, or the manifest lacks the file", async () => {
    await expect(checkAssets(options({}))).rejects.toThrow(/did not load from http.*Failed to fetch.*server running/);
    await expect(checkAssets(options(both, { files: ["c"] }))).rejects.toThrow("c is not in the asset manifest");
  });

  it("goes on without hashes where the browser has none, and says so once", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    await checkAssets(options({ ...both, "mpy/a.wasm": "changed!" }, { subtle: undefined }));
    await checkAssets(options(both, { subtle: undefined }));
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]![0]).toContain("not checked by hash");
  });
});
