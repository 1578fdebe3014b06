// What the two Pythons' adapters share: the JSON that their helpers speak.
import type { AskKind, Bundle } from "../protocol/port.ts";
import type { Host, Outcome } from "./adapter.ts";

/** The outcome that a Python helper returned as JSON. */
export function outcome(json: string): Outcome {
  return JSON.parse(json) as Outcome;
}

/** The JavaScript module `_pyscript_host`, through which the `pyscript` module of a cell reaches the notebook. */
export function hostModule(host: Host): object {
  return {
    display(json: string): void {
      const [data, metadata] = JSON.parse(json) as [Bundle["data"], Bundle["metadata"]];
      host.display({ data, metadata });
    },
    /** True says that the cell is to stop. */
    sleep: (milliseconds: number): boolean => host.sleep(milliseconds),
    /** JSON of the reply. */
    ask: (kind: AskKind, prompt: string): string => JSON.stringify(host.ask(kind, prompt)),
  };
}
