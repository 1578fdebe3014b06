// The worker, as the frame sees it: something that takes messages, answers, and can be ended.
import { createWorker, type WorkerHandle } from "../interpreters/polyscript.ts";
import type { FromWorker, ToWorker } from "../protocol/port.ts";
import { scriptSource } from "./script.ts";

export interface Engine {
  post: (message: ToWorker) => void;
  /** End the worker, whatever it does. Safe to call twice. */
  terminate: () => void;
}

/** Starts a worker. `onError` is told of what went wrong outside the worker's own messages. */
export type StartEngine = (onMessage: (message: FromWorker) => void, onError: (error: unknown) => void) => Engine;

/**
 * The real one: a worker of ours on PolyScript.
 *
 * The first worker's script is loaded at once, before it is known which interpreter it is for: that is a good part of
 * the time that MicroPython takes.
 */
export function workerEngine(url: string): StartEngine {
  let prepared: Prepared | null = new Prepared(url);
  return (onMessage, onError) => {
    const worker = prepared ?? new Prepared(url);
    prepared = null;
    return worker.use(onMessage, onError);
  };
}

class Prepared {
  readonly #handle: Promise<WorkerHandle>;
  #onError: ((error: unknown) => void) | null = null;
  #errors: unknown[] = [];
  #ended = false;

  constructor(url: string) {
    const source = scriptSource(url);
    this.#handle = createWorker(source.url, source.options, (error) => {
      if (this.#onError) this.#onError(error);
      else this.#errors.push(error);
    }).finally(source.forget);
  }

  use(onMessage: (message: FromWorker) => void, onError: (error: unknown) => void): Engine {
    this.#onError = onError;
    this.#errors.forEach(onError);
    this.#errors = [];
    this.#handle.then(({ port }) => {
      port.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => onMessage(data));
      port.start();
    }, onError);
    return {
      post: (message) => {
        this.#withHandle(({ port }) => port.postMessage(message));
      },
      terminate: () => {
        this.#withHandle(({ terminate }) => terminate());
        this.#ended = true;
      },
    };
  }

  // What could not be started is told by onError, not here.
  #withHandle(use: (handle: WorkerHandle) => void): void {
    if (!this.#ended) this.#handle.then(use, () => undefined);
  }
}
