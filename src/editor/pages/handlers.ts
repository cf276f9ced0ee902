/** What each page may ask, answered from the store and the commands that explorer and palette use too. */
import { commands, workspace } from 'vscode';
import { allRows } from '../../core/listPages.js';
import type { Failure } from '../../core/failures.js';
import { isEvaluation } from '../../core/methods.js';
import type { TokenMeasure } from '../../core/worstTokens.js';
import { rewardModelMethods } from '../../experiment/origins.js';
import type { LastExamination } from '../../examination/lastExamination.js';
import type { StoreClientQueries } from '../../store/questions.js';
import { worstTokens } from '../../store/worstTokens.js';
import {
  inOrderOfSuites,
  isLive,
  type BenchmarkView,
  type Direction,
  type GroupPlace,
  type TimeWindow,
  type TokenScope,
  type WorstTokens,
} from '../../store/views.js';
import { canEvaluate, evaluate, resultsOf } from '../../contracts/benchmarks.js';
import {
  benchmarksOf,
  constantsOf,
  ledgerOf,
  openDashboard,
  rewardsOf,
  seriesOf,
  trendsOf,
  type DashboardView,
} from '../../contracts/dashboard.js';
import { findingsOf, openDoctor, type NamedFinding } from '../../contracts/doctor.js';
import { openDisagreements, type DisagreementsView } from '../../contracts/disagreements.js';
import { moreSolutions, openGroup, stepNumbersOf, stepVerdictsOf } from '../../contracts/group.js';
import { moreGroups, openGroups, spreadOf, type GroupsView } from '../../contracts/groups.js';
import { groupToCompare, usageOfMethods } from '../../contracts/methods.js';
import * as shared from '../../contracts/everyPage.js';
import type { RequestType } from '../../contracts/messaging.js';
import { resourcesFrom, resourcesOf, type ResourcesView } from '../../contracts/resources.js';
import { listQuestions, modesOf, openQuestion } from '../../contracts/question.js';
import { openRewardModel, type RewardModelView } from '../../contracts/rewardModel.js';
import { openSolution, traceOf } from '../../contracts/solution.js';
import { openThenNow, readingLimit, readThenNow } from '../../contracts/thenNow.js';
import { openTokens } from '../../contracts/tokens.js';
import { openTimeline, timelineWindow, type TimelineView, type TimelineWindow } from '../../contracts/timeline.js';
import { experimentToPlan } from '../../contracts/planner.js';
import { diffSolutions } from '../documents.js';
import { metricPage } from './metricPage.js';
import { pictureUrl } from './picture.js';
import { stepNumbers, verdictsOfStep } from '../../store/stepNumbers.js';
import { modesOverTraining } from './modesOverTraining.js';
import { questionAt, questionsOf } from './questionPage.js';
import { thenNowOf } from './thenNowPage.js';
import { absenceOf } from './whyAbsent.js';
import { groupFor, usageOf } from './methodUsage.js';
import { FindTab } from '../finding/findTab.js';
import { ImportTab } from '../imports/importTab.js';
import { PlaygroundTab } from '../playground/playgroundTab.js';
import { PreflightTab } from '../preflight/preflightTab.js';
import type { PagePurpose } from './opening.js';
import type { PagePanel } from './pagePanel.js';
import type { RequestContext, Router } from './router.js';
import type { PageSources } from './sources.js';
import { settings } from '../settings.js';
import { baseOf, stageChain } from '../stageChain.js';

/**
 * How handlers are told of that need the store: they ask for the page, so that what the page does not want any more is not
 * answered to the end, and it hears how far a long answer is.
 */
const answering =
  (router: Router, { asking }: PageSources) =>
  <P, R>(type: RequestType<P, R>, handler: (params: P, store: StoreClientQueries) => R | Promise<R>): void =>
    void router.on(type, (params, context) => handler(params, asking(context)));

/** Labels and notes of one thing, and labels of a run: more nobody reads on a page. */
const mostMarks = 1000;

