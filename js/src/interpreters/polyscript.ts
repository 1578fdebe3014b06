// The one file that knows PolyScript's insides, with polyscript-main.ts, which does on a frame's main thread what `boot`
// does in a worker.
//
// Page side (`loadSpawn`): coincident's Worker, which is what PolyScript's own XWorker is made of, with a MessagePort
// of ours handed over beside it. Worker side (`listen`, then `boot`): PolyScript's own worker template, bundled into our
// worker; it loads the interpreter and gives it to us in its `onReady` hook. So `polyscript`, `xworker`, the stdio map
// and the synchronous `window` are there as PyScript users know them, while cells do not go through PolyScript's `run`,
// which swallows exceptions.
//
// The order on the worker side is a contract: `listen` must be called while the worker's script runs for the first
// time. It registers our listener before the template's, so that our one message never reaches the template, which
// would take it for its configuration. The template is evaluated in the microtask after it, before any message comes.

import type { Config } from "../protocol/messages.ts";
import { NOWHERE } from "./carried.ts";
import { borrowModules, type Page, prepareModules } from "./modules.ts";

/** Whether this is a worker: the one place that tells. Looked at before a worker is lent the document of its page. */
export const IN_WORKER = !("document" in globalThis);

/** Marks the one message that hands our port to the worker. */
const PORT = "pyscript-jupyter:port";
/** Where the template's onReady hook, which it makes from text, finds our callback. */
const READY = "__pyscript_jupyter_ready__";
/** What the template posts when it has done. */
const DONE = "polyscript:done";

/** PolyScript's wrap of an interpreter, as far as we use it. */
export interface Wrap<Interpreter> {
  interpreter: Interpreter;
  /** What the interpreter's stdout and stderr call; replacing a member redirects it. */
  io: Record<"stdout" | "stderr", (data: unknown) => void>;
  /** The page's global, as code in the interpreter can work on it: null in a worker that cannot wait for its page. */
  window: object | null;
}

/** A worker of ours, as the page sees it. */
export interface WorkerHandle {
  /** The worker itself. `proxy` is what Python calls `sync`: functions of either side for the other one. */
  worker: ProxiedWorker;
  port: MessagePort;
  terminate: () => void;
}

export interface Watch {
  /** Told what PolyScript or the browser says when the worker could not start. */
  onError: (error: unknown) => void;
  /** Told what the user's code in the worker posts to its page. */
  onMessage: (data: unknown) => void;
}

/** Starts the worker script. */
export type Spawn = (url: string, name: string, watch: Watch) => WorkerHandle;

/** What `new Worker` takes for a script; `forget` is called when it has been taken. */
export type Source = (url: string) => { url: string; options: WorkerOptions; forget: () => void };

/** Load what the page side is made of. */
export async function loadSpawn(source: Source): Promise<Spawn> {
  const [{ default: coincident }, { importCSS, importJS, js_modules }] = await Promise.all([
    import("coincident/window/main"),
    import("polyscript-internals/utils.js"),
  ]);
  // As PolyScript has it: values that a Python of this page hands to the worker are made JavaScript's own.
  const modules = (globalThis as unknown as Record<symbol, Map<string, unknown>>)[js_modules];
  const transform = (value: unknown) => {
    const own = modules?.get("-T-") as ((value: unknown) => unknown) | undefined;
    return own?.(value) ?? value;
  };
  const { Worker } = coincident({ transfer: false, transform });

  return (url, name, { onError, onMessage }) => {
    const script = source(url);
    const worker = new Worker(script.url, { ...script.options, name });
    queueMicrotask(script.forget);
    const end = worker.terminate.bind(worker);
    Object.assign(worker.proxy, { importCSS, importJS, sleep, is_pyterminal: () => false });
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ [PORT]: true }, [port2]);
    worker.addEventListener("message", (event: MessageEvent<unknown>) => {
      const { data } = event;
      // PolyScript posts an Error where the interpreter did not start, and this text where it did.
      if (data !== DONE && !(data instanceof Error)) {
        onMessage(data);
        return;
      }
      event.stopImmediatePropagation();
      if (data !== DONE) onError(data);
    });
    worker.addEventListener("error", (event) => {
      onError(new Error(event.message || `The worker script ${url} did not load.`));
    });
    worker.addEventListener("messageerror", () => onError(new Error("A message to the worker could not be read.")));
    return {
      worker,
      port: port1,
      terminate() {
        port1.close();
        end();
      },
    };
  };
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** In the worker, first thing: wait for our port. */
export function listen(): Promise<MessagePort> {
  const port = new Promise<MessagePort>((resolve) => {
    const take = (event: MessageEvent<unknown>) => {
      if (typeof event.data !== "object" || event.data === null || !(PORT in event.data)) return;
      event.stopImmediatePropagation();
      removeEventListener("message", take);
      const [first] = event.ports;
      if (first) resolve(first);
    };
    addEventListener("message", take);
  });
  template = import("polyscript-worker-template");
  return port;
}

