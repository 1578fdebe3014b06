// Messages to MessagePack bytes and back.
//
// Python refuses text with lone surrogates, and JavaScript strings may hold them (half an emoji, a file name), so every
// string is made well-formed on its way out: a lone surrogate becomes U+FFFD, as TextEncoder does it.
import { decode as unpack, encode as pack } from "@msgpack/msgpack";

/** What arrived is no message of ours. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** How deep a message may be nested; a text or a number in the message itself is at level 2. */
export const MAX_DEPTH = 100;

interface Tagged {
  type: string;
}

/** A message as MessagePack bytes. */
export function encode(message: Tagged): Uint8Array<ArrayBuffer> {
  return pack(wellFormed(message), { ignoreUndefined: true, maxDepth: MAX_DEPTH });
}

/** A message from MessagePack bytes; throws ProtocolError. `Message` is the union for this direction. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the relay has checked which union it is
export function decode<Message extends Tagged>(data: ArrayBuffer | Uint8Array): Message {
  let value: unknown;
  try {
    value = unpack(data);
  } catch (error) {
    throw unreadable(data, error instanceof Error ? error.message : String(error));
  }
  if (typeof value !== "object" || value === null || !("type" in value) || typeof value.type !== "string") {
    throw unreadable(data, "a map with a `type` was wanted");
  }
  return value as Message;
}

function unreadable(data: ArrayBuffer | Uint8Array, why: string): ProtocolError {
  return new ProtocolError(
    `A message of ${data.byteLength} bytes from the relay could not be read: ${why}. ` +
      "The two ends may run different versions: reload the page and restart the kernel.",
  );
}

function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (value !== null && typeof value === "object" && !ArrayBuffer.isView(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toWellFormed(), wellFormed(item)]));
  }
  return value;
}
