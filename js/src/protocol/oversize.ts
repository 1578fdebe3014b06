// Events that cannot be sent as they are: too large for the relay, which would close the connection, or nested deeper
// than MessagePack encodes. What is sent instead says so; nothing is lost in silence.
import { encode, MAX_DEPTH } from "./codec.ts";
import { measure } from "./measure.ts";
import type { Comm, Display, Failure, FromFrame, Result } from "./messages.ts";

/** The largest event that is sent, in bytes. The relay takes messages of up to 64 MiB. */
export const MAX_EVENT = 48_000_000;

/** How much of a failure's message is kept where the whole does not go through, in characters. */
const KEPT = 10_000;

type Event = Extract<FromFrame, { seq: number }>;

/** An event as MessagePack bytes that the relay takes: the event itself, or what says that it could not be sent. */
export function encodeEvent(event: Event): Uint8Array<ArrayBuffer> {
  try {
    const bytes = encode(event);
    if (bytes.length <= MAX_EVENT) return bytes;
    return encode(instead(event, bytes.length, null));
  } catch (error) {
    return encode(instead(event, null, error));
  }
}

function instead(event: Event, bytes: number | null, error: unknown): Event {
  if (event.type === "display" || event.type === "result" || event.type === "comm") {
    const { environment, seq, run } = event;
    return { type: "stream", environment, seq, run, name: "stderr", text: `\n[${sentence(event, bytes, error)}]\n` };
  }
  if ("failure" in event && event.failure) return { ...event, failure: shortened(event.failure) };
  throw error instanceof Error ? error : new Error(`An event "${event.type}" of ${bytes ?? 0} bytes cannot be sent.`);
}

function sentence(event: Display | Result | Comm, bytes: number | null, error: unknown): string {
  const what = { display: "a display", result: "the result", comm: "a message of a comm" }[event.type];
  const data = event.type === "comm" ? { ...event.comm } : event.data;
  const types = event.type === "comm" ? `${event.comm.action} ${event.comm.comm}` : Object.keys(data).join(", ");
  const measured = measure(data);
  const size = bytes ?? measured.bytes;
  if (size > MAX_EVENT) {
    return (
      `${what} of ${megabytes(size)} MB (${types}) was not sent: ${megabytes(MAX_EVENT)} MB is the most. ` +
      "Show less of it, or show it in parts"
    );
  }
  // The event around the data takes a level.
  const most = MAX_DEPTH - 1;
  if (measured.depth > most) {
    return (
      `${what} (${types}) was not sent: its data are nested ${measured.depth} levels deep, and ${most} is the most. ` +
      "Show it flatter, or as text: print(json.dumps(…))"
    );
  }
  return `${what} (${types}) was not sent: ${error instanceof Error ? error.message : String(error)}. Show it as text`;
}

function shortened({ kind, name, message }: Failure): Failure {
  const kept = message.slice(0, KEPT);
  const cut = `[cut: the failure was too large to be sent, ${megabytes(MAX_EVENT)} MB is the most]`;
  return { kind, name: name.slice(0, KEPT), message: `${kept}… ${cut}`, frames: [], text: "", offset: 0 };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes % 1e6 === 0 ? 0 : 1);
}
