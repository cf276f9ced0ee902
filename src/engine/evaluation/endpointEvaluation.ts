/** Benchmarks on a model behind an endpoint: each is a step, each question a group, written as soon as it is answered. */
import { hash64, questionId } from '../../core/hash.js';
import { mean, share } from '../../core/stats.js';
import { benchmarkName, type Benchmark } from '../../experiment/benchmarkSuites.js';
import type { Experiment } from '../../experiment/schema.js';
import type { Grader } from '../../grading/grader.js';
import { toWire } from '../../protocol/arrays.js';
import { encodeTrace } from '../../protocol/encodeTrace.js';
import type { EventBody, WireSolution } from '../../protocol/events.js';
import type { MetricValues } from '../../protocol/metrics.js';
import { notSampled } from '../../sampling/endpoint/sampleEndpoint.js';
import type { SampledText, Sampler } from '../../sampling/sampler.js';
import { isRight } from '../samples.js';
import { greedyResult, sampledResults } from '../suiteResults.js';
import type { Task } from '../tasks/task.js';
import { benchmarkTasks } from '../tasks/taskQuestions.js';
import { counted, type AnsweredQuestion } from './recordedGroups.js';

export interface EvaluationWorld {
  experiment: Experiment;
  /** Questions that are asked at the same time. */
  atOnce: number;
  sampler: Sampler;
  grader: Grader;
  /** Writes an event of the run. */
  write: (event: EventBody) => void;
  /** What was answered before, by step and group. */
  recorded: ReadonlyMap<number, ReadonlyMap<number, AnsweredQuestion>>;
}

/** A benchmark on its way. */
interface Course {
  step: number;
  name: string;
  /** Solutions of each question, and what they are sampled at: one of them is greedy. */
  size: number;
  temperature: number;
  tasks: Task[];
  answered: Map<number, AnsweredQuestion>;
  /** Questions whose solutions were all the same. */
  alike: number;
}

export class EndpointEvaluation {
  /** Notes that were written: a server has the same to say of every question. */
  private readonly notes = new Set<string>();

  constructor(private readonly world: EvaluationWorld) {}

  /**
   * Runs every benchmark that is not done. Answers that come before something goes wrong are written.
   * @throws EndpointError when a question cannot be asked; the reason of the signal when it is stopped
   */
  async run(signal: AbortSignal): Promise<void> {
    for (const [i, benchmark] of this.world.experiment.benchmarks.entries()) {
      const course = this.courseOf(i + 1, benchmark);
      await this.ask(course, signal);
      this.conclude(course);
    }
  }

  private courseOf(step: number, benchmark: Benchmark): Course {
    const { experiment, recorded } = this.world;
    const { size, samples, temperature } = benchmark;
    const name = benchmarkName(benchmark);
    const tasks = benchmarkTasks(experiment.data, benchmark);
    if (tasks.length < size && 'suite' in benchmark)
      this.note('warning', `The ${name} benchmark has ${tasks.length} questions, not ${size}: there are no more.`, step);
    const before = recorded.get(step) ?? new Map<number, AnsweredQuestion>();
    // Of another file in its place, or another number of samples, nothing is taken over.
    const answered = new Map(
      [...before].filter(
        ([g, { questionId: id, solutions }]) => g < tasks.length && id === questionId(tasks[g].question) && solutions.length === samples,
      ),
    );
    return { step, name, size: samples, temperature: samples === 1 ? 0 : temperature, tasks, answered, alike: 0 };
  }

  private async ask(course: Course, signal: AbortSignal): Promise<void> {
    const { tasks, answered } = course;
    const queue = [...tasks.keys()].filter((g) => !answered.has(g));
    this.status(course);
    const failed = new AbortController();
    const ask = async (): Promise<void> => {
      for (let g = queue.shift(); g !== undefined; g = queue.shift()) {
        try {
          await this.answer(course, g, signal);
        } catch (error) {
          queue.length = 0; // the others finish what they have begun: it is written, and not asked again
          failed.abort(error);
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: this.world.atOnce }, ask));
    failed.signal.throwIfAborted();
  }

