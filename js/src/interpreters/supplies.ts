// The contents of what a configuration names: bytes that the kernel has read, or what the browser fetches from a URL.
import type { Supply } from "../protocol/messages.ts";

/** A configuration could not be applied; the message says what of it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** The bytes of a supply. `key` is the configuration's key that names it, for messages. */
export async function contents({ source, data }: Supply, key: string): Promise<Uint8Array<ArrayBuffer>> {
  if (data) return data;
  let response: Response;
  try {
    response = await fetch(source);
  } catch (error) {
    throw new ConfigError(
      `\`${key}\`: ${source} did not load: ${message(error)}. The browser fetches it, and its server has to allow that ` +
        "(CORS). Or save it beside the notebook, and name the file.",
    );
  }
  if (!response.ok) {
    const status = `${response.status} ${response.statusText}`.trim();
    throw new ConfigError(`\`${key}\`: ${source} did not load: its server answered with status ${status}, 200 was wanted.`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * A JavaScript module, of this realm.
 *
 * A worker has no policy of its own, and imports from wherever a URL says. A frame's document takes scripts of its own
 * server only: there the module is fetched, and imported as what came.
 */
export async function load(supply: Supply, key: string): Promise<Record<string, unknown>> {
  const { source, data } = supply;
  const direct = !data && !("window" in globalThis);
  const url = direct ? source : moduleUrl(await contents(supply, key));
  try {
    return (await import(/* @vite-ignore */ url)) as Record<string, unknown>;
  } catch (error) {
    const whole = direct ? "" : " A module beside the notebook, or on the main thread, has to be whole: it cannot import from its own folder.";
    throw new ConfigError(`\`${key}\`: the module ${source} did not load: ${message(error)}.${whole}`);
  } finally {
    if (!direct) URL.revokeObjectURL(url);
  }
}

/** A URL for the text of a module; whoever takes it revokes it. */
export function moduleUrl(text: Uint8Array<ArrayBuffer>): string {
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}

/** The last part of a path or a URL, for people. */
export function shortName(source: string): string {
  if (source.startsWith("data:")) return "data";
  const path = source.split(/[?#]/, 1)[0] ?? source;
  return path.split(/[\\/]/).findLast(Boolean) ?? source;
}

export function message(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
