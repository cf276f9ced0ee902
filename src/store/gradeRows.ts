import { gradesSidecar, type GradeLine, type GradesHeader } from '../protocol/grades.js';
import type { Progress } from './progress.js';
import { SidecarRows } from './sidecarRows.js';
import type { Sqlite } from './sqlite.js';

/** Files of grades as rows. */
export function gradeRows(db: Sqlite, progress: Progress): SidecarRows<GradesHeader, GradeLine> {
  const save = db.prepare(
    'INSERT OR REPLACE INTO regrades (file, step, grp, solution, seq, was, verdict, grade) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const drop = db.prepare<[number]>('DELETE FROM regrades WHERE file = ?');
  return new SidecarRows(db, progress, {
    kind: gradesSidecar,
    files: 'grade_files',
    owner: 'checker',
    save: (_run, file, { step, group, solution, seq, was, grade }) =>
      void save.run(file, step, group, solution, seq, was, grade.verdict, JSON.stringify(grade)),
    drop: (_run, file) => void drop.run(file),
  });
}
