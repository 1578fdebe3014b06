// PolyScript's hooks, around the cells of an environment: https://pyscript.github.io/polyscript/#hooks
//
// They come from the configuration: Python code from its table `hooks`, functions from the JavaScript modules that its
// `plugins` name, each of which exports `hooks`. A cell is an asynchronous run, so a hook's `…Async` form is taken where
// it is there, and the plain one otherwise.
import { failure, type Adapter, type Outcome } from "./adapter.ts";
import { ConfigError, message } from "./supplies.ts";
import type { System } from "./system.ts";

/** What a hook gets: PolyScript's wrap of an interpreter. */
export interface HookWrap {
  type: string;
  interpreter: unknown;
  config: object;
  run: (code: string) => unknown;
  runAsync: (code: string) => Promise<unknown>;
}

type Callback = (wrap: HookWrap, xworker: unknown) => unknown;
type Value = string | (() => string) | Callback;
/** Hooks by name, as a plugin exports them for the worker or the main thread. */
export type Hooks = Record<string, Value>;

const CODE = ["codeBeforeRun", "codeBeforeRunAsync", "codeAfterRun", "codeAfterRunAsync"];
const CALLBACKS = ["onReady", "onBeforeRun", "onBeforeRunAsync", "onAfterRun", "onAfterRunAsync"];
/** Called where a page starts its workers, which is no part of an interpreter. */
const ELSEWHERE = ["onWorker"];

/** Refuse hooks that there are not, so that a misspelt one does not stay silent. */
export function checkHooks(hooks: Hooks, where: string): void {
  for (const [name, value] of Object.entries(hooks)) {
    const wanted = CODE.includes(name) ? ["string", "function"] : ["function"];
    if (![...CODE, ...CALLBACKS, ...ELSEWHERE].includes(name)) {
      throw new ConfigError(`${where}: there is no hook "${name}". There are: ${[...CALLBACKS, ...CODE].join(", ")}.`);
    }
    if (!wanted.includes(typeof value)) {
      throw new ConfigError(`${where}: the hook "${name}" must be a ${wanted.join(" or a ")}, and it is a ${typeof value}.`);
    }
  }
}

/** Call `onReady`, and have the others called around each run of the adapter from now on. */
export async function hang(all: Hooks[], adapter: Adapter, wrap: HookWrap, xworker: unknown): Promise<void> {
  for (const { onReady } of all) {
    try {
      await (onReady as Callback | undefined)?.(wrap, xworker);
    } catch (error) {
      throw new ConfigError(`\`plugins\`: the hook onReady failed: ${message(error)}.`);
    }
  }
  const run = adapter.run.bind(adapter);
  const callbacks = (name: string) => all.map((hooks) => choose(hooks, name)).filter((hook) => typeof hook === "function");
  const code = (name: string) =>
    all
      .map((hooks) => choose(hooks, name))
      .filter((hook) => hook !== undefined)
      .map((hook) => (typeof hook === "string" ? hook : (hook as () => string)()));

  const around = async (when: "Before" | "After"): Promise<Outcome["failure"]> => {
    try {
      for (const callback of callbacks(`on${when}Run`)) await callback(wrap, xworker);
      for (const source of code(`code${when}Run`)) {
        const outcome = await run(source, `<code${when}Run>`);
        if (outcome.failure) return outcome.failure;
      }
      return null;
    } catch (error) {
      return failure("code", "HookError", `a hook ${when.toLowerCase()} the cell failed: ${message(error)}`);
    }
  };
  if (!all.some((hooks) => Object.keys(hooks).some((name) => name !== "onReady"))) return;
  adapter.run = async (source, filename) => {
    const before = await around("Before");
    if (before) return { result: null, failure: before };
    const outcome = await run(source, filename);
    const after = await around("After");
    return { result: outcome.result, failure: outcome.failure ?? after };
  };
}

/** PolyScript's wrap, made anew: its own writes exceptions to the console, and these are to be seen. */
export function hookWrap({ type, interpreter }: System, config: object): HookWrap {
  const python = interpreter as Pick<HookWrap, "run" | "runAsync"> & Record<string, (code: string) => unknown>;
  return {
    type,
    interpreter,
    config,
    run: (code) => python["runPython"]?.(code),
    runAsync: (code) => Promise.resolve(python["runPythonAsync"]?.(code)),
  };
}

function choose(hooks: Hooks, name: string): Value | undefined {
  return hooks[`${name}Async`] ?? hooks[name];
}
