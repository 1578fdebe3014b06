// Tickets for the relay, from the server, with the user's own session.
import { RoomGoneError } from "../protocol/reconnect.ts";
import { ConnectionError } from "../protocol/socket.ts";

export interface TicketOptions {
  baseUrl: string;
  token: string;
  room: string;
}

/** Who the ticket is for: the page itself, or the frame of one environment in the page of that member name. */
export type TicketRequest = { role: "page" } | { role: "frame"; environment: string; page: string };

/** The server does not know the page's user, or not any more. */
export class LoggedOutError extends ConnectionError {}

/** How long such a server is not asked again by itself, in milliseconds. */
const LOGGED_OUT_PAUSE = 60_000;

/** Gets tickets for a page and its frames. A server that does not know the user any more is asked once a minute. */
export class Tickets {
  readonly #options: TicketOptions;
  readonly #onLoggedOut: (error: LoggedOutError | null) => void;
  #refused: { error: LoggedOutError; at: number } | null = null;

  /** `onLoggedOut` is told when the server no longer lets the page in, and null when it does so again. */
  constructor(options: TicketOptions, onLoggedOut: (error: LoggedOutError | null) => void) {
    this.#options = options;
    this.#onLoggedOut = onLoggedOut;
  }

  /** Ask the server next time, whatever it answered last. */
  hurry(): void {
    if (this.#refused) this.#refused.at = -Infinity;
  }

  /** Get a ticket; throws RoomGoneError where the room has ended, ConnectionError for everything that may pass. */
  async get(request: TicketRequest): Promise<string> {
    if (this.#refused && performance.now() - this.#refused.at < LOGGED_OUT_PAUSE) throw this.#refused.error;
    try {
      const ticket = await getTicket(this.#options, request);
      if (this.#refused) this.#onLoggedOut(null);
      this.#refused = null;
      return ticket;
    } catch (error) {
      if (error instanceof LoggedOutError) {
        if (!this.#refused) this.#onLoggedOut(error);
        this.#refused = { error, at: performance.now() };
      }
      throw error;
    }
  }
}

async function getTicket({ baseUrl, token, room }: TicketOptions, request: TicketRequest): Promise<string> {
  const url = new URL(`pyscript/api/rooms/${encodeURIComponent(room)}/tickets`, baseUrl).href;
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  const xsrf = /(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie)?.[1];
  if (xsrf) headers["X-XSRFToken"] = decodeURIComponent(xsrf);
  if (token) headers["Authorization"] = `token ${token}`;
  let response: Response;
  try {
    response = await fetch(url, { method: "POST", credentials: "same-origin", headers, body: JSON.stringify(request) });
  } catch (error) {
    throw new ConnectionError(`The Jupyter server did not answer at ${url}: ${String(error)}.`);
  }
  if (response.status === 404) {
    throw new RoomGoneError(
      `The server knows no room ${room} (status 404 from ${url}): its kernel has gone, or pyscript_jupyter's server ` +
        "extension is not enabled.",
    );
  }
  if (response.status === 401 || response.status === 403) {
    throw new LoggedOutError(
      `The Jupyter server does not let this page in any more (status ${response.status}). Log in again, in another ` +
        "tab: what runs in the browser is kept until then. Or reload the page.",
    );
  }
  if (!response.ok) {
    throw new ConnectionError(`The server gave no ticket: status ${response.status} from ${url}.`);
  }
  return ((await response.json()) as { ticket: string }).ticket;
}
