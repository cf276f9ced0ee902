/** Tries an experiment before it is launched: samples, and puts replies to its reward, in the sampling process. */
import { preflightOf } from '../doctor/preflight/preflightOf.js';
import { junkReplies } from '../doctor/preflight/junkReplies.js';
import type {
  JudgedJunk,
  Preflight,
  PreflightEvidence,
  PreflightQuestion,
  PreflightSolution,
  UnreadableGold,
} from '../doctor/preflight/report.js';
import { goldUnreadable } from '../core/goldUnreadable.js';
import { messageOf } from '../core/messageOf.js';
import type { RewardTerm } from '../experiment/rewardTerms.js';
import type { SampledText, Sampler } from '../sampling/sampler.js';
import type { SamplingProcess } from '../sampling/samplingProcess.js';
import type { PreflightPlan } from './plan.js';
import type { NoPolicy } from './startingPolicy.js';

export interface PreflightRequest {
  plan: PreflightPlan;
  /** What is sampled from; or why nothing is. */
  policy: { sampler: Sampler; label: string; /** Questions at the same time. */ atOnce: number } | NoPolicy;
  /** How many questions. */
  questions: number;
  /** Solutions of each. */
  samples: number;
}

export interface PreflightControl {
  signal: AbortSignal;
  /** Solutions that were sampled and judged, of all. */
  progress: (done: number, total: number) => void;
}

/** Gold answers that are looked at: reading one costs little. */
const goldsLookedAt = 500;

type Task = Awaited<ReturnType<SamplingProcess['tasks']>>['tasks'][number];
type Judged = Awaited<ReturnType<SamplingProcess['judge']>>;

/**
 * @returns what was found, with everything that was sampled
 * @throws with a sentence for a person when an endpoint or a checkpoint fails; the reason of the signal when it is stopped
 */
export async function preflight(request: PreflightRequest, process: SamplingProcess, control: PreflightControl): Promise<Preflight> {
  // With the first failure nobody waits for what else is being sampled.
  const failed = new AbortController();
  try {
    return await attempt(request, process, { ...control, signal: AbortSignal.any([control.signal, failed.signal]) });
  } catch (error) {
    failed.abort();
    throw error;
  }
}

async function attempt(
  { plan, policy, questions, samples }: PreflightRequest,
  process: SamplingProcess,
  { signal, progress }: PreflightControl,
): Promise<Preflight> {
  const begun = performance.now();
  const bench = new Bench(plan, process, signal);
  const { tasks, golds, why } = await bench.tasks(questions);
  const unreadable = await bench.unreadable(golds);
  const junk = await bench.junk(tasks);
  const notes = new Set<string>();
  if (tasks.length < questions && why === null) notes.add(`There are ${tasks.length} questions, not ${questions}.`);
  const sampled: PreflightQuestion[] = tasks.map(({ question, answer }) => ({ question, gold: answer, solutions: [] }));
  if ('sampler' in policy) {
    let done = 0;
    const total = tasks.length * samples;
    progress(done, total);
    await inTurns(tasks, policy.atOnce, async (task, i) => {
      const { solutions, notes: more } = await bench.group(policy.sampler, task, i, samples, () => progress(++done, total));
      sampled[i] = { ...sampled[i], solutions };
      for (const note of more) notes.add(note);
    });
  }
  const evidence: PreflightEvidence = {
    settings: plan.settings,
    policy: 'sampler' in policy ? { label: policy.label } : policy,
    questions: sampled,
    noQuestions: why,
    junk,
    golds: { checked: golds.length, unreadable },
    notes: [...notes],
    seconds: (performance.now() - begun) / 1000,
  };
  return preflightOf(evidence);
}

/** What one pre-flight asks the sampling process. */
class Bench {
  constructor(
    private readonly plan: PreflightPlan,
    private readonly process: SamplingProcess,
    private readonly signal: AbortSignal,
  ) {}

  /** Distinct questions to ask, and more of them whose gold answers are looked at. */
  async tasks(questions: number): Promise<{ tasks: Task[]; golds: Task[]; why: NoPolicy | null }> {
    const { data, settings } = this.plan;
    const without = (because: string, record: string) => ({ tasks: [], golds: [], why: { because, record } });
    if (data === null)
      return without('its questions are not known here', 'name a file of them: --questions FILE (JSONL as GSM8K or MATH have it)');
    const wanted = Math.max(questions, goldsLookedAt);
    let drawn: Task[];
    try {
      drawn = (await this.process.tasks(data, settings.seed, wanted)).tasks;
    } catch (error) {
      this.signal.throwIfAborted();
      return without(`its questions cannot be read: ${messageOf(error).replace(/\.$/, '')}`, 'correct data, or name another file');
    }
    const golds = [...new Map(drawn.map((task) => [task.question, task])).values()];
    return { tasks: golds.slice(0, questions), golds, why: null };
  }

