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

/** Get a ticket; throws RoomGoneError where the room has ended, ConnectionError for everything that may pass. */
export async function getTicket({ baseUrl, token, room }: TicketOptions, request: TicketRequest): Promise<string> {
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
  if (!response.ok) {
    throw new ConnectionError(
      `The server gave no ticket: status ${response.status} from ${url}. Are you logged in? Reload the page.`,
    );
  }
  return ((await response.json()) as { ticket: string }).ticket;
}
