// Which view of the page holds which frame.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ToStage } from "../../src/protocol/stage.ts";
import { HiddenFrame } from "../../src/widget/hidden.ts";
import type { LuminoView, Model } from "../../src/widget/model.ts";
import { renderCard } from "../../src/widget/card.ts";
import { Stages } from "../../src/widget/stages.ts";
import { renderStage } from "../../src/widget/stageview.ts";
import { eventually, settle } from "../fakes.ts";
import { FakeElement, stubPage, type FakeDocument } from "./dom.ts";

let document: FakeDocument;
let changeTheme: () => void;
let life: AbortController;
let owner: boolean;
let pressed: string[];
let stages: Stages;
let open: Shown[];

function begin(options?: { movable: boolean }) {
  ({ document, changeTheme } = stubPage(options));
  vi.stubGlobal("addEventListener", () => undefined);
  life = new AbortController();
  owner = true;
  pressed = [];
  open = [];
  const control = (environment: string, action: string) => void pressed.push(`${action} ${environment}`);
  stages = new Stages({ owner: () => owner, control, signal: life.signal });
}
beforeEach(() => begin());
afterEach(() => {
  open.forEach((shown) => shown.dispose());
  life.abort();
  vi.unstubAllGlobals();
});

/** A view as JupyterLab has it: rendered, then put into the document, and told before it is taken out. */
class Shown {
  readonly el = new FakeElement("div");
  readonly #traits: Record<string, unknown>;
  readonly #lumino: LuminoView = { el: this.el as unknown as HTMLElement, processLuminoMessage: () => undefined };
  readonly #listeners = new Map<string, () => void>();
  readonly #clean: () => void;

