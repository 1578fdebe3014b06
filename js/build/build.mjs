// `npm run build`: make pyscript_jupyter/static/ anew.
//
// In order: check the generated types, bundle, copy the interpreters, add the snapshot of Pyodide, describe all of it in
// the manifest, compress, add the licences. It is made in a folder beside the real one and swapped in at the end, so that
// a build that fails leaves what was there, and a server that runs never sees half of one.
import { mkdtemp, rename, rm, writeFile, chmod } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bundle } from "./bundles.mjs";
import { compress } from "./compress.mjs";
import { copyInterpreters } from "./interpreters.mjs";
import { writeLicences } from "./licences.mjs";
import { describe } from "./manifest.mjs";
import { check } from "./messages.mjs";
import { main, readJson, ROOT, STATIC } from "./paths.mjs";

await main(async () => {
  const { version, dependencies } = await readJson(join(ROOT, "package.json"));
  if (process.env.PYSCRIPT_JUPYTER_SCHEMA) await check(process.env.PYSCRIPT_JUPYTER_SCHEMA);

  const folder = await mkdtemp(join(dirname(STATIC), ".static-"));
  try {
    await chmod(folder, 0o755);
    const used = await bundle(folder, version);
    const interpreters = await copyInterpreters(folder, dependencies);
    const manifest = await describe(folder, version, interpreters);
    await compress(folder, manifest.files);
    await writeLicences(join(folder, "licenses"), used, interpreters);
    await writeFile(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
    await rm(STATIC, { recursive: true, force: true });
    await rename(folder, STATIC);
    console.log(`pyscript_jupyter/static: ${Object.keys(manifest.files).length} files, digest ${manifest.digest}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
