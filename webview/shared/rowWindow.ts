/** Of a long list only the rows in sight are built. Pure. */

export interface Window {
  /** First row built, and the one after the last. */
  from: number;
  to: number;
}

/** Rows built beyond the edges, so that scrolling shows no gaps and builds seldom. */
const usualMargin = 16;

/**
 * @param rows number of rows, each `height` pixels
 * @param top pixels of the list above the viewport (negative when it begins below its top)
 * @param viewport height of what is seen, in pixels
 * @param margin rows built beyond each edge
 */
export function windowOf(rows: number, height: number, top: number, viewport: number, margin = usualMargin): Window {
  const from = Math.floor(top / height) - margin;
  const to = Math.ceil((top + viewport) / height) + margin;
  return { from: clamp(from, rows), to: clamp(to, rows) };
}

const clamp = (row: number, rows: number): number => Math.min(rows, Math.max(0, row));
