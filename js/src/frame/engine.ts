// The worker, as the frame sees it: something that takes messages, answers, and can be ended.
import { createWorker, type WorkerHandle } from "../interpreters/polyscript.ts";
import type { FromWorker, ToWorker } from "../protocol/port.ts";

export interface Engine {
  post: (message: ToWorker) => void;
  /** End the worker, whatever it does. Safe to call twice. */
  terminate: () => void;
}

/** Starts a worker. `onError` is told of what went wrong outside the worker's own messages. */
export type StartEngine = (onMessage: (message: FromWorker) => void, onError: (error: unknown) => void) => Engine;

/** The real one: a worker of ours on PolyScript. */
export function workerEngine(url: string): StartEngine {
  return (onMessage, onError) => {
    const waiting: ToWorker[] = [];
    let handle: WorkerHandle | null = null;
    let ended = false;
    createWorker(url, onError).then((created) => {
      if (ended) {
        created.terminate();
        return;
      }
      handle = created;
      handle.port.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => onMessage(data));
      handle.port.start();
      for (const message of waiting) handle.port.postMessage(message);
    }, onError);
    return {
      post(message) {
        if (handle) handle.port.postMessage(message);
        else waiting.push(message);
      },
      terminate() {
        ended = true;
        handle?.terminate();
        handle = null;
      },
    };
  };
}
