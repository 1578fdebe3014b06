// A room in a page: its socket, its frames and their tickets, with a fake relay and a fake document.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { start } from "../../src/widget/index.ts";
import type { StartOptions } from "../../src/widget/model.ts";
import { FakeWebSocket, WELCOME, eventually, settle } from "../fakes.ts";
import { stubPage, type FakeDocument } from "./dom.ts";

const OPTIONS = { main: false, sandbox: false, config: {} };
const relay = FakeWebSocket.relay;
let document: FakeDocument;
let page: EventTarget;
let requests: { url: string; init: RequestInit }[];
let ticketStatus: number;
let life: AbortController;
let problems: string[];
let rooms = 0;
/** Who waits for a lock that a frame holds. */
let locks: Map<string, () => void>;

beforeEach(() => {
  ({ document } = stubPage());
  page = new EventTarget();
  requests = [];
  problems = [];
  ticketStatus = 200;
  relay.answer = WELCOME;
  relay.sockets = [];
  life = new AbortController();
  rooms += 1;
  vi.stubGlobal("location", { origin: "http://localhost", href: "http://localhost/lab" });
  vi.stubGlobal("WebSocket", FakeWebSocket);
  locks = new Map();
  const request = (name: string, _: unknown, granted: () => void) =>
    new Promise<void>((resolve) => {
      locks.set(name, () => {
        granted();
        resolve();
      });
    });
  vi.stubGlobal("navigator", { locks: { request } });
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    requests.push({ url, init });
    return Promise.resolve(Response.json({ ticket: `T${requests.length}` }, { status: ticketStatus }));
  });
  vi.spyOn(console, "error").mockReturnValue(undefined);
});
afterEach(async () => {
  vi.useRealTimers();
  life.abort();
  await settle();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function options(): StartOptions {
  return {
    room: `room${rooms}`,
    assets: "pyscript/assets/0123456789abcdef",
    baseUrl: "http://localhost/user/jo%20e/",
    token: "secret",
    notebook: () => "notes.ipynb",
    signal: life.signal,
    onProblem: (message) => problems.push(message),
  };
}

async function started(): Promise<FakeWebSocket> {
  start(options());
  await eventually(() => expect(relay.sockets[0]?.sent).toHaveLength(1));
  await settle();
  return relay.sockets[0]!;
}

/** The frame's script has run, and announces itself. */
function announce(origin = "http://localhost", frame = document.body.children[0]) {
  say({ type: "pyscript:frame" }, origin, frame);
}

function say(data: unknown, origin = "http://localhost", frame = document.body.children[0]) {
  page.dispatchEvent(Object.assign(new Event("message"), { source: frame!.contentWindow, origin, data }));
}

/** The frame holds its lock; returns what has its process crash. */
function hold(): () => void {
  const lock = `lock ${locks.size}`;
  say({ type: "pyscript:lock", lock });
  return () => locks.get(lock)?.();
}

async function opened(socket: FakeWebSocket) {
  socket.tell({ type: "open", environment: "py", interpreter: "pyodide", options: OPTIONS } as { type: string });
  await eventually(() => expect(document.body.children[0]?.dataset["pyscriptEnvironment"]).toBe("py"));
  return document.body.children[0]!;
}

describe("a room in a page", () => {
  it("takes its ticket with the user's session, and connects below the server's base URL", async () => {
    const socket = await started();
    expect(requests[0]!.url).toBe(`http://localhost/user/jo%20e/pyscript/api/rooms/room${rooms}/tickets`);
    expect(requests[0]!.init).toMatchObject({
      method: "POST",
      credentials: "same-origin",
      headers: { "X-XSRFToken": "2|abc", Authorization: "token secret" },
      body: '{"role":"page"}',
    });
    expect(socket.url).toBe("ws://localhost/user/jo%20e/pyscript/relay");
    expect(socket.protocols[1]).toBe("ticket.T1");
  });

  it("is held once, however often it is started, until its last holder has gone", async () => {
    const socket = await started();
    const other = new AbortController();
    start({ ...options(), signal: other.signal });
    await settle();
    expect(relay.sockets).toHaveLength(1);
    life.abort();
    expect(socket.readyState).toBe(1);
    other.abort();
    expect(socket.readyState).toBe(3);
  });

  it("makes a spare frame as the owner, which the first environment takes", async () => {
    const socket = await started();
    const [spare] = document.body.children;
    expect(spare!.dataset["pyscriptEnvironment"]).toBeUndefined();
    announce();
    expect(await opened(socket)).toBe(spare);
    await eventually(() => expect(spare!.posted).toHaveLength(1));
    socket.tell({ type: "open", environment: "two", interpreter: "micropython", options: OPTIONS } as { type: string });
    await eventually(() => expect(document.body.children).toHaveLength(2));
  });

  it("makes no frame where another page owns the room, says so, and owns it when the reader wants", async () => {
    relay.answer = { ...WELCOME, owner: false };
    const socket = await started();
    const [notices] = document.body.children;
    expect(document.body.children).toHaveLength(1);
    expect(notices!.attributes).toMatchObject({ role: "status", "aria-live": "polite" });
    expect(notices!.find("span").textContent).toMatch(/^The PyScript cells of notes\.ipynb run in another tab\. /);
    notices!.find("button").click();
    expect(socket.sent.at(-1)).toEqual({ type: "claim" });
    socket.tell({ type: "owner", owner: true } as { type: string });
    await eventually(() => expect(document.body.children.map(({ tag }) => tag)).toEqual(["iframe"]));
  });

  it("says that the cells run in the kernel's own browser, as long as they do", async () => {
    relay.answer = { ...WELCOME, owner: false, headless: true };
    const socket = await started();
    const text = () => document.body.children[0]!.find("span").textContent;
    expect(text()).toMatch(/^The PyScript cells of notes\.ipynb run in a browser without a window, which the kernel has/);
    socket.tell({ type: "owner", owner: false, headless: false } as { type: string });
    await eventually(() => expect(text()).toContain("run in another tab. "));
  });

  it("removes its frames when another page has taken the room over, and says where its cells run", async () => {
    const socket = await started();
    await opened(socket);
    socket.tell({ type: "owner", owner: false } as { type: string });
    await eventually(() => expect(document.body.children.map(({ className }) => className)).toEqual(["pyscript-notices"]));
    life.abort();
    await eventually(() => expect(document.body.children).toEqual([]));
  });

  it("comes back as who it was, with its frames, which it tells to hurry", async () => {
    relay.answer = { ...WELCOME, resume: "key" };
    const socket = await started();
    const frame = await opened(socket);
    announce();
    await eventually(() => expect(frame.posted).toHaveLength(1));
    const [port] = frame.posted[0]![2] as [MessagePort];
    const heard: unknown[] = [];
    port.addEventListener("message", ({ data }) => heard.push(data));
    port.start();
    socket.close();
    await eventually(() => expect(relay.sockets[1]?.sent[0]).toMatchObject({ type: "hello", resume: "key" }));
    await eventually(() => expect(heard).toContainEqual({ type: "hurry" }));
    expect(document.body.children).toEqual([frame]);
  });

  it("makes one hidden frame for an environment, out of the way of people and screen readers", async () => {
    const socket = await started();
    const frame = await opened(socket);
    socket.tell({ type: "open", environment: "py", interpreter: "pyodide", options: OPTIONS } as { type: string });
    await settle();
    expect(document.body.children).toHaveLength(1);
    expect(frame).toMatchObject({
      src: "http://localhost/user/jo%20e/pyscript/frame/0123456789abcdef/",
      title: "PyScript environment py",
      tabIndex: -1,
      attributes: { "aria-hidden": "true" },
    });
    expect(frame.style.cssText).not.toContain("display");
  });

  it("answers a frame that announces itself with what to start, and no window of another origin", async () => {
    const frame = await opened(await started());
    announce("http://evil.example");
    await settle();
    expect(frame.posted).toEqual([]);
    announce();
    await eventually(() => expect(frame.posted).toHaveLength(1));
    expect(frame.posted[0]![0]).toMatchObject({
      type: "pyscript:start",
      environment: "py",
      interpreter: "pyodide",
      options: OPTIONS,
      relay: "ws://localhost/user/jo%20e/pyscript/relay",
    });
    expect(frame.posted[0]![1]).toBe("http://localhost");
    expect(requests[1]!.init.body).toBe('{"role":"frame","environment":"py","page":"m1"}');
  });

  it("gives a frame its tickets over the port, and removes it when it has ended", async () => {
    const frame = await opened(await started());
    announce();
    await eventually(() => expect(frame.posted).toHaveLength(1));
    const [port] = frame.posted[0]![2] as [MessagePort];
    const answers: unknown[] = [];
    port.addEventListener("message", ({ data }) => answers.push(data));
    port.start();
    port.postMessage({ type: "ticket" });
    await eventually(() => expect(answers).toEqual([{ type: "ticket", ticket: "T2" }]));
    port.postMessage({ type: "ticket" });
    await eventually(() => expect(answers[1]).toEqual({ type: "ticket", ticket: "T3" }));
    ticketStatus = 404;
    port.postMessage({ type: "ticket" });
    await eventually(() => expect(answers[2]).toMatchObject({ type: "ticket", gone: true }));
    port.postMessage({ type: "ended" });
    await eventually(() => expect(document.body.children).toEqual([]));
  });

  it("makes a frame of an opaque origin for the main thread and for a sandbox, and leaves the spare one", async () => {
    const socket = await started();
    const [spare] = document.body.children;
    for (const [environment, options] of [["main", { ...OPTIONS, main: true }], ["safe", { ...OPTIONS, sandbox: true }]]) {
      socket.tell({ type: "open", environment, interpreter: "micropython", options } as { type: string });
    }
    await eventually(() => expect(document.body.children).toHaveLength(3));
    const [, main, safe] = document.body.children;
    expect(spare!.attributes["sandbox"]).toBeUndefined();
    expect(main!.attributes["sandbox"]).toMatch(/^allow-scripts .*allow-forms/);
    expect(safe!.attributes["sandbox"]).toBe("allow-scripts");
    expect(safe!.referrerPolicy).toBe("no-referrer");
    announce("http://localhost", safe);
    await settle();
    expect(safe!.posted).toEqual([]);
    announce("null", safe);
    await eventually(() => expect(safe!.posted).toHaveLength(1));
    expect(safe!.posted[0]![1]).toBe("*");
  });

  it("makes a new frame in the place of one whose main thread was ended, with the same options", async () => {
    const socket = await started();
    const options = { ...OPTIONS, main: true };
    socket.tell({ type: "open", environment: "main", interpreter: "micropython", options } as { type: string });
    await eventually(() => expect(document.body.children).toHaveLength(2));
    const frame = document.body.children[1]!;
    announce("null", frame);
    await eventually(() => expect(frame.posted).toHaveLength(1));
    (frame.posted[0]![2] as [MessagePort])[0].postMessage({ type: "renew" });
    await eventually(() => expect(document.body.children[1]).not.toBe(frame));
    const renewed = document.body.children[1]!;
    expect(document.body.children).toHaveLength(2);
    announce("null", renewed);
    await eventually(() => expect(renewed.posted).toHaveLength(1));
    expect(renewed.posted[0]![0]).toMatchObject({ environment: "main", interpreter: "micropython", options });
  });

  it("passes on why a frame cannot run, and removes it", async () => {
    const socket = await started();
    const frame = await opened(socket);
    announce();
    await eventually(() => expect(frame.posted).toHaveLength(1));
    const message = "The guard did not start.";
    (frame.posted[0]![2] as [MessagePort])[0].postMessage({ type: "unavailable", message });
    await eventually(() => expect(socket.sent.at(-1)).toMatchObject({ type: "unavailable", failure: { message } }));
    expect(document.body.children).toEqual([]);
  });

  it("has done with a spare frame that crashes, and makes one for the environment", async () => {
    const socket = await started();
    const [spare] = document.body.children;
    announce();
    hold()();
    await eventually(() => expect(document.body.children).toEqual([]));
    expect(await opened(socket)).not.toBe(spare);
    expect(socket.sent).toHaveLength(1);
  });

  it("tells of a frame that crashes before it has connected, and only removes one that crashes later", async () => {
    const socket = await started();
    await opened(socket);
    hold()();
    await eventually(() => expect(document.body.children).toEqual([]));
    expect(socket.sent.at(-1)).toMatchObject({ type: "unavailable", environment: "py" });
    expect(JSON.stringify(socket.sent.at(-1))).toMatch(/frame was gone before it had connected: .* Run the cell again/);

    const frame = await opened(socket);
    announce();
    const crash = hold();
    await eventually(() => expect(frame.posted).toHaveLength(1));
    (frame.posted[0]![2] as [MessagePort])[0].postMessage({ type: "ticket" });
    await settle();
    crash();
    await eventually(() => expect(document.body.children).toEqual([]));
    expect(socket.sent).toHaveLength(2);
  });

  it("says that a frame is unavailable when it does not announce itself, and removes it", async () => {
    const socket = await started();
    vi.useFakeTimers();
    socket.dispatchEvent(
      new MessageEvent("message", {
        data: (await import("../../src/protocol/codec.ts")).encode({
          type: "open",
          environment: "py",
          interpreter: "pyodide",
          options: OPTIONS,
        } as { type: string }),
      }),
    );
    await vi.advanceTimersByTimeAsync(15_000);
    expect(document.body.children).toEqual([]);
    expect(socket.sent.at(-1)).toMatchObject({ type: "unavailable", environment: "py", failure: { name: "FrameError" } });
  });

  it("removes a frame when it is closed, and all of them when the kernel has gone", async () => {
    const socket = await started();
    await opened(socket);
    socket.tell({ type: "close", environment: "py" } as { type: string });
    await eventually(() => expect(document.body.children).toEqual([]));
    await opened(socket);
    socket.tell({ type: "ended" });
    await eventually(() => expect(document.body.children).toEqual([]));
    expect(socket.readyState).toBe(3);
  });

  it("tells what the relay refuses it for", async () => {
    relay.answer = { type: "refused", reason: "version", message: "Reload the page." };
    start(options());
    await eventually(() => expect(problems).toEqual(["Reload the page."]));
  });

  it("says that the server does not know the user any more, asks it once a minute, and keeps what runs", async () => {
    const socket = await started();
    const frame = await opened(socket);
    const asked = requests.length;
    ticketStatus = 403;
    vi.useFakeTimers();
    socket.close();
    const notice = () => document.body.children.find(({ className }) => className === "pyscript-notices");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(notice()?.find("span").textContent).toMatch(/^The Jupyter server does not let this page in any more/);
    expect(requests).toHaveLength(asked + 1);
    await vi.advanceTimersByTimeAsync(45_000);
    expect(requests).toHaveLength(asked + 2);
    vi.useRealTimers();
    page.dispatchEvent(new Event("focus"));
    ticketStatus = 200;
    notice()!.find("button").click();
    await eventually(() => expect(relay.sockets).toHaveLength(2));
    await eventually(() => expect(notice()).toBeUndefined());
    expect(document.body.children).toEqual([frame]);
  });

  it("goes quietly when the room has gone", async () => {
    ticketStatus = 404;
    start(options());
    await settle();
    expect(problems).toEqual([]);
    expect(relay.sockets).toEqual([]);
  });
});
