// What every interpreter's adapter does. One file a language has these members, and `fake.ts` is one for tests.
import type { CommMessage, Config, ConfigPackage, Failure } from "../protocol/messages.ts";
import type { AskKind, Bundle, Materials, Shown, StreamName } from "../protocol/port.ts";
import type { Reply } from "../protocol/signals.ts";
import type { Carried } from "./carried.ts";
import type { System } from "./system.ts";

/** Where an interpreter looks for an interrupt, as often as it likes: 2 says that the running cell is to stop. */
export interface InterruptFlag {
  /** Setting it to 0 takes the interrupt: it has reached its cell. */
  0: number;
}

/** What an adapter is given by the worker it lives in. */
export interface Host {
  /** Takes what the interpreter writes. The bytes may be a view of its memory: they are copied at once. */
  write: (name: StreamName, bytes: Uint8Array) => void;
  /** Takes what `display()` shows. */
  display: (shown: Shown) => void;
  /** Takes away what the run has shown so far; with `wait` only when it shows the next thing. */
  clear: (wait: boolean) => void;
  /** The number of the cell that runs, or ran last. */
  cell: () => number;
  /** From now on it is the output of the cell of that number; with 0 of the one that runs, or ran last. */
  belongs: (cell: number) => void;
  /** Takes a comm message for the page. */
  comm: (message: CommMessage) => void;
  /** Takes what a task raised that nobody awaits. */
  raised: (failure: Failure) => void;
  /** Where an interrupt is seen, or null where none can be signalled to an interpreter that computes. */
  interrupt: InterruptFlag | null;
  /** Wait, and block. True says that the running cell is to stop, and takes the interrupt. */
  sleep: (milliseconds: number) => boolean;
  /** Ask the person at the notebook, and block until there is an answer. An interrupt is the failure of that name. */
  ask: (kind: AskKind, prompt: string) => Reply;
  /** What the start need not make itself; it comes soon. */
  materials: Promise<Materials>;
  /** Takes a sentence that the user is told under the next cell. */
  notice: (text: string) => void;
  /** The interpreter's files, where the page carries them. */
  carried: Carried | null;
  /** What the environment was configured with. The adapter passes it to PolyScript; `configure` applies it. */
  config: Config;
}

/** What a start has that is given no materials. */
export const NO_MATERIALS: Materials = { wasm: null, snapshot: null, trouble: null };

/** How a run ended: with a value to show, with a failure, or with neither. */
export interface Outcome {
  result: Bundle | null;
  failure: Failure | null;
}

/** What an interpreter is asked beside running cells. Cursors count code points. */
export type Task =
  | { task: "complete"; code: string; cursor: number }
  | { task: "inspect"; code: string; cursor: number; detail: 0 | 1 }
  | { task: "comm"; comm: CommMessage }
  | { task: "install"; packages: ConfigPackage[] };

/** One interpreter with one state. */
export interface Adapter {
  /** Whether `await` may stand outside a function. */
  readonly topLevelAwait: boolean;
  /** Whether an interrupt stops a run and keeps the state; otherwise the worker has to be ended. */
  readonly interruptible: boolean;
  /** How files and packages are put into the interpreter. */
  readonly system: System;
  /** Whether code can work on the page, and wait for it: always on the main thread. */
  readonly window: boolean;

  /**
   * Run a cell in the interpreter's global names.
   *
   * Settles with the outcome, whatever the code does: `SystemExit` and `KeyboardInterrupt` are failures too. Throws
   * only where the adapter itself is broken. One run at a time: the caller waits.
   *
   * `code` has the magic's own line replaced by an empty one, so that line numbers are the cell's; `filename` is what
   * tracebacks call it.
   */
  run(code: string, filename: string): Promise<Outcome>;

  /**
   * Do what is no cell: see `Result` in messages.ts for what comes back.
   *
   * Settles as `run` does, and takes turns with it. A comm message whose handlers raise has no failure: they tell it on
   * stderr. `complete` and `inspect` look at what is there, and call nothing of the user's. `install` puts all of the
   * wheels into the interpreter, or none; it is for Pyodide alone.
   */
  perform(task: Task): Promise<Outcome>;

  /** Stop the running cell where it awaits something. One that computes is reached through the flag. */
  cancel(): void;
}

/** Starts an adapter: what the registry holds for each interpreter. */
export type Start = (entry: string, host: Host) => Promise<Adapter>;

/** A failure of the code's own making has this shape; the other kinds differ in `kind` alone. */
export function failure(kind: Failure["kind"], name: string, message: string, text = ""): Failure {
  return { kind, name, message, frames: [], text, offset: 0 };
}

/** A thrown JavaScript value as a failure. */
export function failureFrom(kind: Failure["kind"], error: unknown): Failure {
  if (!(error instanceof Error)) return failure(kind, "Error", String(error));
  return failure(kind, error.name, error.message, error.stack ?? "");
}
