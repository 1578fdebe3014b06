// What callbacks raise, as a failure.
import { describe, expect, it } from "vitest";
import { fromTraceback } from "../../src/interpreters/callbacks.ts";

const PYODIDE = `Error: Traceback (most recent call last):
  File "/lib/python314.zip/_pyodide/_base.py", line 5, in run
    ours()
  File "/lib/python3.14/site-packages/pyscript/events.py", line 51, in C
    async def C(event):return await A(event)
                              ^^^^^^^^^^^^^^
  File "Cell In[3]", line 2, in clicked
    1 / 0
    ~~^~~
ZeroDivisionError: division
by zero
`;

describe("a traceback of a callback", () => {
  it("becomes a failure with the user's lines alone", () => {
    expect(fromTraceback(PYODIDE)).toEqual({
      kind: "code",
      name: "ZeroDivisionError",
      message: "division\nby zero",
      frames: [{ file: "Cell In[3]", line: 2, name: "clicked" }],
      text: [
        "Traceback (most recent call last):",
        '  File "Cell In[3]", line 2, in clicked',
        "    1 / 0",
        "    ~~^~~",
        "ZeroDivisionError: division",
        "by zero",
      ].join("\n"),
      offset: 0,
    });
  });

  it("leaves out what leads to them in MicroPython, too", () => {
    const text = `Traceback (most recent call last):
  File "asyncio/core.py", line 1, in _run_iter
  File "<stdin>", line 11, in later
KeyError: later`;
    expect(fromTraceback(text)).toMatchObject({ name: "KeyError", frames: [{ file: "<stdin>", line: 11, name: "later" }] });
  });

  it("is looked for, so that an error which is not Python's is left alone", () => {
    expect(fromTraceback("storage was refused")).toBeNull();
  });
});
