// What the worker does with the frame's messages: boot once, then run cells, one at a time, and say how each ended.
//
// No DOM and no worker globals: a port and a registry of adapters come in, so that a test can drive it with a fake.
import type { Adapter, Host, InterruptFlag, Outcome, Start } from "../interpreters/adapter.ts";
import { failure, failureFrom, NO_MATERIALS } from "../interpreters/adapter.ts";
import { Carried } from "../interpreters/carried.ts";
import { configure } from "../interpreters/configure.ts";
import { Batcher } from "../outputs/batcher.ts";
import { Kept } from "../outputs/kept.ts";
import type { CommMessage, Failure } from "../protocol/messages.ts";
import { MailboxSignals, postAndWait, type Post } from "../protocol/mailbox.ts";
import type { AskKind, Boot, FromWorker, Materials, RunCell, ToWorker } from "../protocol/port.ts";
import { SharedSignals, type Reply, type Signals } from "../protocol/signals.ts";

/** Why nobody can be asked. */
const IN_OWN_THREAD =
  "this browser runs the environment in the notebook's own thread, where nobody could type meanwhile. Use an environment " +
  "without --main, or assign the value in the cell instead.";
const NO_SERVER = "this page has no server that could hold the cell meanwhile. Assign the value in the cell instead.";

/** A cell that sleeps for longer shows first what it has written; in milliseconds. */
const LONG_SLEEP = 50;

export interface SessionOptions {
  send: (message: FromWorker) => void;
  adapters: ReadonlyMap<string, Start>;
  /** Whether the thread may be blocked until it is signalled, as a browser's main thread may not. */
  mayBlock?: boolean;
  /** Sends a look into the mailbox, and waits for the answer. */
  post?: Post;
  now?: () => number;
  later?: (callback: () => void, milliseconds: number) => unknown;
}

export class WorkerSession {
  readonly #send: (message: FromWorker) => void;
  readonly #adapters: ReadonlyMap<string, Start>;
  readonly #mayBlock: boolean;
  readonly #now: () => number;
  readonly #batcher: Batcher;
  /** Of what is written between two cells. The frame knows whose it is, and its order with what callbacks raise. */
  readonly #between: Batcher;
  /** Of what tasks of earlier cells write. */
  readonly #earlier: Kept;
  /** Of the earlier cell that the interpreter works for at the moment. */
  #task: Batcher | null = null;
  /** How many cells there were: an interpreter outlives the kernel's numbers. */
  #cells = 0;
  #adapter: Adapter | null = null;
  readonly #post: Post;
  #mailbox = new MailboxSignals();
  #signals: Signals = this.#mailbox;
  /** Why nothing can be asked; "" where it can. */
  #mute = IN_OWN_THREAD;
  #run: number | null = null;
  /** The run completes or inspects: what it writes meanwhile is nobody's. */
  #quiet = false;
  /** The run that has been told to stop, which it is once. */
  #stopped: number | null = null;
  #asks = 0;
  readonly #materials: Promise<Materials>;
  #giveMaterials: (materials: Materials) => void = () => undefined;
  #background = false;

