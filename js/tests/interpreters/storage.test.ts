// The memory that stands for the browser's storage in a frame of an opaque origin.
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

async function mapsOf(origin: string) {
  vi.stubGlobal("origin", origin);
  return await import("../../src/interpreters/storage.ts");
}

describe("storage", () => {
  it("is the browser's own, except where an opaque origin has none", async () => {
    const { default: stored, MemoryMap } = await mapsOf("http://localhost");
    expect(stored).not.toBe(MemoryMap);
    vi.resetModules();
    const opaque = await mapsOf("null");
    expect(opaque.default).toBe(opaque.MemoryMap);
  });

  it("in memory is one for each name, and keeps copies", async () => {
    const { MemoryMap } = await mapsOf("null");
    const one = new MemoryMap("one");
    const list = [1];
    await one.set("list", list);
    list.push(2);
    const again = new MemoryMap("one");
    expect(await again.get("list")).toEqual([1]);
    expect(await again.entries()).toEqual([["list", [1]]]);
    expect(await new MemoryMap("two").has("list")).toBe(false);
    expect(await new MemoryMap("one", { prefix: "other" }).size).toBe(0);
    await again.delete("list");
    expect(await one.keys()).toEqual([]);
    await one.set("a", 1);
    await one.clear();
    expect(await one.values()).toEqual([]);
    await one.close();
  });
});