  /** A gold answer is read where a reply that states it is right, and a reply that states another one is decided. */
  async unreadable(tasks: readonly Task[]): Promise<UnreadableGold[]> {
    const found = await this.all(tasks, async (task): Promise<UnreadableGold | null> => {
      const other = await this.judge('The answer is 1.', task, []);
      if (other.grade.rule === goldUnreadable) return unreadableGold(task, other.grade.reason ?? goldUnreadable);
      for (const text of statements(task.answer)) if ((await this.judge(text, task, [])).grade.verdict === 'equal') return null;
      return unreadableGold(task, 'a reply that states it is not found right');
    });
    return found.filter((f) => f !== null);
  }

  async junk(tasks: readonly Task[]): Promise<JudgedJunk[]> {
    const { terms } = this.plan;
    const replies = tasks.flatMap((task, question) =>
      junkReplies(task.question, task.answer).map((reply) => ({ ...reply, task, question })),
    );
    if (terms.length === 0) return replies.map(({ kind, text, question }) => ({ question, kind, text, reward: null, terms: {} }));
    return this.all(replies, async ({ kind, text, task, question }) => {
      const { total, terms: values } = rewardIn(await this.judge(text, task, terms));
      return { question, kind, text, reward: total, terms: values };
    });
  }

  /** Solutions of one question, judged as they come. */
  async group(
    sampler: Sampler,
    task: Task,
    index: number,
    size: number,
    each: () => void,
  ): Promise<{ solutions: PreflightSolution[]; notes: string[] }> {
    const { cap, temperature, seed } = this.plan.settings;
    const judged: Promise<PreflightSolution>[] = [];
    const listener = {
      text: () => undefined,
      solution: (at: number, sampled: SampledText) => {
        judged[at] = this.solution(sampled, task).finally(each);
        judged[at].catch(() => undefined); // said below, to the one who waits for all of them
      },
    };
    // Questions have seeds of their own, or all would be answered with the same draws.
    const request = { question: task.question, size, temperature, maxTokens: cap, seed: (seed + 7919 * index) % 2 ** 31 };
    const notes = await sampler(request, listener, this.signal);
    const solutions = await Promise.all(judged);
    const byLength = this.plan.terms.some(({ term }) => term === 'length_penalty');
    if (byLength && solutions.some(({ tokens }) => tokens === null))
      notes.push('What samples does not say how long each solution is: length_penalty took those as short, and punished none of them.');
    return { solutions, notes };
  }

  private async solution({ text, tokens, finish }: SampledText, task: Task): Promise<PreflightSolution> {
    const { terms, settings } = this.plan;
    const judged = await this.judge(text, task, terms, tokens ?? 0);
    const { verdict, answer } = judged.grade;
    const reward = rewardIn(judged);
    // Where no term is known, right counts 1.
    const total = settings.terms.length === 0 ? Number(verdict === 'equal') : reward.total;
    return { text, tokens, finish, verdict, answer, reward: total, terms: reward.terms };
  }

  /** @param length in tokens; 0 for a reply that could be of any length: no punishment of length hides that it is paid */
  private judge(text: string, { answer, convention }: Task, terms: readonly RewardTerm[], length = 0): Promise<Judged> {
    const longest = this.plan.settings.cap;
    return this.process.judge({
      ...{ text, length, model: null, gold: answer, others: [], terms: [...terms], longest },
      ...(convention && { convention }),
    });
  }

  private async all<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
    const results: R[] = [];
    await inTurns(items, judgedAtOnce, async (item, i) => {
      this.signal.throwIfAborted();
      results[i] = await work(item);
    });
    return results;
  }
}

const judgedAtOnce = 64;

const rewardIn = ({ reward }: Judged): { total: number; terms: Record<string, number> } => reward ?? { total: 0, terms: {} };

const unreadableGold = ({ question, answer }: Task, why: string): UnreadableGold => ({ question, gold: answer, why });

/** Ways in which a solution may state an answer. */
const statements = (answer: string): string[] => [`The answer is ${answer}.`, `\\boxed{${answer}}`, `#### ${answer}`, `答案是${answer}。`];

/** Works through a list, so many at the same time; the first failure ends it. */
async function inTurns<T>(items: readonly T[], atOnce: number, work: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const at = next++;
      try {
        await work(items[at], at);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
