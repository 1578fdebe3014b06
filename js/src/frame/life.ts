// An environment's life beside its interpreter: the session and its connection to the relay, from the page's answer
// until the kernel has gone.
//
// It runs where a cell cannot hold it up: on the frame's main thread while the interpreter is in a worker, in the guard
// worker while the interpreter is on the main thread.
import type { FrameStart, FrameToPage, PageToFrame } from "../protocol/handshake.ts";
import type { Subscribe, ToFrame, Unsubscribe } from "../protocol/messages.ts";
import { mailboxUrl } from "../protocol/mailbox.ts";
import { RoomGoneError, stayConnected } from "../protocol/reconnect.ts";
import { ConnectionError } from "../protocol/socket.ts";
import { checkAssets } from "./assets.ts";
import type { StartEngine } from "./engine.ts";
import type { Manifest } from "./manifest.ts";
import { obey } from "./hands.ts";
import { MaterialsStore } from "./materials.ts";
import type { Memory } from "./memory.ts";
import { FrameSession, type Event } from "./session.ts";

/** How long the relay may take to close a connection whose frame is to be made anew, in milliseconds. */
const CLOSE_TIMEOUT = 1000;

/** What the frame's document does for the kernel beside the interpreter. It may be on another thread. */
export interface DocumentSide {
  receive: (message: Subscribe | Unsubscribe) => void;
}

export type MakeDocumentSide = (tell: (event: Event) => void) => DocumentSide;

export interface LifeOptions {
  start: FrameStart;
  manifest: Manifest;
  /** The URL below which the built files are, with a slash at its end. */
  base: string;
  /** To the page: tickets, and what becomes of the frame. */
  port: MessagePort;
  /** The script that the interpreter comes with, as the manifest names it. */
  script: string;
  startEngine: StartEngine;
  /** Drop what was got ready from files of which one is wrong. */
  forget?: () => void;
  memory: Memory;
  dom: MakeDocumentSide;
  /** What hashes are reckoned with; undefined where there is nothing, as on plain http. */
  subtle: Pick<SubtleCrypto, "digest"> | undefined;
}

/** Live until the kernel has gone. The page removes the frame when it hears of it. */
export async function live(options: LifeOptions): Promise<void> {
  const { start, manifest, base, port, script, startEngine, memory, subtle } = options;
  const interpreter = manifest.interpreters[start.interpreter];
  if (!interpreter) {
    throw new Error(
      `There is no interpreter "${start.interpreter}" among the built files, only ` +
        `${Object.keys(manifest.interpreters).join(", ")}. Install pyscript_jupyter anew.`,
    );
  }
  const life = new AbortController();
  let last: FrameToPage = { type: "ended" };
  const end = () => {
    session.close();
    life.abort();
  };
  const materials = new MaterialsStore({ manifest, interpreter: start.interpreter, base, signal: life.signal, subtle });
  const session = new FrameSession({
    environment: start.environment,
    interpreter: start.interpreter,
    options: start.options,
    version: interpreter.version,
    entry: new URL(interpreter.entry, base).href,
    isolated: crossOriginIsolated,
    startEngine,
    memory,
    materials: {
      get: () => materials.get(),
      forget: () => {
        materials.forget();
        options.forget?.();
      },
    },
    check: (onProgress) =>
      checkAssets({
        manifest,
        files: [script, ...interpreter.files],
        base,
        onProgress,
        beside: materials.beside,
        subtle,
        signal: life.signal,
      }),
    renew: () => {
      last = { type: "renew" };
      end();
    },
  });
  const dom = options.dom((event) => session.tell(event));
  const hurry = new EventTarget();
  port.addEventListener("message", ({ data }: MessageEvent<PageToFrame>) => {
    if (data.type === "hurry") hurry.dispatchEvent(new Event("hurry"));
  });
  port.start();
  session.start();
  const connected = stayConnected<ToFrame>({
    url: start.relay,
    role: "frame",
    signal: life.signal,
    hurry,
    ticket: () => getTicket(port),
    onConnect: (connection) => {
      const mailbox = { url: mailboxUrl(start.relay), id: connection.welcome.mailbox ?? "" };
      session.connect((event) => connection.event(event), mailbox);
    },
    onDisconnect: () => session.disconnect(),
    onMessage(message) {
      if (message.type === "ended") end();
      else obey(message, session, dom);
    },
  });
  life.signal.addEventListener("abort", () => {
    // What was sent before the connection closes is there when it has closed; a relay that is gone closes nothing.
    const late = new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT));
    void Promise.race([connected.catch(() => undefined), late]).then(() => port.postMessage(last));
  });
  try {
    await connected;
  } finally {
    // The room is gone, or the relay wants no frame of this version.
    end();
  }
}

/** Asks the page for a ticket over the port. */
function getTicket(port: MessagePort): Promise<string> {
  return new Promise((resolve, reject) => {
    const take = ({ data }: MessageEvent<PageToFrame>) => {
      if (data.type !== "ticket") return;
      port.removeEventListener("message", take);
      if ("ticket" in data) resolve(data.ticket);
      else reject(data.gone ? new RoomGoneError(data.error) : new ConnectionError(data.error));
    };
    port.addEventListener("message", take);
    port.postMessage({ type: "ticket" } satisfies FrameToPage);
  });
}
