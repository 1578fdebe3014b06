// Spares an interpreter the compilation of its WebAssembly, where the frame has compiled it already.
//
// Neither interpreter takes a compiled module; both call `WebAssembly.instantiateStreaming` once, with what they fetch.
// That one call is answered here.

/** Have `load` load an interpreter, from a module that is compiled. Null lets it compile its own. */
export async function withModule<Value>(
  compiled: Promise<WebAssembly.Module | null>,
  load: () => Promise<Value>,
): Promise<Value> {
  const { instantiate, instantiateStreaming } = WebAssembly;
  const giving: typeof instantiateStreaming = async (source, imports) => {
    WebAssembly.instantiateStreaming = instantiateStreaming;
    const loading = Promise.resolve(source);
    // Whether it loads is of no account where there is a module.
    loading.catch(() => undefined);
    const module = await compiled;
    if (!module) return instantiateStreaming(loading, imports);
    // Nobody reads it: the connection that it came on would stay taken.
    void loading.then((response) => response.body?.cancel(), () => undefined);
    return { module, instance: await instantiate(module, imports) };
  };
  WebAssembly.instantiateStreaming = giving;
  try {
    return await load();
  } finally {
    if (WebAssembly.instantiateStreaming === giving) WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}
