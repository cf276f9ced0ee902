import { setImmediate } from 'node:timers/promises';
import type { MetricValues } from '../protocol/metrics.js';
import type { Phase } from './clock.js';
import type { Sampler } from './sampling.js';
import { mean } from '../core/stats.js';
import { checker } from '../grading/grade.js';
import { checkpointSteps } from './checkpoint.js';
import { Clock } from './clock.js';
import { evaluateSuite, type Suite } from './evaluateSuite.js';
import { evaluateRewardModel } from './evaluateRewardModel.js';
import { heldOutLoss, type DocumentSuite } from './corpus/heldOut.js';
import type { Journal } from './journal.js';
import { groupMetrics, measure } from './groupMeasures.js';
import { LoadMeter } from './processLoad.js';
import type { Explorer, Lesson } from './methods/method.js';
import type { Optimiser, UpdateStats } from './model/policy.js';
import { Random } from './random.js';
import { learningRate } from './schedule.js';
import { suitesOf } from './suites.js';
import { sampledTokens, trainedTokens } from './tokenCounts.js';
import { drawDemonstration, drawTask, questionsIn } from './tasks/taskQuestions.js';
import type { Trainer } from './trainer.js';

/**
 * The one loop that all methods share: explore, update μ times, evaluate when due, record, checkpoint when due.
 * What a step found is in the run directory before its checkpoint is.
 */
export class Loop {
  private readonly clock = new Clock();
  private readonly load = new LoadMeter();
  /** The step that is worked on. */
  private current: number;
  private readonly explorer: Explorer;
  private readonly suites: (Suite | DocumentSuite)[];

  constructor(
    private readonly t: Trainer,
    private readonly journal: Journal,
  ) {
    const { experiment, policy, reference, critic, rewardModel, corpus, random } = t;
    this.current = t.step;
    this.suites = suitesOf(experiment, corpus, (message) => journal.log('warning', message));
    this.explorer = {
      experiment,
      policy,
      reference,
      critic,
      rewardModel,
      corpus,
      optimiser: this.optimiser(t.step + 1),
      nextTask: () => drawTask(questionsIn(experiment.data), 'train', random.data),
      nextDemonstration: () => drawDemonstration(questionsIn(experiment.data), random.data),
      random: random.sample.next,
      suites: this.suites,
      evaluator: (suite) => this.evaluator(suite),
      phase: (phase, work) => this.phase(phase, work),
    };
  }

  /**
   * Runs to the last step, or to the end of the step in which `stopRequested` becomes true.
   * @returns how it ended; a checkpoint of its last step is then written
   */
  async run(stopRequested: () => boolean): Promise<'finished' | 'stopped'> {
    const { t, journal } = this;
    const { steps, checkpoints } = t.experiment;
    if (t.step === 0) journal.metrics({ ...(await this.evaluate(this.due(0))), ...this.clock.lap() });
    while (t.step < steps) {
      // Signals arrive between turns of the event loop, which the graphs block.
      await setImmediate();
      if (stopRequested()) break;
      await this.step(t.step + 1);
      if (t.step % checkpoints.every === 0) await this.phase('checkpoint', () => journal.checkpoint());
    }
    if (checkpointSteps(t.runDir).at(-1) !== t.step) await this.phase('checkpoint', () => journal.checkpoint());
    return t.step < steps ? 'stopped' : 'finished';
  }

  private async step(step: number): Promise<void> {
    const { t, journal } = this;
    const { method } = t;
    this.current = step;
    this.explorer.optimiser = this.optimiser(step);

    const { groups, lessons, rows, values, results = [] } = await method.explore(this.explorer, step);
    const learned = await this.phase('train', () => this.learn(lessons));
    const tokens = lessons.at(0)?.batch.sequences.reduce((n, s) => n + s.response.length, 0) ?? 0;
    t.step = step;
    t.tokens += tokens;

    for (const result of results) journal.benchmark(result.suite, result);
    const accuracies = await this.evaluate(this.due(step));
    const measured = measure(groups, learned.logp, rows);
    await this.phase('record', () => journal.groups(measured));

    const seconds = this.clock.lap();
    journal.metrics({
      ...learned.values,
      learning_rate: this.explorer.optimiser.learningRate,
      // What a benchmark's solutions say stands in its results.
      ...(results.length === 0 && groupMetrics(measured, method.clip)),
      ...values,
      ...accuracies,
      'tokens/total': t.tokens,
      ...(seconds['seconds/sample'] > 0 && results.length === 0 && { 'tokens/sampled': sampledTokens(groups) }),
      ...trainedTokens(lessons, method.updates),
      'tokens/per_second': tokens / (seconds['seconds/step'] - seconds['seconds/evaluate']),
      ...seconds,
    });
    journal.telemetry(this.load.read());
  }

