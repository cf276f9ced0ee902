/** How much an import has read. */
export interface ImportCounts {
  /** Rows of a table; null where files are not made of rows alone. */
  rows: number | null;
  steps: number;
  groups: number;
  solutions: number;
  /** Metrics in the files. */
  curves: number;
}

const counted = (n: number, noun: string): string => `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;

/** `160 rows → 10 steps, 40 groups, 160 solutions`; curves alone: `60 steps, 12 curves`. */
export function importCounts({ rows, steps, groups, solutions, curves }: ImportCounts): string {
  const parts = [counted(steps, 'step')];
  if (groups > 0) parts.push(counted(groups, 'group'), counted(solutions, 'solution'));
  if (curves > 0) parts.push(counted(curves, 'curve'));
  return `${rows === null ? '' : `${counted(rows, 'row')} → `}${parts.join(', ')}`;
}
