import { z } from 'zod';
import { ledgerTotal, type LedgerSums } from '../../core/signalLedger.js';
import { question, rowLimit, runId } from '../question.js';
import { weightsOf } from '../termWeights.js';
import type { Ledger } from '../views.js';

/** Terms in one answer; what there is besides is counted. */
const mostTerms = 16;

const ofRun = '(SELECT key FROM runs WHERE id = ? AND gone = 0)';
type Row = Omit<LedgerSums, 'to' | 'terms'>;
interface Entry extends Omit<LedgerSums, 'terms'> {
  terms: number[];
}

export const ledgerQuestions = {
  /** Of every step with groups what its signal is made of: from sums that are kept up as groups come. @param room entries, at most */
  ledger: question(z.tuple([runId, z.strictObject({ room: rowLimit.max(4000) })]), ({ db }) => {
    const steps = db.prepare<[string], Row>(
      `SELECT step AS "from", groups, mixed, all_right AS allRight, all_wrong AS allWrong, truncated, truncated_known AS truncatedKnown,
         errors, errors_known AS errorsKnown, rewarded, reward_sum AS rewardSum, informative, informative_rewarded AS informativeRewarded,
         informative_sum AS informativeSum, advantage_groups AS advantageGroups, advantage_sum AS advantageSum
       FROM steps WHERE run = ${ofRun} AND groups > 0 ORDER BY step`,
    );
    const terms = db.prepare<[string], { term: string }>(
      `SELECT term FROM step_terms WHERE run = ${ofRun} AND groups > 0 GROUP BY term ORDER BY abs(total(signal)) DESC, term`,
    );
    const signals = db.prepare<[string], { step: number; term: string; signal: number }>(
      `SELECT step, term, signal FROM step_terms WHERE run = ${ofRun} AND groups > 0`,
    );
    const reward = db
      .prepare<[string], string | null>(`SELECT json -> '$.experiment.resolved.reward' FROM identities WHERE run = ${ofRun}`)
      .pluck();
    return (run, { room }): Ledger => {
      const all = terms.all(run).map(({ term }) => term);
      const shown = new Map(all.slice(0, mostTerms).map((term, k) => [term, k]));
      const rows = new Map(
        steps.all(run).map((row): [number, Entry] => [row.from, { ...row, to: row.from, terms: Array.from(shown, () => 0) }]),
      );
      for (const { step, term, signal } of signals.iterate(run)) {
        const [k, of] = [shown.get(term), rows.get(step)];
        if (k !== undefined && of) of.terms[k] = signal;
      }
      const each = [...rows.values()];
      const stride = Math.max(1, Math.ceil(each.length / room));
      const together = Array.from({ length: Math.ceil(each.length / stride) }, (_, i) =>
        ledgerTotal(each.slice(i * stride, (i + 1) * stride)),
      );
      return {
        ...{ steps: together, stride, terms: [...shown.keys()], moreTerms: all.length - shown.size },
        weights: weightsOf(reward.get(run) ?? null),
      };
    };
  }),
};
