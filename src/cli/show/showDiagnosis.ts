/** What the doctor says of a run: findings first, then what could not be judged and what to record, then what is healthy. */
import { count } from '../../core/format.js';
import { shellWord } from '../../core/shellWord.js';
import type { Finding } from '../../doctor/doctor.js';
import type { Door } from '../../doctor/judgement.js';
import type { Seen } from '../../doctor/whereSeen.js';
import type { Examined } from '../../doctor/examined.js';
import { addressPath } from '../../protocol/address.js';
import type { Output } from '../output.js';

export function showDiagnosis(output: Output, examined: Examined): void {
  const { run, findings, unjudged, healthy, steps, evaluationGroups, textSteps, groupSteps } = examined;
  const all = [count(findings.length, 'finding'), `${unjudged.length} not judged`, `${healthy.length} healthy`];
  output.line(`${run} · ${count(steps, 'step')} · ${all.join(', ')}`);
  if (evaluationGroups > 0) output.line(`${count(evaluationGroups, 'group')} of evaluations passed over: they were not trained on`);
  if (textSteps < groupSteps)
    output.line(`texts read of ${textSteps} of ${count(groupSteps, 'step')} with groups, in pairs of successive ones`);
  for (const [i, finding] of findings.entries()) {
    output.line();
    output.line(`${i + 1}  ${heading(finding)}`);
    output.facts([
      ['cost', finding.cost.text],
      ['seen', finding.evidence],
      ['change', finding.advice],
      ...finding.doors.map((door, d) => [d === 0 ? 'see' : '', doorText(run, door)] as const),
      ...(finding.seen.filter === undefined ? [] : [['find', findText(run, finding.seen)] as const]),
      ...finding.consequences.map((c, d) => [d === 0 ? 'follows' : '', `${heading(c)}: ${c.evidence}`] as const),
    ]);
  }
  if (unjudged.length > 0) {
    output.line();
    output.line('cannot be judged');
    output.facts(unjudged.map(({ name, because, record }) => [name, record === null ? because : `${because}; record ${record}`]));
  }
  if (healthy.length > 0) {
    output.line();
    output.line('healthy');
    output.facts(healthy.map(({ name, evidence }) => [name, evidence]));
  }
}

/** `Truncated solutions, since step 12` */
const heading = ({ name, onset, until }: Finding): string =>
  `${name}, ${until === null ? `since step ${onset}` : `from step ${onset} to ${until}`}`;

/** `/runs/arith-grpo-1/step 12/group 3/solution 1, token 8`: numbers from 1, as everywhere. */
const doorText = (run: string, { token, ...address }: Door): string =>
  `${decodeURIComponent(addressPath({ run, ...address }))}${token === undefined ? '' : `, token ${token + 1}`}`;

/** `grpo-lab find 'step >= 12 and truncated' --run arith-grpo-1` */
const findText = (run: string, { filter = '', order }: Seen): string =>
  `grpo-lab find ${shellWord(filter)} --run ${shellWord(run)}${order === undefined ? '' : ` --sort ${order}`}`;

/** For programs: with the paths of all doors. */
export function diagnosisJson(examined: Examined): unknown {
  const doors = (list: readonly Door[]): unknown[] =>
    list.map(({ token, ...address }) => ({ ...address, token, path: addressPath({ run: examined.run, ...address }) }));
  const finding = (f: Finding): unknown => ({ ...f, doors: doors(f.doors), consequences: f.consequences.map(finding) });
  return {
    ...examined,
    findings: examined.findings.map(finding),
    healthy: examined.healthy.map((h) => ({ ...h, doors: h.doors && doors(h.doors) })),
  };
}
