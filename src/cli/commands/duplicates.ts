/** `grpo-lab duplicates RUN`: solutions that nearly say the same, of a step, a group, or a question over training. */
import { count } from '../../core/format.js';
import { oneLine } from '../../core/questionPreview.js';
import { addressPath } from '../../protocol/address.js';
import type { NearScope } from '../../store/views.js';
import { memberText, nearLeftText, nearMethod, nearText, rowFacts } from '../../words/nearDuplicatesText.js';
import type { CliSession } from '../cliSession.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { findRun, knownRuns } from '../runRef.js';

export interface DuplicatesOptions {
  step?: number;
  group?: number;
  /** Of the group's question, whenever it was asked. */
  question?: true;
  limit: number;
  timeout: number;
}

export async function duplicates(session: CliSession, reference: string, options: DuplicatesOptions): Promise<ExitCode> {
  const { group, limit, timeout } = options;
  if ((group !== undefined && options.step === undefined) || (options.question && group === undefined))
    throw new CliError('A group is named with its step, a question with the step and group of one asking.', exit.usage);
  await session.survey();
  const { output } = session;
  const store = await session.queries();
  const { id } = findRun(reference, await knownRuns(store));
  const step = options.step ?? store.groupSteps(id, { limit: 1 }).rows.at(0);
  if (step === undefined) throw new CliError(`${id} has no steps with groups yet.`);
  const address = { run: id, step, ...(group !== undefined && { group: group - 1 }) };
  const scope = options.question ? { question: questionOf(group! - 1) } : { step, ...(group !== undefined && { group: group - 1 }) };
  const found = store.nearDuplicates(id, scope, { rows: limit, budgetMs: 1000 * timeout });
  if (found === null) throw new CliError(`${addressPath(address)} has no solutions.`);
  output.line(`${options.question ? `${id} · a question whenever it was asked` : addressPath(address)} · ${nearText(found)}`);
  for (const row of found.rows) {
    output.line();
    output.line([count(row.size, 'solution'), ...rowFacts(row)].join(' · '));
    output.line(`  ${oneLine(row.preview, 160)}`);
    output.line(`  ${membersText(row.members, scope)}${row.size > row.members.length ? ` and ${row.size - row.members.length} more` : ''}`);
  }
  output.line();
  if (found.clusters > found.rows.length)
    output.line(`${count(found.clusters - found.rows.length, 'smaller cluster')} not shown (--limit).`);
  const left = nearLeftText(found);
  if (left !== undefined) output.line(left);
  output.line(nearMethod);
  output.value({ run: id, ...scope, ...found });
  return exit.ok;

  function questionOf(index: number): string {
    const there = store.group(id, step!, index);
    if (there === null) throw new CliError(`${addressPath({ run: id, step, group: index })} has no solutions.`);
    return there.questionId;
  }
}

const membersText = (members: Parameters<typeof memberText>[0][], scope: NearScope): string => {
  const texts = members.map((member) => memberText(member, scope));
  return 'group' in scope ? `solutions ${texts.join(', ')}` : texts.join(', ');
};
