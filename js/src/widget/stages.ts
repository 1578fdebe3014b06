// What the environments of one room show in this page: which view holds which frame.
//
// The kernel says which views are an environment's, and into which of them the frame belongs now; the reader may choose
// another. A frame leaves a view before that is taken out of the document, and comes back with it.
import type { Control, Show } from "../protocol/messages.ts";
import type { Theme } from "../protocol/stage.ts";
import type { HiddenFrame } from "./hidden.ts";
import { movable, Seat } from "./seat.ts";
import { followTheme } from "./theme.ts";
import { listen, views, type View, type ViewEvent, type Where } from "./views.ts";

export interface StagesOptions {
  /** Whether this page runs the room's environments. */
  owner: () => boolean;
  control: (environment: string, action: Control["action"]) => void;
  signal: AbortSignal;
}

/** One environment: its views as the kernel has told them, and its frame where it is in this page. */
interface Act {
  runs: Map<string, number>;
  /** What the kernel chose last, so that the same choice told again does not undo the reader's. */
  told: string;
  /** The view that is to hold the frame, by its id, or the very one where two have the same; null for none. */
  chosen: string | View | null;
  /** The view that holds the frame. */
  holder: View | null;
  seat: Seat | null;
}

export class Stages {
  readonly #options: StagesOptions;
  readonly #acts = new Map<string, Act>();
  #theme: Theme | null = null;

  constructor(options: StagesOptions) {
    this.#options = options;
    const { signal } = options;
    listen((view, event) => this.#hear(view, event), signal);
    followTheme((theme) => {
      this.#theme = theme;
      for (const { seat } of this.#acts.values()) seat?.wear(theme);
    }, signal);
    signal.addEventListener("abort", () => this.#end(), { once: true });
  }

  /** Take what the kernel says of an environment's views. */
  show({ environment, views: shown, chosen }: Show): void {
    const act = this.#act(environment);
    const before = act.runs;
    act.runs = new Map(shown.map(({ id, run }) => [id, run]));
    if (chosen !== act.told) act.told = act.chosen = chosen;
    for (const view of views()) {
      if (before.has(view.id) && !act.runs.has(view.id)) view.show("unknown");
    }
    this.#arrange(act);
  }

  /** An environment has a frame in this page, until the frame's signal ends it. */
  seat(environment: string, frame: HiddenFrame, port: MessagePort): void {
    const act = this.#act(environment);
    const seat = new Seat(frame, port, () => this.#arrange(act));
    act.seat = seat;
    if (this.#theme) seat.wear(this.#theme);
    frame.signal.addEventListener(
      "abort",
      () => {
        if (act.seat === seat) act.seat = null;
        this.#arrange(act);
      },
      { once: true },
    );
    this.#arrange(act);
  }

  /** Whose page it is may have changed. */
  refresh(): void {
    for (const act of this.#acts.values()) this.#arrange(act);
  }

  #act(environment: string): Act {
    let act = this.#acts.get(environment);
    if (!act) this.#acts.set(environment, (act = { runs: new Map(), told: "", chosen: null, holder: null, seat: null }));
    return act;
  }

  #hear(view: View, event: ViewEvent): void {
    for (const [environment, act] of this.#acts) {
      if (!act.runs.has(view.id)) continue;
      if (event === "interrupt" || event === "restart") this.#options.control(environment, event);
      else {
        if (event === "wanted") act.chosen = view;
        this.#arrange(act);
      }
    }
  }

  #arrange(act: Act): void {
    const mine = views().filter(({ id }) => act.runs.has(id));
    const { seat } = act;
    if (!seat || seat.height === 0) {
      seat?.hide();
      act.holder = null;
      const where = seat || this.#options.owner() ? "nowhere" : "page";
      for (const view of mine) view.show(where);
      return;
    }
    // `mine` has none that is out of the document. Until the chosen one has come, the frame stays where it is.
    const chosen =
      mine.find((view) => view === act.chosen) ??
      mine.findLast(({ id }) => id === idOf(act.chosen)) ??
      mine.find((view) => act.chosen !== null && view === act.holder);
    act.holder = chosen ?? null;
    let where: Where = "away";
    if (chosen && movable()) {
      chosen.show("here");
      seat.sit(chosen.place, act.runs.get(chosen.id) ?? 0);
    } else if (chosen) {
      where = "dock";
      seat.dock(chosen.place, act.runs.get(chosen.id) ?? 0, () => {
        act.chosen = null;
        this.#arrange(act);
      });
    } else {
      seat.hide();
    }
    for (const view of mine) if (view !== chosen || where === "dock") view.show(where);
  }

  #end(): void {
    for (const view of views()) {
      if ([...this.#acts.values()].some(({ runs }) => runs.has(view.id))) view.show("unknown");
    }
    this.#acts.clear();
  }
}

function idOf(chosen: Act["chosen"]): string | null {
  return typeof chosen === "string" ? chosen : (chosen?.id ?? null);
}
