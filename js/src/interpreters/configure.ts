// Applies a configuration to an interpreter that has just started, before its first cell: files, then packages, then
// the hooks of plugins. The JavaScript modules are there before the interpreter is: see modules.ts.
import type { Config, ConfigPackage } from "../protocol/messages.ts";
import type { Adapter } from "./adapter.ts";
import { checkHooks, hang, hookWrap, type Hooks } from "./hooks.ts";
import { ConfigError, contents, load, message, shortName } from "./supplies.ts";
import type { System } from "./system.ts";

/** Told what is being installed, and how many of how many it is. */
export type Tell = (detail: string, loaded: number, total: number) => void;

/** Seconds after which it is told again what is being installed: a large file may take its time. */
const AGAIN = 5;

/** Settles when everything is there; throws ConfigError with the key that could not be applied. */
export async function configure(adapter: Adapter, config: Config, tell: Tell): Promise<void> {
  const { user = {}, files = [], packages = [], plugins = [] } = config;
  const { system } = adapter;
  const total = files.length + packages.length + plugins.length;
  let done = 0;
  const step = async (detail: string, action: () => Promise<void>) => {
    done += 1;
    const say = () => tell(detail, done, total);
    say();
    const again = setInterval(say, AGAIN * 1000);
    await action().finally(() => clearInterval(again));
  };

  if (user["debug"] === true) system.debug();
  for (const file of files) {
    await step(shortName(file.source), async () => {
      const bytes = await contents(file, "files");
      attempt(`\`files\`: ${file.source} could not be put at ${file.path}`, () => {
        if (file.format) system.unpack(bytes, file.format, file.path);
        else system.write(file.path, bytes);
      });
    });
  }
  for (const wheel of packages) {
    await step(wheel.filename.split("-").slice(0, 2).join(" "), () => install(wheel, system));
  }
  if (files.length + packages.length > 0) system.settle();

  const realm = "window" in globalThis ? "main" : "worker";
  const hooks: Hooks[] = [];
  const own = (user["hooks"] as Record<string, Hooks> | undefined)?.[realm];
  if (own) hooks.push(own);
  for (const plugin of plugins) {
    await step(shortName(plugin.source), async () => {
      const module = (await load(plugin, "plugins")) as { hooks?: Record<string, Hooks> };
      if (typeof module.hooks !== "object") {
        throw new ConfigError(`\`plugins\`: ${plugin.source} exports no \`hooks\`, as in: export const hooks = {worker: {…}}.`);
      }
      const found = module.hooks[realm] ?? {};
      checkHooks(found, `\`plugins\`: ${plugin.source}`);
      hooks.push(found);
    });
  }
  if (hooks.length > 0) await hang(hooks, adapter, hookWrap(system, user), xworker(system));
}

/** PolyScript's own, as Python finds it too. */
function xworker({ interpreter }: System): unknown {
  const { pyimport } = interpreter as { pyimport: (name: string) => { xworker?: unknown } };
  try {
    return pyimport("polyscript").xworker ?? null;
  } catch {
    return null;
  }
}

/** Install one wheel; throws ConfigError. */
export async function install(wheel: ConfigPackage, system: System): Promise<void> {
  const { source, filename } = wheel;
  const here = source.startsWith("emfs:");
  const failed = `\`packages\`: ${source} could not be installed`;
  const bytes = here
    ? attempt(failed, () => new Uint8Array(system.read(source.replace(/^emfs:(\/\/)?/, ""))))
    : await contents(wheel, "packages");
  try {
    await system.install(bytes, filename);
  } catch (error) {
    throw new ConfigError(`${failed}: ${message(error)}.`);
  }
}

function attempt<Value>(failed: string, action: () => Value): Value {
  try {
    return action();
  } catch (error) {
    throw new ConfigError(`${failed}: ${message(error)}.`);
  }
}
