// One room in one page: the page's socket to the relay, and the frames that the relay asks it to make.
import type { Failure, ToPage } from "../protocol/messages.ts";
import { RoomGoneError, stayConnected } from "../protocol/reconnect.ts";
import { RefusedError, type Connection } from "../protocol/socket.ts";
import { Frames } from "./frames.ts";
import type { StartOptions } from "./model.ts";
import { Stages } from "./stages.ts";
import { getTicket } from "./tickets.ts";

/** Holds a room until the signal ends it, or the kernel has gone. */
export async function holdRoom(options: Omit<StartOptions, "signal">, life: AbortController): Promise<void> {
  const { baseUrl, assets, onProblem } = options;
  const relay = new URL("pyscript/relay", baseUrl);
  relay.protocol = relay.protocol.replace("http", "ws");
  const digest = assets.replace(/\/$/, "").split("/").at(-1) ?? "";
  let connection: Connection | null = null;
  let owner = false;
  const own = (is: boolean) => {
    owner = is;
    if (owner) frames.prepare();
    stages.refresh();
  };
  const stages = new Stages({
    owner: () => owner,
    control: (environment, action) => connection?.send({ type: "control", environment, action }),
    signal: life.signal,
  });
  const frames = new Frames({
    page: new URL(`pyscript/frame/${digest}/`, baseUrl).href,
    relay: relay.href,
    ticket: (environment) => getTicket(options, { role: "frame", environment }),
    onUnavailable(environment, message) {
      const failure: Failure = { kind: "interpreter", name: "FrameError", message, frames: [], text: "", offset: 0 };
      connection?.send({ type: "unavailable", environment, failure });
      console.error(`pyscript_jupyter: ${message}`);
    },
    onStarted: (environment, frame, shown) => stages.seat(environment, frame, shown),
  });
  // The page goes: the relay sees it at once, and not only when a heartbeat is missed. A page that the browser keeps
  // for the back button connects again by itself.
  addEventListener("pagehide", (event) => event.persisted || life.abort(), { signal: life.signal });

  try {
    await stayConnected<ToPage>({
      url: relay.href,
      role: "page",
      signal: life.signal,
      ticket: () => getTicket(options, { role: "page" }),
      onConnect(welcomed) {
        connection = welcomed;
        own(welcomed.welcome.owner);
      },
      onDisconnect: () => (connection = null),
      onMessage(message) {
        if (message.type === "open") frames.open(message);
        else if (message.type === "close") frames.close(message.environment);
        else if (message.type === "ended") life.abort();
        else if (message.type === "show") stages.show(message);
        else if (message.type === "owner") own(true);
      },
    });
  } catch (error) {
    if (error instanceof RefusedError) onProblem(error.message);
    else if (!(error instanceof RoomGoneError)) throw error;
  } finally {
    life.abort();
    frames.closeAll();
  }
}
