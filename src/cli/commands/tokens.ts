/** `grpo-lab tokens RUN`: the tokens that are worst by KL, ratio or sampler mismatch. */
import { count } from '../../core/format.js';
import { exactly } from '../../core/reveal.js';
import type { TokenMeasure } from '../../core/worstTokens.js';
import { addressPath } from '../../protocol/address.js';
import { worstTokens } from '../../store/worstTokens.js';
import type { TokenScope, WorstToken, WorstTokens } from '../../store/views.js';
import { leftOutTexts, measureValue, measureWords, readText, worstTemperature } from '../../words/worstTokensText.js';
import type { CliSession } from '../cliSession.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { findRun, knownRuns } from '../runRef.js';

export interface TokensOptions {
  step?: number;
  group?: number;
  solution?: number;
  by: TokenMeasure;
  top: number;
  timeout: number;
}

export async function tokens(session: CliSession, reference: string, options: TokensOptions): Promise<ExitCode> {
  const { step, group, solution, by, top, timeout } = options;
  if ((group !== undefined && step === undefined) || (solution !== undefined && group === undefined))
    throw new CliError('A group is named with its step, a solution with its step and group.', exit.usage);
  await session.survey();
  const store = await session.queries();
  const { id } = findRun(reference, await knownRuns(store));
  const scope: TokenScope = {
    ...(step !== undefined && { step }),
    ...(group !== undefined && { group: group - 1 }),
    ...(solution !== undefined && { solution: solution - 1 }),
  };
  let found: WorstTokens | null = null;
  for await (const state of worstTokens(store, id, scope, { by, top, limitMs: timeout * 1000 })) found = state;
  if (found === null) throw new CliError(`There is no run ${id} any more.`);
  if (found.plan.solutions === 0) throw new CliError(`${addressPath({ run: id, ...scope })} has no solutions.`);
  print(session, { run: id, ...scope }, found);
  return exit.ok;
}

function print({ output }: CliSession, address: { run: string } & TokenScope, found: WorstTokens): void {
  const { rows, by } = found;
  output.line(`${addressPath(address)} · ${measureWords[by].meaning}, ${worstTemperature(found)}`);
  output.line();
  if (rows.length > 0)
    output.table(
      ['solution', 'token', measureWords[by].symbol, 'text'],
      rows.map((row) => cells(row, found)),
      '<>><',
    );
  else if (found.tokens > 0) output.line(`None of ${count(found.tokens, 'token')} is off at all.`);
  else output.line('No token was compared.');
  output.line();
  for (const text of [readText(found), ...leftOutTexts(found)]) output.line(text);
  output.value({ ...address, ...found });
}

const cells = ({ step, group, solution, token, of, value, text }: WorstToken, { by }: WorstTokens): string[] => [
  `step ${step}, group ${group + 1}, solution ${solution + 1}`,
  `${token + 1} of ${of}`,
  measureValue(by, value),
  text === null ? '(its place in the text is unknown)' : `${text.before}[${exactly(text.token)}${text.cut ? '…' : ''}]${text.after}`,
];
