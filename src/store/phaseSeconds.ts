/** Seconds of the phases of each step, as metrics tell them. */
import { mostTime, type KeptNames } from './runSpans.js';
import type { Sqlite } from './sqlite.js';
import type { ShareOfSteps } from './views.js';

/** Metrics of a run that are read as its phases. */
const mostPhases = 1000;
const prefix = 'seconds/';
const whole = `${prefix}step`;
/** More than so many seconds more than the step, and so much of it, are no rounding. */
const slack = { seconds: 0.05, share: 0.01 };

export interface PhaseSeconds extends KeptNames {
  steps: ShareOfSteps[];
  /** Steps whose phases take longer together than the step. */
  overlapping: number;
}

/** @returns null for a run without such metrics */
export function phaseSeconds(db: Sqlite): (run: string) => PhaseSeconds | null {
  const metrics = db.prepare<[string], { id: number; name: string }>(
    `SELECT id, name FROM metric_names WHERE run = (SELECT key FROM runs WHERE id = ? AND gone = 0)
     AND name >= '${prefix}' AND name < 'seconds0' ORDER BY name LIMIT ${mostPhases}`,
  );
  const values = db.prepare<[number], [step: number, value: number | null]>('SELECT step, value FROM metrics WHERE metric = ?').raw();
  return (run) => {
    const found = metrics.all(run);
    const phases = found.filter((m) => m.name !== whole);
    const read = (id: number): Map<number, number> =>
      new Map(values.all(id).filter((row): row is [number, number] => row[1] !== null && Number.isFinite(row[1]) && row[1] >= 0));
    const columns = phases.map((m) => read(m.id));
    const step = found.find((m) => m.name === whole);
    const wholes = step ? read(step.id) : new Map<number, number>();
    const all = [...new Set([...wholes.keys(), ...columns.flatMap((c) => [...c.keys()])])].sort((a, b) => a - b);
    if (all.length === 0) return null;
    const sums = columns.map((c) => [...c.values()].reduce((a, b) => a + b, 0));
    const { index, ...names } = mostTime(
      phases.map((m) => m.name.slice(prefix.length)),
      sums,
    );
    let overlapping = 0;
    const steps = all.map((at): ShareOfSteps => {
      const busy = new Array<number>(names.names.length).fill(0);
      for (const [k, column] of columns.entries()) busy[index[k]] += column.get(at) ?? 0;
      const known = busy.reduce((a, b) => a + b, 0);
      const rest = (wholes.get(at) ?? known) - known;
      if (-rest > Math.max(slack.seconds, slack.share * known)) overlapping++;
      return { from: at, to: at, busy, waiting: Math.max(0, rest) };
    });
    return { ...names, steps, overlapping };
  };
}
