/**
 * Evaluations of verifiers: `traces.jsonl` with an episode a line (from 1.0 on), or `results.jsonl` beside `metadata.json` (before).
 * Source: verifiers 0.4, `verifiers/v1/utils/trace_store.py`; verifiers 0.1, `utils/save_utils.py`.
 */
import { basename } from 'node:path';
import { EpisodeFacts, tracesPart, type TracesPart } from '../../episodes/tracesPart.js';
import { resultsPart, type Row } from './resultLines.js';
import { asRecord, integer } from '../../files/json.js';
import { firstJsonLines } from '../../files/peek.js';
import { jsonFileIfAny } from '../../files/wholeFile.js';
import type { ForeignRun, ImportItem, Importer, SourceFile } from '../../importer.js';
import type { LineGroups } from '../../parts/lineGroups.js';
import type { Part } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { note, placelessTokens } from '../../parts/trace.js';
import { folderOf, runsBy } from '../../severalRuns.js';

const tracesName = /(?:^|\/)traces\.jsonl$/;
const resultsName = /(?:^|\/)results\.jsonl$/;
const ofTrainer = /(?:^|\/)step_\d+\/(?:train|eval)\//;
/** Largest configuration that is shown. */
const maxConfig = 4 * 1024 * 1024;

export const verifiers: Importer = {
  id: 'verifiers',
  title: 'verifiers',
  several: runsBy(
    (name) => ((tracesName.test(name) || resultsName.test(name)) && !ofTrainer.test(name) ? folderOf(name) : null),
    'Each is an evaluation; they are read as one, their groups one behind another, so that every mean is one over all of them.',
  ),

  async detect(source) {
    const files = await source.list();
    for (const file of files.filter(({ name }) => name.endsWith('.jsonl') && !ofTrainer.test(name)).slice(0, 5)) {
      const row = asRecord((await firstJsonLines(file.path, 1))[0]);
      if (row && Array.isArray(row.traces) && asRecord(row.task))
        return { confidence: 0.9, why: `${file.name} with an episode in each line` };
      if (row && integer(row.example_id) !== null && 'completion' in row && 'reward' in row)
        return { confidence: 0.9, why: `${file.name} with example_id, completion and reward in each line` };
    }
    return null;
  },

  open: (source) => new VerifiersSession(source),
};

class VerifiersSession extends PartsSession {
  private readonly facts = new EpisodeFacts();
  private readonly episodes = new PartCache<TracesPart>();
  private readonly results = new PartCache<LineGroups<Row>>();

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
      ...(Object.keys(this.facts.weights).length > 0 && { weights: this.facts.weights }),
      versions: {},
    };
  }

  protected parts(files: readonly SourceFile[]): Part[] {
    // A single file is taken by what its lines are, whatever it is called.
    const single = files.length === 1 && files[0].name.endsWith('.jsonl') ? files[0] : null;
    const results = files
      .filter((file) => resultsName.test(file.name) || (file === single && !tracesName.test(file.name)))
      .map((file) => this.results.get(file, (own) => resultsPart(own)));
    const traces = files
      .filter(({ name }) => tracesName.test(name) && !ofTrainer.test(name))
      .map((file) => this.episodes.get(file, (own) => tracesPart(own, { step: null, split: null, evaluation: true }, this.facts)));
    // Groups of several evaluations in one folder are numbered through.
    for (const [i, part] of traces.entries()) part.behind = traces.slice(0, i);
    for (const [i, part] of results.entries()) part.behind = [...traces, ...results.slice(0, i)];
    return [...traces, ...results];
  }

  protected override *notes(): Iterable<ImportItem> {
    if (this.facts.traced) yield note(placelessTokens);
    const lost = [...this.facts.empty.values()].reduce((sum, count) => sum + count, 0);
    if (lost > 0)
      yield note({ id: 'empty', level: 'info', message: `${lost} episodes failed before anything was sampled: they are in no group.` });
  }
}
