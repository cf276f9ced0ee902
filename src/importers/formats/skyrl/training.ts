import { createHash } from 'node:crypto';
import { asRecord, numbersOf } from '../../files/json.js';
import { pickleItems } from '../../files/pickle.js';
import { groupOf, GroupGatherer, type ForeignSolution } from '../../foreignGroups.js';
import { ImportError, type ImportItem, type SourceFile } from '../../importer.js';
import { k3PerToken, meanOf, traceOf, type TokenNumbers } from '../../parts/trace.js';

interface Row {
  prompt: string;
  promptTokens: number;
  solution: ForeignSolution;
  numbers: TokenNumbers & { ids: number[] };
}

/** Groups of a training batch, a pickle: solutions whose prompts have equal tokens. @throws ImportError */
export async function* trainingGroups(
  file: SourceFile,
  step: number,
  options: { python?: string; signal: AbortSignal },
): AsyncGenerator<ImportItem> {
  const gatherer = new GroupGatherer<Row>();
  for await (const item of pickleItems(file, options)) {
    if (item.kind === 'head') continue;
    const row = rowOf(asRecord(item.value));
    if (!row)
      throw new ImportError(
        file.name,
        `row ${item.index}`,
        'it lacks sequences, attention_mask or response_mask: no training batch of SkyRL.',
      );
    gatherer.add(row.prompt, row);
  }
  for (const [group, rows] of gatherer.flush().entries()) {
    const [{ prompt, promptTokens }] = rows;
    const info = { prompt_tokens: promptTokens, text: 'token ids only' };
    yield {
      kind: 'event',
      event: groupOf({ step, group, question: '', questionId: prompt, solutions: rows.map((r) => r.solution), info }),
    };
    for (const [solution, { numbers }] of rows.entries()) {
      const event = traceOf({ step, group, solution }, numbers, numbers.ids.length);
      if (event) yield { kind: 'event', event };
    }
  }
}

/** Sequences are prompts padded on the left and responses padded on the right; response arrays cover the last columns. */
function rowOf(value: Record<string, unknown> | null): Row | null {
  const sequence = numbersOf(value?.sequences);
  const attention = numbersOf(value?.attention_mask);
  const response = numbersOf(value?.response_mask);
  if (!value || !sequence || attention?.length !== sequence.length || !response || response.length > sequence.length) return null;
  const start = sequence.length - response.length;
  const prompt = sequence.slice(0, start).filter((_, i) => attention[i] !== 0);
  const ofResponse = (array: number[] | null): number[] | null =>
    array?.length === response.length ? array.filter((_, i) => response[i] !== 0) : null;
  const get = (name: string): number[] | null => ofResponse(numbersOf(value[name]));
  const actor = get('action_log_probs');
  const base = get('base_action_log_probs');
  const kl = k3PerToken(actor, base);
  const advantages = get('advantages');
  const ids = ofResponse(sequence.slice(start)) ?? [];
  return {
    prompt: createHash('sha256').update(prompt.join(' ')).digest('hex').slice(0, 32),
    promptTokens: prompt.length,
    solution: { text: '', reward: NaN, advantage: meanOf(advantages), tokens: ids.length, kl: meanOf(kl) },
    numbers: {
      ids,
      logp_sampler: get('rollout_logprobs'),
      logp_old: actor,
      logp_ref: base,
      kl,
      advantage: advantages,
      mask: get('loss_mask'),
    },
  };
}