let template: Promise<unknown> | null = null;

/** Has PolyScript load an interpreter. `type` is PolyScript's name for it. */
export type Boot = <Interpreter>(type: string, entry: string, config?: Config) => Promise<Wrap<Interpreter>>;

let bootOf: Boot = bootInWorker;

/** Once: have PolyScript load an interpreter, in the worker or wherever else `bootWith` says. */
export const boot: Boot = (type, entry, config) => bootOf(type, entry, config);

/** Load interpreters in another way than by the worker's template. */
export function bootWith(other: Boot): void {
  bootOf = other;
}

/** What PolyScript may know of a configuration while it starts: on the other keys we act, and not PolyScript. */
export function shownTo({ user = {} }: Config): Record<string, unknown> {
  const { experimental_create_proxy } = user;
  return experimental_create_proxy === undefined ? {} : { experimental_create_proxy };
}

async function bootInWorker<Interpreter>(type: string, entry: string, config: Config = {}): Promise<Wrap<Interpreter>> {
  await template;
  const { version, base } = await placeOf(type, entry);
  await prepareModules(config, false);
  const shown = shownTo(config);
  const ready = new Promise<[wrap: Wrap<Interpreter>, xworker: Page]>((resolve) => {
    const take = (wrap: Wrap<Interpreter>, xworker: Page) => resolve([{ ...wrap, window: xworker.window }, xworker]);
    Object.assign(globalThis, { [READY]: take });
  });
  const failed = new Promise<never>((_, reject) => watchErrors(reject));
  const data = {
    options: { type, version, config: shown, async: true },
    config: new URL("./config.txt", base).href,
    code: "",
    hooks: { onReady: `(wrap, xworker) => globalThis.${READY}(wrap, xworker)` },
  };
  dispatchEvent(new MessageEvent("message", { data }));
  const [wrap, xworker] = await Promise.race([ready, failed]);
  Reflect.deleteProperty(globalThis, READY);
  Object.assign(shown, config.user); // what code finds in `polyscript.config`
  // The template has a few steps left after onReady (its own exports); a new task comes after them.
  await new Promise((resolve) => setTimeout(resolve));
  if (wrap.window) lendDocument(wrap.window);
  await borrowModules(config, xworker);
  return wrap;
}

/**
 * What PolyScript takes for the version of an interpreter with this entry, and what relative URLs go by.
 *
 * It takes no URL of a blob for one, and nothing could be relative to it.
 */
export async function placeOf(type: string, entry: string): Promise<{ version: string; base: string }> {
  if (!entry.startsWith("blob:")) return { version: entry, base: entry };
  const { registry } = await import("polyscript-internals/interpreters.js");
  const details = registry.get(type);
  if (details) details.module = () => entry;
  return { version: "carried", base: NOWHERE };
}

/**
 * Before `boot`: have PolyScript load Pyodide by this function, which is given Pyodide's own and its options.
 *
 * PolyScript passes few options on, and takes no others from a configuration.
 */
export async function loadPyodideBy(load: (loadPyodide: LoadPyodide, options: object) => Promise<object>): Promise<void> {
  const { registry } = await import("polyscript-internals/interpreters.js");
  const details = registry.get("pyodide");
  if (!details) throw new Error("PolyScript has no Pyodide.");
  const { engine } = details;
  details.engine = (module, ...rest) => {
    const { loadPyodide, ...others } = module as { loadPyodide: LoadPyodide };
    return engine.call(details, { ...others, loadPyodide: (options: object) => load(loadPyodide, options) }, ...rest);
  };
}

/** Pyodide's own function. */
export type LoadPyodide = (options: object) => Promise<object>;

// As in PyScript, `js.document` is there in a worker too. Looked up when it is asked for: each look is a round trip.
function lendDocument(window: object): void {
  Object.defineProperty(globalThis, "document", {
    configurable: true,
    get: () => (window as { document: unknown }).document,
  });
}

// The template tells of a failed start with `postMessage(error)` to the page. It is wanted here, where the boot waits.
function watchErrors(reject: (error: Error) => void): void {
  const original = globalThis.postMessage;
  const watching = (...args: [message: unknown, ...rest: unknown[]]) => {
    const [message] = args;
    globalThis.postMessage = original;
    if (message instanceof Error) reject(message);
  };
  globalThis.postMessage = watching as typeof postMessage;
}
