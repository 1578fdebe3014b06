// Pyodide, on PolyScript's worker. Cells are run by our Python helper (python/_pyscript_pyodide.py).
import type { Adapter, Host, Outcome } from "./adapter.ts";
import { failure } from "./adapter.ts";
import { boot, loadPyodideBy } from "./polyscript.ts";
import { hostModule, outcome } from "./python.ts";
import { loadFromSnapshot } from "./snapshot.ts";
import formats from "./python/_pyscript_formats.py";
import helper from "./python/_pyscript_pyodide.py";
import pyscript from "./python/pyscript.py";

const FILES = {
  "_pyscript_formats.py": formats,
  "_pyscript_pyodide.py": helper,
  "pyscript.py": pyscript,
};

const SLOWLY = (why: string) =>
  `Pyodide was started in the ordinary way, which takes some seconds longer: its memory snapshot could not be used. ${why} ` +
  "Cells run as ever. If this comes again, reload the page, and then install pyscript-jupyter anew " +
  "(pip install --force-reinstall pyscript-jupyter).\n";

interface Helper {
  start: (code: string, filename: string) => string | Promise<string>;
  cancel: () => void;
}

interface Stream {
  write: (bytes: Uint8Array) => number;
}

/** Pyodide's own interface, as far as we use it. */
export interface Pyodide {
  FS: { writeFile: (path: string, text: string) => void };
  registerJsModule: (name: string, module: object) => void;
  pyimport: (name: string) => unknown;
  runPython: (code: string) => unknown;
  setInterruptBuffer: (buffer: Uint8Array) => void;
  setStdout: (stream: Stream) => void;
  setStderr: (stream: Stream) => void;
}

interface PythonError extends Error {
  type: string;
}

export class PyodideAdapter implements Adapter {
  readonly topLevelAwait = true;
  readonly interruptible: boolean;
  readonly #helper: Helper;
  readonly #start: Helper["start"];

  constructor(interpreter: Pyodide, host: Host) {
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
    for (const [name, source] of Object.entries(FILES)) interpreter.FS.writeFile(`${folder}/${name}`, source);
    interpreter.registerJsModule("_pyscript_host", hostModule(host));
    this.#helper = interpreter.pyimport("_pyscript_pyodide") as Helper;
    this.#start = this.#helper.start;
    this.interruptible = host.interruptBuffer !== null;
    if (host.interruptBuffer) interpreter.setInterruptBuffer(host.interruptBuffer);
  }

  static async start(this: void, entry: string, host: Host): Promise<PyodideAdapter> {
    const notice = (why: string) => host.notice(SLOWLY(why.replace(/[.?!]?$/, ".")));
    await loadPyodideBy((load, options) => loadFromSnapshot(load, options, host.materials, notice));
    // It is wanted soon: PolyScript has other things to do first.
    import(/* @vite-ignore */ new URL("./pyodide.asm.mjs", entry).href).catch(() => undefined);
    const { interpreter } = await boot<Pyodide>("pyodide", entry);
    return new PyodideAdapter(interpreter, host);
  }

  async run(code: string, filename: string): Promise<Outcome> {
    try {
      return outcome(await this.#start(code, filename));
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
