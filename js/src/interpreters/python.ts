// What the two Pythons' adapters share: the JSON that their helpers speak.
import type { AskKind, Bundle } from "../protocol/port.ts";
import { fromTraceback } from "./callbacks.ts";
import { IN_WORKER } from "./polyscript.ts";
import { failureFrom, type Host, type Outcome } from "./adapter.ts";

/** The outcome that a Python helper returned as JSON. */
export function outcome(json: string): Outcome {
  return JSON.parse(json) as Outcome;
}

/** The JavaScript module `_pyscript_host`, through which the `pyscript` module of a cell reaches the notebook. */
export function hostModule(host: Host): object {
  return {
    worker: IN_WORKER,
    display(json: string): void {
      const [data, metadata] = JSON.parse(json) as [Bundle["data"], Bundle["metadata"]];
      host.display({ data, metadata });
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
