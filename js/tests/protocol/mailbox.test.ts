// The mailbox as an interpreter sees it, with a relay that answers at once and a clock that the relay moves.
import { beforeEach, describe, expect, it } from "vitest";
import { MailboxSignals, mailboxUrl } from "../../src/protocol/mailbox.ts";
import type { Letter, Look } from "../../src/protocol/messages.ts";
import { SharedSignals } from "../../src/protocol/signals.ts";

const ADDRESS = { url: "http://server/pyscript/mailbox", id: "secret" };

/** What the relay answers: a letter, another status than 200, or a text that is none of its own. */
type Says = Partial<Letter> | number | string;

let time: number;
let looks: Look[];
/** How the relay answers, and how long each answer is on its way. */
let says: (look: Look) => Says;
let trip: number;
let mailbox: MailboxSignals;

// It takes a moment to look at the clock, so that what waits for a time gets there.
const now = () => (time += 0.01);

function open(shared: SharedSignals | null = null): MailboxSignals {
  const post = (url: string, body: string) => {
    expect(url).toBe(ADDRESS.url);
    const look = JSON.parse(body) as Look;
    looks.push(look);
    const said = says(look);
    const letter = typeof said === "object" ? { interrupted: false, answer: null, ...said } : null;
    time += trip + (letter && !letter.interrupted && !letter.answer ? look.wait! * 1000 : 0);
    if (typeof said === "number") return { status: said, text: "" };
    return { status: 200, text: letter ? JSON.stringify(letter) : (said as string) };
  };
  const signals = new MailboxSignals({ shared, post, now });
  signals.begin(ADDRESS);
  return signals;
}

/** Let a cell compute for some milliseconds, looking for an interrupt all the time; return how long it did. */
function compute(milliseconds: number, run = 1): number {
  const began = time;
  while (time - began < milliseconds) if (mailbox.isInterrupted(run)) break;
  return time - began;
}

beforeEach(() => {
  [time, looks, says, trip] = [0, [], () => ({}), 10];
  mailbox = open();
});

describe("a cell that computes", () => {
  it("asks nothing while it is short", () => {
    compute(149);
    mailbox.begin(ADDRESS);
    compute(149);
    expect(looks).toEqual([]);
  });

  it("finds its interrupt soon, and keeps finding it", () => {
    says = ({ run }) => ({ interrupted: run === 1 && time > 1000 });
    expect(compute(5000)).toBeLessThan(1250);
    expect(mailbox.isInterrupted(1)).toBe(true);
    expect(mailbox.isInterrupted(2)).toBe(false);
    expect(looks[0]).toEqual({ mailbox: "secret", run: 1, ask: 0, wait: 0 });
  });

  it.each([1, 10, 50, 200])("spends a tenth of its time at most where an answer takes %i ms", (milliseconds) => {
    trip = milliseconds;
    compute(60_000);
    expect((looks.length * trip) / time).toBeLessThan(0.11);
    expect(looks.length).toBeGreaterThan(20);
  });

  it("looks again soon after one answer that took long", () => {
    trip = 1000;
    compute(151);
    trip = 10;
    compute(1000);
    expect(looks.length).toBeGreaterThan(3);
  });

  it("still looks every two seconds where the server is slow", () => {
    trip = 1000;
    compute(30_000);
    expect(looks.length).toBeGreaterThanOrEqual(9);
  });

  it("is not held up by a server that does not answer", () => {
    trip = 1000;
    says = () => 0;
    compute(60_000);
    expect((looks.length * trip) / time).toBeLessThan(0.12);
    expect(mailbox.isInterrupted(1)).toBe(false);
  });

  it("is over when its mailbox is gone, because the kernel has given it up", () => {
    says = () => 404;
    expect(compute(5000)).toBeLessThan(200);
    expect(mailbox.isInterrupted(1)).toBe(true);
  });

  it("asks nothing where it shares memory with its frame", () => {
    const shared = new SharedSignals();
    mailbox = open(shared);
    time = 1000;
    expect(mailbox.isInterrupted(1)).toBe(false);
    shared.interrupt(1);
    expect(mailbox.isInterrupted(1)).toBe(true);
    expect(looks).toEqual([]);
  });
});

