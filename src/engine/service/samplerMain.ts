/** The sampling process: answers the requests of `src/sampling/wire.ts` on its standard input until that ends. */
import { join } from 'node:path';
import { jsonLine, Lines } from '../../core/lines.js';
import { messageOf } from '../../core/messageOf.js';
import { Grader } from '../../grading/grader.js';
import { EndpointError } from '../../sampling/endpoint/endpointError.js';
import { serviceRequest, type ServiceAnswer, type ServiceRequest } from '../../sampling/wire.js';
import { questionsOf } from '../environment/questions.js';
import { Random } from '../random.js';
import { drawTask } from '../tasks/taskQuestions.js';
import { decode } from '../tokenizer.js';
import { CheckpointSampler } from './checkpointSampler.js';
import { sampleEndpoint } from './endpointGroup.js';
import { judge } from './judge.js';

type RequestOf<K extends ServiceRequest['kind']> = Extract<ServiceRequest, { kind: K }>;

class Service {
  private readonly sampler = new CheckpointSampler();
  private readonly grader = new Grader({ worker: join(__dirname, 'gradeWorker.cjs') });
  /** Groups are sampled one after the other: two at once would share the processor and gain nothing. */
  private groups: Promise<unknown> = Promise.resolve();
  private readonly cancels = new Map<number, AbortController>();

  receive(line: string): void {
    const request = serviceRequest.parse(JSON.parse(line));
    if (request.kind === 'cancel') this.cancels.get(request.id)?.abort();
    else void this.attempt(request);
  }

  private async attempt(request: Exclude<ServiceRequest, { kind: 'cancel' }>): Promise<void> {
    try {
      await this.answer(request);
    } catch (error) {
      const problem = error instanceof EndpointError ? error.kind : null;
      this.say({ kind: 'error', id: request.id, message: messageOf(error), problem });
    }
  }

  private async answer(request: Exclude<ServiceRequest, { kind: 'cancel' }>): Promise<void> {
    const { id } = request;
    switch (request.kind) {
      case 'sample':
        return this.stoppable(id, (signal) => {
          const turn = this.groups.then(() => this.sample(request, signal));
          this.groups = turn.catch(() => undefined); // `attempt` says it to the one who asked; the next group is sampled all the same
          return turn;
        });
      // It waits for nobody: another machine, or another program, does the work.
      case 'endpoint':
        return this.stoppable(id, (signal) => sampleEndpoint(request, (answer) => this.say(answer), signal));
      case 'judge': {
        this.say({ kind: 'judged', id, ...(await judge(request, this.grader)) });
        return;
      }
      case 'tasks': {
        const questions = questionsOf(request);
        const tasks = Array.from({ length: request.count }, (_, i) => questions.task(i));
        this.say({
          kind: 'tasks',
          id,
          tasks: tasks.map(({ question, answer, convention }) => ({ question, answer, ...(convention && { convention }) })),
        });
        return;
      }
      case 'question': {
        if (!('generator' in request.data)) throw new Error('Its questions are not generated here.');
        const { question, answer } = drawTask(request.data, 'held-out', Random.derive(request.seed, 'question'));
        this.say({ kind: 'question', id, question, gold: answer });
        return;
      }
    }
  }

  /** A group that a `cancel` ends. */
  private async stoppable(id: number, sample: (signal: AbortSignal) => Promise<string[]>): Promise<void> {
    const cancel = new AbortController();
    this.cancels.set(id, cancel);
    try {
      this.say({ kind: 'done', id, notes: await sample(cancel.signal) });
    } finally {
      this.cancels.delete(id);
    }
  }

  private async sample(request: RequestOf<'sample'>, signal: AbortSignal): Promise<string[]> {
    const { id } = request;
    signal.throwIfAborted();
    const { samples, model, unknown } = await this.sampler.sample(request, (parts) => this.say({ kind: 'text', id, parts }), signal);
    samples.forEach(({ tokens, logp, entropy, finish, own }, index) => {
      const written = (_: number, t: number): boolean => own?.[t] !== 0;
      this.say({
        kind: 'solution',
        id,
        index,
        text: decode(tokens).text,
        tokens: tokens.length,
        logp: [...logp.filter(written)],
        ends: null,
        entropy: [...entropy.filter(written)],
        finish,
        model: model?.[index] ?? null,
      });
    });
    return unknown.length > 0 ? [noTokenFor(unknown)] : [];
  }

  private say(answer: ServiceAnswer): void {
    process.stdout.write(jsonLine(answer));
  }
}

const noTokenFor = (characters: readonly string[]): string =>
  `The policy has no token for ${characters.map((c) => JSON.stringify(c)).join(', ')}: it reads an unknown character there.`;

const service = new Service();
const lines = new Lines();
process.stdin.setEncoding('utf8').on('data', (piece: string) => lines.take(piece).forEach((line) => service.receive(line)));
process.stdin.on('end', () => process.exit());
// The host is gone: nobody reads what is written.
process.stdout.on('error', () => process.exit());
