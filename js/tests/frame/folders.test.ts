// Folders of the reader's machine: what is asked, what is kept.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Folders } from "../../src/frame/folders.ts";
import { FakeElement } from "../widget/dom.ts";

const OPTIONS = JSON.stringify({ id: "pyscript", mode: "read" });

let body: FakeElement;
let active: boolean;
let permission: PermissionState;
let pick: ReturnType<typeof vi.fn>;
let folders: Folders;
let kept: Map<string, unknown>;

const folder = {
  queryPermission: () => Promise.resolve(permission),
  requestPermission: () => Promise.resolve((permission = "granted")),
};

function make(picker: unknown = pick): Folders {
  const realm = {
    document: { body, createElement: (tag: string) => new FakeElement(tag) },
    navigator: { userActivation: { get isActive() { return active; } } },
    showDirectoryPicker: picker,
  };
  const store = {
    get: (key: string) => Promise.resolve(kept.get(key)),
    set: (key: string, value: unknown) => Promise.resolve(kept.set(key, value)),
    has: (key: string) => Promise.resolve(kept.has(key)),
    delete: (key: string) => Promise.resolve(kept.delete(key)),
  };
  return new Folders(realm as never, store as never);
}

const asked = () => vi.waitFor(() => expect(body.children).toHaveLength(1));

beforeEach(() => {
  vi.stubGlobal("origin", "http://localhost");
  body = new FakeElement("body");
  active = false;
  permission = "prompt";
  pick = vi.fn(() => Promise.resolve(folder));
  kept = new Map();
  folders = make();
});

describe("a folder of the reader's machine", () => {
  it("is chosen at a click on a question, and kept", async () => {
    const opened = folders.open("/a@pyscript", OPTIONS);
    await asked();
    expect(pick).not.toHaveBeenCalled();
    body.button("Choose a folder…").click();
    expect(await opened).toBe(true);
    expect(pick).toHaveBeenCalledWith({ id: "pyscript", mode: "read" });
    expect(body.children).toHaveLength(0);
    expect(kept.get("/a@pyscript")).toMatchObject({ handler: folder });
    expect(await folders.forget("/a@pyscript")).toBe(true);
    expect(await folders.forget("/a@pyscript")).toBe(false);
  });

  it("is opened with no question where it may be, and asked for no second time", async () => {
    active = true;
    expect(await folders.open("/a@pyscript", OPTIONS)).toBe(true);
    active = false;
    expect(await folders.open("/a@pyscript", OPTIONS)).toBe(true);
    expect(pick).toHaveBeenCalledTimes(1);
    // The next day the browser wants to be asked again, and not to be shown the folder again.
    permission = "prompt";
    const opened = folders.open("/a@pyscript", OPTIONS);
    await asked();
    body.button("Choose a folder…").click();
    expect(await opened).toBe(true);
    expect(pick).toHaveBeenCalledTimes(1);
  });

  it("is not opened where the reader says no, or another question is asked", async () => {
    const first = folders.open("/a@pyscript", OPTIONS);
    await asked();
    const second = folders.open("/b@pyscript", OPTIONS);
    expect(await first).toBe(false);
    await asked();
    body.button("No").click();
    expect(await second).toBe(false);
    expect(kept.size).toBe(0);
  });

  it("is still asked for when the browser's dialogue was closed", async () => {
    pick.mockRejectedValueOnce(new DOMException("closed", "AbortError"));
    const opened = folders.open("/a@pyscript", OPTIONS);
    await asked();
    body.button("Choose a folder…").click();
    await Promise.resolve();
    body.button("Choose a folder…").click();
    expect(await opened).toBe(true);
    expect(pick).toHaveBeenCalledTimes(2);
  });

  it("is not there where the browser has none, or the page has an opaque origin", () => {
    expect(folders.missing).toBe("");
    expect(make(null).missing).toContain("showDirectoryPicker");
    vi.stubGlobal("origin", "null");
    expect(folders.missing).toContain("opaque origin");
  });
});
