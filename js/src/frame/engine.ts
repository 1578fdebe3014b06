// The worker, as the frame sees it: something that takes messages, answers, and can be ended.
//
// A worker takes a while to load its script, and MicroPython as long again to start: longer than a cell takes for all
// else. So one more worker is kept ready than is used. Its script is loaded as soon as there is a frame; and where it is
// to be a MicroPython with nothing of its own, that is started ahead too, because it takes few megabytes, and no code of
// a user's runs while it starts. A restart then only changes one for the other.
import { loadSpawn, type Spawn, type WorkerHandle } from "../interpreters/polyscript.ts";
import type { Config } from "../protocol/messages.ts";
import type { Boot, FromWorker, MaterialsCame, ToWorker } from "../protocol/port.ts";
import { SharedSignals } from "../protocol/signals.ts";
import { scriptSource } from "./script.ts";
import { serveCode, type WorkersOptions } from "./workers.ts";

export interface Engine {
  /**
   * What an interpreter that was started ahead shares with its frame, null where that is nothing: its `booted` comes
   * without a `boot`. Undefined where it has to be told to boot.
   */
  readonly ahead?: SharedSignals | null | undefined;
  post: (message: ToWorker) => void;
  /** End the worker, whatever it does, and those that its code has started. Safe to call twice. */
  terminate: () => void;
}

/** Starts a worker. `onError` is told of what went wrong outside the worker's own messages. */
export type StartEngine = (onMessage: (message: FromWorker) => void, onError: (error: unknown) => void) => Engine;

/** What workers need that the user's code starts. */
export type Workers = Omit<WorkersOptions, "spawn" | "send">;

/** Which interpreter is started ahead. */
export const AHEAD = "micropython";

/** How long after an interpreter has started the next one is, in milliseconds: its first cell comes before that. */
const PAUSE = 1000;

/** What the workers of a frame are made with; a test has others. */
export interface Making {
  spawn: () => Promise<Spawn>;
  serve: typeof serveCode;
  /** Calls back after some milliseconds; the function it returns takes that back. */
  later: (callback: () => void, milliseconds: number) => () => void;
  /** What an interpreter is to share with the frame. */
  share: () => SharedSignals | null;
}

export const REAL: Making = {
  spawn: () => loadSpawn(scriptSource),
  serve: serveCode,
  later(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  share: () => (crossOriginIsolated ? new SharedSignals() : null),
};

/** The workers of one frame: the one that is used, and the next. */
export class Engines {
  readonly #url: string;
  readonly #making: Making;
  #next: Prepared | null;

  /** Load the first worker's script, from this URL. */
  constructor(url: string, making = REAL) {
    this.#url = url;
    this.#making = making;
    this.#next = new Prepared(url, making);
  }

  /** Have the next worker start its interpreter, if it is one that is started ahead. */
  prepare(boot: Omit<Boot, "signals">, materials: MaterialsCame | null): void {
    if (!isPlain(boot.interpreter, boot.options.config)) return;
    const worker = (this.#next ??= new Prepared(this.#url, this.#making));
    worker.bootAhead(boot, materials, () => {
      if (this.#next === worker) this.forget();
    });
  }

  /** What starts the interpreters of an environment, one after another. */
  of(workers: Workers): StartEngine {
    return (onMessage, onError) => {
      const worker = this.#take(workers);
      let boot = worker.boot;
      let materials: MaterialsCame | null = null;
      let forget = () => {};
      const engine = worker.use(
        workers,
        (message) => {
          if (message.type === "booted" && boot) {
            const again = boot;
            forget = this.#making.later(() => this.prepare(again, materials), PAUSE);
          }
          onMessage(message);
        },
        onError,
      );
      return {
        ahead: worker.ahead,
        post: (message) => {
          if (message.type === "boot") boot = message;
          else if (message.type === "materials") materials = message;
          engine.post(message);
        },
        terminate: () => {
          forget();
          engine.terminate();
        },
      };
    };
  }

  /** Drop the next worker: a file that it was made from is wrong. */
  forget(): void {
    this.#next?.terminate();
    this.#next = null;
  }

  #take({ interpreter, config }: Workers): Prepared {
    if (this.#next?.boot && !isPlain(interpreter, config)) this.forget();
    const worker = this.#next ?? new Prepared(this.#url, this.#making);
    this.#next = null;
    return worker;
  }
}

/** Whether an interpreter is the one that is started ahead, with no configuration that brings code or files. */
function isPlain(interpreter: string, { user = {} }: Config): boolean {
  return interpreter === AHEAD && Object.keys(user).length === 0;
}

class Prepared {
  /** What its interpreter is started with, where that is done ahead. */
  boot: Omit<Boot, "signals"> | null = null;
  /** What it shares with the frame then. */
  ahead: SharedSignals | null | undefined;
  readonly #making: Making;
  readonly #handle: Promise<[handle: WorkerHandle, spawn: Spawn]>;
  #onError: ((error: unknown) => void) | null = null;
  #onMessage: ((data: unknown) => void) | null = null;
  /** What came before anybody used the worker. */
  #said: FromWorker[] = [];
  #errors: unknown[] = [];
  #onFailure = () => {};
  #ended = false;

  constructor(url: string, making: Making) {
    const watch = {
      onError: (error: unknown) => {
        if (this.#onError) {
          this.#onError(error);
          return;
        }
        this.#errors.push(error);
        this.#onFailure();
      },
      onMessage: (data: unknown) => this.#onMessage?.(data),
    };
    this.#making = making;
    this.#handle = making.spawn().then((spawn) => [spawn(url, "pyscript", watch), spawn]);
    this.#handle.catch(() => undefined);
  }

  /** Start the interpreter. `onFailure` hears that it did not start before anybody has used the worker. */
  bootAhead(boot: Omit<Boot, "signals">, materials: MaterialsCame | null, onFailure: () => void): void {
    if (this.boot) return;
    this.boot = boot;
    this.#onFailure = onFailure;
    this.#withHandle(({ port }) => {
      port.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        this.#said.push(data);
        if (data.type === "boot-failed") onFailure();
      };
    });
    this.ahead = this.#making.share();
    this.#post({ ...boot, materials: materials !== null, signals: this.ahead?.memory ?? null });
    if (materials) this.#post(materials);
  }

  use(workers: Workers, onMessage: (message: FromWorker) => void, onError: (error: unknown) => void): Engine {
    this.#onError = onError;
    this.#onMessage = (data) => onMessage({ type: "posted", worker: "", data });
    let end: (() => void) | null = null;
    this.#handle.then(([{ port }, spawn]) => {
      if (this.#ended) return;
      this.#errors.splice(0).forEach(onError);
      end = this.#making.serve({ ...workers, spawn, send: onMessage });
      this.#said.splice(0).forEach(onMessage);
      port.onmessage = ({ data }: MessageEvent<FromWorker>) => onMessage(data);
    }, onError);
    return {
      post: (message) => this.#post(message),
      terminate: () => {
        end?.();
        this.terminate();
      },
    };
  }

  /** End the worker. Safe to call twice. */
  terminate(): void {
    this.#withHandle(({ terminate }) => terminate());
    this.#ended = true;
  }

  #post(message: ToWorker): void {
    this.#withHandle(({ port }) => port.postMessage(message));
  }

  // What could not be started is told by onError, not here.
  #withHandle(use: (handle: WorkerHandle) => void): void {
    if (!this.#ended) this.#handle.then(([handle]) => use(handle), () => undefined);
  }
}
