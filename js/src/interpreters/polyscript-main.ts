// PolyScript on a frame's main thread: the other file that knows its insides, for `boot` in polyscript.ts.
//
// Not the whole of `polyscript`, which watches the document for scripts and adds its own members to it: only what loads
// an interpreter, and the module `polyscript` that PyScript's own Python expects. One frame has one interpreter.
import IDBMapSync from "@webreflection/idb-map/sync";
import { registry } from "polyscript-internals/interpreters.js";
import { getRuntime, getRuntimeID } from "polyscript-internals/loader.js";
import { createResolved, JSModules, registerJSModules } from "polyscript-internals/utils.js";
import type { Config } from "../protocol/messages.ts";
import { prepareModules } from "./modules.ts";
import { bootWith, placeOf, shownTo, type Wrap } from "./polyscript.ts";
import IDBMap from "./storage.ts";

/** Have `boot` load interpreters here, on the main thread. */
export function useMainThread(): void {
  bootWith(bootHere);
}

async function bootHere<Interpreter>(type: string, entry: string, config: Config = {}): Promise<Wrap<Interpreter>> {
  const details = registry.get(type);
  if (!details) throw new Error(`PolyScript has no interpreter "${type}".`);
  const { version, base } = await placeOf(type, entry);
  const id = getRuntimeID(type, version);
  await prepareModules(config, true);
  const shown = shownTo(config);
  const interpreter = await getRuntime(id, new URL("./config.txt", base).href, undefined, shown);
  Object.assign(shown, config.user);
  const module = Object.create(details) as typeof details;
  const wrap = createResolved(module, type, shown, interpreter);
  registerJSModules(type, module, interpreter, JSModules);
  module.registerJSModule(interpreter, "polyscript", {
    IDBMap,
    IDBMapSync,
    XWorker: startWorker,
    config: wrap.config,
    currentScript: null,
    js_modules: JSModules,
  });
  return { ...(wrap as unknown as Wrap<Interpreter>), window: globalThis };
}

/** What the frame puts into this realm for workers of the user's code: see frame/workers.ts. */
interface Registry {
  create: (code: null, url: string, json: string) => Worker;
}

function startWorker(url: string, options: object = {}): Worker {
  return (globalThis as unknown as { pyscriptWorkers: Registry }).pyscriptWorkers.create(null, url, JSON.stringify(options));
}
