// Workers from our own built scripts, also in a frame of an opaque origin.
//
// There no worker starts from a URL of the server, and a module worker from a blob fails without a word; a classic one
// from a blob starts, and may import the module. Until the module is there, messages are kept for it: an event that
// nobody listens to is lost.
import { NOWHERE } from "../interpreters/carried.ts";

/** Whether this frame has an opaque origin. */
export const opaque = (): boolean => origin === "null";

const BOOTSTRAP = `crypto.randomUUID ??= () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([from, to]) => hex.slice(from, to)).join("-");
};
const url = URL_OF_THE_SCRIPT;
Object.defineProperty(globalThis, "location", { value: new URL(LOCATION) });
const kept = [];
const keep = (event) => { event.stopImmediatePropagation(); kept.push(event); };
addEventListener("message", keep);
import(url).then(
  // In a task of its own, as a message comes: what the module starts with is over by then.
  () => setTimeout(() => {
    removeEventListener("message", keep);
    for (const { data, ports } of kept) dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
  }),
  // As an error of the worker's, which its owner hears.
  (error) => setTimeout(() => { throw error; }),
);`;

interface Script {
  url: string;
  options: WorkerOptions;
  forget: () => void;
}

/** What `new Worker` takes for a script of ours. */
export function scriptSource(url: string): Script {
  if (!opaque()) return { url, options: { type: "module" }, forget: () => undefined };
  return classic(JSON.stringify(url), url);
}

/** What it takes for a script that has no URL, only its text. */
export function textSource(text: string): Script {
  return classic(`URL.createObjectURL(new Blob([${JSON.stringify(text)}], { type: "text/javascript" }))`, NOWHERE);
}

function classic(url: string, location: string): Script {
  // Functions, because in a text "$" would have a meaning.
  const text = BOOTSTRAP.replace("LOCATION", () => JSON.stringify(location)).replace("URL_OF_THE_SCRIPT", () => url);
  const blob = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  return { url: blob, options: { type: "classic" }, forget: () => URL.revokeObjectURL(blob) };
}
