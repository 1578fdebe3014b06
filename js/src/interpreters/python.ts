// What the two Pythons' adapters share: the JSON that their helpers speak.
import type { CommMessage } from "../protocol/messages.ts";
import type { AskKind, Bundle } from "../protocol/port.ts";
import { fromTraceback } from "./callbacks.ts";
import { IN_WORKER } from "./polyscript.ts";
import { failureFrom, type Host, type Outcome, type Task } from "./adapter.ts";

/** The outcome that a Python helper returned as JSON. */
export function outcome(json: string): Outcome {
  return JSON.parse(json) as Outcome;
}

/** The JavaScript module `_pyscript_host`, through which the `pyscript` module of a cell reaches the notebook. */
export function hostModule(host: Host): object {
  return {
    worker: IN_WORKER,
    display(json: string): void {
      const [data, metadata, id, update] = JSON.parse(json) as [Bundle["data"], Bundle["metadata"], string, boolean];
      host.display(id ? { data, metadata, display_id: id, update } : { data, metadata });
    },
    clear: (wait: boolean): void => host.clear(wait),
    cell: (): number => host.cell(),
    belongs: (cell: number): void => host.belongs(cell),
    /** An id that there is no second time. */
    id: (): string => toHex(crypto.getRandomValues(new Uint8Array(16))),
    /** The message as JSON; its buffers as they are, where the interpreter has such, or in hexadecimal digits. */
    comm(json: string, buffers: Iterable<Uint8Array<ArrayBuffer> | string>): void {
      const message = JSON.parse(json) as CommMessage;
      host.comm({ ...message, buffers: Array.from(buffers, (each) => (typeof each === "string" ? fromHex(each) : each.slice())) });
    },
    /** True says that the cell is to stop. */
    sleep: (milliseconds: number): boolean => host.sleep(milliseconds),
    /** JSON of the reply. */
    ask: (kind: AskKind, prompt: string): string => JSON.stringify(host.ask(kind, prompt)),
    raised(traceback: string): void {
      const failure = fromTraceback(traceback);
      if (failure) host.raised(failure);
    },
  };
}

/** A task as a Python helper takes it: as JSON, with a comm message's buffers beside it. */
export function taskOf(task: Task): [json: string, buffers: Uint8Array<ArrayBuffer>[]] {
  if (task.task === "install") throw new Error("Wheels are the adapter's own to install.");
  if (task.task !== "comm") return [JSON.stringify(task), []];
  const { buffers = [], ...comm } = task.comm;
  return [JSON.stringify({ ...task, comm }), buffers];
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Bytes in hexadecimal digits, for an interpreter whose only quick way for bytes is text. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => DIGITS[byte]).join("");
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16));
}

/** The JavaScript module `_pyscript`, by which PyScript's own `fs` mounts a folder. */
export function fileSystemModule(interpreter: object): object {
  return { interpreter, fs: { NAMESPACE: "@pyscript.fs", ERROR: "The folder was not opened: permission was not given." } };
}

/** Tell of an error that PolyScript hands to its stderr: what `xworker.onmessage` raised. False for what is none. */
export function raisedInPolyScript(data: unknown, host: Host): boolean {
  if (!(data instanceof Error)) return false;
  host.raised(fromTraceback(data.message) ?? failureFrom("code", data));
  return true;
}
