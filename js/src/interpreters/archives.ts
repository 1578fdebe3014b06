// What is in an archive, for an interpreter that cannot unpack one itself.
import { gunzipSync, unzipSync } from "fflate";
import { parseTar } from "nanotar";
import type { ConfigFile } from "../protocol/messages.ts";

export type Format = Exclude<NonNullable<ConfigFile["format"]>, "">;

/** The files of an archive by their paths in it. Throws where it is none, or where a path leads out of it. */
export function unpacked(archive: Uint8Array, format: Format): Map<string, Uint8Array> {
  const entries =
    format === "zip"
      ? Object.entries(unzipSync(archive))
      : parseTar(format === "tar.gz" ? gunzipSync(archive) : archive).map(
          ({ name, type, data }) => [type === "directory" ? `${name}/` : name, data ?? new Uint8Array()] as const,
        );
  const files = new Map<string, Uint8Array>();
  for (const [name, data] of entries) {
    if (name.endsWith("/")) continue;
    if (name.startsWith("/") || name.split("/").includes("..")) {
      throw new Error(`it holds a file "${name}", which would go elsewhere`);
    }
    files.set(name.replace(/^(\.\/)+/, ""), data);
  }
  return files;
}

/** The names of the files in a wheel; none where it is no wheel. */
export function namesIn(wheel: Uint8Array): string[] {
  const names: string[] = [];
  const note = ({ name }: { name: string }) => {
    if (!name.endsWith("/")) names.push(name);
    return false;
  };
  try {
    unzipSync(wheel, { filter: note });
  } catch {
    return [];
  }
  return names;
}

/** The files of a wheel of Python alone, by their places below the folder of packages. */
export function installed(wheel: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const [name, data] of unpacked(wheel, "zip")) {
    const [top = "", kind, ...rest] = name.split("/");
    if (top.endsWith(".dist-info")) continue;
    if (!top.endsWith(".data")) files.set(name, data);
    else if (kind === "purelib" || kind === "platlib") files.set(rest.join("/"), data);
  }
  return files;
}
