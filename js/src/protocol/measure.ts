// How large and how deep data are, before anyone tries to send them.

const encoder = new TextEncoder();

export interface Measure {
  /** Of text in UTF-8 and of what is bytes already; a number or a constant counts as eight. */
  bytes: number;
  /** 1 for a text or a number, 2 for a list of them. */
  depth: number;
}

/** Measure data as JSON has them. No recursion: what is too deep for that is to be measured too. */
export function measure(data: unknown): Measure {
  let bytes = 0;
  let depth = 0;
  const rest: [value: unknown, depth: number][] = [[data, 1]];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const [value, level] = next;
    depth = Math.max(depth, level);
    if (typeof value === "string") bytes += encoder.encode(value).length;
    else if (ArrayBuffer.isView(value)) bytes += value.byteLength;
    else if (Array.isArray(value)) for (const item of value as unknown[]) rest.push([item, level + 1]);
    else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) rest.push([key, level], [item, level + 1]);
    } else bytes += 8;
  }
  return { bytes, depth };
}
