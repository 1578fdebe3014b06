// The guard worker's entry: the life of an environment whose interpreter runs on the frame's main thread.
import type { FrameToPage } from "../protocol/handshake.ts";
import type { FromWorker } from "../protocol/port.ts";
import type { StartEngine } from "./engine.ts";
import { INTERPRETER, type GuardStart } from "./guarded.ts";
import { remoteHashes } from "./hashing.ts";
import { live, type MakeDocumentSide } from "./life.ts";
import type { Event } from "./session.ts";

// A frame of an opaque origin, as that of a main-thread environment is, has no storage to remember in.
const NO_MEMORY = { known: () => false, remember: () => undefined, forget: () => undefined };

/** The interpreter at the other end of a port. It cannot be ended from here: the page removes the frame. */
const mainThread =
  (port: MessagePort): StartEngine =>
  (onMessage) => {
    port.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => onMessage(data));
    port.start();
    return { post: (message) => port.postMessage(message), terminate: () => port.close() };
  };

const documentSide =
  (port: MessagePort): MakeDocumentSide =>
  (tell) => {
    port.addEventListener("message", ({ data }: MessageEvent<Event>) => tell(data));
    port.start();
    return { receive: (message) => port.postMessage(message) };
  };

addEventListener(
  "message",
  ({ data: { hashes, ...start }, ports }: MessageEvent<GuardStart>) => {
    const [port, interpreter, dom, hashing] = ports;
    if (!port || !interpreter || !dom || !hashing) throw new Error("The guard was started without its ports.");
    live({
      ...start,
      port,
      script: INTERPRETER,
      startEngine: mainThread(interpreter),
      memory: NO_MEMORY,
      dom: documentSide(dom),
      subtle: hashes ? remoteHashes(hashing) : undefined,
    }).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      port.postMessage({ type: "unavailable", message } satisfies FrameToPage);
    });
  },
  { once: true },
);
postMessage("here");
