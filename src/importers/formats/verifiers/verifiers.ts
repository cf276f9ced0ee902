/**
 * Evaluations of verifiers: an episode a line (from 1.0 on), or a rollout a line, beside `metadata.json` (before).
 * Source: verifiers 0.4, `verifiers/v1/utils/trace_store.py`; verifiers 0.1, `utils/save_utils.py`.
 */
import { basename } from 'node:path';
import { rolloutKind, stepOfFolder } from '../../episodes/rollout.js';
import { rolloutNotes, rolloutsPart, type RolloutsPart } from '../../episodes/rolloutsPart.js';
import { EpisodeFacts, tracesPart, type TracesPart } from '../../episodes/tracesPart.js';
import { asRecord, integer } from '../../files/json.js';
import { isJsonl, LineKinds } from '../../files/lineKinds.js';
import { firstJsonLines } from '../../files/peek.js';
import { jsonFileIfAny } from '../../files/wholeFile.js';
import type { ForeignRun, ImportItem, Importer, SourceFile } from '../../importer.js';
import { lineRuns } from '../../parts/linesSession.js';
import type { Part } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { samplingOf } from '../../parts/foreignSampling.js';
import { note, placelessTokens } from '../../parts/trace.js';
import { firstOf, folderOf, runsBy } from '../../severalRuns.js';

const tracesName = /(?:^|\/)traces\.jsonl$/;
const resultsName = /(?:^|\/)results\.jsonl$/;
const inTrainersFolder = /(?:^|\/)step_\d+\/(?:train|eval)\//;
const isTrainers = (file: SourceFile): boolean => inTrainersFolder.test(file.name) || stepOfFolder(file) !== null;
/** Largest configuration that is shown. */
const maxConfig = 4 * 1024 * 1024;
const evaluation = { step: null, split: null, evaluation: true } as const;

/** @returns null also for what a trainer exports: it has steps */
function kindOf(line: unknown): 'episodes' | 'rollouts' | null {
  const row = asRecord(line);
  if (row && Array.isArray(row.traces) && asRecord(row.task)) return 'episodes';
  const kind = rolloutKind(row);
  return kind !== null && kind !== 'problem_id' ? 'rollouts' : null;
}

const asOne = 'Each is an evaluation; they are read as one, their groups one behind another, so that every mean is one over all of them.';

export const verifiers: Importer = {
  id: 'verifiers',
  title: 'verifiers',
  several: firstOf(
    runsBy((name) => ((tracesName.test(name) || resultsName.test(name)) && !inTrainersFolder.test(name) ? folderOf(name) : null), asOne),
    // Under names of somebody's own.
    lineRuns((line) => kindOf(line) !== null, folderOf, asOne),
  ),

  async detect(source) {
    const files = await source.list();
    for (const file of files.filter((one) => isJsonl(one.name) && !isTrainers(one)).slice(0, 5)) {
      const [first] = await firstJsonLines(file.path, 1);
      if (kindOf(first) === 'episodes') return { confidence: 0.9, why: `${file.name} with an episode in each line` };
      if (kindOf(first) === 'rollouts')
        return { confidence: 0.9, why: `${file.name} with ${rolloutKind(first)!}, completion and reward in each line` };
    }
    return null;
  },

  open: (source) => new VerifiersSession(source),
};

class VerifiersSession extends PartsSession {
  private readonly facts = new EpisodeFacts();
  private readonly kinds = new LineKinds(kindOf);
  private readonly episodes = new PartCache<TracesPart>();
  private readonly results = new PartCache<RolloutsPart>();

  async describe(): Promise<ForeignRun> {
    const files = await this.source.list();
    const found = files.find(({ name }) => /(?:^|\/)(?:metadata\.json|configs\/resolved\/[^/]+\.json)$/.test(name));
    const config = (found && jsonFileIfAny(found, maxConfig)) ?? {};
    return {
      name: basename(this.source.root).replace(/\.jsonl$/, ''),
      method: 'eval',
      totalSteps: null,
      seed: integer(asRecord(config)?.seed),
      config,
      sampling: samplingOf(asRecord(config)?.sampling_args),
      ...(Object.keys(this.facts.weights).length > 0 && { weights: this.facts.weights }),
      versions: {},
    };
  }

  override async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    await this.kinds.look(await this.source.list());
    yield* super.read(signal);
  }

  protected parts(files: readonly SourceFile[]): Part[] {
    const known = files.filter((file) => isJsonl(file.name) && (files.length === 1 || !isTrainers(file)));
    const ofKind = (kind: 'episodes' | 'rollouts') => known.filter((file) => this.kindOfFile(file, files.length === 1) === kind);
    const traces = ofKind('episodes').map((file) => this.episodes.get(file, (own) => tracesPart(own, evaluation, this.facts)));
    const results = ofKind('rollouts').map((file) => this.results.get(file, (own) => rolloutsPart(own, evaluation)));
    // Groups of several evaluations in one folder are numbered through.
    for (const [i, part] of traces.entries()) part.behind = traces.slice(0, i);
    for (const [i, part] of results.entries()) part.behind = [...traces, ...results.slice(0, i)];
    return [...traces, ...results];
  }

  /** A file whose first line says nothing is what its name says, so that its fault is reported; one alone is taken for rollouts. */
  private kindOfFile(file: SourceFile, alone: boolean): 'episodes' | 'rollouts' | null {
    const kind = this.kinds.of(file);
    if (kind !== null) return kind;
    if (tracesName.test(file.name)) return 'episodes';
    return alone || resultsName.test(file.name) ? 'rollouts' : null;
  }

  protected override *notes(): Iterable<ImportItem> {
    if (this.facts.traced) yield note(placelessTokens);
    yield* rolloutNotes(this.results.values());
    const lost = [...this.facts.empty.values()].reduce((sum, count) => sum + count, 0);
    if (lost > 0)
      yield note({ id: 'empty', level: 'info', message: `${lost} episodes failed before anything was sampled: they are in no group.` });
  }
}
