// What a frame does with its page and with whoever sends it messages, in whichever page it is.
import type { CarriedStart, FrameStart } from "../protocol/handshake.ts";
import type { ToFrame } from "../protocol/messages.ts";
import type { DomEvents } from "./dom.ts";
import type { FrameSession } from "./session.ts";

/**
 * Announce this frame, and resolve with what the page that holds it answers. Nobody else is listened to.
 *
 * `origin` is the page's, or "*" for a page that is a file, which has none.
 */
export function handshake(
  origin: string,
): Promise<{ start: FrameStart | CarriedStart; port: MessagePort; shown: MessagePort }> {
  return new Promise((resolve) => {
    const take = (event: MessageEvent<Partial<FrameStart | CarriedStart> | null>) => {
      if (event.source !== parent || (origin !== "*" && event.origin !== origin)) return;
      const [port, shown] = event.ports;
      if (event.data?.type !== "pyscript:start" || !port || !shown) return;
      removeEventListener("message", take);
      resolve({ start: event.data as FrameStart | CarriedStart, port, shown });
    };
    addEventListener("message", take);
    parent.postMessage({ type: "pyscript:frame" }, origin);
  });
}

/** Do what a message asks of an environment and its document. */
export function obey(message: ToFrame, session: FrameSession, dom: Pick<DomEvents, "receive">): void {
  if (message.type === "run") session.run(message);
  else if (message.type === "interrupt") session.interrupt(message);
  else if (message.type === "answer") session.answer(message);
  else if (message.type === "restart") session.restart();
  else if (message.type === "subscribe" || message.type === "unsubscribe") dom.receive(message);
}
