import { z } from 'zod';
import { naturally } from '../../core/naturalOrder.js';
import { question, rowLimit, runId } from '../question.js';
import type { DeviceMemory, DevicesMemory, Speed, SpeedOfSteps, Work } from '../views.js';

/** Devices in one answer; what there is besides is counted. */
const mostDevices = 64;

const ofRun = '(SELECT key FROM runs WHERE id = ? AND gone = 0)';
/** Metrics, and what they are of. */
const counts = {
  'tokens/sampled': ['sampling', 'tokens'],
  'seconds/sample': ['sampling', 'seconds'],
  'tokens/trained': ['training', 'tokens'],
  'sequences/trained': ['training', 'sequences'],
  'seconds/train': ['training', 'seconds'],
} as const;

type Phase = 'sampling' | 'training';
const phases = ['sampling', 'training'] as const;
interface Value {
  step: number;
  name: string;
  value: number | null;
}

export const resourceQuestions = {
  /** The most memory that was in use of each device. */
  deviceMemory: question(z.tuple([runId]), ({ db }) => {
    const peaks = db.prepare<[string], DeviceMemory>(
      `SELECT device, max(used) AS peak, max(total) AS total, count(used) AS readings FROM (
         SELECT device, "values" ->> '$."memory bytes"' AS used, "values" ->> '$."memory total bytes"' AS total
         FROM telemetry WHERE run = ${ofRun}
       ) WHERE typeof(used) IN ('integer', 'real') GROUP BY device`,
    );
    return (run): DevicesMemory => {
      const devices = peaks.all(run).sort((a, b) => naturally(a.device, b.device));
      return { devices: devices.slice(0, mostDevices), moreDevices: Math.max(0, devices.length - mostDevices) };
    };
  }),

  /** Tokens that were sampled and trained on, and the seconds of it, by the metrics or, where these tell no seconds, by the spans. */
  speed: question(z.tuple([runId, z.strictObject({ room: rowLimit.max(4000) })]), ({ db }) => {
    const metrics = db.prepare<[string], Value>(
      `SELECT step, name, value FROM metric_names JOIN metrics ON metric = id
       WHERE run = ${ofRun} AND name IN (${Object.keys(counts)
         .map((name) => `'${name}'`)
         .join(', ')})`,
    );
    // Ranks work at once: of several lanes with the same work one's share counts.
    const spans = db.prepare<[string], Value>(
      `SELECT step, name, sum("end" - start) / 1000.0 / count(DISTINCT lane) AS value FROM spans
       WHERE run = ${ofRun} AND name IN ('sampling', 'training') AND start <= "end" GROUP BY step, name`,
    );
    return (run, { room }): Speed => {
      const counted = metrics.all(run).map(({ name, ...row }) => [row, ...counts[name as keyof typeof counts]] as const);
      const measured = spans.all(run).map(({ name, ...row }) => [row, name as Phase, 'seconds'] as const);
      const hasSeconds = (phase: Phase): boolean => counted.some(([, of, what]) => of === phase && what === 'seconds');
      const steps = new Map<number, SpeedOfSteps>();
      for (const [{ step, value }, phase, what] of [...counted, ...measured.filter(([, phase]) => !hasSeconds(phase))]) {
        if (value === null || !Number.isFinite(value) || value < 0) continue;
        const of = steps.get(step) ?? { from: step, to: step, sampling: { ...nothing }, training: { ...nothing } };
        of[phase][what] = value;
        steps.set(step, of);
      }
      const sorted = [...steps.values()].sort((a, b) => a.from - b.from);
      const stride = Math.max(1, Math.ceil(sorted.length / room));
      const together: SpeedOfSteps[] = [];
      for (let i = 0; i < sorted.length; i += stride) together.push(sumOf(sorted.slice(i, i + stride)));
      const { sampling, training } = sumOf(sorted);
      return { steps: together, stride, total: { sampling, training } };
    };
  }),
};

const nothing: Work = { tokens: null, sequences: null, seconds: null };

/** A step that tells tokens without seconds, or seconds without tokens, would make a wrong rate: where others tell both it is left out. */
function sumOf(steps: readonly SpeedOfSteps[]): SpeedOfSteps {
  const [sampling, training] = phases.map((phase): Work => {
    const whole = steps.filter((s) => s[phase].tokens !== null && s[phase].seconds !== null);
    const summed = whole.length > 0 ? whole : steps;
    const sum = (what: keyof Work): number | null =>
      summed.reduce<number | null>((all, s) => (s[phase][what] === null ? all : (all ?? 0) + s[phase][what]), null);
    return { tokens: sum('tokens'), sequences: sum('sequences'), seconds: sum('seconds') };
  });
  return { from: steps.at(0)?.from ?? 0, to: steps.at(-1)?.to ?? 0, sampling, training };
}