  constructor(id: string, traits: Record<string, unknown> = {}) {
    this.#traits = { _view_id: id, environment: "py", ...traits };
    const model: Model = {
      get: (trait) => this.#traits[trait],
      on: (event, callback) => void this.#listeners.set(event, callback),
      off: (event) => void this.#listeners.delete(event ?? ""),
      send: () => undefined,
      widget_manager: { get_model: () => Promise.resolve({ views: { a: Promise.resolve(this.#lumino) } }) },
    };
    const view = { model, el: this.el as unknown as HTMLElement };
    this.#clean = "status" in traits ? renderCard(view) : renderStage(view);
  }
  static async open(id: string, traits?: Record<string, unknown>): Promise<Shown> {
    const shown = new Shown(id, traits);
    open.push(shown);
    await settle();
    shown.attach();
    return shown;
  }
  set(trait: string, value: unknown) {
    this.#traits[trait] = value;
    this.#listeners.get(`change:${trait}`)?.();
  }
  attach() {
    document.body.append(this.el);
    this.#lumino.processLuminoMessage?.({ type: "after-attach" });
  }
  detach() {
    this.#lumino.processLuminoMessage?.({ type: "before-detach" });
    this.el.remove();
  }
  /** JupyterLab detaches the view first; the widget's clean-up comes later. */
  dispose() {
    this.detach();
    this.#clean();
  }
  get holds() {
    return this.el.find("-place").children.map(({ dataset }) => dataset["pyscriptEnvironment"]);
  }
  get sentence() {
    return this.el.find("-slot").hidden ? "" : this.el.find("-bar").find("span").textContent;
  }
}

/** A frame of the environment that shows something, or nothing where the height is 0. */
async function frame(environment = "py", height = 100) {
  const made = new HiddenFrame("http://localhost/frame");
  made.name(environment);
  const { port1, port2 } = new MessageChannel();
  const heard: ToStage[] = [];
  port2.addEventListener("message", ({ data }: MessageEvent<ToStage>) => heard.push(data));
  port2.start();
  stages.seat(environment, made, port1);
  const size = async (to: number) => {
    port2.postMessage({ type: "size", height: to });
    await settle();
  };
  await size(height);
  return { element: made.element as unknown as FakeElement, made, heard, size };
}
const show = (chosen: string, ids: string[]) => {
  const views = ids.map((id, index) => ({ id, run: id.startsWith("card") ? 0 : index + 1 }));
  stages.show({ type: "show", environment: "py", views, chosen });
};
const hidden = ({ element }: { element: FakeElement }) =>
  element.parent === document.body && element.attributes["aria-hidden"] === "true";

describe("what an environment draws", () => {
  it("moves into the view that the kernel chose, as large as its content, and is never loaded anew", async () => {
    const act = await frame();
    expect(hidden(act)).toBe(true);
    show("one", ["one"]);
    expect(hidden(act)).toBe(true);
    const one = await Shown.open("one");
    expect(one.holds).toEqual(["py"]);
    expect(act.element.style["cssText"]).toContain("height:100px");
    expect(act.element.attributes["aria-hidden"]).toBeUndefined();
    await act.size(5000);
    expect(act.element.style["cssText"]).toContain("height:800px");
    expect(act.element.unloads).toBe(0);
    expect(act.heard.at(-1)).toEqual({ type: "place", run: 1 });
  });

  it("stays where it is until the next view has come, and can be brought back by a button", async () => {
    const act = await frame();
    show("one", ["one"]);
    const one = await Shown.open("one");
    show("two", ["one", "two"]);
    expect(one.holds).toEqual(["py"]);
    const two = await Shown.open("two");
    expect([one.holds, two.holds]).toEqual([[], ["py"]]);
    expect(one.sentence).toBe("What py draws is shown elsewhere.");
    one.el.button("Show it here").click();
    expect([one.holds, two.holds]).toEqual([["py"], []]);
    expect(FakeElement.focused).toBe(act.element);
    show("two", ["one", "two"]);
    expect(one.holds).toEqual(["py"]);
    expect(act.element.unloads).toBe(0);
  });

  it("hides the snapshot of the cell under which it is shown, and of no other", async () => {
    await frame();
    show("one", ["one"]);
    const one = await Shown.open("one");
    const style = one.el.children.at(-1)!;
    expect(style.textContent).toContain(".jp-OutputArea-child:has(.pyscript-snapshot-one)");
    expect(style.disabled).toBe(false);
    show("two", ["one", "two"]);
    await Shown.open("two");
    expect(style.textContent).not.toContain(":has");
    expect(style.textContent).toContain(".pyscript-snapshot-one .pyscript-snapshot-line");
    expect(style.disabled).toBe(false);
  });

  it("leaves a view before that is taken out of the document, and comes back with it", async () => {
    const act = await frame();
    show("one", ["one"]);
    const one = await Shown.open("one");
    one.detach();
    expect(hidden(act)).toBe(true);
    one.attach();
    expect(one.holds).toEqual(["py"]);
    one.dispose();
    expect(hidden(act)).toBe(true);
    expect(act.element.unloads).toBe(0);
  });

  it("is held by the newest of two views of one output, and by the other when that is closed or asks for it", async () => {
    const act = await frame();
    show("one", ["one"]);
    const old = await Shown.open("one");
    const copy = await Shown.open("one");
    expect([old.holds, copy.holds]).toEqual([[], ["py"]]);
    old.el.button("Show it here").click();
    expect([old.holds, copy.holds]).toEqual([["py"], []]);
    old.dispose();
    expect(copy.holds).toEqual(["py"]);
    expect(act.element.unloads).toBe(0);
  });

  it("finds a view that is rendered before it knows its own id", async () => {
    await frame();
    show("one", ["one"]);
    const view = await Shown.open("");
    expect(view.holds).toEqual([]);
    view.set("_view_id", "one");
    await settle();
    expect(view.holds).toEqual(["py"]);
  });

  it("is nowhere while there is nothing to see, and where no room knows the view", async () => {
    const view = await Shown.open("one");
    expect(view.sentence).toBe("");
    const act = await frame("py", 0);
    show("one", ["one"]);
    expect([view.holds, view.sentence]).toEqual([[], ""]);
    await act.size(50);
    expect(view.holds).toEqual(["py"]);
    await act.size(0);
    expect([hidden(act), view.sentence]).toEqual([true, ""]);
  });

  it("is said to be in another page where this one does not run it", async () => {
    owner = false;
    const view = await Shown.open("one");
    show("one", ["one"]);
    expect(view.sentence).toBe("What py draws is shown in another page, which runs it.");
    owner = true;
    stages.refresh();
    expect(view.sentence).toBe("");
  });

  it("goes with its frame, and with the room", async () => {
    const act = await frame();
    show("one", ["one"]);
    const view = await Shown.open("one");
    act.made.remove();
    expect([view.holds, view.sentence]).toEqual([[], ""]);
    owner = false;
    stages.refresh();
    expect(view.sentence).not.toBe("");
    life.abort();
    expect(view.sentence).toBe("");
  });

  it("hears of the theme at once and when it changes", async () => {
    const { heard } = await frame();
    await eventually(() => expect(heard[0]).toMatchObject({ type: "theme", dark: false }));
    document.body.dataset["jpThemeLight"] = "false";
    changeTheme();
    await eventually(() => expect(heard[1]).toMatchObject({ type: "theme", dark: true }));
    expect(heard[1]).toMatchObject({ variables: { "--jp-layout-color0": "value of --jp-layout-color0" } });
  });

  it("is shown in a card too, whose buttons reach the room, Interrupt only while a cell runs", async () => {
    await frame();
    show("card", ["card"]);
    const card = await Shown.open("card", { status: "ready" });
    expect(card.holds).toEqual(["py"]);
    card.el.button("Interrupt").click();
    expect(pressed).toEqual([]);
    const busy = await Shown.open("card", { status: "busy" });
    busy.el.button("Interrupt").click();
    busy.el.button("Restart").click();
    expect(pressed).toEqual(["interrupt py", "restart py"]);
  });

  it("gives a card that no room knows no buttons", async () => {
    const card = await Shown.open("card", { status: "ready" });
    expect(card.el.find("-buttons").hidden).toBe(true);
    show("card", ["card"]);
    expect(card.el.find("-buttons").hidden).toBe(false);
  });

  it("gives a card that is over no buttons", async () => {
    show("card", ["card"]);
    for (const status of ["closed", "ended"]) {
      const card = await Shown.open("card", { status: "ready" });
      card.set("status", status);
      expect(card.el.find("-buttons").hidden).toBe(true);
      stages.refresh();
      expect(card.el.find("-buttons").hidden).toBe(true);
    }
  });

  it("is docked below the notebook where the browser cannot move it, until it is hidden", async () => {
    life.abort();
    begin({ movable: false });
    const act = await frame();
    show("one", ["one"]);
    const view = await Shown.open("one");
    expect([view.holds, view.sentence]).toEqual([[], "What py draws is shown below the notebook."]);
    expect(act.element.style["cssText"]).toContain("position:fixed;left:0px;width:600px;top:400px;height:100px");
    document.body.button("Hide").click();
    expect(hidden(act)).toBe(true);
    view.el.button("Show it here").click();
    expect(hidden(act)).toBe(false);
    view.dispose();
    expect(hidden(act)).toBe(true);
    expect(document.body.children).toEqual([act.element]);
  });
});
