// An environment whose interpreter runs on the frame's main thread: a guard worker lives its life beside it.
//
// A cell may hold the main thread for ever, and an interrupt, the limit of a cell's time and the connection to the relay
// must not wait for it. So the guard has the session, the socket and the port to the page; the main thread has the
// interpreter and the document, and a port to the guard for each. The two share the interrupt's buffer.
import { failureFrom } from "../interpreters/adapter.ts";
import type { Source, Spawn } from "../interpreters/polyscript.ts";
import type { FrameStart } from "../protocol/handshake.ts";
import type { Subscribe, Unsubscribe } from "../protocol/messages.ts";
import type { FromWorker, ToWorker } from "../protocol/port.ts";
import { DomEvents } from "./dom.ts";
import type { StartEngine } from "./engine.ts";
import { serveHashes } from "./hashing.ts";
import type { Manifest } from "./manifest.ts";
import { scriptSource } from "./script.ts";
import type { Stage } from "./stage.ts";
import { serveCode, workersOf } from "./workers.ts";

/** The script that has the interpreters for the main thread. */
export const INTERPRETER = "mainthread.js";
const GUARD = "guard.js";

/** What the main thread gives the guard, with four ports: to the page, the interpreter, the document and the hashes. */
export interface GuardStart {
  start: FrameStart;
  manifest: Manifest;
  base: string;
  /** Whether the main thread can reckon hashes: not on plain http. */
  hashes: boolean;
}

/** What the script with the interpreters exports. */
interface MainThread {
  startEngine: StartEngine;
  loadSpawn: (source: Source) => Promise<Spawn>;
}

/** Start the guard and serve it with an interpreter. Settles when the guard has taken over; throws where it did not. */
export async function startGuarded(
  start: Omit<GuardStart, "hashes">,
  page: MessagePort,
  stage: Stage,
): Promise<void> {
  const [interpreter, dom, hashing] = [new MessageChannel(), new MessageChannel(), new MessageChannel()];
  const hashes = isSecureContext;
  if (hashes) serveHashes(hashing.port1);
  const events = new DomEvents(document, (event) => dom.port1.postMessage(event));
  dom.port1.addEventListener("message", ({ data }: MessageEvent<Subscribe | Unsubscribe>) => events.receive(data));
  dom.port1.start();
  const serving = serve(start, interpreter.port1, stage);
  await startGuard({ ...start, hashes }, [page, interpreter.port2, dom.port2, hashing.port2]);
  await serving;
}

async function serve(
  { start, manifest, base }: Omit<GuardStart, "hashes">,
  port: MessagePort,
  stage: Stage,
): Promise<void> {
  const send = (message: FromWorker) => port.postMessage(message);
  try {
    const script = new URL(INTERPRETER, base).href;
    const { startEngine, loadSpawn } = (await import(/* @vite-ignore */ script)) as MainThread;
    // They end with the page, as the interpreter does.
    serveCode({ ...workersOf(start, manifest, base), spawn: await loadSpawn(scriptSource), send });
    const engine = stage.watch(startEngine)(send, (error) => console.error(error));
    port.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => engine.post(data));
    port.start();
  } catch (error) {
    send({ type: "boot-failed", failure: failureFrom("interpreter", error) });
  }
}

function startGuard(start: GuardStart, ports: MessagePort[]): Promise<void> {
  const script = new URL(GUARD, start.base).href;
  const { url, options, forget } = scriptSource(script);
  const guard = new Worker(url, { ...options, name: "pyscript-guard" });
  return new Promise<void>((resolve, reject) => {
    // Its one message says that its script runs. Only then it gets the ports: where it does not, the page is told.
    guard.addEventListener("message", () => {
      guard.postMessage(start, ports);
      resolve();
    });
    guard.addEventListener("error", ({ message }) => {
      reject(new Error(`The environment's guard did not start from ${script}: ${message || "it did not load"}.`));
    });
  }).finally(forget);
}
