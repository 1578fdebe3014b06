// Data of any kind as what a message carries.
import { describe, expect, it } from "vitest";
import { DataError, MAX_DATA, plain } from "../../src/protocol/plain.ts";

describe("plain data", () => {
  it("are lists, records, text, numbers and bytes, whatever they were", () => {
    const value = {
      list: new Set([1, undefined]),
      map: new Map([[2, new Date(0)]]),
      bytes: Uint16Array.of(1),
      buffer: new ArrayBuffer(1),
      big: [5n, 2n ** 70n],
    };
    expect(plain(value)).toEqual({
      list: [1, null],
      map: { 2: "1970-01-01T00:00:00.000Z" },
      bytes: Uint8Array.of(1, 0),
      buffer: Uint8Array.of(0),
      big: [5, "1180591620717411303424"],
    });
  });

  it("are refused where they are too large or hold themselves", () => {
    expect(() => plain("x".repeat(MAX_DATA + 1))).toThrow(DataError);
    const own: unknown[] = [];
    own.push(own);
    expect(() => plain(own)).toThrow("nested deeper than");
  });
});