describe("a sleep", () => {
  const slept = (milliseconds: number, run: number | null = 1) => {
    const began = time;
    mailbox.wait(run, milliseconds);
    return time - began;
  };

  it.each([5, 70, 500, 90_000])("of %i ms takes as long", (milliseconds) => {
    slept(200); // how long an answer takes is known then
    expect(slept(milliseconds)).toBeGreaterThanOrEqual(milliseconds);
    expect(slept(milliseconds)).toBeLessThan(milliseconds + 2);
  });

  it("waits in the relay, for twenty seconds at a time", () => {
    slept(90_000);
    expect(looks.map(({ wait }) => wait)).toEqual([20, 20, 20, 20, expect.closeTo(9.95, 1)]);
  });

  it("asks nothing where it is short", () => {
    for (let n = 0; n < 3; n += 1) slept(30);
    expect(looks).toEqual([]);
  });

  it("ends with an interrupt", () => {
    says = ({ run }) => ({ interrupted: run === 1 });
    expect(slept(10_000)).toBeLessThan(20);
    expect(slept(100, 2)).toBeGreaterThanOrEqual(100);
  });

  it("of a callback between two cells meets no interrupt", () => {
    slept(10_000, null);
    expect(looks[0]!.run).toBe(0);
    expect(mailbox.isInterrupted(null)).toBe(false);
  });

  it.each([0, 404, 502])("goes on where the answer is %i, and does not ask again and again", (status) => {
    says = () => status;
    expect(slept(5000, null)).toBeGreaterThanOrEqual(5000);
    expect(looks.length).toBeLessThanOrEqual(5);
  });
});

describe("a question", () => {
  const answer = (value: string) => ({ type: "answer", environment: "e", run: 1, ask: 2, value, failure: null }) as const;

  it("waits for its answer as long as it takes", () => {
    says = () => (looks.length < 10 ? {} : { answer: answer("Ada") });
    expect(mailbox.reply(1, 2, true)).toEqual({ value: "Ada", failure: null });
    expect(looks[9]).toEqual({ mailbox: "secret", run: 1, ask: 2, wait: 20 });
    expect(time).toBeGreaterThan(180_000);
  });

  it.each<[string, Says]>([
    ["its run is interrupted", { interrupted: true }],
    ["its mailbox is gone", 404],
  ])("has no answer when %s", (_, said) => {
    says = () => said;
    expect(mailbox.reply(1, 2, true)).toBeNull();
    expect(mailbox.isInterrupted(1)).toBe(true);
  });

  it("is asked again where something between breaks the wait", () => {
    says = () => ([502, 0, {}, 504, "<html>", { answer: answer("Ada") }] as Says[])[looks.length - 1]!;
    expect(mailbox.reply(1, 2, true)!.value).toBe("Ada");
  });

  it("fails where the server stays away", () => {
    says = () => 0;
    expect(mailbox.reply(1, 2, true)!.failure).toMatchObject({ name: "ConnectionError" });
    expect(looks).toHaveLength(3);
    mailbox.begin(null);
    expect(mailbox.reply(2, 3, true)!.failure).toMatchObject({ name: "ConnectionError" });
  });
});

describe("the mailboxes of a relay", () => {
  it("are beside its socket", () => {
    expect(mailboxUrl("wss://host/user/jo%20e/pyscript/relay")).toBe("https://host/user/jo%20e/pyscript/mailbox");
    expect(mailboxUrl("ws://127.0.0.1:8888/pyscript/relay")).toBe("http://127.0.0.1:8888/pyscript/mailbox");
  });
});