  /**
   * μ updates of each model. Every number noted at an update is averaged over the step's updates; log π_θ and entropy are the last one's.
   */
  private async learn(lessons: readonly Lesson[]): Promise<{ logp: Float32Array[]; values: MetricValues }> {
    const { policy, critic, rewardModel, method } = this.t;
    const { optimiser } = this.explorer;
    const seen = new Map<string, number[]>();
    const note = (name: string, value: number) => seen.set(name, [...(seen.get(name) ?? []), value]);
    let last: UpdateStats | undefined;
    for (let u = 0; u < method.updates; u++) {
      for (const { model, batch, objective } of lessons) {
        switch (model) {
          case 'policy':
            last = await policy.update(batch, objective, optimiser);
            note('loss', last.loss);
            note('grad_norm', last.gradNorm);
            break;
          case 'critic': {
            const learningRate = method.criticLearningRate ?? optimiser.learningRate;
            const { loss, gradNorm } = await critic!.update(batch, objective, { ...optimiser, learningRate });
            note('critic/loss', loss);
            note('critic/grad_norm', gradNorm);
            break;
          }
          case 'reward_model': {
            const { loss, gradNorm } = await rewardModel!.model.update(batch, objective, optimiser);
            note('reward_model/loss', loss);
            note('reward_model/grad_norm', gradNorm);
            break;
          }
        }
      }
    }
    const values: MetricValues = Object.fromEntries([...seen].map(([name, xs]) => [name, mean(xs)]));
    if (last) values.entropy = mean(last.entropy.flatMap((e) => [...e]));
    return { logp: last?.logp ?? [], values };
  }

  private optimiser(step: number): Optimiser {
    const { optimiser: o, steps } = this.t.experiment;
    const { beta1, beta2, weight_decay: weightDecay, max_grad_norm: maxGradNorm } = o;
    return { learningRate: learningRate(o, step, steps), beta1, beta2, weightDecay, maxGradNorm };
  }

  /** The benchmarks of a step. An evaluation runs them itself, one a step. */
  private due(step: number): (Suite | DocumentSuite)[] {
    const { method, steps } = this.t.experiment;
    return method.name === 'evaluate' ? [] : this.suites.filter((s) => step % s.every === 0 || step === steps);
  }

  /** What the policy (or the reward model that is trained) is worth on the suites, written as benchmark results; returned as metrics. */
  private async evaluate(suites: readonly (Suite | DocumentSuite)[]): Promise<MetricValues> {
    const values: MetricValues = {};
    const { method, rewardModel, experiment, step } = this.t;
    if (method.needs.rewardModel && rewardModel) {
      for (const { name, tasks } of suites.filter((s) => 'tasks' in s)) {
        const random = Random.derive(experiment.seed, `reward model on ${name} at ${step}`).next;
        const judged = await evaluateRewardModel({ ...this.explorer, random }, rewardModel, tasks);
        this.journal.benchmark(name, { mode: 'pairs in order', value: judged.accuracy, n: judged.pairs, checker });
        values['reward_model/accuracy'] = judged.accuracy;
        values['reward_model/calibration_error'] = judged.calibrationError;
      }
      return values;
    }
    for (const suite of suites) {
      if ('sources' in suite) {
        Object.assign(values, await this.phase('evaluate', () => heldOutLoss(this.t.policy, suite)));
        continue;
      }
      const { results } = await evaluateSuite(this.evaluator(suite.name), suite);
      for (const result of results) this.journal.benchmark(suite.name, result);
      // Curves beside the others: of the suites that every experiment has.
      if (suite.name === 'held-out') values['accuracy/held_out'] = results[0].value;
      if (suite.name === 'validation') values['accuracy/validation'] = results[0].value;
    }
    return values;
  }

  /** Draws from a stream of its own: evaluating shifts nothing else, and happens alike after a resume. */
  private evaluator(suite: string): Sampler {
    const { policy, experiment, step } = this.t;
    const { next: random } = Random.derive(experiment.seed, `evaluation of ${suite} at ${step}`);
    return { policy, maxTokens: experiment.sampling.max_tokens, random, phase: (_, work) => this.phase('evaluate', work) };
  }

  private async phase<T>(phase: Phase, work: () => T | Promise<T>): Promise<T> {
    this.journal.phase(phase);
    const { result, ...interval } = await this.clock.time(phase, work);
    this.journal.span(phase, this.current, interval);
    return result;
  }
}
