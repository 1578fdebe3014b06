// The life of one environment: its interpreter starts, cells run one after another, an interrupt or a crash may end the
// interpreter and start a new one, and the connection to the relay may come and go meanwhile.
//
// No DOM, no socket and no worker here: they come in as functions, so that a test drives it with fakes.
import { failure, failureFrom } from "../interpreters/adapter.ts";
import type { Answer, Capabilities, Failure, Interrupt, Options, Run } from "../protocol/messages.ts";
import type { MailboxAddress } from "../protocol/mailbox.ts";
import type { FromWorker, Materials } from "../protocol/port.ts";
import { SharedSignals } from "../protocol/signals.ts";
import type { Unnumbered } from "../protocol/socket.ts";
import type { AssetError } from "./assets.ts";
import { Beside } from "./beside.ts";
import type { Engine, StartEngine } from "./engine.ts";
import type { Memory } from "./memory.ts";

type WithoutEnvironment<T> = T extends unknown ? Omit<T, "environment"> : never;
/** What the kernel is told, before it is known whose it is and which number it gets. */
export type Event = WithoutEnvironment<Unnumbered>;

export interface SessionOptions {
  environment: string;
  interpreter: string;
  options: Options;
  version: string;
  /** The absolute URL of the interpreter's entry module, or its path in `files`. */
  entry: string;
  /** The interpreter's files, where the page carries them. */
  files?: Record<string, Blob>;
  /** Whether SharedArrayBuffer is there. */
  isolated: boolean;
  startEngine: StartEngine;
  /** Asks for a new frame instead of a second interpreter, where the first one ran on the main thread of this one. */
  renew?: () => void;
  /** What the interpreter starts sooner from; `forget` has it loaded anew. */
  materials: { get: () => Promise<Materials>; forget: () => void };
  /** Checks the interpreter's files; true says that a wrong copy of one was replaced. Throws AssetError. */
  check: (onProgress: (loaded: number, total: number) => void) => Promise<boolean>;
  /** Whether the files were right before; then they are checked after the start. */
  memory: Memory;
  /** Calls back after some seconds; the function it returns takes that back. */
  after?: (seconds: number, callback: () => void) => () => void;
}

/** How long after the start files are checked that were right before, in seconds. */
const RECHECK = 1;

/** What ends an interpreter that runs when the file turns out to have been wrong, in the browser's cache only. */
const REPLACED = failure(
  "asset",
  "AssetError",
  "The interpreter was started from a file that was wrong in the browser's cache. It has been replaced by the right " +
    "one: run the cell again. What was defined in the environment is lost.",
);

/** How long a run that nobody waits for any more may take to stop, in seconds. */
const ORPHAN_GRACE = 3;

type Phase = "downloading" | "starting" | "installing";

