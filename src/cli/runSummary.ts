/** What runs came to, as a table. */
import { join } from 'node:path';
import { duration, significant } from '../core/format.js';
import type { StoreQueries } from '../store/questions.js';
import type { RunDetail, Trend } from '../store/views.js';
import type { CliSession } from './cliSession.js';

const headlineMetrics = ['reward/mean', 'accuracy/held_out', 'kl', 'loss', 'tokens/per_second'] as const;

export function summarise(session: CliSession, store: StoreQueries, runs: readonly RunDetail[]): void {
  const { output } = session;
  const results = runs.map((run) => {
    const trends = store.trends(run.id, [...headlineMetrics], 1);
    const ends = (metric: (typeof headlineMetrics)[number]): { first: number | null; last: number | null } =>
      firstAndLast(trends.find((t) => t.metric === metric));
    return {
      run,
      reward: ends('reward/mean'),
      heldOut: ends('accuracy/held_out'),
      kl: ends('kl'),
      loss: ends('loss'),
      speed: ends('tokens/per_second'),
    };
  });
  const change = ({ first, last }: { first: number | null; last: number | null }): string =>
    last === null ? '' : `${significant(first)} → ${significant(last)}`;
  output.line();
  output.table(
    ['run', 'state', 'steps', 'time', 'reward', 'held-out', 'loss', 'KL', 'tokens/s'],
    results.map(({ run, reward, heldOut, loss, kl, speed }) => [
      run.id,
      run.state,
      `${run.step}/${run.totalSteps ?? '?'}`,
      run.importedFrom === null ? duration((Date.parse(run.updated) - Date.parse(run.created)) / 1000) : 'imported',
      change(reward),
      change(heldOut),
      change(loss),
      significant(kl.last),
      significant(speed.last),
    ]),
    '<<>><<<>>',
  );
  for (const { run } of results) {
    if (run.state === 'finished') continue;
    output.line();
    output.line(`${run.id} ${run.state}${run.message ? `: ${run.message}` : ''}`);
    for (const line of run.tail) output.line(`  ${line}`);
    output.line(`  see: grpo-lab logs ${run.id}      go on: grpo-lab resume ${run.id}`);
  }
  output.line();
  for (const { run } of results) output.line(join(session.runsDir, run.id));
  output.value(results.map(({ run, ...numbers }) => ({ ...run, directory: join(session.runsDir, run.id), ...numbers })));
}

const firstAndLast = (trend: Trend | undefined): { first: number | null; last: number | null } => ({
  first: trend?.first ?? null,
  last: trend?.last ?? null,
});
