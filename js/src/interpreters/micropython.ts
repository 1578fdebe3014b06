// MicroPython, on PolyScript's worker.
//
// Cells are run by our Python helpers (python/_pyscript_micropython.py), because MicroPython's own `runPython` gives no
// value and names no file. A cell that awaits outside a function goes through `runPythonAsync`, as only that knows it.
import type { Adapter, Host, Outcome, Task } from "./adapter.ts";
import { watchInvokes } from "./invoke.ts";
import { withModule } from "./module.ts";
import { boot, type Wrap } from "./polyscript.ts";
import { PYSCRIPT } from "./pyscript.ts";
import { fileSystemModule, hostModule, outcome, raisedInPolyScript, taskOf, toHex } from "./python.ts";
import { microPythonSystem, type System } from "./system.ts";
import blocking from "./python/_pyscript_blocking.py";
import callbacks from "./python/_pyscript_callbacks.py";
import comm from "./python/_pyscript_comm.py";
import formats from "./python/_pyscript_formats.py";
import look from "./python/_pyscript_look.py";
import magics from "./python/_pyscript_magics.py";
import helper from "./python/_pyscript_micropython.py";
import recent from "./python/_pyscript_recent.py";
import split from "./python/_pyscript_split.py";
import timing from "./python/_pyscript_timing.py";
import getpass from "./python/getpass.py";

/** The names of files in MicroPython's own file system; `/lib` is on its `sys.path`, but not made. */
const FILES = {
  "/lib/_pyscript_blocking.py": blocking,
  "/lib/_pyscript_callbacks.py": callbacks,
  "/lib/_pyscript_comm.py": comm,
  "/lib/_pyscript_formats.py": formats,
  "/lib/_pyscript_look.py": look,
  "/lib/_pyscript_magics.py": magics,
  "/lib/_pyscript_micropython.py": helper,
  "/lib/_pyscript_recent.py": recent,
  "/lib/_pyscript_split.py": split,
  "/lib/_pyscript_timing.py": timing,
  "/lib/getpass.py": getpass,
};

interface Helper {
  start: (code: string, filename: string) => string;
  drive: (coroutine: unknown, filename: string) => Promise<string>;
  fail: (name: string, text: string, filename: string) => string;
  perform: (task: string, buffers: string[]) => string;
  cancel: () => void;
}

/** MicroPython's own interface, as far as we use it. */
export interface MicroPython {
  _module: { _mp_sched_keyboard_interrupt: () => void };
  FS: { mkdir: (path: string) => void; writeFile: (path: string, text: string) => void };
  registerJsModule: (name: string, module: object) => void;
  pyimport: (name: string) => unknown;
  runPythonAsync: (code: string) => Promise<unknown>;
}

interface PythonError extends Error {
  type: string;
}

/**
 * A JavaScript function raised, and no Python saw it.
 *
 * MicroPython does not catch what its imports raise: it is left where it was, with its stacks full and its garbage
 * collector off. It cannot go on.
 */
class UnwoundError extends Error {
  override readonly name = "UnwoundError";
  constructor(cause: unknown) {
    super(`JavaScript raised ${String(cause).replace(/\.$/, "")}, which MicroPython cannot catch.`);
  }
}

function isPython(error: unknown): error is PythonError {
  return error instanceof Error && error.name === "PythonError";
}

function unwound<Value>(call: () => Value): Value {
  try {
    return call();
  } catch (error) {
    throw isPython(error) ? error : new UnwoundError(error);
  }
}

/** What the loaded module calls now and then while it computes; the adapter, which comes later, sets `call`. */
export class Look {
  call = (): void => undefined;
}

export class MicroPythonAdapter implements Adapter {
  readonly topLevelAwait = true;
  readonly interruptible: boolean;
  readonly system: System;
  readonly window: boolean;
  readonly #interpreter: MicroPython;
  readonly #helper: Helper;
  readonly #host: Host;
  /** The cell's own code computes, and not ours or some callback's. */
  #computing = false;
  /** MicroPython has been told to raise KeyboardInterrupt since the cell's code was entered. */
  #raised = false;
  /** Ends the wait of a cell that awaits a promise. */
  #wake: (() => void) | null = null;
  /** Ends a cell that awaits, and whose interpreter is broken. */
  #break: ((error: unknown) => void) | null = null;

