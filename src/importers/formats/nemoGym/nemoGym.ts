/**
 * NeMo Gym: rollouts in the shape of the Responses API, a line each: `responses_create_params` (what was asked for), `response` (what
 * came of it: messages, reasoning, calls, their outputs) and `reward`.
 * Source: NeMo Gym 0.1, `nemo_gym/rollout_collection.py`, `openai_utils.py`.
 */
import { basename } from 'node:path';
import { asRecord } from '../../files/json.js';
import type { ForeignRun, ImportItem, Importer, Source } from '../../importer.js';
import { detectLines, lineRuns, LinesSession } from '../../parts/linesSession.js';
import { note, placelessTokens } from '../../parts/trace.js';
import { GymFacts, GymRollouts, type GymRow } from './gymRollouts.js';

function isRow(line: unknown): boolean {
  const row = asRecord(line);
  return row !== null && asRecord(row.responses_create_params) !== null && asRecord(row.response) !== null && 'reward' in row;
}

export const nemoGym: Importer = {
  id: 'nemo-gym',
  title: 'NeMo Gym',
  several: lineRuns(isRow, (name) => name, 'They are read as one, the groups of each file behind those of the one before.'),
  detect: (source) => detectLines(source, isRow, 'responses_create_params, response and reward'),
  open: (source) => new NemoGymSession(source),
};

class NemoGymSession extends LinesSession<GymRow, GymRollouts> {
  constructor(
    source: Source,
    private readonly facts = new GymFacts(),
  ) {
    super(source, { isRow, format: () => new GymRollouts(facts) });
  }

  describe(): Promise<ForeignRun> {
    const { scores, agents, sampling } = this.facts;
    return Promise.resolve({
      name: basename(this.source.root).replace(/\.jsonl$/, ''),
      method: null,
      totalSteps: null,
      seed: null,
      config: agents.size > 0 ? { agents: [...agents] } : {},
      ...(scores.size > 0 && { weights: { reward: 1, ...Object.fromEntries([...scores].map((name) => [name, 0])) } }),
      sampling,
      versions: {},
    });
  }

  protected override *notes(): Iterable<ImportItem> {
    if (this.facts.byQuestion.size > 0)
      yield note({
        id: 'groups',
        level: 'warning',
        message: `Rows of older versions carry no "_ng_task_index": those with the same input are one group (${this.facts.byQuestion.size} groups).`,
      });
    if (this.facts.traced) yield note(placelessTokens);
  }
}
