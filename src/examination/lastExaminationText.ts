import { count } from '../core/format.js';
import type { LastExamination } from './lastExamination.js';

/** The one to name first: what is serious, then the costliest. */
export const foremost = ({ findings }: LastExamination): LastExamination['findings'][number] | undefined =>
  findings.find(({ serious }) => serious === true) ?? findings.at(0);

/** `2 findings: Truncated solutions (12), Stale samples (40); at step 120`. @param step the run's last finished step */
export function lastExaminationText(last: LastExamination, step: number): string {
  const { findings, upTo } = last;
  const at = upTo === null || upTo === step ? '' : `; at step ${upTo}`;
  const first = foremost(last);
  if (first === undefined) return `nothing found${at}`;
  const named = [first, ...findings.filter((f) => f !== first)].slice(0, 2).map(({ name, onset }) => `${name} (${onset})`);
  return `${count(findings.length, 'finding')}: ${named.join(', ')}${findings.length > 2 ? ', …' : ''}${at}`;
}