  constructor({
    send,
    adapters,
    mayBlock = true,
    post = postAndWait,
    now = () => performance.now(),
    later = (callback, wait) => setTimeout(callback, wait),
  }: SessionOptions) {
    this.#send = send;
    this.#adapters = adapters;
    this.#mayBlock = mayBlock;
    this.#post = post;
    this.#now = now;
    this.#materials = new Promise((resolve) => (this.#giveMaterials = resolve));
    this.#batcher = new Batcher({
      send: (run, name, text) => send({ type: "stream", run, name, text }),
      show: (run, shown) => send({ type: "display", run, ...shown }),
      clear: (run, wait) => send({ type: "clear", run, wait }),
      now,
      later,
    });
    this.#between = new Batcher({
      send: (_, name, text) => send({ type: "written", name, text }),
      show: (_, bundle) => send({ type: "shown", bundle }),
      clear: (_, wait) => send({ type: "cleared", wait }),
      now,
      later,
    });
    this.#between.begin(0, 0, 0);
    this.#earlier = new Kept({
      send: (of, name, text) => send({ type: "written", of, name, text }),
      show: (of, bundle) => send({ type: "shown", of, bundle }),
      clear: (of, wait) => send({ type: "cleared", of, wait }),
      now,
      later,
    });
  }

  /** Take a message of the frame. Settles when it has been dealt with. */
  async receive(message: ToWorker): Promise<void> {
    if (message.type === "boot") await this.#boot(message);
    else if (message.type === "materials") this.#giveMaterials(message);
    else if (message.type === "run") await this.#runCell(message);
    else this.#interrupt(message.run);
  }

  /** Take what an event handler or a callback raised. */
  raised(failure: Failure): void {
    (this.#task ?? this.#output).flush();
    this.#send({ type: "worker", worker: "", kind: "error", failure });
  }

  async #boot({ interpreter, entry, files, options: { config }, signals, materials, background = false }: Boot): Promise<void> {
    const shared = signals && new SharedSignals(signals);
    this.#mailbox = new MailboxSignals({ shared, post: this.#post });
    this.#signals = shared && this.#mayBlock ? shared : this.#mailbox;
    if (shared || (this.#mayBlock && !files)) this.#mute = "";
    else if (files) this.#mute = NO_SERVER;
    this.#background = background;
    if (background) this.#batcher.begin(0, 0, 0);
    const host: Host = {
      write: (name, bytes) => {
        this.#taking?.write(name, bytes);
      },
      display: (shown) => {
        this.#taking?.display(shown);
      },
      clear: (wait) => {
        this.#taking?.clear(wait);
      },
      cell: () => this.#cells,
      belongs: (cell) => (this.#task = this.#earlier.of(cell)),
      comm: (comm) => this.#comm(comm),
      raised: (failure) => this.raised(failure),
      interrupt: this.#flag(),
      sleep: (milliseconds) => this.#sleep(milliseconds),
      ask: (kind, prompt) => this.#ask(kind, prompt),
      materials: materials ? this.#materials : Promise.resolve(NO_MATERIALS),
      notice: (text) => this.#send({ type: "notice", text }),
      carried: files ? new Carried(files) : null,
      config,
    };
    try {
      const start = this.#adapters.get(interpreter);
      if (!start) {
        const known = [...this.#adapters.keys()].join(", ");
        throw new Error(`There is no interpreter "${interpreter}" in this front end; it has ${known}.`);
      }
      this.#adapter = await start(entry, host);
      await configure(this.#adapter, config, (detail, loaded, total) => {
        this.#send({ type: "installing", detail, loaded, total });
      });
      const { topLevelAwait, interruptible, window } = this.#adapter;
      this.#send({ type: "booted", topLevelAwait, interruptible, window });
    } catch (error) {
      this.#send({ type: "boot-failed", failure: failureFrom("interpreter", error) });
    }
  }

  async #runCell(message: RunCell): Promise<void> {
    const { run, maxBytes, maxLines, mailbox, task = "cell" } = message;
    const started = this.#now();
    this.#between.flush();
    this.#run = run;
    this.#stopped = null;
    this.#mailbox.begin(mailbox);
    this.#quiet = task === "complete" || task === "inspect";
    if (!this.#background && !this.#quiet) this.#batcher.begin(run, maxBytes, maxLines);
    if (task === "cell") this.#earlier.begin(++this.#cells, run);
    let failed: Failure | null;
    let broken = false;
    try {
      if (!this.#adapter) throw new Error("The interpreter has not been started.");
      const outcome = await this.#perform(this.#adapter, message);
      failed = outcome.failure;
      this.#endOutput();
      if (outcome.result) this.#send({ type: "result", run, ...outcome.result });
    } catch (error) {
      this.#endOutput();
      failed = failureFrom("interpreter", error);
      broken = true;
    }
    this.#run = null;
    this.#send({ type: "done", run, seconds: (this.#now() - started) / 1000, failure: failed, broken });
  }

  #perform(adapter: Adapter, message: RunCell): Promise<Outcome> {
    const { code, filename, task = "cell", cursor = 0, detail = 0, comm, packages = [] } = message;
    if (task === "cell") return adapter.run(code, filename);
    if (task === "complete") return adapter.perform({ task, code, cursor });
    if (task === "inspect") return adapter.perform({ task, code, cursor, detail });
    if (task === "install") return adapter.perform({ task, packages });
    if (!comm) throw new Error("A comm message was promised, and none came.");
    return adapter.perform({ task, comm });
  }

  // Text that was written before it may be what it is about.
  #comm(comm: CommMessage): void {
    if (this.#background) {
      const line = "[a worker that a cell has started has no comms: its message was not sent]\n";
      this.#batcher.write("stderr", new TextEncoder().encode(line));
      return;
    }
    this.#output.flush();
    this.#send({ type: "comm", run: this.#run ?? 0, comm });
  }

  /** What takes the output of now; null where it is nobody's. */
  get #taking(): Batcher | null {
    return this.#task ?? (this.#quiet ? null : this.#output);
  }

  get #output(): Batcher {
    return this.#run === null && !this.#background ? this.#between : this.#batcher;
  }

  #endOutput(): void {
    const quiet = this.#quiet;
    this.#quiet = false;
    if (quiet) return;
    if (this.#background) this.#batcher.flush();
    else this.#batcher.end();
  }

  // This is heard only when the worker's thread is free: when the cell awaits. One that has just been stopped while it
  // computed may await now whatever it likes.
  #interrupt(run: number): void {
    if (run !== this.#run || run === this.#stopped || this.#mailbox.hear(run)) return;
    this.#stopped = run;
    this.#adapter?.cancel();
  }

  // An interrupt belongs to a run. So one that comes a moment late meets no other run, and no callback of an interpreter
  // that runs no cell.
  #isToStop(run: number | null): run is number {
    return run !== null && run !== this.#stopped && this.#signals.isInterrupted(run);
  }

  #flag(): InterruptFlag {
    const isToStop = () => this.#isToStop(this.#run);
    const stop = () => (this.#stopped = this.#run);
    let shown = false;
    return {
      get 0() {
        shown = isToStop();
        return shown ? 2 : 0;
      },
      // Pyodide sets it to 0 after every look, whatever it has seen: what comes between the two is not lost.
      set 0(value) {
        if (value === 0 && shown) stop();
        shown = false;
      },
    };
  }

  #sleep(milliseconds: number): boolean {
    if (milliseconds >= LONG_SLEEP) (this.#task ?? this.#output).flush();
    const run = this.#run;
    // The signal stays: who has heard of it, and tidies up, sleeps as long as it likes.
    this.#signals.wait(run === this.#stopped ? null : run, milliseconds);
    if (!this.#isToStop(run)) return false;
    this.#stopped = run;
    return true;
  }

  #ask(kind: AskKind, prompt: string): Reply {
    const run = this.#run;
    if (this.#background) {
      return refuse("NotImplementedError", `${kind}() is for cells: a worker that one has started cannot ask.`);
    }
    if (run === null || this.#quiet) return refuse("RuntimeError", `${kind}() can be answered only while a cell runs.`);
    if (this.#mute && kind === "exit") {
      return refuse("NotImplementedError", "exit() ends a PyScript kernel, and this is none: sys.exit() stops the cell.");
    }
    if (this.#mute) return refuse("NotImplementedError", `${kind}() cannot wait for an answer here: ${this.#mute}`);
    this.#batcher.flush();
    const ask = ++this.#asks;
    this.#send({ type: "ask", run, ask, kind, prompt });
    // A cell that has caught its interrupt may ask again, as long as its grace lasts.
    const reply = this.#signals.reply(run, ask, run !== this.#stopped);
    if (reply) return reply;
    this.#stopped = run;
    return refuse("KeyboardInterrupt", "");
  }
}

function refuse(name: string, message: string): Reply {
  return { value: null, failure: failure("code", name, message) };
}
