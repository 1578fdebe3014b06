// Pyodide, on PolyScript's worker. Cells are run by our Python helper (python/_pyscript_pyodide.py).
import type { Adapter, Host, Outcome, Task } from "./adapter.ts";
import type { ConfigPackage } from "../protocol/messages.ts";
import { failure, failureFrom } from "./adapter.ts";
import { namesIn } from "./archives.ts";
import { NOWHERE, type Carried } from "./carried.ts";
import { install } from "./configure.ts";
import { boot, loadPyodideBy, type Wrap } from "./polyscript.ts";
import { PYSCRIPT } from "./pyscript.ts";
import { fileSystemModule, hostModule, outcome, raisedInPolyScript, taskOf } from "./python.ts";
import { loadFromSnapshot } from "./snapshot.ts";
import { pyodideSystem, type PyodideSystem, type System } from "./system.ts";
import blocking from "./python/_pyscript_blocking.py";
import callbacks from "./python/_pyscript_callbacks.py";
import comm from "./python/_pyscript_comm.py";
import complete from "./python/_pyscript_complete.py";
import find from "./python/_pyscript_find.py";
import formats from "./python/_pyscript_formats.py";
import formatters from "./python/_pyscript_formatters.py";
import inspect from "./python/_pyscript_inspect.py";
import ipython from "./python/_pyscript_ipython.py";
import magics from "./python/_pyscript_magics.py";
import packages from "./python/_pyscript_packages.py";
import helper from "./python/_pyscript_pyodide.py";
import pretty from "./python/_pyscript_pretty.py";
import recent from "./python/_pyscript_recent.py";
import tasks from "./python/_pyscript_tasks.py";
import timing from "./python/_pyscript_timing.py";

const FILES = new Map([
  ["_pyscript_blocking.py", blocking],
  ["_pyscript_callbacks.py", callbacks],
  ["_pyscript_comm.py", comm],
  ["_pyscript_complete.py", complete],
  ["_pyscript_find.py", find],
  ["_pyscript_formats.py", formats],
  ["_pyscript_formatters.py", formatters],
  ["_pyscript_inspect.py", inspect],
  ["_pyscript_ipython.py", ipython],
  ["_pyscript_magics.py", magics],
  ["_pyscript_packages.py", packages],
  ["_pyscript_pretty.py", pretty],
  ["_pyscript_pyodide.py", helper],
  ["_pyscript_recent.py", recent],
  ["_pyscript_tasks.py", tasks],
  ["_pyscript_timing.py", timing],
  ...PYSCRIPT,
]);

const SLOWLY = (why: string) =>
  `Pyodide was started in the ordinary way, which takes some seconds longer: its memory snapshot could not be used. ${why} ` +
  "Cells run as ever. If this comes again, reload the page, and then install pyscript-jupyter anew " +
  "(pip install --force-reinstall pyscript-jupyter).\n";

interface Helper {
  setup: (host: unknown) => void;
  start: (code: string, filename: string) => string | Promise<string>;
  perform: (task: string, buffers: Uint8Array<ArrayBuffer>[]) => string | Promise<string>;
  cancel: () => void;
}

interface Stream {
  write: (bytes: Uint8Array) => number;
}

/** Pyodide's own interface, as far as we use it. */
export interface Pyodide extends PyodideSystem {
  FS: { mkdirTree: (path: string) => void; writeFile: (path: string, text: string) => void };
  registerJsModule: (name: string, module: object) => void;
  pyimport: (name: string) => unknown;
  setInterruptBuffer: (buffer: Uint8Array) => void;
  setStdout: (stream: Stream) => void;
  setStderr: (stream: Stream) => void;
}

interface PythonError extends Error {
  type: string;
}

/** What tells Pyodide where its files are, which it would look for beside its entry. */
async function carriedOptions(carried: Carried, module: Promise<{ default: unknown }>): Promise<object> {
  return {
    // What it would still load from there is its WebAssembly, which comes compiled: nobody reads what this gives.
    indexURL: "data:application/wasm,",
    packageBaseUrl: NOWHERE,
    lockFileContents: await carried.get("pyodide-lock.json").text(),
    stdLibURL: carried.url("python_stdlib.zip"),
    createPyodideModule: (await module).default,
  };
}

