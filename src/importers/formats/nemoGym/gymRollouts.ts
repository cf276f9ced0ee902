import type { Sampling } from '../../../protocol/runFiles.js';
import { chatText, messagesOf, type Chat } from '../../files/chat.js';
import { asArray, asRecord, integer, number, numbersOf, text } from '../../files/json.js';
import { groupOf, type ForeignSolution } from '../../foreignGroups.js';
import type { ImportItem } from '../../importer.js';
import { foreignGrade, rightOf } from '../../parts/grading.js';
import type { RowFormat } from '../../parts/lineGroups.js';
import { samplingOf } from '../../parts/foreignSampling.js';
import { traceOf, type TokenNumbers } from '../../parts/trace.js';

/** What all files of a source have seen together. */
export class GymFacts {
  /** Other scores, which are shown beside the reward and are no part of it. */
  readonly scores = new Set<string>();
  readonly agents = new Set<string>();
  sampling: Sampling = {};
  /** Groups of rows without a number of their task: those of equal questions are one. */
  readonly byQuestion = new Set<number>();
  traced = false;
}

export interface GymRow {
  question: Chat;
  gold: string | null;
  agent: string | null;
  task: number | null;
  solution: ForeignSolution;
  numbers: TokenNumbers;
  tokens: number;
}

/** Rollouts have no step: they are collected apart from training. */
const STEP = 1;
/** Ends of an episode, no scores. */
const flags = new Set(['terminated', 'truncated']);

export class GymRollouts implements RowFormat<GymRow> {
  constructor(private readonly facts: GymFacts) {}

  firstStep(): number {
    return STEP;
  }

  row(value: Record<string, unknown>): { key: string; row: GymRow } {
    const params = asRecord(value.responses_create_params);
    if (!params) throw new Error('no object "responses_create_params".');
    const response = asRecord(value.response);
    if (!response) throw new Error('no object "response".');
    const agent = text(asRecord(value.agent_ref)?.name);
    const task = integer(value._ng_task_index);
    const gold = value.expected_answer ?? response.expected_answer ?? null;
    const { numbers, tokens } = tokensOf(response);
    this.learn(params, response, agent);
    return {
      key: `${agent ?? ''}\n${task ?? JSON.stringify(params.input)}`,
      row: {
        question: messagesOf(params.input),
        gold: gold === null ? null : (text(gold) ?? JSON.stringify(gold)),
        agent,
        task,
        solution: {
          ...messagesOf(response.output),
          ...this.rewardOf(value),
          ...gradeOf(value),
          finish: finishOf(response),
          error: chatText(value.error ?? response.error),
          tokens: integer(asRecord(response.usage)?.output_tokens) ?? tokens,
        },
        numbers,
        tokens,
      },
    };
  }

  *group(rows: GymRow[], group: number): Iterable<ImportItem> {
    const [{ question, gold, agent, task }] = rows;
    if (task === null) this.facts.byQuestion.add(group);
    yield {
      kind: 'event',
      event: groupOf({
        step: STEP,
        group,
        question,
        gold,
        solutions: rows.map(({ solution }) => solution),
        ...(agent !== null && { info: { agent } }),
      }),
    };
    for (const [solution, { numbers, tokens }] of rows.entries()) {
      const event = traceOf({ step: STEP, group, solution }, numbers, tokens);
      if (!event) continue;
      this.facts.traced = true;
      yield { kind: 'event', event };
    }
  }

  private learn(params: Record<string, unknown>, response: Record<string, unknown>, agent: string | null): void {
    if (agent !== null && this.facts.agents.size < 1000) this.facts.agents.add(agent);
    this.facts.sampling = { ...samplingOf(params, response), ...this.facts.sampling };
  }

  /** The reward is the total; what else a verifier scored stands beside it. */
  private rewardOf(value: Record<string, unknown>): Pick<ForeignSolution, 'rewards' | 'reward'> {
    const reward = number(value.reward);
    const scores: [string, number][] = [];
    for (const name of Object.keys(value)) {
      const score = name === 'reward' || name.startsWith('_') || flags.has(name) ? null : number(value[name]);
      if (score === null) continue;
      scores.push([name, score]);
      if (this.facts.scores.size < 1000) this.facts.scores.add(name);
    }
    return { rewards: scores.length === 0 ? { reward } : { reward, ...Object.fromEntries(scores) }, reward: reward ?? NaN };
  }
}

function gradeOf({ accuracy, extracted_answer }: Record<string, unknown>): Pick<ForeignSolution, 'correct' | 'grade'> {
  const right = rightOf(accuracy);
  return { correct: right, grade: foreignGrade(right, 'NeMo Gym accuracy', 'accuracy', text(extracted_answer)) };
}

function finishOf(response: Record<string, unknown>): ForeignSolution['finish'] {
  if (text(asRecord(response.incomplete_details)?.reason) === 'max_output_tokens') return 'length';
  return response.status === 'completed' ? 'stop' : 'other';
}

/** Of the items that the model sampled, where it was asked for tokens (training does). */
function tokensOf(response: Record<string, unknown>): { numbers: TokenNumbers; tokens: number } {
  const sampled = (asArray(response.output) ?? []).flatMap((item) => {
    const record = asRecord(item);
    const ids = numbersOf(record?.generation_token_ids);
    return ids ? [{ ids, logps: numbersOf(record?.generation_log_probs) }] : [];
  });
  const ids = sampled.flatMap((item) => item.ids);
  const whole = sampled.every((item) => item.logps?.length === item.ids.length);
  return { numbers: { ids, logp_sampler: whole ? sampled.flatMap(({ logps }) => logps!) : null }, tokens: ids.length };
}