/** Requests that every page may make and that need nothing of its tab. */
export function answerShared(router: Router, sources: PageSources): void {
  const { store, bookmarks, links, marking } = sources;
  const on = answering(router, sources);
  router
    .on(shared.copyLink, async ({ address }) => {
      await links.copy(address);
      return null;
    })
    .on(shared.toggleBookmark, ({ address }) => bookmarks.toggle(address))
    .on(shared.isBookmarked, ({ address }) => bookmarks.has(address))
    .on(shared.markAddresses, (request) => marking.mark(request))
    .on(shared.diffSolutions, async ({ left, right }) => {
      await diffSolutions(left, right, store);
      return null;
    })
    .on(shared.runCommand, async ({ run, command }) => {
      if (!(await store.run(run))) throw new Error(`There is no run ${run} here any more.`);
      await commands.executeCommand(`grpoLab.run.${command}`, run);
      return null;
    });
  on(shared.pictureOf, async ({ run, media }, store) => {
    const detail = await store.run(run);
    if (!detail) throw new Error(`There is no run ${run} here any more.`);
    return pictureUrl(detail.directory, media);
  });
  on(shared.marksOf, async ({ address: { run, step, group, solution } }, store) => ({
    marks: await allRows((after) => store.marks(run, { step, group, solution }, { after }), mostMarks),
    author: await marking.author(run),
  }));
  on(shared.labelsOf, ({ run }, store) => allRows((after) => store.labels(run, { after }), mostMarks));
  // Read for as long as that may take, and then answered with what was read.
  router.on(shared.nearDuplicatesOf, ({ run, scope }, waiting) =>
    sources
      .asking({ ...waiting, limitMs: 4 * shared.nearReadingLimit })
      .nearDuplicates(run, scope, { rows: shared.mostNearRows, budgetMs: shared.nearReadingLimit }),
  );
  on(shared.whyAbsent, ({ address }, store) => absenceOf(address, store));
  on(shared.verdictsOf, ({ run, step, group }, store) => allRows((after) => store.otherVerdicts(run, step, group, { after })));
  on(shared.gradesOf, ({ run, step, group, solution }, store) =>
    allRows((after) => store.otherGrades(run, step, group, { only: solution, after })),
  );
}

export function answerKind(page: PagePanel, sources: PageSources, purpose: () => PagePurpose): void {
  const { files, store, diagnoses } = sources;
  const { router } = page;
  const on = answering(router, sources);
  const onSolutions = (): void => {
    on(openSolution, (a, store) => store.solution(a.run, a.step, a.group, a.solution));
    on(traceOf, (a, store) => store.trace(a.run, a.step, a.group, a.solution));
  };
  switch (page.kind) {
    case 'dashboard':
      on(openDashboard, (request, store) => dashboard(request, store, sources, purpose()));
      on(seriesOf, ({ runs, ...question }, store) => store.series(runs, question));
      on(trendsOf, ({ run, metrics, room }, store) => store.trends(run, metrics, room));
      on(constantsOf, ({ run, atLeast }, store) => allRows((after) => store.constants(run, atLeast, { after })));
      on(ledgerOf, ({ run, room }, store) => store.ledger(run, { room }));
      on(rewardsOf, ({ run, step }, store) => store.rewards(run, step));
      router.on(findingsOf, async ({ run }, waiting) => namedFindings(await diagnoses.known(run, waiting)));
      on(benchmarksOf, ({ run }, store) => benchmarks(run, store));
      on(resourcesOf, ({ run, room }, store) => resources(run, room, store));
      return;
    case 'groups':
      on(openGroups, async ({ run, step, ...page }, store) => {
        const view = await groups(run, step, page, store);
        return view && { ...view, narrow: purpose().narrow };
      });
      on(moreGroups, ({ run, step, ...page }, store) => store.groups(run, step, page));
      on(spreadOf, async ({ run, step }, store) => {
        const [rewards, lengths] = await Promise.all([store.rewards(run, step), store.lengths(run, step)]);
        return { rewards, lengths };
      });
      return;
    case 'question':
      on(listQuestions, ({ run, ...choice }, store) => questionsOf(run, choice, store));
      on(openQuestion, ({ run, step, group }, store) => questionAt(run, step, group, store));
      router.on(modesOf, ({ run }, context) => modesOverTraining(run, sources.asking(context), context.progress));
      on(moreSolutions, ({ run, step, group, ...page }, store) => store.solutions(run, step, group, page));
      onSolutions();
      return;
    case 'then-now':
      on(openThenNow, (request, store) => thenNowOf(request, store, sources.runs));
      // Read for as long as that may take, and then answered with what was read.
      router.on(readThenNow, (request, waiting) =>
        sources.asking({ ...waiting, limitMs: 2 * readingLimit }).thenNowTexts(request.then.run, { ...request, budgetMs: readingLimit }),
      );
      onSolutions();
      return;
    case 'group':
      on(openGroup, ({ run, step, group }, store) => store.group(run, step, group));
      on(moreSolutions, ({ run, step, group, ...page }, store) => store.solutions(run, step, group, page));
      on(stepNumbersOf, ({ run, step }, store) => stepNumbers(run, step, store));
      on(stepVerdictsOf, ({ run, step, grades }, store) => verdictsOfStep(run, step, grades, store));
      onSolutions();
      return;
    case 'solution':
      onSolutions();
      return;
    case 'disagreements':
      on(openDisagreements, ({ run, grades, ...page }, store) => disagreements(run, grades, page, store));
      return;
    case 'doctor':
      router.on(openDoctor, async ({ run }, waiting) => {
        const [detail, found] = [await store.run(run), await diagnoses.of(run, waiting)];
        if (!detail || !found) return null;
        const { examined, seconds } = found;
        return { run, runName: detail.name, isLive: isLive(detail.state), step: detail.step, seconds, examined };
      });
      return;
    case 'tokens':
      router.on(openTokens, (what, context) => tokens(what, sources.asking(context), context));
      return;
    case 'timeline':
      on(openTimeline, ({ run, bars, ...window }, store) => timeline(run, bars, window, store));
      on(timelineWindow, ({ run, ...window }, store) => timelineIn(run, window, store));
      return;
    case 'benchmarks':
      on(resultsOf, (page, store) => store.allBenchmarks(page));
      router
        .on(canEvaluate, () => workspace.isTrusted)
        .on(evaluate, async () => {
          await commands.executeCommand('grpoLab.evaluate');
          return null;
        });
      return;
    case 'methods':
      on(usageOfMethods, (_, store) => usageOf(store));
      on(groupToCompare, ({ about }, store) => groupFor(about, store));
      onSolutions();
      return;
    case 'reward-model':
      on(openRewardModel, ({ run, question }, store) => rewardModel(run, question, store));
      return;
    case 'planner':
      router.on(experimentToPlan, async ({ about }) => (await import('./plannedExperiment.js')).plannedExperiment(about, files, store));
      return;
    case 'find':
      new FindTab(page, sources).answer();
      return;
    case 'import':
      new ImportTab(page, sources.imports).answer();
      return;
    case 'playground':
      new PlaygroundTab(page, sources).answer();
      return;
    case 'preflight':
      new PreflightTab(page, sources).answer();
  }
}

