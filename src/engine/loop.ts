import { setImmediate } from 'node:timers/promises';
import { mean } from '../core/stats.js';
import { checkpointSteps } from './checkpoint.js';
import { Clock } from './clock.js';
import { greedyAccuracy } from './evaluate.js';
import type { Journal } from './journal.js';
import { groupMetrics, measure, type Values } from './measures.js';
import type { Explorer, Phase } from './methods/method.js';
import type { Optimiser, UpdateStats } from './model/policy.js';
import { learningRate } from './schedule.js';
import { benchmarkTasks, drawDemonstration, drawTask } from './tasks/questions.js';
import type { Task } from './tasks/task.js';
import type { Trainer } from './trainer.js';

/** A benchmark with its questions. */
interface Suite {
  name: 'held-out' | 'validation';
  every: number;
  tasks: Task[];
}

/**
 * The one loop that all methods share: explore, update μ times, evaluate when due, record, checkpoint when due.
 * What a step found is in the run directory before its checkpoint is.
 */
export class Loop {
  private readonly clock = new Clock();
  private readonly explorer: Explorer;
  private readonly suites: Suite[];

  constructor(
    private readonly t: Trainer,
    private readonly journal: Journal,
  ) {
    const { experiment, policy, reference, random } = t;
    this.explorer = {
      experiment,
      policy,
      reference,
      nextTask: () => drawTask(experiment.data, 'train', random.data),
      nextDemonstration: () => drawDemonstration(experiment.data, random.data),
      random: random.sample.next,
      phase: (phase, work) => this.phase(phase, work),
    };
    this.suites = experiment.benchmarks.map(({ suite, size, every }) => {
      const tasks = benchmarkTasks(experiment.data, suite, size);
      if (tasks.length < size)
        journal.log('warning', `The ${suite} benchmark has ${tasks.length} questions, not ${size}: the levels hold no more.`);
      return { name: suite, every, tasks };
    });
  }

  /**
   * Runs to the last step, or to the end of the step in which `stopRequested` becomes true.
   * @returns how it ended; a checkpoint of its last step is then written
   */
  async run(stopRequested: () => boolean): Promise<'finished' | 'stopped'> {
    const { t, journal } = this;
    const { steps, checkpoints } = t.experiment;
    if (t.step === 0) journal.metrics({ ...(await this.evaluate(this.suites)), ...this.clock.lap() });
    while (t.step < steps) {
      // Signals arrive between turns of the event loop, which the graphs block.
      await setImmediate();
      if (stopRequested()) break;
      await this.step(t.step + 1);
      if (t.step % checkpoints.every === 0) await this.phase('record', () => journal.checkpoint());
    }
    if (checkpointSteps(t.runDir).at(-1) !== t.step) await this.phase('record', () => journal.checkpoint());
    return t.step < steps ? 'stopped' : 'finished';
  }

  private async step(step: number): Promise<void> {
    const { t, journal } = this;
    const { experiment, method, policy } = t;
    const optimiser = this.optimiser(step);

    const { batch, groups } = await method.explore(this.explorer);
    const updates: UpdateStats[] = [];
    await this.phase('train', async () => {
      while (updates.length < method.updates) updates.push(await policy.update(batch, method.objective, optimiser));
    });
    const last = updates[updates.length - 1];
    const tokens = batch.sequences.reduce((n, s) => n + s.response.length, 0);
    t.step = step;
    t.tokens += tokens;

    const accuracies = await this.evaluate(this.suites.filter((s) => step % s.every === 0 || step === experiment.steps));
    const measured = measure(groups, last.logp);
    await this.phase('record', () => journal.groups(measured));

    const seconds = this.clock.lap();
    journal.metrics({
      loss: mean(updates.map((u) => u.loss)),
      grad_norm: mean(updates.map((u) => u.gradNorm)),
      learning_rate: optimiser.learningRate,
      entropy: last.entropy.reduce((sum, e) => sum + e.reduce((a, b) => a + b, 0), 0) / tokens,
      ...groupMetrics(measured, method.clip),
      ...accuracies,
      'tokens/total': t.tokens,
      'tokens/per_second': tokens / (seconds['seconds/step'] - seconds['seconds/evaluate']),
      ...seconds,
    });
  }

  private optimiser(step: number): Optimiser {
    const { optimiser: o, steps } = this.t.experiment;
    const { beta1, beta2, weight_decay: weightDecay, max_grad_norm: maxGradNorm } = o;
    return { learningRate: learningRate(o, step, steps), beta1, beta2, weightDecay, maxGradNorm };
  }

  /** Greedy accuracies, written as benchmark results; returned as metrics. */
  private async evaluate(suites: readonly Suite[]): Promise<Values> {
    const values: Values = {};
    for (const { name, tasks } of suites) {
      const accuracy = await this.phase('evaluate', () => greedyAccuracy(this.t.policy, tasks, this.t.experiment.sampling.max_tokens));
      this.journal.benchmark(name, accuracy);
      values[name === 'held-out' ? 'accuracy/held_out' : 'accuracy/validation'] = accuracy.value;
    }
    return values;
  }

  private phase<T>(phase: Phase, work: () => T | Promise<T>): Promise<T> {
    this.journal.phase(phase);
    return this.clock.time(phase, work);
  }
}
