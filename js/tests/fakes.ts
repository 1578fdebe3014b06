// Fakes of what a browser and a relay give: a WebSocket with a relay behind it, and waiting for what is asynchronous.
import { vi } from "vitest";
import { decode, encode } from "../src/protocol/codec.ts";
import type { FromFrame, FromPage, FromRelay, Welcome } from "../src/protocol/messages.ts";
import { PACKAGE, PROTOCOL } from "../src/protocol/versions.ts";

/** Lets everything that is waiting in promises happen. */
export const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Waits until an expectation holds, long enough for a machine that is busy. */
export const eventually = (expectation: () => void) => vi.waitFor(expectation, { timeout: 10_000, interval: 5 });

export const WELCOME: Welcome = {
  type: "welcome",
  room: "room",
  protocol: PROTOCOL,
  package: PACKAGE,
  member: "m1",
  owner: true,
  assets: "pyscript/assets/0123456789abcdef",
};

/** What the relay does with the next sockets: how it answers a hello, or that it does not let it open. */
export interface FakeRelay {
  answer: FromRelay | "close" | "garbage" | null;
  sockets: FakeWebSocket[];
}

/** A `WebSocket` class whose instances talk to a fake relay. */
export class FakeWebSocket extends EventTarget {
  static readonly OPEN = 1;
  static readonly CLOSED = 3;
  static relay: FakeRelay = { answer: WELCOME, sockets: [] };
  readyState = 0;
  binaryType = "blob";
  readonly sent: (FromPage | FromFrame)[] = [];

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    super();
    FakeWebSocket.relay.sockets.push(this);
    setTimeout(() => {
      if (this.readyState !== 0) return;
      this.readyState = 1;
      this.dispatchEvent(new Event("open"));
    });
  }

  send(data: Uint8Array): void {
    const message = decode<FromPage | FromFrame>(data);
    this.sent.push(message);
    if (message.type !== "hello") return;
    const { answer } = FakeWebSocket.relay;
    if (answer === "close") this.close();
    else if (answer === "garbage") this.receive(Uint8Array.of(0xc1));
    else if (answer) this.tell(answer);
  }

  /** A message from the relay. */
  tell(message: { type: string }): void {
    this.receive(encode(message));
  }

  receive(data: Uint8Array): void {
    setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data: data.slice().buffer })));
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }
}
