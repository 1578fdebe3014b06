// The interpreter on the frame's main thread: what the worker is elsewhere.
import { adapters } from "../interpreters/index.ts";
import { useMainThread } from "../interpreters/polyscript-main.ts";
import type { FromWorker, ToWorker } from "../protocol/port.ts";
import { WorkerSession } from "./session.ts";

// The frame's own copy of PolyScript would be the second one in this realm, which PolyScript does not bear.
export { loadSpawn } from "../interpreters/polyscript.ts";

useMainThread();

/** Start the one interpreter of this page, as a frame starts a worker. It ends with the page. */
export function startEngine(onMessage: (message: FromWorker) => void): {
  post: (message: ToWorker) => void;
  terminate: () => void;
} {
  const session = new WorkerSession({ adapters, send: onMessage, mayBlock: false });
  return { post: (message) => void session.receive(message), terminate: () => undefined };
}
