// The files of the `pyscript` package, by their path in it: PyScript's own parts, and ours.
import core from "pyscript-stdlib";
import draw from "./python/pyscript/_draw.py";
import init from "./python/pyscript/__init__.py";
import workers from "./python/pyscript/_workers.py";
import content from "./python/pyscript/content.py";
import context from "./python/pyscript/context.py";
import display from "./python/pyscript/display.py";
import events from "./python/pyscript/events.py";
import fs from "./python/pyscript/fs.py";
import jsModules from "./python/pyscript/js_modules.py";
import websocket from "./python/pyscript/websocket.py";

const OWN = {
  "__init__.py": init,
  "_draw.py": draw,
  "_workers.py": workers,
  "content.py": content,
  "context.py": context,
  "display.py": display,
  "events.py": events,
  "fs.py": fs,
  "js_modules.py": jsModules,
  "websocket.py": websocket,
};

/** PyScript's parts whose names are taken: by ours, or by a member of the package that its own import would hide. */
const RENAMED: Record<string, string | null> = {
  "__init__.py": null,
  "context.py": null,
  "display.py": "_display.py",
  "events.py": "_events.py",
  "fetch.py": "_fetch.py",
  "fs.py": "_fs.py",
  "storage.py": "_storage.py",
  "websocket.py": "_websocket.py",
  "workers.py": null,
};

/** Path below site-packages, and source. */
export const PYSCRIPT: ReadonlyMap<string, string> = new Map([...theirs(), ...Object.entries(OWN).map(below)]);

function* theirs(): Generator<[path: string, source: string]> {
  for (const [name, source] of Object.entries(core.pyscript)) {
    const path = name in RENAMED ? RENAMED[name] : name;
    if (path) yield below([path, source]);
  }
}

function below([name, source]: [string, string]): [path: string, source: string] {
  return [`pyscript/${name}`, source];
}
