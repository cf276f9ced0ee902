/** `grpo-lab what-if RUN`: a step's advantages with another formula, other weights, or another checker. */
import { auditGroup } from '../../core/advantageAudit.js';
import { advantageVariants, variantIds, type VariantId } from '../../core/advantageVariants.js';
import { numberedGroup, verdictPays, weightsOfTerms, type NumberedGroup } from '../../core/advantageWhatIf.js';
import { count, significant } from '../../core/format.js';
import { stepWhatIf, type StepWhatIf, type Supposed } from '../../core/stepWhatIf.js';
import { addressPath } from '../../protocol/address.js';
import type { StoreQueries } from '../../store/questions.js';
import { mostStepGroups, stepNumbers, verdictsOfStep } from '../../store/stepNumbers.js';
import type { GroupVerdicts, StepNumbers } from '../../store/views.js';
import { leftTexts, payText, undecidedText } from '../../words/whatIfText.js';
import type { CliSession } from '../cliSession.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { findRun, knownRuns } from '../runRef.js';

export interface WhatIfOptions {
  step?: number;
  /** Name of a checker that graded the run, or of its file of grades. */
  checker?: string;
  /** The reward term that it judges. */
  term?: string;
  formula?: VariantId;
  weight: [term: string, weight: number][];
  /** Groups that are listed. */
  limit: number;
}

export async function whatIf(session: CliSession, reference: string, options: WhatIfOptions): Promise<ExitCode> {
  await session.survey();
  const { output } = session;
  const store = await session.queries();
  const { id } = findRun(reference, await knownRuns(store));
  const step = options.step ?? store.groupSteps(id, { limit: 1 }).rows.at(0);
  if (step === undefined) throw new CliError(`${id} has no steps with groups yet.`);
  const numbers = await stepNumbers(id, step, store);
  const groups = (numbers?.groups ?? []).filter(({ split }) => split === null).map(numberedGroup);
  if (numbers === null || groups.length === 0) throw new CliError(`${addressPath({ run: id, step })} has no groups that were trained on.`);
  const usual = usualFormula(groups) ?? numbers.normalisation ?? 'standardised';
  const variant = options.formula ?? usual;
  const weights = weightsFrom(groups, numbers.weights, options.weight);
  const other = options.checker === undefined ? null : await otherChecker(store, id, step, numbers, groups, options.checker, options.term);
  const supposed: Supposed = { variant, recorded: numbers.weights, weights, checker: other && { pay: other.pay, rightOf: other.rightOf } };
  const found = stepWhatIf(groups, supposed);
  output.line(`${addressPath({ run: id, step })} · ${advantageVariants[variant].name}${variant === usual ? ', as recorded' : ''}`);
  if (weights !== null)
    output.line(
      `weights: ${Object.entries(weights)
        .map(([name, weight]) => `${name} × ${significant(weight)}`)
        .join(', ')}`,
    );
  if (other !== null) output.line(`checker: ${other.checker}. ${payText(other.pay, significant)}${undecidedText(other.undecided)}`);
  output.line();
  print(session, found, options.limit);
  if (numbers.all > numbers.groups.length)
    output.line(`The step has ${count(numbers.all, 'group')}; the first ${mostStepGroups} were read.`);
  output.value({
    ...{
      run: id,
      step,
      formula: variant,
      weights,
      checker: other?.checker ?? null,
      pay: other?.pay ?? null,
      undecided: other?.undecided ?? null,
    },
    ...found,
  });
  return exit.ok;
}

/** The one that gives the recorded advantages of most groups. */
function usualFormula(groups: readonly NumberedGroup[]): VariantId | undefined {
  const explained = groups.map((group) => auditGroup(group).explained);
  const votes = variantIds.map((id) => ({ id, groups: explained.filter((e) => e === id).length }));
  return votes
    .filter(({ groups }) => groups > 0)
    .sort((a, b) => b.groups - a.groups)
    .at(0)?.id;
}

/** @returns null where none is another one @throws CliError for a term that the rewards do not have */
function weightsFrom(
  groups: readonly NumberedGroup[],
  recorded: Readonly<Record<string, number>>,
  given: WhatIfOptions['weight'],
): Record<string, number> | null {
  if (given.length === 0) return null;
  const known = groups.map((group) => weightsOfTerms(group, recorded)).find((weights) => weights !== null);
  if (!known)
    throw new CliError(
      'The rewards of this step are no weighted sums of their terms, or these are not recorded: they cannot be weighed anew.',
    );
  for (const [term] of given)
    if (!Object.hasOwn(known, term))
      throw new CliError(`There is no reward term "${term}" in this step: it has ${Object.keys(known).join(', ')}.`, exit.usage);
  return { ...known, ...Object.fromEntries(given) };
}

async function otherChecker(
  store: StoreQueries,
  run: string,
  step: number,
  { checkers }: StepNumbers,
  groups: readonly NumberedGroup[],
  wanted: string,
  term: string | undefined,
) {
  const chosen = checkers.find(({ name, checker }) => name === wanted || checker === wanted);
  if (!chosen) {
    const known = checkers.length === 0 ? 'none has' : `it was graded by ${checkers.map(({ checker }) => checker).join(', ')}`;
    throw new CliError(
      `"${wanted}" has not graded ${run}: ${known}. "grpo-lab grade ${run}" grades it with the built-in checker, --with with a program.`,
    );
  }
  const verdicts: GroupVerdicts[] = (await verdictsOfStep(run, step, chosen.name, store)) ?? [];
  const pays = verdictPays(groups);
  const pay = term === undefined ? pays.at(0) : pays.find((p) => p.term === term);
  if (!pay)
    throw new CliError(
      term !== undefined && pays.length > 0
        ? `"${term}" does not follow from the verdicts; of the reward terms these do: ${pays.map((p) => p.term ?? 'the reward').join(', ')}.`
        : 'No part of the rewards follows from the verdicts in this step (one value where a solution is right, another where it is wrong, both seen): what another checker’s would be paid is not known.',
    );
  const by = new Map(verdicts.map((of) => [of.group, of.right]));
  return {
    checker: chosen.checker,
    pay,
    rightOf: (group: number) => by.get(group),
    undecided: verdicts.reduce((sum, of) => sum + of.undecided, 0),
  };
}

function print({ output }: CliSession, found: StepWhatIf, limit: number): void {
  const turned = found.groups.filter(({ outcome }) => outcome.flips.length > 0);
  const [gained, lost] = (['gained', 'lost'] as const).map((kind) => found.groups.filter(({ outcome }) => outcome.signal === kind));
  const changed = found.groups.filter(({ outcome }) => outcome.flips.length > 0 || outcome.signal !== null);
  output.line(
    `of ${count(found.groups.length, 'group')}: signs flip in ${turned.length}, ${gained.length} gain${gained.length === 1 ? 's' : ''} a signal, ${lost.length} lose${lost.length === 1 ? 's' : ''} it`,
  );
  if (changed.length > 0) {
    output.line();
    output.table(
      ['group', 'signs flip', 'of', 'signal', 'whose sign'],
      changed.slice(0, limit).map(({ group, outcome: { flips, advantages, signal } }) => [
        String(group + 1),
        String(flips.length),
        String(advantages.length),
        signal ?? '',
        `${flips
          .slice(0, 12)
          .map((i) => i + 1)
          .join(', ')}${flips.length > 12 ? ', …' : ''}`,
      ]),
      '>>><<',
    );
    if (changed.length > limit) output.line(`… ${count(changed.length - limit, 'group')} more (--limit)`);
    output.line();
  }
  for (const text of leftTexts(found)) output.line(text);
}
