// The configuration's `js_modules`, which Python imports from `pyscript.js_modules`.
//
// PolyScript keeps them in a map of each realm, in which they have to be before the interpreter starts: it registers
// what it finds there.
import type { Config, ConfigModule } from "../protocol/messages.ts";
import { ConfigError, load } from "./supplies.ts";

const MODULES = Symbol.for("polyscript.js_modules");

interface Realm {
  [MODULES]?: Map<string, unknown>;
}

/** Load the modules of the main thread into this document. */
async function loadMainModules({ modules = [] }: Config): Promise<void> {
  const main = modules.filter((module) => module.main);
  await Promise.all(main.map((module) => (isStyle(module) ? style(module) : register(module))));
}

/** Before the interpreter starts: have its realm know its modules. `main` says that this is the main thread. */
export async function prepareModules(config: Config, main: boolean): Promise<void> {
  if (main) {
    await loadMainModules(config);
    return;
  }
  const { modules = [] } = config;
  const beyond = modules.find((module) => module.main);
  if (beyond) {
    throw new ConfigError(
      `\`js_modules.main\`: ${beyond.source} is for the main thread, and this environment runs in a worker: name it in ` +
        "`js_modules.worker` instead, if it needs no document, or make the environment with --main.",
    );
  }
  await Promise.all(modules.map(register));
}

async function register(module: ConfigModule): Promise<void> {
  map().set(module.name, { ...(await load(module, `js_modules.${module.main ? "main" : "worker"}`)) });
}

// A sheet with a URL of its own finds its pictures beside it.
function style({ source, data }: ConfigModule): Promise<void> {
  if (data) {
    const sheet = document.createElement("style");
    sheet.textContent = new TextDecoder().decode(data);
    document.head.append(sheet);
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.crossOrigin = "anonymous";
    link.href = source;
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      reject(new ConfigError(`\`js_modules.main\`: the style sheet ${source} did not load. Save it beside the notebook, and name the file.`));
    });
    document.head.append(link);
  });
}

function isStyle({ source }: ConfigModule): boolean {
  return /\.css([?#].*)?$/i.test(source);
}

function map(): Map<string, unknown> {
  const modules = (globalThis as Realm)[MODULES];
  if (!modules) throw new Error("PolyScript is not there yet, and with it its map of modules.");
  return modules;
}