const namedFindings = (last: LastExamination | null): NamedFinding[] | null =>
  last?.findings.map(({ until = null, serious = true, ...finding }) => ({ ...finding, until, serious })) ?? null;

const benchmarks = async (run: string, store: StoreClientQueries): Promise<BenchmarkView[]> =>
  (await allRows((after) => store.benchmarks(run, { after }))).sort(inOrderOfSuites);

async function dashboard(
  { run: id, named = [], ...wanted }: { run: string; metricsAfter?: string; search?: string; named?: string[] },
  store: StoreClientQueries,
  { runs }: PageSources,
  purpose: PagePurpose,
): Promise<DashboardView | null> {
  const run = await store.run(id);
  if (!run) return null;
  const all = await runs.all();
  const others = all.filter((r) => r.id !== id);
  const near = (experiment: string): number => (experiment === run.experiment ? 0 : 1);
  others.sort((a, b) => near(a.experiment) - near(b.experiment) || b.created.localeCompare(a.created));
  const metricNames = await allRows((after) => store.metricNames(id, { after, limit: 10_000 }));
  const evaluated = isEvaluation(run.method);
  const grouped = await allRows((before) => store.groupSteps(id, { before, ...(!evaluated && { limit: 1 }) }), evaluated ? Infinity : 1);
  const chain = stageChain(run, all);
  const first = chain.stages.at(0)?.run;
  const root = first === undefined ? null : first === id ? run : await store.run(first);
  return {
    run,
    ...metricPage(metricNames, { ...wanted, named: purpose.curve === undefined ? named : [...named, purpose.curve] }),
    metricCount: metricNames.length,
    hasCurves: evaluated && run.import !== null && (await store.hasCurves(id)),
    groupStep: grouped.at(0) ?? null,
    groupSteps: evaluated ? grouped.reverse() : [],
    others,
    canControl: workspace.isTrusted,
    stages: { base: root && baseOf(root.resolved), ...chain },
    ...purpose,
  };
}

