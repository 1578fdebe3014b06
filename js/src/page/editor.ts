// The editor of one cell: CodeMirror, with the colours of the page.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], class: "hl-keyword" },
  { tag: [tags.string, tags.special(tags.string)], class: "hl-string" },
  { tag: [tags.number, tags.bool, tags.null], class: "hl-number" },
  { tag: tags.comment, class: "hl-comment" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.className)], class: "hl-name" },
  { tag: tags.meta, class: "hl-meta" },
]);

export interface EditorOptions {
  /** What it is called for those who do not see it. */
  label: string;
  text: string;
  readOnly: boolean;
  onChange: (text: string) => void;
  /** Shift+Enter and Ctrl+Enter; `on` says that the next cell is wanted. */
  onRun: (on: boolean) => void;
}

export class Editor {
  readonly #view: EditorView;

  constructor({ label, text, readOnly, onChange, onRun }: EditorOptions) {
    const run = (on: boolean) => () => {
      onRun(on);
      return true;
    };
    this.#view = new EditorView({
      state: EditorState.create({
        doc: text,
        extensions: [
          Prec.highest(keymap.of([{ key: "Shift-Enter", run: run(true) }, { key: "Mod-Enter", run: run(false) }])),
          history(),
          drawSelection(),
          bracketMatching(),
          indentOnInput(),
          indentUnit.of("    "),
          python(),
          syntaxHighlighting(COLOURS),
          keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorState.readOnly.of(readOnly),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of(({ docChanged, state }) => docChanged && onChange(state.doc.toString())),
        ],
      }),
    });
  }

  get element(): HTMLElement {
    return this.#view.dom;
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** Put another text in, as a change that can be undone. */
  replace(text: string): void {
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  focus(): void {
    this.#view.focus();
  }
}
