import { allRows } from '../../core/listPages.js';
import { naturally } from '../../core/naturalOrder.js';
import { exactTime, extentText, percent, relativeTime, significant } from '../../core/format.js';
import { temperatureText } from '../../core/logpTemperature.js';
import { headline, remaining, stateText, stepText } from '../../words/runText.js';
import { sparkline } from '../../words/sparklineText.js';
import { diffExperiments, type Difference } from '../../experiment/diff.js';
import { boundsOf, metrics } from '../../protocol/metrics.js';
import type { StoreQueries } from '../../store/questions.js';
import { inOrderOfSuites, type RunDetail, type RunSeries, type Trend } from '../../store/views.js';
import { diskUse } from '../../protocol/diskUse.js';
import { diskText } from '../../words/diskText.js';
import { CliError } from '../exit.js';
import { knownRuns } from '../runRef.js';
import type { Output } from '../output.js';
import { marksOf } from './showMarks.js';

/** Steps of a curve in JSON. */
const POINTS = 200;
const CURVE_WIDTH = 24;
const SHOWN_PROBLEMS = 5;

/** @param job where it is carried out and why it waits, where that is not this machine */
export async function showRun(output: Output, store: StoreQueries, id: string, job?: string): Promise<void> {
  const run = store.run(id);
  if (!run) throw new CliError(`${id} is gone.`);
  const metricNames = (await allRows((after) => store.metricNames(id, { after }))).sort(naturally);
  const trends = metricNames.flatMap((metric) => store.trends(id, [metric], CURVE_WIDTH));
  const checkpoints = await allRows((after) => store.checkpoints(id, { after }));
  const benchmarks = (await allRows((after) => store.benchmarks(id, { after }))).sort(inOrderOfSuites);
  const disk = await diskUse(run.directory).catch(() => null); // not to be measured: the line is left out, and null in JSON
  const problems = await allRows((after) => store.problems(id, { after }));
  const { marks, facts } = await marksOf(store, { run: id });
  const labels = await allRows((after) => store.labels(id, { after }));
  const before = await previousRun(store, run);
  const changes = before ? diffExperiments(before.resolved, run.resolved) : [];
  output.line(`${run.name}  ${stateText(run)}  ${stepText(run)}  ${[headline(run), remaining(run)].filter(Boolean).join(' · ')}`);
  if (run.message) output.line(run.message);
  if (job !== undefined) output.line(job);
  for (const line of run.tail) output.line(`  ${line}`);
  output.line();
  output.facts([
    ['experiment', `${run.experiment} (${run.method}, ${run.backend})${run.experimentPath === null ? '' : `  ${run.experimentPath}`}`],
    ['starts from', run.parent && `${run.parent.run}, step ${run.parent.step}`],
    ['reward model', run.rewardModel && `${run.rewardModel.run}, step ${run.rewardModel.step}`],
    [`since ${before?.name ?? ''}`, changes.map(changeText).join(', ')],
    [
      run.importedFrom === null ? 'started' : 'imported',
      `${exactTime(run.created)} (${relativeTime(run.created, Date.now())}) on ${run.host}`,
    ],
    ['log-probabilities', run.logpTemperatures.trainer === null ? null : temperatureText(run.logpTemperatures.trainer)],
    ['seed, threads', `${run.seed ?? '–'}, ${run.threads ?? '–'}`],
    ['git', run.git && `${run.git.commit.slice(0, 12)}${run.git.dirty ? ', with uncommitted changes' : ''}`],
    [
      'versions',
      Object.entries(run.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['checkpoints', checkpoints.map((c) => c.step).join(', ')],
    ['on disk', disk && diskText(disk)],
    ...facts,
    ['labels', labels.map(({ label, places }) => `${label} ${places}`).join(', ')],
    ['problems', run.problems > 0 ? String(run.problems) : ''],
    ['directory', run.directory],
  ]);
  for (const { file, line, reason } of problems.slice(0, SHOWN_PROBLEMS))
    output.line(`  ${file}${line > 0 ? `, line ${line}` : ''}: ${reason}`);
  if (run.problems > SHOWN_PROBLEMS) output.line(`  … and ${run.problems - SHOWN_PROBLEMS} more; --json lists those that are kept`);
  if (trends.length > 0) output.line();
  output.table(['metric', 'first', 'last', '', 'range'], inOrder(trends).map(curveRow), '<>><<');
  if (benchmarks.length > 0) output.line();
  output.table(
    benchmarks.length > 0 ? ['benchmark', 'step', 'accuracy', 'questions', 'checker'] : [],
    benchmarks.map((b) => [`${b.suite} (${b.mode})`, String(b.step), percent(b.value), String(b.n), b.checker ?? '']),
    '<>>>',
  );
  const regrades = await allRows((after) => store.regrades(id, { after }));
  if (regrades.length > 0) output.line();
  if (regrades.length > 0)
    output.table(
      ['other checker', 'solutions', 'agree', 'right → wrong', 'wrong → right', 'undecided', 'right'],
      regrades.map((r) => [
        r.original === null ? r.checker : `${r.checker} (beside ${r.original})`,
        String(r.solutions),
        percent(r.share),
        String(r.rightToWrong),
        String(r.wrongToRight),
        String(r.undecided),
        r.solutions === 0 ? '' : percent(r.rightNow / r.solutions),
      ]),
      '<>>>>>>',
    );
  output.value({
    ...run,
    metricNames,
    disk,
    previous: before?.id ?? null,
    changes,
    series: metricNames.flatMap((metric) => store.series([id], { metrics: [metric], room: POINTS }).map(alone)),
    checkpoints,
    benchmarks,
    regrades,
    marks,
    labels,
    problemList: problems,
  });
}

/** The run of the same experiment before this one: what was changed between them is what one wants to know. */
async function previousRun(store: StoreQueries, run: RunDetail): Promise<RunDetail | null> {
  const earlier = (await knownRuns(store)).filter((r) => r.experiment === run.experiment && r.number < run.number);
  const previous = earlier.sort((a, b) => b.number - a.number).at(0);
  return previous ? store.run(previous.id) : null;
}

/** `method.beta 0.04 → 0.1` */
function changeText({ key, before, after }: Difference): string {
  const written = (value: unknown): string => (value === undefined ? 'unset' : JSON.stringify(value));
  return `${key} ${written(before)} → ${written(after)}`;
}

function curveRow({ metric, first, last, low, high, means, brokenSince }: Trend): string[] {
  const broken = brokenSince === null ? '' : `, not a number since step ${brokenSince}`;
  return [
    metric,
    significant(first),
    significant(last),
    sparkline(means, boundsOf(metric), CURVE_WIDTH),
    `${extentText(low, high)}${broken}`,
  ];
}

/** A chart of one metric as that metric. */
const alone = ({ metrics: [{ metric, count, value, breaks }], ...chart }: RunSeries) => ({ ...chart, metric, count, value, breaks });

/** Known metrics in the order of their list, then all others by name. */
function inOrder(trends: readonly Trend[]): Trend[] {
  const order = Object.keys(metrics);
  const rank = (s: Trend): number => (order.includes(s.metric) ? order.indexOf(s.metric) : order.length);
  return [...trends].sort((a, b) => rank(a) - rank(b) || naturally(a.metric, b.metric));
}