export class FrameSession {
  readonly #options: SessionOptions;
  /** What the interpreter shares with this session; each has its own, so that nothing meets the next one. */
  #signals: SharedSignals | null = null;
  #send: ((event: Unnumbered) => void) | null = null;
  /** The connection's mailbox, which the relay puts interrupts and answers into. */
  #mailbox: MailboxAddress | null = null;
  #engine: Engine | null = null;
  #state: "starting" | "ready" | "failed" | "closed" = "starting";
  #progress: { phase: Phase; loaded: number; total: number; detail: string } = {
    phase: "downloading",
    loaded: 0,
    total: 0,
    detail: "",
  };
  #capabilities: Capabilities | null = null;
  #failure: Failure | null = null;
  #checked = false;
  /** No one has been told yet that this interpreter is ready. */
  #fresh = true;
  #current: Run | null = null;
  /** The kernel has given the current run up: nothing of it is told. */
  #orphaned = false;
  #queue: Run[] = [];
  #begun = false;
  #forgetGrace: (() => void) | null = null;
  /** What is to be said under the next cell, and what has been. */
  readonly #notices: string[] = [];
  readonly #noticed = new Set<string>();
  readonly #beside: Beside;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { after = afterSeconds } = options;
    this.#beside = new Beside({
      emit: (event) => this.#emit(event),
      stream: (run, name, text) => this.#told({ type: "stream", run, name, text }),
      display: (run, shown) => this.#told({ type: "display", run, ...shown }),
      clear: (run, wait) => this.#told({ type: "clear", run, wait }),
      now: () => performance.now(),
      later: (callback, milliseconds) => after(milliseconds / 1000, callback),
    });
  }

  /** The relay is there (again): tell it how things are. */
  connect(send: (event: Unnumbered) => void, mailbox: MailboxAddress | null): void {
    this.#send = send;
    this.#mailbox = mailbox;
    if (this.#current) this.#orphan(this.#current);
    else if (this.#state === "starting") this.#emit({ type: "progress", ...this.#progress });
    else if (this.#state === "ready") this.#announce();
    else if (this.#failure) this.#emit({ type: "failed", failure: this.#failure });
  }

  /** The relay is gone, and the kernel has given up its runs: what happens until it is back is not told. */
  disconnect(): void {
    this.#beside.forget();
    this.#send = null;
    this.#queue = [];
  }

  /** Start the interpreter. Called once; the session starts later ones by itself, or has the frame made anew. */
  start(): void {
    this.#begin(false);
  }

  /** Run a cell, now or after those before it. An environment that failed to start tries once more. */
  run(message: Run): void {
    this.#queue.push(message);
    if (this.#state === "failed") this.start();
    else this.#next();
  }

  /** Stop a run: by the interpreter itself where it can, otherwise by ending it. */
  interrupt({ run, grace }: Interrupt): void {
    const queued = this.#queue.findIndex((waiting) => waiting.run === run);
    if (queued !== -1) {
      this.#queue.splice(queued, 1);
      this.#done(run, { failure: failure("code", "KeyboardInterrupt", "The cell was interrupted before it began.") });
      return;
    }
    if (this.#current?.run === run) this.#stop(run, grace);
  }

  /** The answer to what a run asked. */
  answer({ run, ask, value = null, failure: refusal = null }: Answer): void {
    if (this.#current?.run === run) this.#signals?.answer(ask, { value, failure: refusal });
  }

  /** Start the interpreter anew, because the user wants it: a run that goes on is over, and its state lost. */
  restart(): void {
    if (this.#state !== "closed") this.#lose(this.#restarted());
  }

  /** Tell the kernel of something that belongs to no run. */
  tell(event: Event): void {
    this.#emit(event);
  }

  /** End everything. Safe to call twice. */
  close(): void {
    this.#state = "closed";
    this.#queue = [];
    this.#current = null;
    this.#endEngine();
    this.#send = null;
  }

  #begin(again: boolean): void {
    const { renew } = this.#options;
    if (this.#options.options.main && this.#begun && renew) {
      renew();
      return;
    }
    this.#begun = true;
    this.#state = "starting";
    this.#failure = null;
    this.#fresh = true;
    const { interpreter, entry, options, files } = this.#options;
    const carried = files ? { files } : {};
    const known = this.#checked || this.#options.memory.known();
    this.#progress = { phase: known ? "starting" : "downloading", loaded: 0, total: 0, detail: "" };
    const checking = known ? Promise.resolve(false) : this.#check();
    const booting = this.#boot((engine) => {
      // One that was started ahead has its own.
      this.#signals = engine.ahead === undefined && this.#options.isolated ? new SharedSignals() : (engine.ahead ?? null);
      if (engine.ahead !== undefined) return;
      const signals = this.#signals?.memory ?? null;
      engine.post({ type: "boot", interpreter, entry, ...carried, options, materials: true, signals });
      void this.#options.materials.get().then((materials) => {
        if (this.#engine === engine) engine.post({ type: "materials", ...materials });
      });
    });
    const engine = this.#engine;
    // A file that did not load breaks the boot too: the file is the better explanation.
    const explained = booting.catch(async (error: unknown) => {
      const replaced = await (known ? this.#check() : checking);
      if (replaced && !again) return null;
      throw error;
    });
    Promise.all([explained, checking]).then(
      ([capabilities, replaced]) => {
        if (this.#engine !== engine) return;
        // The worker may have loaded the copy that was wrong.
        if (!capabilities || replaced) {
          this.#options.materials.forget();
          this.#endEngine();
          this.#begin(true);
          return;
        }
        this.#state = "ready";
        this.#capabilities = capabilities;
        this.#announce();
        this.#next();
        if (!this.#checked) this.#checkLater();
      },
      (error: unknown) => {
        if (this.#engine === engine) this.#fail(error);
      },
    );
  }

  #stop(run: number, grace: number): void {
    const { interrupt = "terminate" } = this.#capabilities ?? {};
    if (interrupt === "terminate") {
      this.#lose(this.#interrupted());
      return;
    }
    const { after = afterSeconds } = this.#options;
    // A cell that computes sees the signal, or finds the interrupt in its mailbox; one that awaits hears the message.
    // One interrupt is one: a further one, of somebody who has lost patience, only changes how long the cell has.
    if (this.#forgetGrace) this.#forgetGrace();
    else {
      this.#signals?.interrupt(run);
      this.#engine?.post({ type: "interrupt", run });
    }
    this.#forgetGrace = after(grace, () => this.#lose(this.#interrupted()));
  }

  // The kernel would queue its next cell behind this run, and could not interrupt it: `ready` waits until it is over.
  #orphan({ run }: Run): void {
    this.#orphaned = true;
    this.#emit({ type: "progress", ...this.#progress });
    this.#stop(run, ORPHAN_GRACE);
  }

  async #check(): Promise<boolean> {
    let told = 0;
    const replaced = await this.#options.check((loaded, total) => {
      // One file was wrong, and others still come: the kernel would wait for a start that is over.
      if (this.#state !== "starting") return;
      this.#progress = { phase: "downloading", loaded, total, detail: "" };
      // A tenth of a second apart is enough for an eye.
      const now = performance.now();
      if (now - told < 100) return;
      told = now;
      this.#emit({ type: "progress", ...this.#progress });
    });
    this.#checked = true;
    this.#options.memory.remember();
    this.#progress.phase = "starting";
    this.#emit({ type: "progress", ...this.#progress });
    return replaced;
  }

  // The interpreter runs already, on files that were right the last time: if one no longer is, it has to go.
  // A server that does not answer says nothing about them: the next start asks again.
  #checkLater(): void {
    const { after = afterSeconds, check } = this.#options;
    after(RECHECK, () => {
      if (this.#state !== "ready") return;
      check(() => undefined).then(
        (replaced) => {
          if (replaced && this.#state === "ready") this.#fail(new FailureError(REPLACED));
          else this.#checked = true;
        },
        (error: unknown) => {
          if (this.#state === "ready" && isAssetError(error) && error.wrong) this.#fail(error);
        },
      );
    });
  }

  #boot(begin: (engine: Engine) => void): Promise<Capabilities> {
    return new Promise((resolve, reject) => {
      const engine = this.#options.startEngine(
        (message) => {
          if (this.#engine !== engine) return;
          if (message.type === "booted") {
            const { isolated, files, options: { main } } = this.#options;
            resolve({
              isolated,
              interrupt: !message.interruptible ? "terminate" : isolated ? "buffer" : "poll",
              blocking: isolated && !main ? "buffer" : (isolated || !main) && !files ? "mailbox" : "none",
              worker: !main,
              window: message.window,
              top_level_await: message.topLevelAwait,
            });
          } else if (message.type === "boot-failed") reject(new FailureError(message.failure));
          else if (message.type === "notice") this.#notice(message.text);
          else if (message.type === "installing") {
            const { detail, loaded, total } = message;
            this.#progress = { phase: "installing", loaded, total, detail };
            this.#emit({ type: "progress", ...this.#progress });
          }
          else this.#receive(message);
        },
        (error) => {
          // After the boot this is an error in a callback of the user's: for the console, not for the environment.
          if (this.#state === "ready") console.error(error);
          else reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
      this.#engine = engine;
      begin(engine);
    });
  }

  #receive(message: Exclude<FromWorker, { type: "booted" | "boot-failed" | "notice" | "installing" }>): void {
    // A comm message goes also between two runs, and in one that the kernel has given up: the interpreter counts on it.
    if (message.type === "snapshot" || message.type === "comm") {
      this.#emit(message);
      return;
    }
    if (!("run" in message)) {
      this.#beside.receive(message);
      return;
    }
    if (message.run !== this.#current?.run) return;
    const orphaned = this.#orphaned;
    if (message.type !== "done") {
      this.#told(message);
      return;
    }
    const { broken, ...done } = message;
    if (broken) {
      const { name = "Error", message: why = "" } = done.failure ?? {};
      const sentence = /[.!?]$/.test(why) ? why : `${why}.`;
      this.#lose(failure("interpreter", name, `The interpreter broke: ${sentence} ${this.#lost()}`));
      return;
    }
    this.#finishRun();
    if (orphaned) this.#announce();
    else this.#done(done.run, done);
    this.#next();
  }

  // There is no run yet that it could be a part of. It is told once, though every start may say it again.
  #notice(text: string): void {
    if (!this.#noticed.has(text)) this.#notices.push(text);
    this.#noticed.add(text);
  }

  /** What belongs to the run that goes on or was the last, whoever it comes from. */
  #told(event: Extract<Event, { type: "stream" | "display" | "result" | "clear" | "drawn" | "ask" }>): void {
    if (!this.#orphaned) this.#emit(event);
  }

  #next(): void {
    if (this.#state !== "ready" || this.#current) return;
    const message = this.#queue.shift();
    if (!message) return;
    this.#current = message;
    const { run, code, filename, max_bytes: maxBytes, max_lines: maxLines } = message;
    const { task = "cell", cursor = 0, detail = 0, comm = null, packages = [] } = message;
    // What comes from beside the cells, and notices, wait for a cell that shows them.
    if (task === "cell") {
      this.#beside.begin(message);
      for (const text of this.#notices.splice(0)) this.#emit({ type: "stream", run, name: "stderr", text });
    }
    const cell = { run, code, filename, maxBytes, maxLines, task, cursor, detail, comm, packages };
    this.#engine?.post({ type: "run", ...cell, mailbox: this.#mailbox });
  }

  // The interpreter has to go, with its state: the run that made it so and those that count on it are over.
  #lose(why: Failure): void {
    const over = this.#takeRuns();
    this.#endEngine();
    for (const { run } of over) this.#done(run, { failure: why, state_lost: true });
    this.start();
    this.#emit({ type: "progress", ...this.#progress });
  }

  #interrupted(): Failure {
    return failure("interpreter", "KeyboardInterrupt", `The cell was stopped by ending its interpreter. ${this.#lost()}`);
  }

  #restarted(): Failure {
    const message = `Environment "${this.#options.environment}" was restarted while this cell ran or waited in it.`;
    return failure("interpreter", "LostError", message);
  }

  #lost(): string {
    return `A new one is started; what was defined in the environment "${this.#options.environment}" is lost.`;
  }

  #fail(error: unknown): void {
    this.#endEngine();
    this.#checked = false;
    this.#options.memory.forget();
    this.#options.materials.forget();
    this.#state = "failed";
    this.#failure =
      error instanceof FailureError || isAssetError(error) ? error.failure : failureFrom("interpreter", error);
    this.#emit({ type: "failed", failure: this.#failure });
    for (const { run } of this.#takeRuns()) this.#done(run, { failure: this.#failure });
  }

  #announce(): void {
    if (!this.#send || !this.#capabilities) return;
    const { interpreter, version } = this.#options;
    this.#emit({ type: "ready", interpreter, version, capabilities: this.#capabilities, fresh: this.#fresh });
    this.#fresh = false;
  }

  /** The runs that the kernel waits for; from now on there are none. */
  #takeRuns(): Run[] {
    const runs = this.#current && !this.#orphaned ? [this.#current, ...this.#queue] : this.#queue;
    this.#queue = [];
    this.#finishRun();
    return runs;
  }

  #finishRun(): void {
    this.#beside.flush();
    this.#current = null;
    this.#orphaned = false;
    this.#forgetGrace?.();
    this.#forgetGrace = null;
  }

  #done(run: number, { seconds = 0, ...rest }: { seconds?: number; failure: Failure | null; state_lost?: boolean }): void {
    this.#emit({ state_lost: false, ...rest, type: "done", run, seconds });
  }

  #endEngine(): void {
    this.#forgetGrace?.();
    this.#forgetGrace = null;
    this.#beside.forget();
    this.#engine?.terminate();
    this.#engine = null;
  }

  #emit(event: Event): void {
    this.#send?.({ ...event, environment: this.#options.environment });
  }
}

/** An error whose failure is known, such as the worker's own on why the interpreter did not start. */
class FailureError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

// Looked at by name: an import of the class would bring the downloads into a file that does none.
function isAssetError(error: unknown): error is AssetError {
  return error instanceof Error && error.name === "AssetError";
}

function afterSeconds(seconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, seconds * 1000);
  return () => clearTimeout(timer);
}
