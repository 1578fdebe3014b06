// MicroPython, on PolyScript's worker.
//
// Cells are run by our Python helpers (python/_pyscript_micropython.py), because MicroPython's own `runPython` gives no
// value and names no file. A cell that awaits outside a function goes through `runPythonAsync`, as only that knows it.
import type { Adapter, Host, Outcome } from "./adapter.ts";
import { withModule } from "./module.ts";
import { boot, type Wrap } from "./polyscript.ts";
import { hostModule, outcome } from "./python.ts";
import formats from "./python/_pyscript_formats.py";
import helper from "./python/_pyscript_micropython.py";
import split from "./python/_pyscript_split.py";
import pyscript from "./python/pyscript.py";

/** The names of files in MicroPython's own file system; `/lib` is on its `sys.path`, but not made. */
const FILES = {
  "/lib/_pyscript_formats.py": formats,
  "/lib/_pyscript_micropython.py": helper,
  "/lib/_pyscript_split.py": split,
  "/lib/pyscript.py": pyscript,
};

interface Helper {
  start: (code: string, filename: string) => string;
  succeed: () => string;
  fail: (name: string, text: string, filename: string) => string;
}

/** MicroPython's own interface, as far as we use it. */
export interface MicroPython {
  FS: { mkdir: (path: string) => void; writeFile: (path: string, text: string) => void };
  registerJsModule: (name: string, module: object) => void;
  pyimport: (name: string) => unknown;
  runPythonAsync: (code: string) => Promise<unknown>;
}

interface PythonError extends Error {
  type: string;
}

export class MicroPythonAdapter implements Adapter {
  readonly topLevelAwait = true;
  // MicroPython polls no flag: a run is stopped by ending its worker.
  readonly interruptible = false;
  readonly #interpreter: MicroPython;
  readonly #helper: Helper;

  constructor(wrap: Wrap<MicroPython>, host: Host) {
    this.#interpreter = wrap.interpreter;
    wrap.io.stdout = (bytes) => host.write("stdout", bytes as Uint8Array);
    wrap.io.stderr = (bytes) => host.write("stderr", bytes as Uint8Array);
    const { FS } = wrap.interpreter;
    FS.mkdir("/lib");
    for (const [path, source] of Object.entries(FILES)) FS.writeFile(path, source);
    wrap.interpreter.registerJsModule("_pyscript_host", hostModule(host));
    const module = wrap.interpreter.pyimport("_pyscript_micropython") as Helper;
    // Looked up once: a member of a PyProxy is looked up in the interpreter each time.
    this.#helper = { start: module.start, succeed: module.succeed, fail: module.fail };
  }

  static async start(this: void, entry: string, host: Host): Promise<MicroPythonAdapter> {
    const wasm = host.materials.then((materials) => materials.wasm);
    return new MicroPythonAdapter(await withModule(wasm, () => boot<MicroPython>("micropython", entry)), host);
  }

  async run(code: string, filename: string): Promise<Outcome> {
    const answer = JSON.parse(this.#helper.start(code, filename)) as Outcome | { await: string };
    if (!("await" in answer)) return answer;
    try {
      await this.#interpreter.runPythonAsync(answer.await);
    } catch (error) {
      const { type, message } = error as PythonError;
      return outcome(this.#helper.fail(type, message, filename));
    }
    return outcome(this.#helper.succeed());
  }

  cancel(): void {
    // Nothing reaches a MicroPython cell from outside; the frame ends the worker.
  }
}
