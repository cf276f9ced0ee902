/** An audit of advantages in sentences. Pure. */
import type { Audit, Otherwise, StepAudit } from '../../src/core/advantageAudit.js';
import { advantageVariants, type VariantId } from '../../src/core/advantageVariants.js';
import { count, signed, significant } from '../../src/core/format.js';

export interface Check {
  /** Null: it cannot be said. */
  ok: boolean | null;
  text: string;
}

/** What the audit comes to, in one line. */
export function auditHeadline(audit: Audit): Check {
  const { explained, fits, otherwise, size, withoutAdvantage, withoutReward, largest } = audit;
  if (withoutAdvantage === size) return { ok: null, text: 'no advantages are recorded' };
  if (withoutAdvantage + withoutReward > 0) return { ok: null, text: 'not all rewards and advantages are recorded' };
  if (explained) return { ok: true, text: `${advantageVariants[explained].name} gives all ${size} advantages` };
  if (fits.length === 0)
    return largest === 0
      ? { ok: true, text: 'all rewards are equal, and all advantages are 0' }
      : { ok: false, text: 'all rewards are equal, and advantages are not 0' };
  return { ok: false, text: otherwise === null ? 'no formula gives them' : otherwiseText(otherwise) };
}

function otherwiseText(of: Otherwise): string {
  switch (of.kind) {
    case 'scaled':
      return `r − mean times ${significant(of.slope)}: divided by ${significant(1 / of.slope)}, where the group’s std is ${significant(of.std)} (standardised times ${significant(of.factor)})`;
    case 'baseline':
      return `r − ${significant(of.baseline)} times ${significant(of.slope)}: the baseline is not the group’s mean, which is ${significant(of.mean)}`;
    case 'parts':
      return `each ${of.size} solutions in a row have a baseline of their own: the grouping is wrong`;
    case 'unrelated':
      return 'they do not follow from the rewards of this group by a line: another reward, or another group, was used';
  }
}

/** Sum, bound and members of the group. */
export function auditChecks({ size, sum, isCentred, largest, beyond, withoutReward, withoutAdvantage, explained }: Audit): Check[] {
  const checks: Check[] = [];
  // Without a baseline nothing has to sum to 0.
  if (isCentred !== null && sum !== null)
    checks.push({
      ok: explained === 'none' ? null : isCentred,
      text: isCentred ? 'ΣÂ is 0, as with any baseline within the group' : `ΣÂ is ${signed(sum)}: with a baseline within the group it is 0`,
    });
  if (beyond && largest !== null) {
    const [population, sample] = (['standardised', 'sample'] as const).map((id) => significant(advantageVariants[id].bound(size)));
    const most = `largest |Â| ${significant(largest)}; divided by the group’s std it is at most ${population} (√(G−1), population) or ${sample} ((G−1)/√G, sample)`;
    const scaled = explained !== null && advantageVariants[explained].bound(size) === null;
    checks.push({ ok: scaled ? null : !beyond.population, text: scaled ? `${most}; nothing is divided by it here` : most });
  }
  if (withoutReward > 0) checks.push({ ok: null, text: `${count(withoutReward, 'solution')} of ${size} without a reward` });
  if (withoutAdvantage > 0 && withoutAdvantage < size)
    checks.push({ ok: null, text: `${count(withoutAdvantage, 'solution')} of ${size} without an advantage` });
  return checks;
}

/** What the other groups of the step add. @param size of this group @param read groups whose numbers were read, of all */
export function stepChecks(step: StepAudit, size: number, read: number, all: number): Check[] {
  const checks: Check[] = [];
  const [best] = step.explained;
  const name = (id: VariantId): string => advantageVariants[id].name;
  const which = read < all ? `the first ${count(read, 'group')} of the step (of ${all.toLocaleString('en-US')})` : 'this step';
  if (step.groups === 0) checks.push({ ok: null, text: `in ${which} no group has signal and all its numbers` });
  else if (step.common?.kind === 'batch')
    checks.push({
      ok: true,
      text: `all ${count(step.groups, 'group')} with signal in ${which} are divided by one number, ${significant(step.common.std)}: a std of the batch, not of the group`,
    });
  else if (step.common?.kind === 'twice')
    checks.push({
      ok: false,
      text: `all ${count(step.groups, 'group')} with signal in ${which} are standardised and then multiplied by ${significant(step.common.factor)}: normalised twice`,
    });
  else if (best as typeof best | undefined)
    checks.push({
      ok: best[1] === step.groups,
      text: `${name(best[0])} gives all advantages in ${best[1]} of the ${count(step.groups, 'group')} with signal in ${which}`,
    });
  else
    checks.push({
      ok: false,
      text: `no formula gives the advantages of any of the ${count(step.groups, 'group')} with signal in ${which}`,
    });
  if (size < step.usualSize)
    checks.push({
      ok: null,
      text: `this group has ${count(size, 'solution')} where most of the step have ${step.usualSize}: members may be missing`,
    });
  return checks;
}
