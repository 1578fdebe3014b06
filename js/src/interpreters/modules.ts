// The configuration's `js_modules`, which Python imports from `pyscript.js_modules`.
//
// PolyScript keeps them in a map of each realm, in which they have to be before the interpreter starts: it registers
// what it finds there. Those of the main thread belong to the page; a worker that can wait for its page borrows them.
import type { Config, ConfigModule } from "../protocol/messages.ts";
import { ConfigError, contents, load, message, moduleUrl } from "./supplies.ts";

const MODULES = Symbol.for("polyscript.js_modules");
const MAIN = "js_modules.main";

interface Realm {
  [MODULES]?: Map<string, unknown>;
}

/** What a worker reaches its page by. */
export interface Page {
  /** The page's global; null where the worker cannot wait for it. */
  window: object | null;
  /** The page's own functions. */
  sync: { importJS: (url: string, name: string) => unknown };
}

/** Before the interpreter starts: have its realm know its modules. `main` says that this is the main thread. */
export async function prepareModules({ modules = [] }: Config, main: boolean): Promise<void> {
  const own = modules.filter((module) => module.main === main);
  await Promise.all(own.map((module) => (isStyle(module) ? style(module, document) : register(module))));
  // What comes later has to have its name now.
  if (!main) for (const { name } of borrowed(modules)) map().set(name, {});
}

/** In a worker whose interpreter has started: have the page load the modules of the main thread, and lend them. */
export async function borrowModules({ modules = [] }: Config, { window, sync }: Page): Promise<void> {
  const [first] = modules.filter((module) => module.main);
  if (!first) return;
  if (!window) {
    throw new ConfigError(
      `\`${MAIN}\`: ${first.source} is for the main thread, and this environment runs in a worker that cannot wait for ` +
        "its page: name it in `js_modules.worker` instead, if it needs no document, or make the environment with --main.",
    );
  }
  const page = window as Realm & { document: Document };
  for (const sheet of modules.filter((module) => module.main && isStyle(module))) await style(sheet, page.document);
  for (const module of borrowed(modules)) {
    const url = moduleUrl(await contents(module, MAIN));
    try {
      await sync.importJS(url, module.name);
      map().set(module.name, page[MODULES]?.get(module.name));
    } catch (error) {
      throw new ConfigError(`\`${MAIN}\`: the module ${module.source} did not load: ${message(error)}.`);
    } finally {
      URL.revokeObjectURL(url);
    }
  }
}

/** A name that a worker's own module has is not borrowed. */
function borrowed(modules: ConfigModule[]): ConfigModule[] {
  const own = new Set(modules.filter((module) => !module.main).map((module) => module.name));
  return modules.filter((module) => module.main && !isStyle(module) && !own.has(module.name));
}

async function register(module: ConfigModule): Promise<void> {
  map().set(module.name, { ...(await load(module, module.main ? MAIN : "js_modules.worker")) });
}

// As text in the document, whose policy knows of no sheets by URL but this server's.
async function style(module: ConfigModule, document: Document): Promise<void> {
  const text = new TextDecoder().decode(await contents(module, MAIN));
  const sheet = document.createElement("style");
  sheet.textContent = text;
  document.head.append(sheet);
}

function isStyle({ source }: ConfigModule): boolean {
  return /\.css([?#].*)?$/i.test(source);
}

function map(): Map<string, unknown> {
  const modules = (globalThis as Realm)[MODULES];
  if (!modules) throw new Error("PolyScript is not there yet, and with it its map of modules.");
  return modules;
}
