/** What each page may ask, answered from the store and the commands that explorer and palette use too. */
import { commands, workspace } from 'vscode';
import { isEvaluation } from '../../core/methods.js';
import { rewardModelMethods } from '../../experiment/origins.js';
import type { StoreClientQueries } from '../../store/questions.js';
import { canEvaluate, evaluate, resultsOf } from '../../contracts/benchmarks.js';
import { benchmarksOf, constantsOf, openDashboard, rewardsOf, seriesOf, trendsOf, type DashboardView } from '../../contracts/dashboard.js';
import { openDisagreements, type DisagreementsView } from '../../contracts/disagreements.js';
import { openGroup } from '../../contracts/group.js';
import { moreGroups, openGroups, type GroupsView } from '../../contracts/groups.js';
import { groupToCompare, usageOfMethods } from '../../contracts/methods.js';
import * as shared from '../../contracts/everyPage.js';
import { openRewardModel, type RewardModelView } from '../../contracts/rewardModel.js';
import { openSolution, traceOf } from '../../contracts/solution.js';
import { experimentToPlan } from '../../contracts/planner.js';
import { diffSolutions } from '../documents.js';
import { absenceOf } from './whyAbsent.js';
import { groupFor, usageOf } from './methodUsage.js';
import { ImportTab } from '../imports/importTab.js';
import { PlaygroundTab } from '../playground/playgroundTab.js';
import type { DashboardPurpose } from './opening.js';
import type { PagePanel } from './pagePanel.js';
import type { Router } from './router.js';
import type { PageSources } from './sources.js';
import { baseOf, stageChain } from '../stageChain.js';

/** Requests that every page may make and that need nothing of its tab. */
export function answerShared(router: Router, { store, bookmarks, links }: PageSources): void {
  router
    .on(shared.whyAbsent, ({ address }) => absenceOf(address, store))
    .on(shared.copyLink, async ({ address }) => {
      await links.copy(address);
      return null;
    })
    .on(shared.toggleBookmark, ({ address }) => bookmarks.toggle(address))
    .on(shared.isBookmarked, ({ address }) => bookmarks.has(address))
    .on(shared.diffSolutions, async ({ left, right }) => {
      await diffSolutions(left, right, store);
      return null;
    })
    .on(shared.runCommand, async ({ run, command }) => {
      if (!(await store.run(run))) throw new Error(`There is no run ${run} here any more.`);
      await commands.executeCommand(`grpoLab.run.${command}`, run);
      return null;
    })
    .on(shared.gradesOf, ({ run, step, group }) => store.otherGrades(run, step, group));
}

export function answerKind(page: PagePanel, sources: PageSources, purpose: () => DashboardPurpose): void {
  const { files, store } = sources;
  const { router } = page;
  switch (page.kind) {
    case 'dashboard':
      router
        .on(openDashboard, ({ run }) => dashboard(run, sources, purpose()))
        .on(seriesOf, ({ runs, ...question }) => store.series(runs, question))
        .on(trendsOf, ({ run, metrics, room }) => store.trends(run, metrics, room))
        .on(constantsOf, ({ run, atLeast }) => store.constants(run, atLeast))
        .on(rewardsOf, ({ run, step }) => store.rewards(run, step))
        .on(benchmarksOf, ({ run }) => store.benchmarks(run));
      return;
    case 'groups':
      router
        .on(openGroups, ({ run, step, limit }) => groups(run, step, limit, store))
        .on(moreGroups, ({ run, step, ...page }) => store.groups(run, step, page));
      return;
    case 'group':
      router.on(openGroup, ({ run, step, group }) => store.group(run, step, group));
      return;
    case 'solution':
      router
        .on(openSolution, (a) => store.solution(a.run, a.step, a.group, a.solution))
        .on(traceOf, (a) => store.trace(a.run, a.step, a.group, a.solution));
      return;
    case 'disagreements':
      router.on(openDisagreements, ({ run, grades, ...page }) => disagreements(run, grades, page, store));
      return;
    case 'benchmarks':
      router
        .on(resultsOf, (page) => store.allBenchmarks(page))
        .on(canEvaluate, () => workspace.isTrusted)
        .on(evaluate, async () => {
          await commands.executeCommand('grpoLab.evaluate');
          return null;
        });
      return;
    case 'methods':
      router
        .on(usageOfMethods, () => usageOf(store))
        .on(groupToCompare, ({ about }) => groupFor(about, store))
        .on(openSolution, (a) => store.solution(a.run, a.step, a.group, a.solution))
        .on(traceOf, (a) => store.trace(a.run, a.step, a.group, a.solution));
      return;
    case 'reward-model':
      router.on(openRewardModel, ({ run, question }) => rewardModel(run, question, store));
      return;
    case 'planner':
      router.on(experimentToPlan, async ({ about }) => (await import('./plannedExperiment.js')).plannedExperiment(about, files, store));
      return;
    case 'import':
      new ImportTab(page, sources.imports).answer();
      return;
    case 'playground':
      new PlaygroundTab(page, sources).answer();
  }
}

