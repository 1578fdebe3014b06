// Data of any kind as what a message can carry: a worker posts what it likes.
import { measure } from "./measure.ts";

/** The most that is carried, in bytes and in levels. */
export const MAX_DATA = 65_536;
export const MAX_LEVELS = 32;

/** Data that a message does not carry; the message says why. */
export class DataError extends Error {
  override readonly name = "DataError";
}

/**
 * A value as null, booleans, numbers, texts, bytes, lists and records; throws DataError.
 *
 * A Map and an object become a record, a Set and an array a list, a Date its text in ISO 8601, a large integer its
 * digits, and what is none of these its own text.
 */
export function plain(value: unknown): unknown {
  const copy = convert(value, 1);
  const { bytes } = measure(copy);
  if (bytes > MAX_DATA) throw new DataError(`It has ${bytes} bytes; ${MAX_DATA} are carried at most.`);
  return copy;
}

function convert(value: unknown, level: number): unknown {
  if (level > MAX_LEVELS) throw new DataError(`It is nested deeper than ${MAX_LEVELS} levels.`);
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return value.toJSON();
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, (item) => convert(item, level + 1));
  const entries = value instanceof Map ? [...value] : typeof value === "object" ? Object.entries(value) : null;
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- that is what is wanted of a symbol or a function
  if (!entries) return String(value);
  return Object.fromEntries(entries.map(([key, item]) => [String(key), convert(item, level + 1)]));
}
