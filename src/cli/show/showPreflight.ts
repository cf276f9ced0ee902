/** What a pre-flight says: what was found, what could not be judged and what to do about it, what is healthy; then the table by group size. */
import { count, percent } from '../../core/format.js';
import { oneLine } from '../../core/questionPreview.js';
import { settingsText, signalCells, signalHead } from '../../words/preflightText.js';
import type { Preflight, PreflightCheck } from '../../doctor/preflight/report.js';
import type { Output } from '../output.js';

export function showPreflight(output: Output, found: Preflight): void {
  const { settings, checks, policy, signal, golds, junk, notes } = found;
  const of = (state: PreflightCheck['state']): number => checks.filter((c) => c.state === state).length;
  output.line(
    `${settings.experiment} · ${[count(of('sick'), 'finding'), `${of('unjudged')} not judged`, `${of('healthy')} healthy`].join(', ')}`,
  );
  output.facts([
    ['sampled', 'label' in policy ? policy.label : null],
    ['with', settingsText(found)],
    ['right', found.right && `${percent(found.right.mean)} (${percent(found.right.low)} to ${percent(found.right.high)})`],
  ]);
  for (const note of notes) output.line(`  ${note}`);
  for (const check of checks) {
    output.line();
    if (check.state === 'sick') {
      output.line(`finding: ${check.name}`);
      output.facts([
        ['seen', check.evidence],
        ['change', check.advice],
      ]);
    } else if (check.state === 'unjudged') {
      output.line(`cannot be judged: ${check.name}`);
      output.facts([
        ['because', check.because],
        ['do', check.record],
      ]);
    } else {
      output.line(`healthy: ${check.name}`);
      output.facts([['seen', check.evidence]]);
    }
  }
  if (signal.length > 0) {
    output.line();
    output.table(signalHead, signal.map(signalCells(settings.size)), '>>>>>>>');
  }
  const paid = junk.filter((row) => row.paid > 0);
  if (paid.length > 0) {
    output.line();
    output.table(
      ['junk that is paid', 'replies', 'paid', 'reward', 'for example'],
      paid.map(({ name, replies, paid: n, example }) => [
        name,
        String(replies),
        String(n),
        String(example!.reward),
        JSON.stringify(oneLine(example!.text, 48)),
      ]),
      '<>>><',
    );
  }
  if (golds.unreadable.length > 0) {
    output.line();
    output.table(
      ['gold that nothing can read', 'question', 'why'],
      golds.unreadable.slice(0, mostGolds).map((u) => [oneLine(u.gold, 40), oneLine(u.question, 48), u.why]),
    );
    if (golds.unreadable.length > mostGolds)
      output.line(`… and ${count(golds.unreadable.length - mostGolds, 'more')}; --json has them all`);
  }
}

const mostGolds = 20;