  private async answer(course: Course, group: number, signal: AbortSignal): Promise<void> {
    const { experiment, sampler, grader, write } = this.world;
    const { step, name, size, temperature, tasks, answered } = course;
    const task = tasks[group];
    const { question, answer: gold, convention } = task;
    const sampled: SampledText[] = [];
    const request = {
      question,
      size,
      temperature,
      maxTokens: experiment.sampling.max_tokens,
      seed: hash64(`${experiment.seed}/${name}/${question}`)[0],
    };
    const notes = await sampler(request, { text: () => undefined, solution: (i, s) => void (sampled[i] = s) }, signal);
    const same = notSampled(size, temperature);
    if (notes.includes(same)) course.alike++;
    for (const note of notes) if (note !== same) this.note('info', note, step);
    if (sampled.some((s) => s.tokens === null))
      this.note('warning', 'It does not say how many tokens a solution has: lengths are written as 0.', step);
    const grades = await Promise.all(
      sampled.map((s) => grader.grade(s.text, gold, { evaluated: true, ...(convention && { convention }) })),
    );
    const solutions = sampled.map(({ text, tokens, finish }, i): WireSolution => {
      const right = isRight({ grade: grades[i] });
      const reward = right ? 1 : 0;
      return {
        text,
        rewards: { correct: reward },
        reward,
        advantage: null,
        correct: right,
        grade: grades[i],
        finish,
        tokens: tokens ?? 0,
        kl: null,
      };
    });
    const { level, kind, type } = task;
    const info = { ...(level > 0 && { level }), kind, ...(type !== undefined && { type }) };
    write({ type: 'group', step, group, question_id: questionId(question), question, gold, solutions, info });
    if (experiment.traces.groups !== 'none') for (const [i, s] of sampled.entries()) this.trace(step, group, i, s);
    answered.set(group, { questionId: questionId(question), solutions: solutions.map(counted) });
    // About fifty lines on the way to the end, however many questions there are.
    if (answered.size % Math.max(1, Math.floor(tasks.length / 50)) === 0) this.status(course);
  }

  /** Where the server lists texts of tokens that make up the solution. Of an end token that it does not list nothing is known. */
  private trace(step: number, group: number, solution: number, { logp, ends, tokens, text }: SampledText): void {
    if (!logp || !ends || logp.length === 0) return;
    const unlisted = tokens === logp.length + 1;
    const row = unlisted ? { ends: [...ends, text.length], logpSampler: [...logp, NaN] } : { ends, logpSampler: logp };
    this.world.write({ type: 'trace', step, group, solution, ...encodeTrace(row) });
  }

  private conclude(course: Course): void {
    const { step, name: suite, size, temperature, tasks, answered, alike } = course;
    const groups = tasks.map((_, g) => answered.get(g)!.solutions);
    const results = temperature === 0 ? [greedyResult(groups.flat())] : sampledResults(groups, temperature);
    for (const result of results) this.world.write({ type: 'benchmark', step, suite, ...result });
    const solutions = groups.flat();
    const right = groups.map((g) => g.filter(isRight).length);
    const values: MetricValues = {
      'reward/mean': share(solutions, isRight),
      'length/mean': mean(solutions.map((s) => s.tokens)),
      'length/truncated': share(solutions, (s) => s.finish === 'length'),
      ...(size > 1 && {
        'groups/zero_std': share(right, (n) => n === 0 || n === size),
        'groups/all_right': right.filter((n) => n === size).length,
        'groups/mixed': right.filter((n) => n > 0 && n < size).length,
        'groups/all_wrong': right.filter((n) => n === 0).length,
      }),
    };
    this.world.write({ type: 'metrics', step, values: Object.fromEntries(Object.entries(values).map(([k, v]) => [k, toWire(v)])) });
    if (alike > 1 && alike === tasks.length)
      this.note(
        'warning',
        `The ${size} solutions of each question are the same although the temperature is ${temperature}: the server does not sample, and pass@k is no more than greedy accuracy.`,
        step,
      );
    this.status(course);
  }

  private status({ step, name, tasks, answered }: Course): void {
    const done = answered.size === tasks.length;
    const message = `${name}: ${answered.size} of ${tasks.length} questions answered`;
    this.world.write({ type: 'status', state: 'running', step: done ? step : step - 1, total_steps: this.world.experiment.steps, message });
  }

  private note(level: 'info' | 'warning', message: string, step: number): void {
    if (this.notes.has(message)) return;
    this.notes.add(message);
    this.world.write({ type: 'log', level, message, step });
  }
}
