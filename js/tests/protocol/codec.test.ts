// Messages to bytes and back.
import { describe, expect, it } from "vitest";
import { decode, encode, ProtocolError } from "../../src/protocol/codec.ts";
import type { Stream } from "../../src/protocol/messages.ts";

const stream = (text: string): Stream => ({
  type: "stream",
  environment: "py",
  seq: 1,
  run: 2,
  name: "stdout",
  text,
});

describe("the codec", () => {
  it("brings a message back as it was", () => {
    expect(decode<Stream>(encode(stream("é😀\n")))).toEqual(stream("é😀\n"));
  });

  it("makes strings with lone surrogates well-formed, because Python refuses them", () => {
    const half = "😀".slice(0, 1);
    expect(decode<Stream>(encode(stream(`a${half}b`))).text).toBe("a\ufffdb");
    const nested = { type: "result", data: { [half]: [half] } };
    expect(decode<typeof nested>(encode(nested)).data).toEqual({ "\ufffd": ["\ufffd"] });
  });

  it("leaves out what is undefined, and keeps null", () => {
    expect(decode(encode({ type: "x", a: undefined, b: null } as { type: string }))).toEqual({ type: "x", b: null });
  });

  it("refuses bytes that are no message, with what was got and what to do", () => {
    expect(() => decode(Uint8Array.of(0xc1))).toThrow(ProtocolError);
    expect(() => decode(encode([] as unknown as { type: string }))).toThrow(
      /1 bytes from the relay could not be read: a map with a `type` was wanted.*reload the page/,
    );
  });
});
