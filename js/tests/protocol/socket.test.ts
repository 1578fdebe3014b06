// The connection to the relay, and coming back when it breaks, against a fake relay.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RoomGoneError, stayConnected } from "../../src/protocol/reconnect.ts";
import { connect, ConnectionError, RefusedError, type Connection } from "../../src/protocol/socket.ts";
import { MAX_EVENT } from "../../src/protocol/oversize.ts";
import { PACKAGE, PROTOCOL } from "../../src/protocol/versions.ts";
import { FakeWebSocket, WELCOME, eventually, settle } from "../fakes.ts";

const relay = FakeWebSocket.relay;
let life: AbortController;

beforeEach(() => {
  vi.stubGlobal("WebSocket", FakeWebSocket);
  relay.answer = WELCOME;
  relay.sockets = [];
  life = new AbortController();
});
afterEach(() => {
  life.abort();
  vi.unstubAllGlobals();
});

const open = (onMessage: (message: { type: string }) => void = () => undefined) =>
  connect({ url: "ws://server/pyscript/relay", ticket: "T", role: "frame", signal: life.signal, onMessage });

describe("a connection", () => {
  it("carries its ticket as a subprotocol, never in the URL, and says hello with both versions", async () => {
    await open();
    const [socket] = relay.sockets;
    expect(socket!.url).toBe("ws://server/pyscript/relay");
    expect(socket!.protocols).toEqual(["pyscript-jupyter", "ticket.T"]);
    expect(socket!.sent[0]).toMatchObject({ type: "hello", role: "frame", protocol: PROTOCOL, package: PACKAGE });
  });

  it("passes on what comes after the welcome", async () => {
    const messages: string[] = [];
    await open((message) => messages.push(message.type));
    relay.sockets[0]!.tell({ type: "ended" });
    await settle();
    expect(messages).toEqual(["ended"]);
  });

  it("numbers its events from 1 without a gap", async () => {
    const connection = await open();
    const progress = { type: "progress", environment: "py", phase: "starting", loaded: 0, total: 0 } as const;
    connection.event(progress);
    connection.event(progress);
    expect(relay.sockets[0]!.sent.slice(1)).toMatchObject([{ seq: 1 }, { seq: 2 }]);
  });

  it("says what it could not send, and goes on without a gap", async () => {
    const connection = await open();
    let deep: unknown[] = [];
    for (let i = 0; i < 150; i += 1) deep = [deep];
    const of = (data: Record<string, unknown>) => ({ environment: "py", run: 4, data, metadata: {} });
    connection.event({ type: "display", ...of({ "application/json": deep }) });
    connection.event({ type: "result", ...of({ "text/html": "x".repeat(MAX_EVENT + 1_500_000) }) });
    const failure = { kind: "code", name: "ValueError", message: "x".repeat(MAX_EVENT), text: "long" } as const;
    connection.event({ type: "done", environment: "py", run: 4, seconds: 1, failure });
    const [display, result, done] = relay.sockets[0]!.sent.slice(1);
    expect(display).toMatchObject({ type: "stream", name: "stderr", run: 4, seq: 1 });
    expect((display as { text: string }).text).toBe(
      "\n[a display (application/json) was not sent: its data are nested 152 levels deep, and 99 is the most. " +
        "Show it flatter, or as text: print(json.dumps(…))]\n",
    );
    expect(result).toMatchObject({ type: "stream", name: "stderr", run: 4, seq: 2 });
    expect((result as { text: string }).text).toBe(
      "\n[the result of 49.5 MB (text/html) was not sent: 48 MB is the most. Show less of it, or show it in parts]\n",
    );
    expect(done).toMatchObject({ type: "done", run: 4, seq: 3, failure: { kind: "code", name: "ValueError" } });
    expect((done as { failure: { message: string } }).failure.message).toMatch(/^x{10000}… \[cut: .*48 MB is the most/);
  });

  it("says which message of a comm it could not send", async () => {
    const connection = await open();
    const comm = { action: "msg", comm: "c1", buffers: [new Uint8Array(MAX_EVENT)] } as const;
    connection.event({ type: "comm", environment: "py", run: 4, comm: { ...comm, buffers: [...comm.buffers] } });
    expect(relay.sockets[0]!.sent[1]).toMatchObject({ type: "stream", name: "stderr", run: 4, seq: 1 });
    expect((relay.sockets[0]!.sent[1] as { text: string }).text).toContain("a message of a comm of 48.0 MB (msg c1) was not sent");
  });

  it("sends data that are as deep as can be", async () => {
    const connection = await open();
    const nested = (levels: number): unknown => (levels === 1 ? 1 : [nested(levels - 1)]);
    const data = { "application/json": nested(98) };
    connection.event({ type: "display", environment: "py", run: 4, data, metadata: {} });
    expect(relay.sockets[0]!.sent[1]).toMatchObject({ type: "display", data });
  });

  it("that the relay refuses fails with the relay's own words", async () => {
    relay.answer = { type: "refused", reason: "version", message: "Reload the page." };
    await expect(open()).rejects.toThrow(new RefusedError(relay.answer));
  });

  it("to another version says to reload the page", async () => {
    relay.answer = { ...WELCOME, package: "9.9.9" };
    await expect(open()).rejects.toThrow(/runs pyscript_jupyter .*, the server 9\.9\.9 .*Reload the page/);
  });

  it("that closes before the welcome, or talks garbage, fails", async () => {
    relay.answer = "close";
    await expect(open()).rejects.toThrow(ConnectionError);
    relay.answer = "garbage";
    await expect(open()).rejects.toThrow(/could not be read/);
  });

  it("that gives no sign of life when it is asked for one is over, and one that does goes on", async () => {
    const [alive, dead] = [await open(), await open()];
    vi.useFakeTimers();
    try {
      for (const connection of [alive, dead]) connection.probe();
      expect(relay.sockets.map(({ sent }) => sent.at(-1)!.type)).toEqual(["pulse", "pulse"]);
      relay.sockets[0]!.tell({ type: "pulse" });
      relay.sockets[1]!.close = () => undefined;
      await vi.advanceTimersByTimeAsync(5000);
      await dead.closed;
      expect(await Promise.race([alive.closed.then(() => "over"), Promise.resolve("goes on")])).toBe("goes on");
    } finally {
      vi.useRealTimers();
    }
  });

  it("ends with its signal, and drops what is sent after", async () => {
    const connection = await open();
    life.abort();
    await connection.closed;
    connection.send({ type: "unavailable", environment: "py", failure: { kind: "internal", name: "", message: "" } });
    expect(relay.sockets[0]!.sent).toHaveLength(1);
  });
});

describe("staying connected", () => {
  const stay = (ticket: () => Promise<string>, pauses: number[] = []) => {
    const connections: Connection[] = [];
    const ended = stayConnected({
      url: "ws://server",
      role: "page",
      signal: life.signal,
      ticket,
      onMessage: () => undefined,
      onConnect: (connection) => connections.push(connection),
      pause: (milliseconds) => {
        pauses.push(milliseconds);
        return settle().then(() => undefined);
      },
    });
    return { connections, ended, pauses };
  };

  it("asks for a sign of life when the clock has jumped, and only then", async () => {
    vi.useFakeTimers();
    try {
      const { connections } = stay(() => Promise.resolve("T"));
      await vi.advanceTimersByTimeAsync(10);
      expect(connections).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(relay.sockets[0]!.sent.map(({ type }) => type)).toEqual(["hello"]);
      vi.setSystemTime(Date.now() + 3_600_000);
      await vi.advanceTimersByTimeAsync(5000);
      expect(relay.sockets[0]!.sent.at(-1)).toEqual({ type: "pulse" });
      life.abort();
      await vi.advanceTimersByTimeAsync(10);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("tries again at once when there is reason to hurry", async () => {
    relay.answer = "close";
    const hurry = new EventTarget();
    const connections: Connection[] = [];
    const ended = stayConnected({
      url: "ws://server",
      role: "page",
      signal: life.signal,
      ticket: () => Promise.resolve("T"),
      onMessage: () => undefined,
      onConnect: (connection) => connections.push(connection),
      hurry,
      pause: (_, signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
    });
    await eventually(() => expect(relay.sockets[0]?.readyState).toBe(3));
    relay.answer = WELCOME;
    await settle();
    hurry.dispatchEvent(new Event("hurry"));
    await eventually(() => expect(connections).toHaveLength(1));
    life.abort();
    await ended;
  });

  it("takes a new ticket for each connection", async () => {
    let tickets = 0;
    const { connections, ended } = stay(() => Promise.resolve(`T${(tickets += 1)}`));
    await eventually(() => expect(connections).toHaveLength(1));
    relay.sockets[0]!.close();
    await eventually(() => expect(connections).toHaveLength(2));
    expect(relay.sockets.map(({ protocols }) => protocols[1])).toEqual(["ticket.T1", "ticket.T2"]);
    life.abort();
    await ended;
  });

  it("waits longer each time, up to ten seconds, and begins anew after a welcome", async () => {
    relay.answer = "close";
    const { pauses, connections } = stay(() => Promise.resolve("T"));
    await eventually(() => expect(pauses.length).toBeGreaterThan(9));
    expect(pauses[0]).toBeLessThanOrEqual(250);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000);
    expect(pauses[9]).toBeGreaterThanOrEqual(5000);
    relay.answer = WELCOME;
    await eventually(() => expect(connections).toHaveLength(1));
    relay.answer = "close";
    const before = pauses.length;
    relay.sockets.at(-1)!.close();
    await eventually(() => expect(pauses.length).toBeGreaterThan(before));
    expect(pauses[before]).toBeLessThanOrEqual(250);
  });

  it("gives up when the room is gone or the relay refuses", async () => {
    const gone = stay(() => Promise.reject(new RoomGoneError("gone")));
    await expect(gone.ended).rejects.toThrow(RoomGoneError);
    relay.answer = { type: "refused", reason: "room", message: "no room" };
    await expect(stay(() => Promise.resolve("T")).ended).rejects.toThrow(RefusedError);
  });
});