  constructor(wrap: Wrap<MicroPython>, host: Host, look: Look) {
    this.#interpreter = wrap.interpreter;
    this.#host = host;
    this.interruptible = host.interrupt !== null;
    this.system = microPythonSystem(wrap.interpreter);
    this.window = wrap.window !== null;
    wrap.io.stdout = (bytes) => host.write("stdout", bytes as Uint8Array);
    wrap.io.stderr = (data) => {
      if (!raisedInPolyScript(data, host)) host.write("stderr", data as Uint8Array);
    };
    const { FS } = wrap.interpreter;
    FS.mkdir("/lib");
    FS.mkdir("/lib/pyscript");
    for (const [path, source] of Object.entries(FILES)) FS.writeFile(path, source);
    for (const [path, source] of PYSCRIPT) FS.writeFile(`/lib/${path}`, source);
    wrap.interpreter.registerJsModule("_pyscript_host", { ...hostModule(host), ...this.#cellModule() });
    wrap.interpreter.registerJsModule("_pyscript", fileSystemModule(wrap.interpreter));
    const module = wrap.interpreter.pyimport("_pyscript_micropython") as Helper & { setup: () => void };
    module.setup();
    // Looked up once: a member of a PyProxy is looked up in the interpreter each time.
    this.#helper = { start: module.start, drive: module.drive, fail: module.fail, perform: module.perform, cancel: module.cancel };
    look.call = () => this.#look();
    // What JavaScript raises in a cell that awaits reaches nobody: the event loop has called the interpreter.
    if ("addEventListener" in globalThis) {
      addEventListener("error", ({ error }) => this.#unwound(error));
      addEventListener("unhandledrejection", ({ reason }) => this.#unwound(reason));
    }
  }

  static async start(this: void, entry: string, host: Host): Promise<MicroPythonAdapter> {
    const look = new Look();
    const wasm = host.materials.then((materials) => materials.wasm);
    // The outer one sees the imports first, and hands them on with ours around them.
    const wrap = await withModule(wasm, () =>
      watchInvokes(() => look.call(), () => boot<MicroPython>("micropython", host.carried?.url(entry) ?? entry, host.config)),
    );
    return new MicroPythonAdapter(wrap, host, look);
  }

  async run(code: string, filename: string): Promise<Outcome> {
    const answer = JSON.parse(unwound(() => this.#helper.start(code, filename))) as Outcome | { await: string };
    if (!("await" in answer)) return answer;
    try {
      const broken = new Promise<never>((_, reject) => (this.#break = reject));
      return outcome(await Promise.race([this.#helper.drive(this.#coroutine(answer.await), filename), broken]));
    } catch (error) {
      if (this.#computing || !isPython(error)) throw new UnwoundError(error);
      return outcome(this.#helper.fail(error.type, error.message, filename));
    } finally {
      this.#wake = this.#break = null;
    }
  }

  // Asynchronous, so that what it throws is what the promise rejects with.
  // eslint-disable-next-line @typescript-eslint/require-await
  async perform(task: Task): Promise<Outcome> {
    const [json, buffers] = taskOf(task);
    return outcome(unwound(() => this.#helper.perform(json, buffers.map(toHex))));
  }

  cancel(): void {
    this.#helper.cancel();
    this.#wake?.();
  }

  /** What our Python helper tells and asks while it runs a cell. */
  #cellModule(): object {
    return {
      enter: () => {
        this.#computing = true;
        this.#raised = false;
      },
      /** Whether a KeyboardInterrupt may still be on its way. */
      leave: () => {
        this.#computing = false;
        return this.#raised;
      },
      /** Stop the cell where this is not its own code, but that of another task or a callback. */
      stop: () => {
        if (!this.#computing) this.cancel();
      },
      /** A promise that settles as another does, or when the cell is to stop. */
      until: (promise: PromiseLike<unknown>) =>
        new Promise((resolve, reject) => {
          this.#wake = () => resolve(undefined);
          promise.then(resolve, reject);
        }),
    };
  }

  // Between two tasks of the event loop nothing computes, unless it never came to its end.
  #unwound(error: unknown): void {
    if (this.#computing) this.#break?.(error);
  }

  #look(): void {
    const { interrupt } = this.#host;
    if (!this.#computing || interrupt?.[0] !== 2) return;
    interrupt[0] = 0;
    this.#raised = true;
    this.#interpreter._module._mp_sched_keyboard_interrupt();
  }

  // Only `runPythonAsync` compiles a cell that awaits outside a function. It makes a coroutine, and has JavaScript drive
  // that by way of `Promise.resolve`: there we take it, and none of it has run yet.
  #coroutine(source: string): unknown {
    const own = Promise as { resolve: (value?: unknown) => Promise<unknown> };
    const { resolve } = own;
    let coroutine: unknown;
    own.resolve = (value) => {
      coroutine = value;
      return new Promise(() => undefined);
    };
    try {
      void this.#interpreter.runPythonAsync(source);
    } finally {
      own.resolve = resolve;
    }
    return coroutine;
  }
}
