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

/** A JavaScript module, of this realm. */
export async function load({ source, data }: Supply, key: string): Promise<Record<string, unknown>> {
  const url = data ? URL.createObjectURL(new Blob([data], { type: "text/javascript" })) : source;
  try {
    return (await import(/* @vite-ignore */ url)) as Record<string, unknown>;
  } catch (error) {
    throw new ConfigError(`\`${key}\`: the module ${source} did not load: ${message(error)}.${cure(data !== null && data !== undefined)}`);
  } finally {
    if (data) URL.revokeObjectURL(url);
  }
}

// A worker has no policy of its own; a frame's document has one, which knows of no other server.
function cure(beside: boolean): string {
  if (beside) return " A module beside the notebook has to be whole: it cannot import from its own folder.";
  if (!("window" in globalThis)) return "";
  return " On the main thread, scripts come from this Jupyter server only: save it beside the notebook, and name the file.";
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
