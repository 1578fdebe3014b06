/** The package's version, put in by the build from package.json. */
declare const __VERSION__: string;

/** Python helper sources are bundled as text. */
declare module "*.py" {
  const source: string;
  export default source;
}

/** PyScript's own Python sources, as `@pyscript/core` ships them: the build finds the file by its path. */
declare module "pyscript-stdlib" {
  const stdlib: { pyscript: Record<string, string> };
  export default stdlib;
}

/** PolyScript's own worker template: it has no entry in the package's exports, the build finds it by its path. */
declare module "polyscript-worker-template" {}

// Files of PolyScript that its package does not export either, with what is used of them.
declare module "polyscript-internals/interpreters.js" {
  interface Details {
    engine: (module: object, ...rest: unknown[]) => Promise<object>;
    /** The URL of a version. */
    module: (version: string) => string;
    registerJSModule: (interpreter: object, name: string, value: object) => void;
  }
  export const registry: Map<string, Details>;
  export const configs: Map<string, object>;
}
declare module "polyscript-internals/loader.js" {
  export function getRuntime(id: string, config: string, configURL: undefined, options: object): Promise<object>;
  export function getRuntimeID(type: string, version: string): string;
}
declare module "polyscript-internals/utils.js" {
  export const JSModules: object;
  export const js_modules: unique symbol;
  export function importCSS(href: string): Promise<void>;
  export function importJS(source: string, name: string): Promise<void>;
  export function createResolved(module: object, type: string, config: object, interpreter: object): { config: object };
  export function registerJSModules(type: string, module: object, interpreter: object, modules: object): void;
}

declare module "idb-map-of-the-browser" {
  const IDBMap: object;
  export default IDBMap;
}
declare module "@webreflection/idb-map/sync" {
  const IDBMapSync: object;
  export default IDBMapSync;
}

/** coincident's Worker. `proxy` holds functions of either side for the other one. */
interface ProxiedWorker extends Worker {
  proxy: Record<string, (...values: never[]) => unknown>;
}

declare module "coincident/window/main" {
  interface Coincident {
    Worker: new (url: string | URL, options?: WorkerOptions) => ProxiedWorker;
  }
  interface Options {
    transfer?: boolean;
    transform?: (value: unknown) => unknown;
  }
  export default function coincident(options?: Options): Coincident;
}
