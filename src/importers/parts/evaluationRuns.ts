/** Evaluations of models: each model's is a run, and where a task was evaluated again (another checkpoint under one name), each time's. */
import type { RunInSource, SourceFile } from '../importer.js';

export interface EvaluationFile {
  file: SourceFile;
  /** Whose evaluation it is, as a path; empty for the source itself. */
  home: string;
  /** The folder that the names of its files begin with, without a slash behind it. */
  root: string;
  /** As its name tells it. */
  time: string;
  /** What it tells of: the same of two times is an evaluation that was repeated. */
  tasks: readonly string[];
}

/** @param files in the order of their names */
export function evaluationRuns(files: readonly EvaluationFile[]): RunInSource[] {
  const models = groups(files, ({ home }) => home);
  return [...models].flatMap(([home, own]): RunInSource[] => {
    const times = groups(own, ({ time }) => time);
    const tasks = own.flatMap(({ tasks, time }) => tasks.map((task) => ({ task, time })));
    const repeated = [...groups(tasks, ({ task }) => task).values()].some((tellers) => new Set(tellers.map(({ time }) => time)).size > 1);
    const [{ root }] = own;
    const run = (id: string, name: string, of: readonly EvaluationFile[]): RunInSource => ({
      ...{ id, name, path: root, files: of.map(({ file }) => file) },
    });
    if (!repeated) return [run(home || '.', home || '.', own)];
    return [...times]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([time, of]) => run(home === '' ? time : `${home}/${time}`, home === '' ? time : `${home}, ${time}`, of));
  });
}

function groups<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return found;
}
