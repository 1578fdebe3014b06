// An interpreter for tests, with no wasm and nothing to load. It has the members of the real ones and a tiny language:
//
//   print <text>     write a line to stdout          = <text>     the cell's result
//   warn <text>      write a line to stderr          raise <text> fail with RuntimeError
//   show <text>      display a MIME bundle           wait         await until it is cancelled
//   ask <prompt>     write the answer to stdout      sleep <ms>   block, as an interrupt allows it
//   shows <id> <text>, updates <id> <text>           clear [wait] clear what was shown
//
// What stands before the cursor is completed with a "!" and inspected as itself; a comm message is written to stderr, and
// sent back.
import type { Adapter, Host, Outcome, Task } from "./adapter.ts";
import { failure } from "./adapter.ts";
import type { System } from "./system.ts";

const encoder = new TextEncoder();

export class FakeAdapter implements Adapter {
  readonly topLevelAwait = true;
  readonly interruptible = true;
  /** What a configuration has put there, by path; a wheel by its name. */
  readonly files = new Map<string, Uint8Array>();
  readonly system: System = {
    type: "fake",
    interpreter: this,
    write: (path, bytes) => void this.files.set(path, bytes),
    read: (path) => this.files.get(path) ?? new Uint8Array(),
    unpack: (archive, format, folder) => void this.files.set(`${folder}*.${format}`, archive),
    install: (wheel, filename) => Promise.resolve(void this.files.set(filename, wheel)),
    settle: () => undefined,
    debug: () => undefined,
  };
  readonly window = true;
  #cancel: (() => void) | null = null;

  constructor(readonly host: Host) {}

  static start(this: void, _entry: string, host: Host): Promise<FakeAdapter> {
    return Promise.resolve(new FakeAdapter(host));
  }

  async run(code: string, filename: string): Promise<Outcome> {
    const lines = code.split("\n");
    let result: Outcome["result"] = null;
    for (const [index, line] of lines.entries()) {
      const [, word = "", text = ""] = /^(\S*) ?(.*)$/.exec(line) ?? [];
      if (word === "print") this.host.write("stdout", encoder.encode(`${text}\n`));
      else if (word === "warn") this.host.write("stderr", encoder.encode(`${text}\n`));
      else if (word === "show") this.host.display(bundle(text));
      else if (word === "shows" || word === "updates") {
        const [id = "", ...rest] = text.split(" ");
        this.host.display({ ...bundle(rest.join(" ")), display_id: id, update: word === "updates" });
      } else if (word === "clear") this.host.clear(text === "wait");
      else if (word === "=") result = bundle(text);
      else if (word === "wait") {
        await new Promise<void>((resolve) => (this.#cancel = resolve));
        return { result: null, failure: failure("code", "KeyboardInterrupt", "") };
      } else if (word === "ask") {
        const { value, failure } = this.host.ask("input", text);
        if (failure) return { result: null, failure };
        this.host.write("stdout", encoder.encode(`${value}\n`));
      } else if (word === "sleep") {
        if (this.host.sleep(Number(text))) return { result: null, failure: failure("code", "KeyboardInterrupt", "") };
      } else if (word === "raise") {
        const frames = [{ file: filename, line: index + 1, name: "<module>" }];
        return { result: null, failure: { ...failure("code", "RuntimeError", text), frames } };
      }
    }
    return { result, failure: null };
  }

  perform(task: Task): Promise<Outcome> {
    if (task.task === "comm") {
      this.host.write("stderr", encoder.encode(`${task.comm.action} ${task.comm.comm}\n`));
      this.host.comm(task.comm);
      return Promise.resolve({ result: null, failure: null });
    }
    if (task.task === "install") {
      const installed = task.packages.map(({ filename }) => filename);
      return Promise.resolve({ result: { data: { installed }, metadata: {} }, failure: null });
    }
    const { code, cursor } = task;
    this.host.write("stdout", encoder.encode("nobody wants to see this\n"));
    this.host.display(bundle("nor this"));
    const before = code.slice(0, cursor);
    if (task.task === "inspect") return Promise.resolve({ result: bundle(`${before} ${task.detail}`), failure: null });
    const data = { matches: [`${before}!`], start: 0, end: cursor, types: [""] };
    return Promise.resolve({ result: { data, metadata: {} }, failure: null });
  }

  cancel(): void {
    this.#cancel?.();
  }
}

function bundle(text: string) {
  return { data: { "text/plain": text }, metadata: {} };
}
