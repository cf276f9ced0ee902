/** Times that writers put into the names of files and folders. */

const forms: readonly [RegExp, (match: RegExpExecArray) => string | null][] = [
  // TensorBoard: seconds since 1970.
  [/tfevents\.(1\d{9})\./, ([, seconds]) => new Date(Number(seconds) * 1000).toISOString().slice(0, 19)],
  // wandb: run-20260821_100000-id
  [/(20\d\d)([01]\d)([0-3]\d)[_-]([0-2]\d)([0-5]\d)([0-5]\d)/, ([, y, mo, d, h, mi, s]) => `${y}-${mo}-${d}T${h}:${mi}:${s}`],
  // Inspect, lighteval, lm-evaluation-harness: 2026-08-22T10-00-00
  [/(20\d\d)-([01]\d)-([0-3]\d)T([0-2]\d)[-:]([0-5]\d)[-:]([0-5]\d)/, ([, y, mo, d, h, mi, s]) => `${y}-${mo}-${d}T${h}:${mi}:${s}`],
];

/** The earliest time in the names; null where none has any. */
export function startOf(names: readonly string[]): string | null {
  let earliest: string | null = null;
  for (const name of names)
    for (const [form, iso] of forms) {
      const match = form.exec(name);
      const time = match && iso(match);
      if (time !== null && (earliest === null || time < earliest)) earliest = time;
    }
  return earliest;
}
