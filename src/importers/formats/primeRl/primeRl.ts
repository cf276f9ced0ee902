/**
 * prime-rl: `rollouts/step_<N>/{train,eval}/{all,effective}/traces.jsonl`, `metrics.jsonl`, `token_exports/step_<N>/rank_<R>.jsonl`;
 * before episodes `step_<N>/{train,eval}_rollouts.jsonl`; exports of hosted training, whose rows name their step.
 * Sources: prime-rl's file monitor and `trainer/rl/token_export.py`; verifiers 0.4 for the episodes.
 */
import { basename } from 'node:path';
import { largest, smallest } from '../../../core/extremes.js';
import { rolloutKind, stepOfFolder, type RolloutKind } from '../../episodes/rollout.js';
import { rolloutNotes, rolloutsPart, type RolloutsPart } from '../../episodes/rolloutsPart.js';
import { EpisodeFacts, tracesPart, type TracesPart } from '../../episodes/tracesPart.js';
import { TokenExportPart, TokenJoin } from './tokenExport.js';
import { asRecord, integer, number } from '../../files/json.js';
import { isJsonl, LineKinds } from '../../files/lineKinds.js';
import { firstJsonLines } from '../../files/peek.js';
import { takeBack, type ForeignRun, type ImportItem, type Importer, type SourceFile } from '../../importer.js';
import { MetricMerger } from '../../foreignMetrics.js';
import { MetricLines } from '../../parts/metricParts.js';
import { lineRuns } from '../../parts/linesSession.js';
import type { Part } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { note, placelessTokens } from '../../parts/trace.js';
import { before, firstOf, runsBy } from '../../severalRuns.js';

const tracesName = /(?:^|\/)step_(\d{1,12})\/(train|eval)\/(all|effective)\/traces\.jsonl$/;
const exportName = /(?:^|\/)token_exports\/step_(\d{1,12})\/rank_\d+\.jsonl$/;
/** In the place of a step: rows that name theirs. */
const ofManySteps = -1;
const metricsName = /(?:^|\/)metrics\.jsonl$/;

export const primeRl: Importer = {
  id: 'prime-rl',
  title: 'prime-rl',
  several: firstOf(
    runsBy(
      before(/(?:(?:^|\/)rollouts)?(?:^|\/)step_\d{1,12}\/(?:train|eval)(?:\/(?:all|effective)\/traces|_rollouts)\.jsonl$/),
      'Groups of the same step stand one behind another; where two tell the same metric, the last one stands.',
    ),
    runsBy(before(metricsName), 'Where two tell the same metric of a step, the last one stands.'),
    // Exports.
    lineRuns(
      (line) => rolloutKind(line) === 'problem_id',
      (name) => name,
      'Groups of the same step stand one behind another.',
    ),
  ),

  async detect(source) {
    const files = await source.list();
    for (const file of files.filter(({ name }) => tracesName.test(name)).slice(0, 3))
      if ((await firstJsonLines(file.path, 1)).some((line) => Array.isArray(asRecord(line)?.traces)))
        return { confidence: 0.95, why: `${file.name} with an episode in each line` };
    const rows = files.filter(({ name }) => isJsonl(name) && !tracesName.test(name));
    const stepped = rows.filter((file) => stepOfFolder(file) !== null);
    for (const file of [...stepped.slice(0, 3), ...rows.slice(0, 3)]) {
      const kind = rolloutKind((await firstJsonLines(file.path, 1))[0]);
      if (kind === 'problem_id')
        return { confidence: 0.95, why: `${file.name} with problem_id, sample_id, step, completion and reward in each line` };
      if (kind !== null && stepOfFolder(file) !== null)
        return { confidence: 0.95, why: `${file.name} in the folder of a step, with ${kind}, completion and reward in each line` };
    }
    const metrics = files.find(({ name }) => metricsName.test(name));
    const lines = metrics ? await firstJsonLines(metrics.path, 5) : [];
    const own = lines.some((line) => {
      const row = asRecord(line) ?? {};
      return number(row.time) !== null && ['mismatch_kl/all/mean', 'optim/grad_norm', 'progress/total_tokens'].some((name) => name in row);
    });
    return own ? { confidence: 0.7, why: `${metrics!.name} with prime-rl’s metrics; there are no episodes` } : null;
  },

  open: (source) => new PrimeRlSession(source),
};

interface RolloutFile {
  file: SourceFile;
  step: number | null;
  evaluation: boolean;
}

interface Traces {
  file: SourceFile;
  step: number;
  kind: string;
  subset: string;
}

class PrimeRlSession extends PartsSession {
  private readonly merger = new MetricMerger('prime-rl');
  private readonly facts = new EpisodeFacts();
  private readonly join = new TokenJoin();
  /** Whether there are token exports: most runs have none, and what they would be joined to is large. */
  private exporting = false;
  private readonly cache = new PartCache<Part>();
  private readonly traces = new PartCache<TracesPart>();
  private readonly exports = new PartCache<TokenExportPart>();
  private readonly kinds = new LineKinds<RolloutKind>(rolloutKind);
  private readonly rollouts = new PartCache<RolloutsPart>();
  /** Files read of each kind and step: when a step is read from another one, what was told of it holds no longer. */
  private readonly chosen = new Map<string, string>();
  private waiting: number[] = [];

  describe(): Promise<ForeignRun> {
    return Promise.resolve({
      name: basename(this.source.root),
      method: null,
      totalSteps: null,
      seed: null,
      config: {},
      ...(Object.keys(this.facts.weights).length > 0 && { weights: this.facts.weights }),
      versions: {},
    });
  }

