// Which versions this front end is. The relay refuses a peer whose versions differ, with words that help.
import type { PROTOCOL as Protocol, SUBPROTOCOL as Subprotocol } from "./messages.ts";

/** The wire version; its type comes from the schema, so that a change there fails the type check here. */
export const PROTOCOL: Protocol = 2;

/** The WebSocket subprotocol; the ticket travels as a second one, `ticket.<ticket>`. */
export const SUBPROTOCOL: Subprotocol = "pyscript-jupyter";

/** The version of pyscript_jupyter that this front end was built from. */
export const PACKAGE: string = __VERSION__;