export class PyodideAdapter implements Adapter {
  readonly topLevelAwait = true;
  readonly interruptible: boolean;
  readonly system: System;
  readonly window: boolean;
  readonly #helper: Helper;
  readonly #start: Helper["start"];

  constructor({ interpreter, io, window }: Wrap<Pyodide>, host: Host) {
    this.window = window !== null;
    io.stderr = (data) => raisedInPolyScript(data, host);
    // `write` passes on half a line at once; Pyodide's default holds it until the newline.
    for (const [set, name] of [["setStdout", "stdout"], ["setStderr", "stderr"]] as const) {
      interpreter[set]({
        write(bytes) {
          host.write(name, bytes);
          return bytes.length;
        },
      });
    }
    const folder = interpreter.runPython("import site; site.getsitepackages()[0]") as string;
    interpreter.FS.mkdirTree(`${folder}/pyscript`);
    for (const [name, source] of FILES) interpreter.FS.writeFile(`${folder}/${name}`, source);
    const module = hostModule(host);
    interpreter.registerJsModule("_pyscript_host", module);
    interpreter.registerJsModule("_pyscript", fileSystemModule(interpreter));
    this.#helper = interpreter.pyimport("_pyscript_pyodide") as Helper;
    this.#helper.setup(module);
    this.#start = this.#helper.start;
    this.system = pyodideSystem(interpreter);
    interpreter.pyimport("_pyscript_callbacks");
    this.interruptible = host.interrupt !== null;
    // It takes whatever has a member 0, though its types do not say so.
    if (host.interrupt) interpreter.setInterruptBuffer(host.interrupt as unknown as Uint8Array);
  }

  static async start(this: void, entry: string, host: Host): Promise<PyodideAdapter> {
    const notice = (why: string) => host.notice(SLOWLY(why.replace(/[.?!]?$/, ".")));
    const { carried } = host;
    const module = carried?.url("pyodide.asm.mjs") ?? new URL("./pyodide.asm.mjs", entry).href;
    // It is wanted soon: PolyScript has other things to do first.
    const loading = import(/* @vite-ignore */ module) as Promise<{ default: unknown }>;
    loading.catch(() => undefined);
    await loadPyodideBy(async (load, options) => {
      const own = carried && (await carriedOptions(carried, loading));
      return loadFromSnapshot(load, { ...options, ...own }, host.materials, notice);
    });
    return new PyodideAdapter(await boot<Pyodide>("pyodide", carried?.url(entry) ?? entry, host.config), host);
  }

  run(code: string, filename: string): Promise<Outcome> {
    return this.#settle(() => this.#start(code, filename));
  }

  async perform(task: Task): Promise<Outcome> {
    if (task.task === "install") return this.#install(task.packages);
    return this.#settle(() => this.#helper.perform(...taskOf(task)));
  }

  async #install(packages: ConfigPackage[]): Promise<Outcome> {
    const list = (undo: string[]) => this.#settle(() => this.#helper.perform(JSON.stringify({ task: "install", undo }), []));
    const begun: string[] = [];
    try {
      for (const wheel of packages) {
        begun.push(...namesIn(wheel.data ?? new Uint8Array()));
        await install(wheel, this.system);
      }
    } catch (error) {
      await list(begun);
      return { result: null, failure: failureFrom("code", error) };
    }
    return list([]);
  }

  async #settle(begin: () => string | Promise<string>): Promise<Outcome> {
    try {
      return outcome(await begin());
    } catch (error) {
      // The helper catches everything; an interrupt may still fall into the lines around its own `try`.
      if ((error as PythonError).type !== "KeyboardInterrupt") throw error;
      return { result: null, failure: failure("code", "KeyboardInterrupt", "", (error as PythonError).message) };
    }
  }

  cancel(): void {
    this.#helper.cancel();
  }
}
