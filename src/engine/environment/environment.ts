import { benchmarkName, type Benchmark } from '../../experiment/benchmarkSuites.js';
import { isOfPython } from '../../experiment/rewardTerms.js';
import type { EmbeddedExperiment, Experiment } from '../../experiment/schema.js';
import type { GradeResult } from '../../grading/grade.js';
import type { Grader } from '../../grading/grader.js';
import { Random } from '../random.js';
import { rewardFunction } from '../rewardFunction.js';
import { greedyResult, sampledResults, type SuiteResult } from '../suiteResults.js';
import { fewShotPrompt } from '../tasks/fewShot.js';
import type { Demonstration, Task } from '../tasks/task.js';
import { benchmarkTasks, drawDemonstration, likeBenchmark } from '../tasks/taskQuestions.js';
import { Documents, type Document } from './documents.js';
import { questionsOf, type Questions } from './questions.js';
import type { EnvironmentRequest, EnvironmentSuite, Judged } from './wire.js';

type RequestOf<K extends EnvironmentRequest['ask']> = Extract<EnvironmentRequest, { ask: K }>;

/** As in the embedded trainer: a sum left standing answers no number. */
const evaluated = { evaluated: true };

/** Questions, rewards and benchmarks of one experiment, for a trainer that is another program. */
export class Environment {
  private readonly source: { questions: Questions } | { documents: Documents };
  private readonly rewardOf: ReturnType<typeof rewardFunction>;
  private loaded: { suites: EnvironmentSuite[]; notes: string[] } | undefined;

  /** @throws where the data hold no questions, or a file cannot be read */
  constructor(
    private readonly experiment: Experiment,
    private readonly grader: Grader,
  ) {
    const { data, reward, sampling, seed } = experiment;
    const texts = 'mixture' in data || 'preset' in data;
    this.source = texts ? { documents: new Documents(data, seed) } : { questions: questionsOf(experiment) };
    this.rewardOf = rewardFunction(
      reward.filter((term) => !isOfPython(term) && term.term !== 'reward_model'),
      sampling.max_tokens,
    );
  }

  documents({ from, count }: Omit<RequestOf<'documents'>, 'id' | 'ask'>): Document[] {
    if ('questions' in this.source) throw new Error('These data hold questions, not texts: give data.mixture or data.preset.');
    return this.source.documents.range(from, count);
  }

  tasks({ from, count }: Omit<RequestOf<'tasks'>, 'id' | 'ask'>): Task[] {
    return Array.from({ length: count }, (_, i) => this.questions.task(from + i));
  }

  demonstrations({ from, count }: Omit<RequestOf<'demonstrations'>, 'id' | 'ask'>): Demonstration[] {
    return Array.from({ length: count }, (_, i) => this.questions.demonstration(from + i));
  }

  /** The benchmarks, and what is to be said of them. */
  suites(): { suites: EnvironmentSuite[]; notes: string[] } {
    if (this.loaded) return this.loaded;
    const notes: string[] = [];
    const suites = this.experiment.benchmarks.map((b) => this.suite(b, notes));
    return (this.loaded = { suites, notes });
  }

  async rewards(solutions: RequestOf<'rewards'>['solutions']): Promise<Judged[]> {
    return Promise.all(
      solutions.map(async ({ text, length, answer, convention }) => {
        const grade = await this.grade(text, { answer, convention: convention ?? undefined });
        return { terms: this.rewardOf({ text, length, grade }).terms, grade };
      }),
    );
  }

  /** @throws when there is no such suite, or not a solution of each question */
  async results({ suite: name, greedy, sampled }: Omit<RequestOf<'results'>, 'id' | 'ask'>): Promise<SuiteResult[]> {
    const suite = this.suites().suites.find((s) => s.name === name);
    if (!suite) throw new Error(`There is no benchmark ${name}.`);
    const { questions } = suite;
    if (greedy.length !== questions.length || (sampled.length > 0 && sampled.length !== questions.length))
      throw new Error(`${name} has ${questions.length} questions, not ${greedy.length} and ${sampled.length}.`);
    const { shots, temperature } = suite;
    const graded = (texts: readonly string[], i: number) =>
      Promise.all(texts.map(async (text) => ({ grade: await this.grade(text, questions[i]) })));
    const first = await Promise.all(greedy.map((text, i) => graded([text], i)));
    const groups = await Promise.all(sampled.map(graded));
    return [greedyResult(first.flat(), shots), ...(groups.length > 0 ? sampledResults(groups, temperature, shots) : [])];
  }

  /** @throws where the data hold texts */
  private get questions(): Questions {
    if ('documents' in this.source) throw new Error('These data hold texts, not questions: give data.generator or data.questions.');
    return this.source.questions;
  }

  private grade(
    text: string,
    { answer, convention }: { answer: string; convention?: Task['convention'] | undefined },
  ): Promise<GradeResult> {
    return this.grader.grade(text, answer, { ...evaluated, ...(convention && { convention }) });
  }

  private suite(benchmark: Benchmark, notes: string[]): EnvironmentSuite {
    const { size, every, samples, temperature, shots } = benchmark;
    const name = benchmarkName(benchmark);
    const own = 'suite' in benchmark && (benchmark.suite === 'held-out' || benchmark.suite === 'validation') ? benchmark.suite : undefined;
    if (own && 'documents' in this.source)
      return { name, every, samples, temperature, shots, questions: [], documents: this.source.documents.heldOut(own, size) };
    const data = this.experiment.data as EmbeddedExperiment['data'];
    const tasks = (own && this.questions.kept?.(own, size)) ?? benchmarkTasks(data, benchmark);
    if (tasks.length === 0) throw new Error(`The file of questions keeps none for ${name}: raise data.held_out_fraction.`);
    if (tasks.length < size) notes.push(`The ${name} benchmark has ${tasks.length} questions, not ${size}: there are no more.`);
    const examples = this.examples(benchmark, own !== undefined);
    const questions = tasks.map(({ question, answer, convention }) => ({
      question: fewShotPrompt(examples, question),
      answer,
      ...(convention && { convention }),
    }));
    return { name, every, samples, temperature, shots, questions };
  }

  /** Of the training split, and the same for every run. */
  private examples(benchmark: Benchmark, own: boolean): Demonstration[] {
    if (own && 'questions' in this.source && this.source.questions.kept) return this.demonstrations({ from: 0, count: benchmark.shots });
    const like = { ...likeBenchmark(this.experiment.data, benchmark), direct_fraction: 0 };
    const random = Random.derive(0, `worked examples/${like.generator}`);
    return Array.from({ length: benchmark.shots }, () => drawDemonstration(like, random));
  }
}
