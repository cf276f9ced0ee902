/** The host's end of the sampling process: nothing is sampled or graded, and no endpoint spoken to, where the editor runs. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { jsonLine, Lines } from '../core/lines.js';
import { tryJson } from '../core/tryJson.js';
import type { Data, GeneratedData, Generator } from '../experiment/data.js';
import type { Endpoint } from './endpoint/endpoint.js';
import type { Sampler, SampleRequest } from './sampler.js';
import { SamplingError } from './samplingError.js';
import { serviceAnswer, type AnswerOf, type ServiceAnswer, type ServiceRequest } from './wire.js';

export interface SamplingProcessOptions {
  /** The Node that runs it. */
  executable: string;
  /** Its bundle, `dist/sampler.cjs`. */
  script: string;
  /** What it starts with (this process's own). */
  env?: NodeJS.ProcessEnv;
  /** It is ended when nobody has asked anything for this long (5 minutes). */
  idleMs?: number;
}

type Ask<K extends ServiceRequest['kind']> = Omit<Extract<ServiceRequest, { kind: K }>, 'kind' | 'id'>;

interface OpenRequest {
  /** Hears what comes before the last answer. */
  meanwhile: (answer: ServiceAnswer) => void;
  resolve: (last: ServiceAnswer) => void;
  reject: (error: Error) => void;
}

/** The end of what it said on standard error, for people. */
const tailLength = 2000;

/** Starts with the first request; should it die, the requests under way fail and the next one starts another. */
export class SamplingProcess {
  private child: ChildProcessWithoutNullStreams | undefined;
  private readonly openRequests = new Map<number, OpenRequest>();
  private idle: NodeJS.Timeout | undefined;
  private nextId = 1;
  private tail = '';

  constructor(private readonly options: SamplingProcessOptions) {}

  /**
   * @param checkpoint path of the file
   * @param generator of the questions that its policy learned from: where these are answered with programs, programs are run
   */
  sampler(checkpoint: string, generator: Generator | null): Sampler {
    return this.group((id, request) => ({ kind: 'sample', id, ...onTheWire(request), checkpoint, generator }));
  }

  /** @param key that was given for the endpoint's origin */
  endpointSampler({ name, url, model }: Endpoint, key: string | undefined): Sampler {
    const endpoint = { name, url, model };
    return this.group((id, request) => ({ kind: 'endpoint', id, ...onTheWire(request), endpoint, key: key ?? null }));
  }

  private group(requestOf: (id: number, request: SampleRequest) => ServiceRequest): Sampler {
    return async (request, listener, signal) => {
      signal.throwIfAborted();
      const id = this.nextId++;
      const cancel = (): void => this.send({ kind: 'cancel', id });
      signal.addEventListener('abort', cancel, { once: true });
      try {
        const last = await this.ask(requestOf(id, request), (answer) => {
          if (answer.kind === 'text') for (const [index, more] of answer.parts) listener.text(index, more);
          if (answer.kind === 'solution') {
            const { index, text, tokens, logp, ends, entropy, finish, model } = answer;
            listener.solution(index, { text, tokens, logp, ends, entropy, finish, model });
          }
        });
        return last.kind === 'done' ? last.notes : [];
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    };
  }

  judge(what: Ask<'judge'>): Promise<AnswerOf<'judged'>> {
    return this.ask({ kind: 'judge', id: this.nextId++, ...what }) as Promise<AnswerOf<'judged'>>;
  }

  /** A question that training on these data never asks, with its gold answer. */
  question(data: GeneratedData, seed: number): Promise<AnswerOf<'question'>> {
    return this.ask({ kind: 'question', id: this.nextId++, data, seed }) as Promise<AnswerOf<'question'>>;
  }

  /** Questions that training on these data asks, with their gold answers. @throws where the data hold none, or cannot be read */
  tasks(data: Data, seed: number, count: number): Promise<AnswerOf<'tasks'>> {
    return this.ask({ kind: 'tasks', id: this.nextId++, data, seed, count }) as Promise<AnswerOf<'tasks'>>;
  }

  /** Ends the process; requests under way fail. Closing twice, or asking again, is harmless. */
  close(): void {
    clearTimeout(this.idle);
    const child = this.child;
    this.child = undefined;
    child?.kill();
    this.failAll('The sampling process was closed.');
  }

  private ask(request: ServiceRequest, meanwhile: OpenRequest['meanwhile'] = () => undefined): Promise<ServiceAnswer> {
    return new Promise((resolve, reject) => {
      clearTimeout(this.idle);
      this.openRequests.set(request.id, { meanwhile, resolve, reject });
      this.child ??= this.start();
      this.send(request);
    });
  }

  private send(request: ServiceRequest): void {
    this.child?.stdin.write(jsonLine(request));
  }

  private start(): ChildProcessWithoutNullStreams {
    const { executable, script, env = process.env } = this.options;
    this.tail = '';
    const child = spawn(executable, [script], { stdio: 'pipe', windowsHide: true, env: { ...env, ELECTRON_RUN_AS_NODE: '1' } });
    child.on('error', (error) => this.ended(child, `cannot be started: ${error.message}`));
    child.on('close', (code, signal) => this.ended(child, `ended with ${signal ?? `code ${code}`}`));
    child.stdin.on('error', () => undefined); // it ended: `close` follows
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (this.tail = (this.tail + piece).slice(-tailLength)));
    const lines = new Lines();
    child.stdout.setEncoding('utf8').on('data', (piece: string) => lines.take(piece).forEach((line) => this.hear(child, line)));
    return child;
  }

  private hear(child: ChildProcessWithoutNullStreams, line: string): void {
    if (child !== this.child) return;
    const answer = serviceAnswer.safeParse(tryJson(line));
    if (answer.success) this.receive(answer.data);
    else {
      child.kill();
      this.ended(child, `answered with a line that is none of ours: ${line.slice(0, 200)}`);
    }
  }

  private receive(answer: ServiceAnswer): void {
    const request = this.openRequests.get(answer.id);
    if (!request) return;
    if (answer.kind === 'text' || answer.kind === 'solution') {
      request.meanwhile(answer);
      return;
    }
    this.openRequests.delete(answer.id);
    if (answer.kind === 'error') request.reject(new SamplingError(answer.message, answer.problem));
    else request.resolve(answer);
    if (this.openRequests.size === 0) this.rest();
  }

  /** Ends the process when nobody asks anything for a while: it holds the weights of a model. */
  private rest(): void {
    this.idle = setTimeout(
      () => {
        const child = this.child;
        this.child = undefined;
        child?.stdin.end();
      },
      this.options.idleMs ?? 5 * 60_000,
    );
    this.idle.unref();
  }

  private ended(child: ChildProcessWithoutNullStreams, how: string): void {
    if (child !== this.child) return;
    this.child = undefined;
    const errorText = this.tail.trim();
    this.failAll(`The sampling process ${how}${errorText === '' ? '.' : `. It said: ${errorText}`}`);
  }

  private failAll(message: string): void {
    const failed = [...this.openRequests.values()];
    this.openRequests.clear();
    for (const { reject } of failed) reject(new SamplingError(message, null));
  }
}

const onTheWire = ({ question, size, temperature, maxTokens, seed }: SampleRequest) => ({
  ...{ question, size, temperature, seed },
  max_tokens: maxTokens,
});
