// The worker's entry: one interpreter, driven over a MessagePort by the frame.
import { adapters } from "../interpreters/index.ts";
import { watchCallbacks } from "../interpreters/callbacks.ts";
import { listen } from "../interpreters/polyscript.ts";
import type { ToWorker } from "../protocol/port.ts";
import { WorkerSession } from "./session.ts";

// First thing, before anything can await: see the contract in polyscript.ts.
const listening = listen();

void listening.then((port) => {
  const session = new WorkerSession({ adapters, send: (message) => port.postMessage(message) });
  watchCallbacks((failure) => session.raised(failure));
  port.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => void session.receive(data));
  port.start();
});
