// What a page and the main thread of a frame say to one another about what the frame shows, over a MessagePort of its
// own: the one of the handshake may be held by a thread that has no document.

/** The look of the notebook around the frame. */
export interface Theme {
  dark: boolean;
  /** JupyterLab's CSS variables, by name. */
  variables: Record<string, string>;
}

/**
 * From the page: how it looks there; and under the cell of which run the frame is shown now, 0 for a card. A frame that
 * is taken away is told nothing: it may be back in a moment.
 */
export type ToStage = ({ type: "theme" } & Theme) | { type: "place"; run: number };

/** From the frame: how high its content is in CSS pixels, 0 where there is nothing to see. */
export interface FromStage {
  type: "size";
  height: number;
}
