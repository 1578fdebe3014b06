// What event handlers and callbacks of the user's code raise. No cell waits for them, so the browser tells its console
// and nobody else: here it becomes a failure that the notebook shows.
//
// A Python exception that leaves a callback is an error whose message is Python's traceback, in both Pythons, also where
// the callback lives in a worker and the event in the page. Other errors are none of the user's Python.
//
// A promise of one worker that another one awaits is handled a few round trips after it was made: what was rejected is
// told only when it stays so.
import type { Failure, TraceFrame } from "../protocol/messages.ts";

const TRACEBACK = "Traceback (most recent call last):";

/** Files that lead to the user's code: Pyodide's, MicroPython's, PyScript's and our own. */
const OURS = /^asyncio\/core\.py$|\/_pyodide\/|\/pyodide\/|\/pyscript\/|\/_pyscript_|<exec>/;

/** How long a rejected promise may find who handles it, in milliseconds. */
const PATIENCE = 100;

/** Tell of each exception that a callback raises in this realm, until the signal. */
export function watchCallbacks(report: (failure: Failure) => void, signal?: AbortSignal): void {
  const look = (event: Event, error: unknown, tell: (failure: Failure) => void) => {
    const failure = error instanceof Error ? fromTraceback(error.message) : null;
    if (!failure) return;
    event.preventDefault();
    // PolyScript's own listener would look for the user's `xworker.onerror`, and fail where there is none.
    event.stopImmediatePropagation();
    tell(failure);
  };
  const rejected = new Set<Promise<unknown>>();
  const life = signal ? { signal } : {};
  addEventListener("error", (event) => look(event, event.error, report), life);
  addEventListener("rejectionhandled", ({ promise }) => rejected.delete(promise), life);
  addEventListener(
    "unhandledrejection",
    (event) => {
      const { promise } = event;
      look(event, event.reason, (failure) => {
        rejected.add(promise);
        setTimeout(() => {
          if (rejected.delete(promise) && !signal?.aborted) report(failure);
        }, PATIENCE);
      });
    },
    life,
  );
}

/** A traceback of Python as a failure; null for text that is none. */
export function fromTraceback(text: string): Failure | null {
  const start = text.indexOf(TRACEBACK);
  if (start === -1) return null;
  const [first = "", ...lines] = text.slice(start).trimEnd().split("\n");
  const kept = [first];
  const frames: TraceFrame[] = [];
  let message = "";
  let ours = false;
  for (const line of lines) {
    const [, file, number, name = ""] = /^ {2}File "(.*)", line (\d+)(?:, in (.*))?$/.exec(line) ?? [];
    if (file !== undefined) {
      ours = OURS.test(file);
      if (!ours) frames.push({ file, line: Number(number), name });
    } else if (!line.startsWith(" ")) {
      ours = false;
      message += message ? `\n${line}` : line;
    }
    if (!ours) kept.push(line);
  }
  const [, name = "Exception", said = ""] = /^([\w.]+)(?:: ([^]*))?$/.exec(message) ?? [];
  return { kind: "code", name, message: said, frames, text: kept.join("\n"), offset: 0 };
}
