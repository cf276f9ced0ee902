import { labelsSidecar, type LabelLine, type LabelsHeader } from '../protocol/labels.js';
import type { Progress } from './progress.js';
import { SidecarRows } from './sidecarRows.js';
import type { Sqlite } from './sqlite.js';

/** Stands for a part of an address that a mark has not: one of a step is of no group. */
export const noPart = -1;
/** In the place of a label: the mark is a note. */
export const noteLabel = '';

/** Files of labels and notes as rows. */
export function labelRows(db: Sqlite, progress: Progress): SidecarRows<LabelsHeader, LabelLine> {
  const save = db.prepare(
    `INSERT OR REPLACE INTO marks (run, step, grp, solution, label, file, seq, time, removed, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const drop = db.prepare<[number, number]>('DELETE FROM marks WHERE run = ? AND file = ?');
  return new SidecarRows(db, progress, {
    kind: labelsSidecar,
    files: 'label_files',
    owner: 'author',
    save: (run, file, { step = noPart, group = noPart, solution = noPart, seq = noPart, label = noteLabel, removed, note, time }) =>
      void save.run(run, step, group, solution, label, file, seq, Date.parse(time), Number(removed ?? note === null), note ?? null),
    drop: (run, file) => void drop.run(run, file),
  });
}
