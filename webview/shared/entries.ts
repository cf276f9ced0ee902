/** A list whose entries are walked through by keys (`ol.entries` of entries.css): each has a button with its `data-index`. */

/** Index of the entry that a key leads to, or undefined in an empty list. */
export function entryBeside(selected: number | undefined, by: number, length: number): number | undefined {
  if (length === 0) return undefined;
  const here = selected ?? (by > 0 ? -1 : length);
  return Math.min(length - 1, Math.max(0, here + by));
}

/** Takes the focus to an entry, and all of it into sight. */
export function focusEntry(page: ParentNode, index: number): void {
  const button = page.querySelector<HTMLElement>(`[data-index="${index}"]`);
  button?.focus({ preventScroll: true });
  button?.closest('li')?.scrollIntoView({ block: 'nearest' });
}
