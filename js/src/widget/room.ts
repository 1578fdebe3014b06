// One room in one page: the page's socket to the relay, and the frames that the relay asks it to make.
import type { Failure, ToPage } from "../protocol/messages.ts";
import { RoomGoneError, stayConnected } from "../protocol/reconnect.ts";
import { RefusedError, type Connection } from "../protocol/socket.ts";
import { Frames } from "./frames.ts";
import type { StartOptions } from "./model.ts";
import { showNotice } from "./notice.ts";
import { Stages } from "./stages.ts";
import { Tickets } from "./tickets.ts";

/** Where cells run that no page was there for. */
const OWN_BROWSER = "a browser without a window, which the kernel has started because no page was open";

/** Holds a room until the signal ends it, or the kernel has gone. */
export async function holdRoom(options: Omit<StartOptions, "signal">, life: AbortController): Promise<void> {
  const { baseUrl, assets, onProblem } = options;
  const relay = new URL("pyscript/relay", baseUrl);
  relay.protocol = relay.protocol.replace("http", "ws");
  const digest = assets.replace(/\/$/, "").split("/").at(-1) ?? "";
  let connection: Connection | null = null;
  let member = "";
  let owner: boolean | null = null;
  const stages = new Stages({
    owner: () => owner === true,
    control: (environment, action) => connection?.send({ type: "control", environment, action }),
    signal: life.signal,
  });
  const hurry = new EventTarget();
  const retry = () => {
    tickets.hurry();
    hurry.dispatchEvent(new Event("hurry"));
  };
  let forgetLogin = () => {};
  const tickets = new Tickets(options, (error) => {
    forgetLogin();
    if (error) forgetLogin = showNotice({ text: error.message, action: "Try again", onAction: retry });
  });
  const frames = new Frames({
    page: new URL(`pyscript/frame/${digest}/`, baseUrl).href,
    relay: relay.href,
    ticket: (environment) => tickets.get({ role: "frame", environment, page: member }),
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
  for (const event of ["online", "focus"]) addEventListener(event, retry, { signal: life.signal });

  // One tab runs the environments; another one on the same notebook says so, and offers to take them over.
  let forget = () => {};
  let place = "";
  const setOwner = (owns: boolean, headless: boolean) => {
    const elsewhere = owns ? "" : headless ? OWN_BROWSER : "another tab";
    if (owns) frames.prepare();
    else frames.forgo();
    if (owner === owns && place === elsewhere) return;
    owner = owns;
    place = elsewhere;
    stages.refresh();
    forget();
    if (!owns) {
      const text =
        `The PyScript cells of ${options.notebook() || "this notebook"} run in ${elsewhere}. ` +
        "To run them here starts their environments anew.";
      forget = showNotice({ text, action: "Run here instead", onAction: () => connection?.send({ type: "claim" }) });
    }
  };

  try {
    await stayConnected<ToPage>({
      url: relay.href,
      role: "page",
      signal: life.signal,
      ticket: () => tickets.get({ role: "page" }),
      hurry,
      onConnect(welcomed) {
        connection = welcomed;
        member = welcomed.welcome.member;
        setOwner(welcomed.welcome.owner, welcomed.welcome.headless ?? false);
        frames.hurry();
      },
      onDisconnect: () => (connection = null),
      onMessage(message) {
        if (message.type === "open") frames.open(message);
        else if (message.type === "close") frames.close(message.environment);
        else if (message.type === "ended") life.abort();
        else if (message.type === "show") stages.show(message);
        else if (message.type === "owner") {
          const owns = message.owner ?? true;
          if (!owns) frames.closeAll();
          setOwner(owns, message.headless ?? false);
        }
      },
    });
  } catch (error) {
    if (error instanceof RefusedError) onProblem(error.message);
    else if (!(error instanceof RoomGoneError)) throw error;
  } finally {
    life.abort();
    forget();
    forgetLogin();
    frames.closeAll();
  }
}
