// Stands in for Pyodide's own module: starts nothing, and notes what it was to start from.
const EMPTY = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

export const starts = [];

export async function loadPyodide(options) {
  const memory = await options._loadSnapshot;
  const response = new globalThis.Response(EMPTY, { headers: { "Content-Type": "application/wasm" } });
  const { module } = await globalThis.WebAssembly.instantiateStreaming(response);
  starts.push({ memory, module });
  return {
    starts: starts.length,
    pyimport: () => ({
      resume() {
        if (memory[0] === 9) throw new Error("no such module");
      },
    }),
    _module: { HEAPU32: new Uint32Array(4), _timezone: 0, _daylight: 4, _tzname: 8, __tzset_js: () => undefined },
  };
}
