// .br and .gz beside every file that gets smaller by it.
//
// Brotli at its best takes most of a minute for Pyodide, so what it gave is kept in node_modules/.cache by the content's
// hash, and a rebuild takes a second. A snapshot is another one after every change to our Python files: it is compressed
// in seconds, to a twentieth more. It has no .gz, which only a browser on plain http asks for: that would make the wheel
// larger by half of what all else in it weighs.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { CACHE } from "./paths.mjs";

const FORMATS = {
  br: (data, quality) =>
    promisify(brotliCompress)(data, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: quality,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
      },
    }),
  gz: (data, level) => promisify(gzip)(data, { level }),
};

/** The formats of a file, each with its quality. */
const formatsOf = (path) => Object.entries(path.endsWith(".snapshot") ? { br: 5 } : { br: 11, gz: 9 });

/** Compress the files of the manifest in a folder. */
export async function compress(folder, files) {
  await mkdir(CACHE, { recursive: true });
  // zlib works in threads of its own: all at once keeps every core busy.
  await Promise.all(
    Object.entries(files).flatMap(([path, { sha256 }]) =>
      formatsOf(path).map(([format, quality]) => compressOne(join(folder, path), sha256, format, quality)),
    ),
  );
}

async function compressOne(path, sha256, format, quality) {
  const data = await readFile(path);
  const cached = join(CACHE, `${sha256}.${format}`);
  let small = await readFile(cached).catch(() => null);
  if (!small) {
    small = await FORMATS[format](data, quality);
    await writeFile(cached, small);
  }
  if (small.length < data.length) await writeFile(`${path}.${format}`, small);
}
