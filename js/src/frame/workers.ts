// Workers that the user's code starts: PyScript's `PyWorker`, and those that have a name.
//
// They live in the frame, beside the environment that started them, and end with it. Each is our worker script with an
// interpreter of ours in it: its file is run once, what it names in `__export__` is called as `worker.sync.NAME(…)`,
// and its output and events go to the notebook. Code in the environment reaches this registry as `pyscriptWorkers` of
// the frame's global, from a worker through PolyScript's `window`; so what it takes is text, and what it gives is a
// JavaScript Worker.
import { failure } from "../interpreters/adapter.ts";
import { watchCallbacks } from "../interpreters/callbacks.ts";
import type { Spawn, WorkerHandle } from "../interpreters/polyscript.ts";
import exportNames from "../interpreters/python/export.py";
import type { FrameStart } from "../protocol/handshake.ts";
import type { Config, Failure } from "../protocol/messages.ts";
import { Folders } from "./folders.ts";
import type { Manifest } from "./manifest.ts";
import type { FromBeside, FromWorker, RunCell, ToWorker } from "../protocol/port.ts";
import { SharedSignals } from "../protocol/signals.ts";

/** Where code in the environment finds the registry. */
export const REGISTRY = "pyscriptWorkers";
const FOLDERS = "pyscriptFolders";

/** PyScript's short names, and those of the catalogue. */
const TYPES: Record<string, string> = { py: "pyodide", mpy: "micropython" };

export interface WorkersOptions {
  spawn: Spawn;
  /** The URL of our worker script. */
  script: string;
  /** The interpreters there are, and the absolute URL of the entry module of each. */
  entries: ReadonlyMap<string, string>;
  /** The interpreters' files, where the page carries them; then the entry modules are paths in it. */
  files?: Record<string, Blob>;
  /** What a worker runs where nobody says otherwise: what the environment itself runs. */
  interpreter: string;
  /** The environment's configuration: a worker finds what it brings. */
  config: Config;
  /** Memory can be shared: a worker that sleeps waits at it, and does not compute meanwhile. */
  isolated: boolean;
  send: (message: FromBeside) => void;
  /** Loads a file; the text of a URL that answers with an error is none. */
  fetch?: typeof fetch;
}

/** Keys of a configuration that bring something. */
const BROUGHT = ["packages", "files", "fetch", "js_modules", "plugins", "hooks"];

interface Settings {
  type?: string;
  name?: string;
  config?: Record<string, unknown>;
  [other: string]: unknown;
}

/** A worker as the user's code sees it: a JavaScript Worker, and these. */
export interface UserWorker extends Worker {
  readonly sync: ProxiedWorker["proxy"];
  /** Settles with the worker itself when its file has run. */
  readonly ready: Promise<UserWorker>;
}

interface Named {
  promise: Promise<UserWorker["sync"]>;
  resolve: (worker: Promise<UserWorker["sync"]>) => void;
}

/** What workers of an environment's code are started from. */
export function workersOf(
  { interpreter, options: { config } }: FrameStart,
  { interpreters }: Manifest,
  base: string,
): Pick<WorkersOptions, "script" | "entries" | "interpreter" | "config" | "isolated"> {
  const entries = Object.entries(interpreters).map(([name, { entry }]) => [name, new URL(entry, base).href] as const);
  return { script: new URL("worker.js", base).href, entries: new Map(entries), interpreter, config, isolated: crossOriginIsolated };
}

/**
 * Do for an environment what only its frame can: start workers for its code, open folders, hear what callbacks raise.
 *
 * The function it returns ends all of that; calling it twice is safe.
 */
export function serveCode(options: WorkersOptions): () => void {
  const life = new AbortController();
  const workers = new UserWorkers(options);
  Object.defineProperty(globalThis, REGISTRY, { configurable: true, value: workers });
  Object.defineProperty(globalThis, FOLDERS, { configurable: true, value: new Folders(globalThis as never) });
  watchCallbacks((failure) => options.send({ type: "worker", worker: "", kind: "error", failure }), life.signal);
  return () => {
    life.abort();
    workers.terminate();
    if (Reflect.get(globalThis, REGISTRY) === workers) Reflect.deleteProperty(globalThis, REGISTRY);
  };
}

