import { messageOf } from '../../core/messageOf.js';
import { oneLine } from '../../core/questionPreview.js';
import { largest, smallest } from '../../core/extremes.js';
import { preflightChanged, preflightProgress, type PreflightFound, type PreflightView } from '../../contracts/preflight.js';
import type { NotificationType } from '../../contracts/messaging.js';
import type { Preflight } from '../../doctor/preflight/report.js';
import type { PreflightControl } from '../../preflight/preflight.js';
import { SamplingError } from '../../sampling/samplingError.js';

type Tell = <P>(type: NotificationType<P>, params: P) => void;

export interface TriedExperiment {
  name: string;
  /** Of its file. */
  text: string;
}

/** Milliseconds between two signs of progress. */
const tellEveryMs = 100;

/** The pre-flight of one tab. It goes on while the tab is hidden. */
export class PreflightSession {
  running: PreflightView['running'] = null;
  problem: PreflightView['problem'] = null;
  /** The last one that came to its end, and the experiment it is of, as it was then. */
  last: (TriedExperiment & { found: Preflight }) | null = null;
  private stopping = new AbortController();

  constructor(private readonly tell: Tell) {}

  /**
   * Begins in the background; an earlier one is stopped.
   * @param endpoint the name of the one that is asked
   */
  start(experiment: TriedExperiment, endpoint: string | null, run: (control: PreflightControl) => Promise<Preflight>): void {
    this.stop();
    const { signal } = (this.stopping = new AbortController());
    this.running = { done: 0, total: 0 };
    this.problem = null;
    void this.follow(experiment, endpoint, run, signal);
  }

  stop(): void {
    this.stopping.abort();
    this.running = null;
  }

  private async follow(
    experiment: TriedExperiment,
    endpoint: string | null,
    run: (control: PreflightControl) => Promise<Preflight>,
    signal: AbortSignal,
  ): Promise<void> {
    let lastSign = -Infinity;
    const progress = (done: number, total: number): void => {
      if (signal.aborted) return;
      this.running = { done, total };
      if (done < total && performance.now() - lastSign < tellEveryMs) return;
      lastSign = performance.now();
      this.tell(preflightProgress, { done, total });
    };
    try {
      const found = await run({ signal, progress });
      if (signal.aborted) return;
      this.last = { ...experiment, found };
    } catch (error) {
      if (signal.aborted) return;
      const wantsKey = error instanceof SamplingError && error.problem === 'unauthorised' ? endpoint : null;
      this.problem = { message: messageOf(error), wantsKey };
    }
    this.running = null;
    this.tell(preflightChanged, {});
  }
}

/** Characters of a question in the list. */
const longestQuestion = 300;

/** What a page shows at once: texts are asked for one by one. */
export function withoutTexts({ questions, replies, ...found }: Preflight): PreflightFound {
  return {
    ...found,
    rows: questions.map(({ question, gold, solutions }, i) => {
      const rewards = solutions.map((s) => s.reward);
      return {
        question: oneLine(question, longestQuestion),
        gold: oneLine(gold, longestQuestion),
        solutions: solutions.length,
        right: solutions.filter((s) => s.verdict === 'equal').length,
        truncated: solutions.filter((s) => s.finish === 'length').length,
        least: rewards.length === 0 ? null : smallest(rewards),
        most: rewards.length === 0 ? null : largest(rewards),
        paid: replies.filter((j) => j.question === i && (j.reward ?? 0) > 0).length,
      };
    }),
  };
}
