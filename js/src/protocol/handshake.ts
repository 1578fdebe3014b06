// What a page and the frame it made say to one another with postMessage, before and beside the relay.
//
// The frame announces itself to its parent; the page answers with everything the frame needs and one end of a
// MessagePort, over which the frame asks for the ticket of each connection, and one of another for what it shows (stage.ts).

import type { Options } from "./messages.ts";

/** From the frame to its parent, when its script runs. */
export interface FrameAnnounced {
  type: "pyscript:frame";
}

/**
 * From the frame to its parent, when it holds a lock of the browser's of this name: it does so until it ends, be it that
 * its process crashes. A frame of an opaque origin, or on plain http, has none.
 */
export interface FrameHolds {
  type: "pyscript:lock";
  lock: string;
}

/** From the page to the frame, with two MessagePorts: the handshake's and the stage's. */
export interface FrameStart {
  type: "pyscript:start";
  environment: string;
  /** The interpreter's canonical name, as in the catalogue. */
  interpreter: string;
  options: Options;
  /** The relay's WebSocket URL. */
  relay: string;
}

/**
 * The same from a page with no server, whose frames have nowhere to load anything from: the page carries it all. Over
 * the first port go the messages that elsewhere the relay carries, from `ToFrame` and `FromFrame`.
 */
export interface CarriedStart extends Omit<FrameStart, "relay"> {
  version: string;
  /** The path of the interpreter's entry module. */
  entry: string;
  /** The worker's script, as text. */
  worker: Blob;
  /** The interpreter's files, by their paths in the manifest. */
  files: Record<string, Blob>;
}

/**
 * From the frame over the port: it needs a ticket to connect; it is over and wants to be removed; its interpreter is over
 * and wants a new frame in this one's place; or it cannot run at all.
 */
export type FrameToPage =
  | { type: "ticket" }
  | { type: "ended" }
  | { type: "renew" }
  | { type: "unavailable"; message: string };

/** From the page over the port. `gone` says that there is no use in asking again: the room has ended. */
export type PageToFrame =
  | { type: "ticket"; ticket: string }
  | { type: "ticket"; error: string; gone: boolean }
  /** The page is connected again: a frame that waits before it tries anew need not wait any longer. */
  | { type: "hurry" };