async function groups(
  run: string,
  step: number,
  page: { limit: number; only: Failure[] },
  store: StoreClientQueries,
): Promise<GroupsView | null> {
  const [detail, summary, { rows, next }] = await Promise.all([store.run(run), store.step(run, step), store.groups(run, step, page)]);
  const first = rows.at(0) ?? (await store.groups(run, step, { limit: 1 })).rows.at(0);
  if (!detail || !summary || !first) return null;
  const evaluated = isEvaluation(detail.method) ? await benchmarks(run, store) : [];
  // The step's neighbours that have groups are known to each of its groups.
  const around = await store.group(run, step, first.group);
  return {
    run,
    runName: detail.name,
    logpTemperatures: detail.logpTemperatures,
    step: summary,
    suite: evaluated.find((b) => b.step === step)?.suite ?? null,
    only: page.only,
    groups: rows,
    next,
    previousStep: around?.previousStep ?? null,
    nextStep: around?.nextStep ?? null,
    lastStep: Math.max(detail.step, step),
  };
}

async function disagreements(
  run: string,
  grades: string,
  page: { direction: Direction; limit: number },
  store: StoreClientQueries,
): Promise<DisagreementsView | null> {
  const { direction, limit } = page;
  const portion = { direction, limit: Math.min(limit, 1000) };
  const [detail, found, checkers] = await Promise.all([
    store.run(run),
    store.disagreements(run, grades, portion),
    allRows((after) => store.regrades(run, { after })),
  ]);
  if (!detail || !found) return null;
  // Long answers make short pages: on to as many groups as were asked for.
  const further = async (after: GroupPlace | undefined) =>
    (await store.disagreements(run, grades, { ...portion, after: after ?? found.next ?? undefined })) ?? { rows: [], next: null };
  const more = found.next === null ? [] : await allRows(further, limit - found.rows.length);
  return { ...found, rows: [...found.rows, ...more], run, runName: detail.name, checkers, direction };
}

/** Piece by piece, until all is read, its time is up, or the page wants something else. */
async function tokens(
  { run, by, top, seconds, ...scope }: TokenScope & { run: string; by: TokenMeasure; top: number; seconds: number },
  store: StoreClientQueries,
  { progress }: RequestContext,
): Promise<WorstTokens | null> {
  let last: WorstTokens | null = null;
  for await (const state of worstTokens(store, run, scope, { by, top, limitMs: seconds * 1000 })) {
    last = state;
    // By KL few of the traces are read: how many is known at the end.
    if (state !== null && by !== 'kl') progress(state.read, state.plan.traces);
  }
  return last !== null && (scope.step === undefined || last.plan.solutions > 0) ? last : null;
}

async function timeline(id: string, bars: number, window: TimeWindow, store: StoreClientQueries): Promise<TimelineView | null> {
  const [run, shares, grouped, shown] = await Promise.all([
    store.run(id),
    store.timeShares(id, { room: bars }),
    store.groupSteps(id, { limit: 1 }),
    timelineIn(id, window, store),
  ]);
  return run && { run: id, runName: run.name, isLive: isLive(run.state), shares, hasGroups: grouped.rows.length > 0, ...shown };
}

async function resources(id: string, room: number, store: StoreClientQueries): Promise<ResourcesView | null> {
  const [run, memory, speed] = await Promise.all([store.run(id), store.deviceMemory(id), store.speed(id, { room })]);
  return run && resourcesFrom(run, { memory, speed }, settings.devicePeaks());
}

/** Spans, and what was measured in the same time. */
async function timelineIn(run: string, window: TimeWindow, store: StoreClientQueries): Promise<TimelineWindow> {
  const timeline = await store.timeline(run, window);
  const { room } = window;
  const telemetry = await store.telemetry(run, timeline && timeline.spans > 0 ? { room, from: timeline.from, to: timeline.to } : { room });
  return { timeline, telemetry };
}

async function rewardModel(
  id: string,
  question: Parameters<StoreClientQueries['opinions']>[1],
  store: StoreClientQueries,
): Promise<RewardModelView | null> {
  const [run, opinions, curves] = await Promise.all([
    store.run(id),
    store.opinions(id, question),
    store.trends(id, ['reward_model/accuracy', 'reward_model/loss'], 1),
  ]);
  if (!run) return null;
  const from = run.rewardModel;
  return {
    run: id,
    runName: run.name,
    trained: rewardModelMethods.includes(run.method),
    from: from && { ...from, name: (await store.run(from.run))?.name ?? null },
    curve: curves.at(0)?.metric ?? null,
    opinions,
  };
}
