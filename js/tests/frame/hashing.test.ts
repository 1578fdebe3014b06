// The hashes that the guard has the main thread reckon.
import { afterEach, expect, it } from "vitest";
import { remoteHashes, serveHashes } from "../../src/frame/hashing.ts";

let channel = new MessageChannel();
afterEach(() => {
  channel.port1.close();
  channel = new MessageChannel();
});

const hex = (digest: ArrayBuffer) => Buffer.from(digest).toString("hex").slice(0, 8);
const bytes = (text: string) => new TextEncoder().encode(text);

it("answers each question with its own hash, and leaves the bytes where they are", async () => {
  serveHashes(channel.port1);
  const subtle = remoteHashes(channel.port2);
  const [abc, none] = [bytes("abc"), bytes("")];
  const digests = await Promise.all([subtle.digest("SHA-256", abc), subtle.digest("SHA-256", none)]);
  expect(digests.map(hex)).toEqual(["ba7816bf", "e3b0c442"]);
  expect(abc).toHaveLength(3);
});

it("says so where there is no hash to be had", async () => {
  serveHashes(channel.port1, { digest: () => Promise.reject(new Error("no memory")) });
  await expect(remoteHashes(channel.port2).digest("SHA-256", bytes("a"))).rejects.toThrow("could not reckon");
});
