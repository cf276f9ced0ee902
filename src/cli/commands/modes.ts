/** `grpo-lab modes RUN`: how many different things the solutions of a question say, step by step. */
import { count, percent, significant } from '../../core/format.js';
import { allRows } from '../../core/listPages.js';
import { modeMeans, modesTotal, type ModeSums } from '../../core/modes.js';
import { nearMeaning, nearMethod } from '../../words/nearDuplicatesText.js';
import type { CliSession } from '../cliSession.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { findRun, knownRuns } from '../runRef.js';

export interface ModesOptions {
  rows: number;
}

export async function modes(session: CliSession, reference: string, { rows }: ModesOptions): Promise<ExitCode> {
  await session.survey();
  const { output } = session;
  const store = await session.queries();
  const { id } = findRun(reference, await knownRuns(store));
  const steps = await allRows((after) => store.stepModes(id, { after }));
  if (steps.length === 0) throw new CliError(`${id} has no steps with groups yet.`);
  const stride = Math.max(1, Math.ceil(steps.length / rows));
  const ranges = Array.from({ length: Math.ceil(steps.length / stride) }, (_, i) => modesTotal(steps.slice(i * stride, (i + 1) * stride)));
  const total = modesTotal(steps);
  output.line(`${id} · ${count(total.solutions, 'solution')} in ${count(total.groups, 'group')} of steps ${total.from} to ${total.to}`);
  output.line();
  output.table(
    ['step', 'groups', 'distinct answers', 'entropy', 'answered', 'repeated texts', 'near-duplicates'],
    [...ranges.map(rangeRow), ...(ranges.length > 1 ? [['all', ...rangeRow(total).slice(1)]] : [])],
    '>>>>>>>',
  );
  output.line();
  output.line('distinct answers and entropy (nats, over the answers of a group): means over groups in which some, or at least two,');
  output.line('solutions have an answer; repeated texts: solutions that say letter by letter what another one of their group says;');
  output.line(`near-duplicates: ${nearMeaning}, repeated texts are among them.`);
  output.line(nearMethod);
  if (total.answered === 0) output.line('No answers are recorded: how many different ones there are is unknown.');
  output.value({
    run: id,
    stride,
    total: { ...total, means: modeMeans(total) },
    steps: ranges.map((r) => ({ ...r, means: modeMeans(r) })),
  });
  return exit.ok;
}

function rangeRow(sums: ModeSums): string[] {
  const { distinct, entropy, answered, repeated, near } = modeMeans(sums);
  return [
    sums.from === sums.to ? String(sums.from) : `${sums.from}–${sums.to}`,
    sums.groups.toLocaleString('en-US'),
    significant(distinct),
    significant(entropy),
    percent(answered),
    percent(repeated),
    percent(near),
  ];
}
