import { messageOf } from '../../core/messageOf.js';
import { mean } from '../../core/stats.js';
import type { RewardTerm } from '../../experiment/rewardTerms.js';
import type { SampledText, Sampler } from '../../sampling/sampler.js';
import { SamplingError } from '../../sampling/samplingError.js';
import type { SamplingProcess } from '../../sampling/samplingProcess.js';
import {
  groupEnded,
  solutionChanged,
  written,
  type SampleRequest,
  type PlayedSolution,
  type PlayedGroup,
} from '../../contracts/playground.js';
import type { NotificationType } from '../../contracts/messaging.js';

/** What a group is sampled from, and how its solutions are rewarded. */
export interface SamplingOrigin {
  sampler: Sampler;
  terms: RewardTerm[];
  /** What a person should know of the way there, whether or not it was come by. */
  notes?: string[];
}

export type Tell = <P>(type: NotificationType<P>, params: P) => void;

/** Milliseconds between messages with new text: at each of them the page is drawn anew. */
const tellEveryMs = 60;

/** The group of one playground tab: sampled, graded one by one, and sent to the page. It goes on while the tab is hidden. */
export class PlaygroundSession {
  /** The last group. */
  group: PlayedGroup | null = null;
  private stopping = new AbortController();

  constructor(
    private readonly judge: SamplingProcess['judge'],
    private readonly tell: Tell,
  ) {}

  /** Samples in the background; an earlier group that is still being sampled is stopped. */
  start(request: SampleRequest, origin: SamplingOrigin): PlayedGroup {
    this.stop();
    this.stopping = new AbortController();
    const group: PlayedGroup = {
      ...{ id: (this.group?.id ?? 0) + 1, request, state: 'sampling', problem: null, wantsKey: false, notes: [] },
      solutions: Array.from({ length: request.size }, nothingYet),
    };
    this.group = group;
    void this.sample(group, origin, this.stopping.signal);
    return group;
  }

  stop(): void {
    this.stopping.abort();
  }

  private async sample(group: PlayedGroup, origin: SamplingOrigin, signal: AbortSignal): Promise<void> {
    const text = new TextStream(group, this.tell);
    // One after the other: whom an answer equals depends on those before it.
    let judged = Promise.resolve();
    const listener = {
      text: (index: number, more: string) => text.add(index, more),
      solution: (index: number, sampled: SampledText) => {
        text.flush();
        this.change(group, index, finished(sampled));
        judged = judged.then(() => this.grade(group, index, sampled.model, origin));
      },
    };
    try {
      group.notes = [...(await origin.sampler(group.request, listener, signal)), ...(origin.notes ?? [])];
      text.flush();
      await judged;
      group.state = 'done';
    } catch (error) {
      text.flush();
      await judged;
      group.state = signal.aborted ? 'stopped' : 'failed';
      if (!signal.aborted) group.problem = [messageOf(error), ...(origin.notes ?? [])].join(' ');
      group.wantsKey = error instanceof SamplingError && error.problem === 'unauthorised';
    }
    const { id, state, problem, wantsKey, notes } = group;
    this.tell(groupEnded, { group: id, state, problem, wantsKey, notes });
  }

  private async grade(group: PlayedGroup, index: number, model: number | null, { terms }: SamplingOrigin): Promise<void> {
    const { gold, maxTokens } = group.request;
    const { text, tokens } = group.solutions[index];
    const firsts = group.solutions.flatMap((s, i) => (s.like === i && s.answer !== null ? [{ index: i, answer: s.answer }] : []));
    try {
      const { grade, like, reward } = await this.judge({
        ...{ text, gold, terms, model, longest: maxTokens, length: tokens ?? 0 },
        others: firsts.map((f) => f.answer),
      });
      const { answer, rule, reason, verdict } = grade;
      this.change(group, index, {
        ...{ state: 'finished', answer, verdict: gold === null ? null : verdict },
        rule: gold === null ? '' : reason === undefined ? rule : `${rule}: ${reason}`,
        like: answer === null ? null : like === null ? index : firsts[like].index,
        reward: reward?.total ?? null,
        terms: reward?.terms ?? {},
      });
    } catch (error) {
      this.change(group, index, { state: 'finished', rule: `not graded: ${messageOf(error)}` });
    }
  }

  private change(group: PlayedGroup, index: number, change: Partial<PlayedSolution>): void {
    const solution = { ...group.solutions[index], ...change };
    group.solutions[index] = solution;
    this.tell(solutionChanged, { group: group.id, index, solution });
  }
}

/** Collects texts as they grow, and sends them together rather than letter by letter. */
class TextStream {
  private readonly sentLengths = new Map<number, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly group: PlayedGroup,
    private readonly tell: Tell,
  ) {}

  add(index: number, more: string): void {
    const solution = this.group.solutions[index];
    if (!this.sentLengths.has(index)) this.sentLengths.set(index, solution.text.length);
    this.group.solutions[index] = { ...solution, text: solution.text + more };
    this.timer ??= setTimeout(() => this.flush(), tellEveryMs);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const parts = [...this.sentLengths].map(([index, at]) => ({ index, at, more: this.group.solutions[index].text.slice(at) }));
    this.sentLengths.clear();
    if (parts.length > 0) this.tell(written, { group: this.group.id, parts });
  }
}

const nothingYet = (): PlayedSolution => ({
  ...{ state: 'writing', text: '', tokens: null, logp: null, entropy: null, finish: null, answer: null, verdict: null },
  ...{ rule: '', like: null, reward: null, terms: {} },
});

const finished = ({ text, tokens, logp, entropy, finish }: SampledText): Partial<PlayedSolution> => ({
  ...{ state: 'grading', text, tokens, finish },
  logp: logp === null || logp.length === 0 ? null : mean(logp),
  entropy: entropy === null || entropy.length === 0 ? null : mean(entropy),
});
