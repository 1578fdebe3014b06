// How large and how deep data are.
import { describe, expect, it } from "vitest";
import { measure } from "../../src/protocol/measure.ts";

describe("measuring data", () => {
  it("counts text in UTF-8, keys, bytes and constants", () => {
    expect(measure("é")).toEqual({ bytes: 2, depth: 1 });
    expect(measure({ ab: [1, null], c: Uint8Array.of(1, 2, 3) })).toEqual({ bytes: 2 + 16 + 1 + 3, depth: 3 });
  });

  it("measures what is far too deep for a recursion", () => {
    let deep: unknown[] = [];
    for (let i = 1; i < 100_000; i += 1) deep = [deep];
    expect(measure(deep).depth).toBe(100_000);
  });
});
