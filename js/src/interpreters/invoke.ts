// How an interrupt reaches a MicroPython that computes.
//
// It polls nothing by itself. But nearly everything that its virtual machine does goes through JavaScript functions
// named `invoke_…`, with which Emscripten catches C's longjmp; they are imports of its WebAssembly. So we put ours around
// them while the module is instantiated: each counts the calls, and looks for an interrupt every now and then.
// A loop that does nothing at all, `while True: pass`, calls none of them.

/** How many calls lie between two looks; a power of two. A call takes a few nanoseconds. */
const BETWEEN = 1024;

type Invoke = (...args: unknown[]) => unknown;
type Instantiate = (source: unknown, imports?: WebAssembly.Imports) => Promise<unknown>;

/** Call `look` every now and then while what `load` loads computes. */
export async function watchInvokes<Loaded>(look: () => void, load: () => Promise<Loaded>): Promise<Loaded> {
  const own = WebAssembly as unknown as Record<"instantiate" | "instantiateStreaming", Instantiate>;
  const { instantiate, instantiateStreaming } = own;
  // By itself: they are no methods of the imports.
  own.instantiate = (source, imports) => instantiate.call(WebAssembly, source, wrap(imports, look));
  own.instantiateStreaming = (source, imports) => instantiateStreaming.call(WebAssembly, source, wrap(imports, look));
  try {
    return await load();
  } finally {
    Object.assign(own, { instantiate, instantiateStreaming });
  }
}

function wrap(imports: WebAssembly.Imports = {}, look: () => void): WebAssembly.Imports {
  let calls = 0;
  const count = () => {
    if ((++calls & (BETWEEN - 1)) === 0) look();
  };
  const wrapped = (name: string, value: WebAssembly.ImportValue) =>
    name.startsWith("invoke_") && typeof value === "function" ? around(value as Invoke, count) : value;
  return Object.fromEntries(
    Object.entries(imports).map(([module, members]) => [
      module,
      Object.fromEntries(Object.entries(members).map(([name, value]) => [name, wrapped(name, value)])),
    ]),
  );
}

// By the number of arguments, because a call with rest arguments costs several times as much.
function around(invoke: Invoke, count: () => void): Invoke {
  switch (invoke.length) {
    case 1:
      return (a) => (count(), invoke(a));
    case 2:
      return (a, b) => (count(), invoke(a, b));
    case 3:
      return (a, b, c) => (count(), invoke(a, b, c));
    case 4:
      return (a, b, c, d) => (count(), invoke(a, b, c, d));
    case 5:
      return (a, b, c, d, e) => (count(), invoke(a, b, c, d, e));
    case 6:
      return (a, b, c, d, e, f) => (count(), invoke(a, b, c, d, e, f));
    default:
      return (...args) => (count(), invoke(...args));
  }
}
