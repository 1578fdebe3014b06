// .br and .gz beside every file that gets smaller by it.
//
// Brotli at its best takes most of a minute for Pyodide, so what it gave is kept in node_modules/.cache by the content's
// hash, and a rebuild takes a second.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { CACHE } from "./paths.mjs";

const FORMATS = {
  br: (data) =>
    promisify(brotliCompress)(data, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
      },
    }),
  gz: (data) => promisify(gzip)(data, { level: 9 }),
};

/** Compress the files of the manifest in a folder. */
export async function compress(folder, files) {
  await mkdir(CACHE, { recursive: true });
  // zlib works in threads of its own: all at once keeps every core busy.
  await Promise.all(
    Object.entries(files).flatMap(([path, { sha256 }]) =>
      Object.keys(FORMATS).map((format) => compressOne(join(folder, path), sha256, format)),
    ),
  );
}

async function compressOne(path, sha256, format) {
  const data = await readFile(path);
  const cached = join(CACHE, `${sha256}.${format}`);
  let small = await readFile(cached).catch(() => null);
  if (!small) {
    small = await FORMATS[format](data);
    await writeFile(cached, small);
  }
  if (small.length < data.length) await writeFile(`${path}.${format}`, small);
}
