// The worker, as the frame sees it: something that takes messages, answers, and can be ended.
import { loadSpawn, type Spawn, type WorkerHandle } from "../interpreters/polyscript.ts";
import type { FromWorker, ToWorker } from "../protocol/port.ts";
import { scriptSource } from "./script.ts";
import { serveCode, type WorkersOptions } from "./workers.ts";

export interface Engine {
  post: (message: ToWorker) => void;
  /** End the worker, whatever it does, and those that its code has started. Safe to call twice. */
  terminate: () => void;
}

/** Starts a worker. `onError` is told of what went wrong outside the worker's own messages. */
export type StartEngine = (onMessage: (message: FromWorker) => void, onError: (error: unknown) => void) => Engine;

/** What workers need that the user's code starts. */
type Workers = Omit<WorkersOptions, "spawn" | "send">;

/**
 * The real one: a worker of ours on PolyScript.
 *
 * The first worker's script is loaded at once, before it is known which interpreter it is for: that is a good part of
 * the time that MicroPython takes.
 */
export function workerEngine(url: string): (workers: Workers) => StartEngine {
  let prepared: Prepared | null = new Prepared(url);
  return (workers) => (onMessage, onError) => {
    const worker = prepared ?? new Prepared(url);
    prepared = null;
    return worker.use(workers, onMessage, onError);
  };
}

class Prepared {
  readonly #handle: Promise<[handle: WorkerHandle, spawn: Spawn]>;
  #onError: ((error: unknown) => void) | null = null;
  #onMessage: ((data: unknown) => void) | null = null;
  #errors: unknown[] = [];
  #ended = false;

  constructor(url: string) {
    const watch = {
      onError: (error: unknown) => {
        if (this.#onError) this.#onError(error);
        else this.#errors.push(error);
      },
      onMessage: (data: unknown) => this.#onMessage?.(data),
    };
    this.#handle = loadSpawn(scriptSource).then((spawn) => [spawn(url, "pyscript", watch), spawn]);
  }

  use(workers: Workers, onMessage: (message: FromWorker) => void, onError: (error: unknown) => void): Engine {
    this.#onError = onError;
    this.#onMessage = (data) => onMessage({ type: "posted", worker: "", data });
    this.#errors.forEach(onError);
    this.#errors = [];
    let end: (() => void) | null = null;
    this.#handle.then(([{ port }, spawn]) => {
      if (this.#ended) return;
      end = serveCode({ ...workers, spawn, send: onMessage });
      port.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => onMessage(data));
      port.start();
    }, onError);
    return {
      post: (message) => {
        this.#withHandle(([{ port }]) => port.postMessage(message));
      },
      terminate: () => {
        this.#withHandle(([{ terminate }]) => {
          end?.();
          terminate();
        });
        this.#ended = true;
      },
    };
  }

  // What could not be started is told by onError, not here.
  #withHandle(use: (started: [handle: WorkerHandle, spawn: Spawn]) => void): void {
    if (!this.#ended) this.#handle.then(use, () => undefined);
  }
}