  protected parts(files: readonly SourceFile[]): Part[] {
    const exports = files.filter(
      ({ name }) => exportName.test(name) && files.some((other) => other.name === name.replace(/rank_\d+\.jsonl$/, 'STABLE')),
    );
    const steps = this.choose(files);
    const parts: { step: number; order: number; part: Part }[] = [];
    const partsByStep = new Map<number, { readonly size: number }[]>();
    /** Parts of the step that came before. */
    const behind = (step: number, part: { readonly size: number }) => {
      const before = partsByStep.get(step) ?? [];
      partsByStep.set(step, [...before, part]);
      return before;
    };
    for (const { file, step, kind } of steps) {
      const part = this.traces.get(file, (own) =>
        tracesPart(own, { step, split: kind === 'eval' ? 'evaluation' : null, evaluation: kind === 'eval' }, this.facts, (at, answer) => {
          if (this.exporting) this.join.add(at, answer);
        }),
      );
      part.behind = behind(step, part);
      parts.push({ step, order: kind === 'eval' ? 1 : 0, part });
    }
    for (const { file, step, evaluation } of this.rolloutFiles(files)) {
      const part = this.rollouts.get(file, (own) => rolloutsPart(own, { step, split: evaluation ? 'evaluation' : null, evaluation }));
      part.behind = behind(step ?? ofManySteps, part);
      parts.push({ step: step ?? 0, order: evaluation ? 1 : 0, part });
    }
    for (const file of exports) {
      const step = Number(exportName.exec(file.name)![1]);
      parts.push({ step, order: 2, part: this.exports.get(file, (own) => new TokenExportPart(own, step, this.join)) });
    }
    parts.sort((a, b) => a.step - b.step || a.order - b.order);
    const metrics = files
      .filter(({ name }) => metricsName.test(name))
      .map((file) => this.cache.get(file, (own) => new MetricLines(own, this.merger, metricRow)));
    return [...metrics, ...parts.map(({ part }) => part)];
  }

  /** Files with a rollout a row; a step of null leaves it to the rows. Training's come first: evaluations are numbered behind it. */
  private rolloutFiles(files: readonly SourceFile[]): RolloutFile[] {
    const found = files.flatMap((file): RolloutFile[] => {
      const kind = this.kinds.of(file);
      if (kind === 'problem_id') return [{ file, step: null, evaluation: false }];
      const step = stepOfFolder(file);
      // A file whose first line says nothing is what its name says, so that its fault is reported.
      if (step === null || (kind === null && !/(?:train|eval)_rollouts\.jsonl$/.test(file.name))) return [];
      return [{ file, step, evaluation: /eval|val|results/i.test(basename(file.name)) }];
    });
    return found.sort((a, b) => Number(a.evaluation) - Number(b.evaluation));
  }

  protected override *notes(): Iterable<ImportItem> {
    yield* rolloutNotes(this.rollouts.values());
    if (this.facts.traced) yield note(placelessTokens);
    const lost = [...this.facts.empty.values()].reduce((sum, count) => sum + count, 0);
    if (lost > 0)
      yield note({ id: 'empty', level: 'info', message: `${lost} episodes failed before anything was sampled: they are in no group.` });
    if (this.facts.branched)
      yield note({ id: 'branches', level: 'info', message: 'Some episodes branch: the branch that was written last is shown.' });
    if (this.waiting.length > 0)
      yield note({
        id: 'unfinished',
        level: 'info',
        message: `Step ${this.waiting.join(', ')} is not finished: its episodes are told once the trained subset ("effective") is there.`,
      });
    const strange = this.exports.values().reduce((sum, part) => sum + part.lost, 0);
    if (strange > 0)
      yield note({ id: 'exports', level: 'warning', message: `${strange} exported sequences belong to no episode that is here.` });
  }

  /**
   * `effective` is the subset that was trained on, `all` everything. Once a run writes the one, the other is read only of steps
   * that were passed over without it; the newest may just not be there yet.
   */
  private choose(files: readonly SourceFile[]): Traces[] {
    const all = files.flatMap((file): Traces[] => {
      const match = tracesName.exec(file.name);
      return match ? [{ file, step: Number(match[1]), kind: match[2], subset: match[3] }] : [];
    });
    this.waiting = [];
    const chosen: Traces[] = [];
    for (const kind of ['train', 'eval']) {
      const own = all.filter((one) => one.kind === kind);
      const effective = new Set(own.filter(({ subset, file }) => subset === 'effective' && file.bytes > 0).map(({ step }) => step));
      const last = largest(effective, -1);
      for (const one of own) {
        if (one.subset === 'effective' ? effective.has(one.step) : !effective.has(one.step) && (last < 0 || one.step < last))
          chosen.push(one);
        else if (one.subset === 'all' && !effective.has(one.step) && kind === 'train') this.waiting.push(one.step);
      }
    }
    return chosen.sort((a, b) => a.step - b.step || (a.kind === 'train' ? -1 : 1));
  }

  override async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    const files = await this.source.list();
    if (!this.exporting && files.some(({ name }) => exportName.test(name))) {
      this.exporting = true;
      // The first exports come after the episodes that they belong to.
      this.forget();
    }
    await this.kinds.look(files.filter(({ name }) => !tracesName.test(name) && !exportName.test(name)));
    const changed = this.choose(files).flatMap(({ file, step, kind }) => {
      const key = `${kind} ${step}`;
      const before = this.chosen.get(key);
      this.chosen.set(key, file.name);
      return before !== undefined && before !== file.name ? [step] : [];
    });
    if (changed.length > 0) {
      yield takeBack(smallest(changed));
      this.forget();
    }
    yield* super.read(signal);
  }
}

function metricRow(value: Record<string, unknown>): { step: number; values: Record<string, unknown> } | null {
  const step = integer(value.step);
  // `time` is when the line was written.
  const values = Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'step' && name !== 'time'));
  return step === null || step < 0 ? null : { step, values };
}
