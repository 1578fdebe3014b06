// A connection that comes back: a new ticket and a new socket each time one breaks, with a growing pause between.
import { onWake } from "./wake.ts";
import { ConnectionError, connect, RefusedError, type Connection, type SocketOptions } from "./socket.ts";

/** Pauses between attempts, in milliseconds: the first, and the longest. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;

/** A ticket cannot be had, now or ever: the room has ended. */
export class RoomGoneError extends Error {
  override readonly name = "RoomGoneError";
}

export interface ReconnectOptions<Message> extends Omit<SocketOptions<Message>, "ticket" | "resume"> {
  /** Gets a ticket; throws RoomGoneError where there is no use in asking again. */
  ticket: () => Promise<string>;
  onConnect: (connection: Connection) => void;
  onDisconnect?: () => void;
  /** Its event "hurry" ends a pause: there is reason to think that the next attempt succeeds. */
  hurry?: EventTarget;
  /** Waits before the next attempt; tests give one that does not. */
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Stay connected until the signal says stop.
 *
 * Returns when it is aborted; throws RefusedError or RoomGoneError where trying again is of no use.
 */
export async function stayConnected<Message extends { type: string }>(
  options: ReconnectOptions<Message>,
): Promise<void> {
  const { signal, hurry, pause = sleep } = options;
  let failures = 0;
  let resume = "";
  while (!signal.aborted) {
    try {
      const connection = await connect({ ...options, resume, ticket: await options.ticket() });
      failures = 0;
      resume = connection.welcome.resume ?? "";
      const sleepless = onWake(() => connection.probe());
      options.onConnect(connection);
      await connection.closed;
      sleepless();
      options.onDisconnect?.();
    } catch (error) {
      if (error instanceof RoomGoneError || error instanceof RefusedError) throw error;
      if (!(error instanceof ConnectionError) && failures === 0) console.warn("pyscript_jupyter:", error);
    }
    if (aborted(signal)) return;
    // The jitter keeps many frames from asking a server that has just come back all at once.
    const longest = Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE);
    failures += 1;
    const early = new AbortController();
    const end = () => early.abort();
    hurry?.addEventListener("hurry", end);
    await pause(longest * (0.5 + Math.random() / 2), AbortSignal.any([signal, early.signal]));
    hurry?.removeEventListener("hurry", end);
  }
}

// A function, because the compiler takes a flag that it has seen as false for false after every await.
function aborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
