// The parts of anywidget, ipywidgets and JupyterLab that the front end touches, all of them optional in some host.

export interface ServerSettings {
  baseUrl?: string;
  token?: string;
}

export interface JupyterSignal<Args> {
  connect: (slot: (sender: unknown, args: Args) => void) => unknown;
  disconnect: (slot: (sender: unknown, args: Args) => void) => unknown;
}

export interface Kernel {
  serverSettings?: ServerSettings;
  disposed?: JupyterSignal<unknown>;
  statusChanged?: JupyterSignal<string>;
  /** JupyterLab runs no cell while a box waits for input. */
  hasPendingInput?: boolean;
}

/** A view of ipywidgets, which hears what Lumino tells its widget. */
export interface LuminoView {
  el?: HTMLElement;
  processLuminoMessage?: (message: { type: string }) => void;
}

/** A model as ipywidgets has it, of which anywidget shows less. */
export interface FullModel {
  views?: Record<string, Promise<LuminoView>>;
  /** False where no kernel is behind it. */
  comm_live?: boolean;
}

export interface WidgetManager {
  kernel?: Kernel | null;
  context?: { path?: string } | null;
  get_model?: (id: string) => Promise<FullModel>;
}

export interface Model {
  get: (trait: string) => unknown;
  /** Set a trait in this page alone. */
  set?: (trait: string, value: unknown) => void;
  on: (event: string, callback: (...args: never[]) => void) => void;
  off: (event?: string | null, callback?: ((...args: never[]) => void) | null) => void;
  send: (content: unknown) => unknown;
  widget_manager?: WidgetManager;
}

/** What the kernel tells a bootstrap, as a custom message: its room; or that it does not wait for input any more. */
export interface BootstrapMessage extends RoomMessage {
  input: "over";
}

export interface RoomMessage {
  room: string;
  /** The path of the front end below the server's base URL. */
  assets: string;
}

/** What the bootstrap gives the front end that it imports. */
export interface StartOptions extends RoomMessage {
  /** The server's base URL, absolute, with a slash at its end. */
  baseUrl: string;
  token: string;
  /** The file name of the notebook, "" where the host does not tell. It changes when the notebook is renamed. */
  notebook: () => string;
  /** Ends this start; the room goes on while another one holds it. */
  signal: AbortSignal;
  /** Takes a sentence for the user about what keeps the front end from working. */
  onProblem: (message: string) => void;
}
