/** `grpo-lab ledger RUN`: where the signal of its steps comes from. */
import { count, percent, significant } from '../../core/format.js';
import { ledgerEntry, ledgerTotal, termWeights, type LedgerEntry } from '../../core/signalLedger.js';
import type { CliSession } from '../cliSession.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { findRun, knownRuns } from '../runRef.js';

export interface LedgerOptions {
  rows: number;
}

export async function ledger(session: CliSession, reference: string, { rows }: LedgerOptions): Promise<ExitCode> {
  await session.survey();
  const { output } = session;
  const store = await session.queries();
  const { id } = findRun(reference, await knownRuns(store));
  const found = store.ledger(id, { room: Math.min(4000, rows) });
  if (found.steps.length === 0) throw new CliError(`${id} has no steps with groups yet.`);
  const sums = ledgerTotal(found.steps);
  const { weights, assumed } = termWeights(found.terms, found.weights, sums);
  const entries = found.steps.map((step) => ledgerEntry(step, weights));
  const total = ledgerEntry(sums, weights);
  output.line(`${id} · ${count(total.groups, 'group')} of steps ${total.from} to ${total.to}`);
  output.line();
  output.table(
    ['step', 'groups', 'mixed', 'all right', 'all wrong', 'not judged', 'truncated', 'errors', 'reward', 'informative', 'their reward'],
    [...entries.map(entryRow), ...(entries.length > 1 ? [['all', ...entryRow(total).slice(1)]] : [])],
    '>>>>>>>>>>>',
  );
  output.line();
  output.line(
    'mixed to not judged: shares of the groups, together all of them; truncated, errors: groups with at least one such solution,',
  );
  output.line('of those of which it is known; informative: groups whose rewards are not all equal.');
  output.line();
  const parts = found.terms.map((term, k) => [
    term,
    weights[k] === null ? 'not recorded' : significant(weights[k]),
    percent(total.terms[k]),
  ]);
  if (parts.length > 0) output.table(['reward term', 'weight', 'share of Σ|Â|'], parts, '<>>');
  for (const line of termNotes(
    total,
    { known: weights.some((w) => w !== null), assumed, terms: parts.length, more: found.moreTerms },
    sums,
  ))
    output.line(line);
  output.value({ run: id, stride: found.stride, terms: found.terms, moreTerms: found.moreTerms, weights, assumed, total, steps: entries });
  return exit.ok;
}

function entryRow(e: LedgerEntry): string[] {
  return [
    e.from === e.to ? String(e.from) : `${e.from}–${e.to}`,
    String(e.groups),
    ...[e.mixed, e.allRight, e.allWrong, e.notJudged, e.truncated, e.errors].map(percent),
    significant(e.reward),
    percent(e.informative),
    significant(e.informativeReward),
  ];
}

/** What is to be said of the terms' shares. */
function termNotes(
  total: LedgerEntry,
  { known, assumed, terms, more }: { known: boolean; assumed: boolean; terms: number; more: number },
  sums: { groups: number; advantageGroups: number; advantageSum: number },
): string[] {
  if (sums.advantageGroups === 0) return ['No group has an advantage for each of its solutions: nothing can be said of what carries them.'];
  if (terms === 0) return ['No reward terms are recorded beside the total: which of them carries the advantages is unknown.'];
  const rest = 1 - total.terms.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  return [
    ...(known
      ? []
      : ['The weights of the terms are not recorded, and as they are the terms do not add up to the reward: no share can be told.']),
    ...(assumed ? ['The weights are not recorded; with 1 for each the terms add up to the reward.'] : []),
    ...(known && Math.abs(rest) > 0.005 ? [`${percent(rest)} is carried by nothing that is recorded as a term with a weight.`] : []),
    ...(more > 0 ? [`${count(more, 'further term')} with smaller parts.`] : []),
    ...(sums.advantageGroups < sums.groups
      ? [`Of ${sums.advantageGroups} of ${count(sums.groups, 'group')}: the others have solutions without an advantage.`]
      : []),
  ];
}