/** The workers of one environment. */
export class UserWorkers {
  readonly #options: WorkersOptions;
  readonly #living = new Map<string, WorkerHandle>();
  readonly #named = new Map<string, Named>();
  /** Those of the living whose file did not load or raised: another may take the name. */
  readonly #failed = new Set<string>();
  #count = 0;

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  /**
   * Start a worker.
   *
   * `code` is its file's text, where the environment has the file, and otherwise null: then `url` is loaded. `json` is
   * what Python was given beside the URL.
   */
  create(code: string | null | undefined, url: string, json: string): UserWorker {
    const refusal = this.refuse(json);
    if (refusal) throw new TypeError(refusal);
    const { type, name = `worker-${(this.#count += 1)}`, config: given = {} } = JSON.parse(json) as Settings;
    const failed = this.#failed.has(name) && this.#living.get(name);
    if (failed) this.#end(name, failed);
    const interpreter = this.#interpreter(type);
    const entry = this.#options.entries.get(interpreter) ?? "";

    const tell = (kind: "ready" | "done" | "error", failure: Failure | null) =>
      this.#options.send({ type: "worker", worker: name, kind, failure });
    const script = new Script(name, this.#options, (handle) => this.#end(name, handle));
    this.#living.set(name, script.handle);
    const config = this.#configure(interpreter, given);
    const ready = script.run({ interpreter, entry, config }, code ?? this.#load(url), url, () => tell("ready", null));
    ready.then(
      () => tell("done", null),
      (error: unknown) => {
        const failure = error instanceof WorkerFailure ? error.failure : failureOf(error);
        tell("error", failure);
        tell("done", failure);
        if (this.#living.get(name) === script.handle) this.#failed.add(name);
      },
    );
    const worker = present(script.handle, ready);
    this.#slot(name).resolve(ready.then(() => worker.sync));
    return worker;
  }

  /**
   * Why no worker can be started with what Python was given; "" where one can.
   *
   * Python asks first, and raises by itself: MicroPython would not outlive an error that is thrown here.
   */
  refuse(json: string): string {
    const { type, name, config = {}, ...others } = JSON.parse(json) as Settings;
    if (!this.#options.entries.has(this.#interpreter(type))) {
      const known = [...Object.keys(TYPES), ...this.#options.entries.keys()].join(", ");
      return `A worker's type is one of ${known}, and not ${JSON.stringify(type)}.`;
    }
    const [unknown] = Object.keys(others).filter((option) => option !== "async");
    if (unknown) return `A worker takes type, name and config, and no ${unknown}.`;
    const brought = BROUGHT.find((key) => key in config);
    if (brought) return `A worker has what its environment's configuration brings, and its own brings no ${brought}.`;
    if (name !== undefined && this.#living.has(name) && !this.#failed.has(name)) {
      return (
        `There is a worker named ${JSON.stringify(name)} already: use it, as in \`await workers[${JSON.stringify(name)}]\`, ` +
        "end it first with its terminate(), or choose another name."
      );
    }
    return "";
  }

  /** What the worker of a name exports, as soon as there is one and it is ready. */
  named(name: string): Promise<UserWorker["sync"]> {
    return this.#slot(name).promise;
  }

  /** End all of them. Safe to call twice. */
  terminate(): void {
    for (const [name, handle] of [...this.#living]) this.#end(name, handle);
  }

  #interpreter(type: string | undefined): string {
    return type === undefined ? this.#options.interpreter : (TYPES[type] ?? type);
  }

  // What is meant for another interpreter, or for the main thread, would not go into this one.
  #configure(interpreter: string, given: Record<string, unknown>): Config {
    const { user = {}, files = [], packages = [], modules = [] } = this.#options.config;
    const config = { user: { ...user, ...given }, files, modules: modules.filter(({ main }) => !main) };
    return interpreter === this.#options.interpreter ? { ...config, packages } : config;
  }

  #end(name: string, handle: WorkerHandle): void {
    handle.terminate();
    if (this.#living.get(name) !== handle) return;
    this.#living.delete(name);
    this.#named.delete(name);
    this.#failed.delete(name);
  }

  #slot(name: string): Named {
    let slot = this.#named.get(name);
    if (!slot) {
      let resolve!: Named["resolve"];
      const promise = new Promise<UserWorker["sync"]>((settle) => (resolve = settle));
      // Whoever waits for it is told; nobody has to.
      promise.catch(() => undefined);
      this.#named.set(name, (slot = { promise, resolve }));
    }
    return slot;
  }

  async #load(url: string): Promise<string> {
    const { fetch = globalThis.fetch } = this.#options;
    const response = await fetch(url);
    if (response.ok) return response.text();
    throw new Error(
      `${url} is no file of the environment, and as a URL it answers ${response.status} ${response.statusText}. Write ` +
        "the file in a cell, as in: open('worker.py', 'w').write('…').",
    );
  }
}

/** One worker, up to the end of its file. */
class Script {
  readonly handle: WorkerHandle;
  readonly #options: WorkersOptions;
  readonly #name: string;
  readonly #waiting = new Map<string, { resolve: (message: FromWorker) => void; reject: (error: unknown) => void }>();
  #error: Error | null = null;

  constructor(name: string, options: WorkersOptions, onEnd: (handle: WorkerHandle) => void) {
    this.#name = name;
    this.#options = options;
    const handle = options.spawn(options.script, name, {
      onError: (error) => this.#break(error),
      onMessage: (data) => options.send({ type: "posted", worker: name, data }),
    });
    this.handle = handle;
    handle.port.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#receive(data));
    handle.port.start();
    // What has ended is no longer known by its name.
    handle.worker.terminate = () => onEnd(handle);
  }

  async run(
    { interpreter, entry, config }: { interpreter: string; entry: string; config: Config },
    code: string | Promise<string>,
    filename: string,
    onReady: () => void,
  ): Promise<void> {
    const source = Promise.resolve(code);
    // It is looked at when the interpreter is there; until then nobody has to.
    source.catch(() => undefined);
    const options = { main: false, sandbox: false, config };
    const signals = this.#options.isolated ? new SharedSignals().memory : null;
    const { files } = this.#options;
    const carried = files ? { files } : {};
    this.#post({ type: "boot", interpreter, entry, ...carried, options, signals, materials: false, background: true });
    const booted = await this.#next("booted");
    if (booted.type === "boot-failed") throw new WorkerFailure(booted.failure);
    onReady();
    for (const [index, [text, name]] of [[await source, filename] as const, [exportNames, "<exports>"] as const].entries()) {
      // In the shared memory 0 says that no run is to stop.
      const cell: RunCell = { type: "run", run: index + 1, code: text, filename: name, maxBytes: 0, maxLines: 0, mailbox: null };
      this.#post(cell);
      const done = await this.#next("done");
      if (done.type === "done" && done.failure) throw new WorkerFailure(done.failure);
    }
  }

  #post(message: ToWorker): void {
    this.handle.port.postMessage(message);
  }

  #next(type: "booted" | "done"): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      if (this.#error) reject(this.#error);
      else this.#waiting.set(type, { resolve, reject });
    });
  }

  #receive(message: FromWorker): void {
    const { send } = this.#options;
    const { type } = message;
    if (type === "stream") send({ type: "written", name: message.name, text: message.text });
    else if (type === "display") {
      const { data, metadata, display_id = "", update = false } = message;
      send({ type: "shown", bundle: { data, metadata, display_id, update } });
    }
    else if (type === "worker") send({ ...message, worker: this.#name });
    else {
      const waiting = this.#waiting.get(type === "boot-failed" ? "booted" : type);
      waiting?.resolve(message);
    }
  }

  #break(reason: unknown): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    this.#error = error;
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}

/** The file of a worker raised, or its interpreter did not start. */
class WorkerFailure extends Error {
  override readonly name = "WorkerFailure";
  constructor(readonly failure: Failure) {
    super(failure.text || `${failure.name}: ${failure.message}`);
  }
}

function failureOf(error: unknown): Failure {
  return error instanceof Error ? failure("code", error.name, error.message) : failure("code", "Error", String(error));
}

/** The Worker with what PyScript adds to it. What is posted before it is ready waits until its file listens. */
function present({ worker }: WorkerHandle, running: Promise<void>): UserWorker {
  const user = worker as Worker as UserWorker;
  const ready = running.then(() => user);
  ready.catch(() => undefined);
  const post = worker.postMessage.bind(worker) as (...values: unknown[]) => void;
  let posting: Promise<void> = running;
  Object.defineProperties(worker, {
    sync: { value: worker.proxy },
    ready: { value: ready },
    postMessage: {
      value: (...values: unknown[]) => {
        posting = posting.then(() => post(...values));
        posting.catch(() => undefined);
      },
    },
  });
  return user;
}
