// One connection to the relay: opened with a ticket, greeted with `hello`, ready after `welcome`.
import { describeAgent } from "./agent.ts";
import { decode, encode, ProtocolError } from "./codec.ts";
import type { FromFrame, FromPage, FromRelay, Hello, Pulse, Refused, Welcome } from "./messages.ts";
import { encodeEvent } from "./oversize.ts";
import { PACKAGE, PROTOCOL, SUBPROTOCOL } from "./versions.ts";

/** How long a relay may take to answer `hello`, in milliseconds. */
const WELCOME_TIMEOUT = 10_000;

/** How long a relay may take to give a sign of life that it was asked for, in milliseconds. */
const PULSE_TIMEOUT = 5000;

/** The relay refused this peer. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  constructor(readonly refusal: Refused) {
    super(refusal.message);
  }
}

/** The connection could not be made, or broke before the welcome. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

type Event = Extract<FromFrame, { seq: number }>;
type WithoutSeq<T> = T extends unknown ? Omit<T, "seq"> : never;
/** An event that has not got its number yet. */
export type Unnumbered = WithoutSeq<Event>;

export interface SocketOptions<Message> {
  url: string;
  ticket: string;
  role: "page" | "frame";
  /** What the last welcome said, "" at first: see `Hello`. */
  resume?: string;
  /** Ends the connection, whatever state it is in. */
  signal: AbortSignal;
  /** Every message after the welcome. */
  onMessage: (message: Message) => void;
}

/** A connection that the relay has welcomed. */
export class Connection {
  /** Settles when the connection is over, for whatever reason. */
  readonly closed: Promise<void>;
  #over!: () => void;
  #seq = 0;
  #pulse: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly socket: WebSocket,
    readonly welcome: Welcome,
  ) {
    this.closed = new Promise((resolve) => {
      this.#over = () => {
        clearTimeout(this.#pulse);
        this.#pulse = undefined;
        resolve();
      };
      if (socket.readyState === WebSocket.CLOSED) this.#over();
      socket.addEventListener("close", () => this.#over(), { once: true });
      socket.addEventListener("message", () => {
        clearTimeout(this.#pulse);
        this.#pulse = undefined;
      });
    });
  }

  /** Send a message of a page. What is sent on a connection that is over is dropped. */
  send(message: FromPage): void {
    if (this.#open) this.socket.send(encode(message));
  }

  /**
   * Send an event of a frame; it gets the next number of this connection.
   *
   * Instead of a display or a result that is too large or too deep goes a line on stderr that says so.
   */
  event(event: Unnumbered): void {
    if (!this.#open) return;
    const bytes = encodeEvent({ ...event, seq: this.#seq + 1 });
    this.#seq += 1;
    this.socket.send(bytes);
  }

  /** Ask the relay for a sign of life. Where none comes in time the connection is over, whatever the socket says. */
  probe(): void {
    if (!this.#open || this.#pulse !== undefined) return;
    this.socket.send(encode({ type: "pulse" } satisfies Pulse));
    this.#pulse = setTimeout(() => {
      this.socket.close();
      // A dead socket takes long to close.
      this.#over();
    }, PULSE_TIMEOUT);
  }

  close(): void {
    this.socket.close();
  }

  get #open(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }
}

/**
 * Connect to the relay.
 *
 * Settles with the welcomed connection, or throws: RefusedError with the relay's own words, ConnectionError where the
 * socket did not open or closed before the welcome, ProtocolError for an answer that cannot be read.
 */
export function connect<Message extends { type: string }>(options: SocketOptions<Message>): Promise<Connection> {
  const { url, ticket, role, signal, resume = "" } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new ConnectionError("The connection to the relay was no longer wanted."));
      return;
    }
    const socket = new WebSocket(url, [SUBPROTOCOL, `ticket.${ticket}`]);
    socket.binaryType = "arraybuffer";
    let connection: Connection | null = null;
    const close = () => socket.close();
    const timer = setTimeout(() => {
      reject(new ConnectionError(`The relay at ${url} did not answer within ${WELCOME_TIMEOUT / 1000} s.`));
      close();
    }, WELCOME_TIMEOUT);
    signal.addEventListener("abort", close, { once: true });

    socket.addEventListener("open", () => {
      const agent = typeof navigator === "undefined" ? "" : describeAgent(navigator);
      const hello: Hello = { type: "hello", role, protocol: PROTOCOL, package: PACKAGE, agent, resume };
      socket.send(encode(hello));
    });
    socket.addEventListener("message", (event: MessageEvent<ArrayBuffer>) => {
      try {
        if (connection) {
          options.onMessage(decode<Message>(event.data));
          return;
        }
        connection = greet(socket, decode<FromRelay>(event.data));
        clearTimeout(timer);
        resolve(connection);
      } catch (error) {
        if (!(error instanceof RefusedError || error instanceof ProtocolError)) throw error;
        if (connection) console.error(`pyscript_jupyter: ${error.message}`);
        reject(error);
        close();
      }
    });
    socket.addEventListener("close", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", close);
      reject(new ConnectionError(`The connection to the relay at ${url} closed before it was welcomed.`));
    });
  });
}

function greet(socket: WebSocket, answer: FromRelay): Connection {
  if (answer.type === "refused") throw new RefusedError(answer);
  if (answer.type !== "welcome") throw new ProtocolError(`The relay answered hello with "${answer.type}".`);
  if (answer.package !== PACKAGE || answer.protocol !== PROTOCOL) {
    throw new RefusedError({
      type: "refused",
      reason: "version",
      message:
        `This page runs pyscript_jupyter ${PACKAGE} (protocol ${PROTOCOL}), the server ` +
        `${answer.package} (protocol ${answer.protocol}). Reload the page.`,
    });
  }
  return new Connection(socket, answer);
}
