/** The package's version, put in by the build from package.json. */
declare const __VERSION__: string;
/** The version of Pyodide, put in likewise. */
declare const __PYODIDE__: string;

/** Python helper sources are bundled as text. */
declare module "*.py" {
  const source: string;
  export default source;
}

/** PolyScript's own worker template: it has no entry in the package's exports, the build finds it by its path. */
declare module "polyscript-worker-template" {}

declare module "coincident/window/main" {
  interface Coincident {
    Worker: new (url: string | URL, options?: WorkerOptions) => Worker;
  }
  export default function coincident(options?: { transfer?: boolean }): Coincident;
}