async function dashboard(id: string, { store, runs }: PageSources, purpose: DashboardPurpose): Promise<DashboardView | null> {
  const run = await store.run(id);
  if (!run) return null;
  const all = await runs.all();
  const others = all.filter((r) => r.id !== id);
  const near = (experiment: string): number => (experiment === run.experiment ? 0 : 1);
  others.sort((a, b) => near(a.experiment) - near(b.experiment) || b.created.localeCompare(a.created));
  const grouped = await store.groupSteps(id, isEvaluation(run.method) ? {} : { limit: 1 });
  const chain = stageChain(run, all);
  const first = chain.stages.at(0)?.run;
  const root = first === undefined ? null : first === id ? run : await store.run(first);
  return {
    run,
    metricNames: run.metricNames,
    groupStep: grouped.at(0) ?? null,
    groupSteps: isEvaluation(run.method) ? grouped.toReversed() : [],
    others,
    canControl: workspace.isTrusted,
    stages: { base: root && baseOf(root.resolved), ...chain },
    ...purpose,
  };
}

async function groups(run: string, step: number, limit: number, store: StoreClientQueries): Promise<GroupsView | null> {
  const [detail, summary, list] = await Promise.all([store.run(run), store.step(run, step), store.groups(run, step, { limit })]);
  const first = list.at(0);
  if (!detail || !summary || !first) return null;
  const evaluated = isEvaluation(detail.method) ? await store.benchmarks(run) : [];
  // The step's neighbours that have groups are known to each of its groups.
  const around = await store.group(run, step, first.group);
  return {
    run,
    runName: detail.name,
    step: summary,
    suite: evaluated.find((b) => b.step === step)?.suite ?? null,
    groups: list,
    previousStep: around?.previousStep ?? null,
    nextStep: around?.nextStep ?? null,
    lastStep: Math.max(detail.step, step),
  };
}

async function disagreements(
  run: string,
  grades: string,
  page: Parameters<StoreClientQueries['disagreements']>[2],
  store: StoreClientQueries,
): Promise<DisagreementsView | null> {
  const [detail, list, checkers] = await Promise.all([store.run(run), store.disagreements(run, grades, page), store.regrades(run)]);
  return detail && list && { ...list, run, runName: detail.name, checkers, direction: page.direction };
}

async function rewardModel(
  id: string,
  question: Parameters<StoreClientQueries['opinions']>[1],
  store: StoreClientQueries,
): Promise<RewardModelView | null> {
  const [run, opinions] = await Promise.all([store.run(id), store.opinions(id, question)]);
  if (!run) return null;
  const from = run.rewardModel;
  return {
    run: id,
    runName: run.name,
    trained: rewardModelMethods.includes(run.method),
    from: from && { ...from, name: (await store.run(from.run))?.name ?? null },
    curve: ['reward_model/accuracy', 'reward_model/loss'].find((name) => run.metricNames.includes(name)) ?? null,
    opinions,
  };
}
