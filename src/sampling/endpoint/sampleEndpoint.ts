import { append } from '../../core/extremes.js';
import type { SampledText, Sampler, SampleListener, SampleRequest } from '../sampler.js';
import type { Piece } from './endpointAnswer.js';
import { addressesOf, type Endpoint } from './endpoint.js';
import { EndpointError } from './endpointError.js';
import { exchange, usualPatience, type Access, type Patience } from './exchange.js';
import { tokenEnds, tokenRow, type ListedToken } from './tokenRow.js';

export interface EndpointOptions {
  key?: string | undefined;
  patience?: Patience;
  /** Waits before a request that failed for a passing reason is made again; rejects when it is not worth it any more. None is when left out. */
  retry?: (failures: number, error: EndpointError, signal: AbortSignal) => Promise<void>;
}

/** What not every server does; what one refuses it is not asked for again. */
interface Wants {
  /** How many tokens a stream has written. */
  usage: boolean;
  logprobs: boolean;
  /** Several solutions a request. */
  n: boolean;
  stream: boolean;
  seed: boolean;
}

/** How servers call them when they refuse them, in the order in which they are given up when a server does not say which. */
const names: Record<keyof Wants, RegExp> = {
  usage: /stream_options|include_usage/i,
  logprobs: /log_?prob/i,
  n: /(^|[^\w'’])n\b|['"`]n['"`]|\bchoices?\b|\bbest_of\b/,
  stream: /\bstream(?!_options)/i,
  seed: /\bseed\b/i,
};
const wanted = Object.keys(names) as (keyof Wants)[];

/** Requests at once, where a server gives one solution a request. */
const atOnce = 4;
/** UTF-16 code units of one solution. */
const longestText = 1_000_000;

/** Samples groups from a model behind an endpoint. What the server refuses for one group the next ones do not ask for. */
export function endpointSampler(endpoint: Endpoint, { key, patience = usualPatience, retry }: EndpointOptions = {}): Sampler {
  const refused = new Set<keyof Wants>();
  return async (request, listener, signal) => {
    signal.throwIfAborted();
    const addresses = addressesOf(endpoint);
    if ('problem' in addresses) throw new EndpointError('no such address', endpoint, `has no usable url: ${addresses.problem}.`);
    return new GroupOfEndpoint({ endpoint, addresses, key, patience, retry, refused }, request, listener, signal).sample();
  };
}

interface Server extends Access {
  retry: EndpointOptions['retry'];
  /** What it was asked for in vain. */
  refused: Set<keyof Wants>;
}

class GroupOfEndpoint {
  private readonly drafts: Draft[];
  /** Requests that were sent. */
  private requests = 0;

  constructor(
    private readonly access: Server,
    private readonly request: SampleRequest,
    listener: SampleListener,
    private readonly signal: AbortSignal,
  ) {
    this.drafts = Array.from({ length: request.size }, (_, i) => new Draft(i, listener, access.endpoint));
  }

  async sample(): Promise<string[]> {
    if (this.wants.n && this.request.size > 1) await this.ask(this.drafts, 0);
    const left = this.drafts.filter((d) => !d.finished);
    // The first of them finds out what else the server refuses.
    await this.ask(left.slice(0, 1), left.at(0)?.index ?? 0);
    const queue = left.slice(1);
    const worker = async (): Promise<void> => {
      for (let draft = queue.shift(); draft; draft = queue.shift()) await this.ask([draft], draft.index);
    };
    try {
      await Promise.all(Array.from({ length: atOnce }, worker));
    } finally {
      queue.length = 0;
    }
    const { endpoint } = this.access;
    if (this.drafts.some((d) => !d.finished))
      throw new EndpointError('not understood', endpoint, 'numbers its solutions otherwise than asked.');
    return this.notes(left.length > 1);
  }

  private get wants(): Wants {
    return Object.fromEntries(wanted.map((want) => [want, !this.access.refused.has(want)])) as unknown as Wants;
  }

  /** Asks for these solutions in one request, again without what the server refuses. Those it does not give stay unfinished. */
  private async ask(drafts: readonly Draft[], seedOffset: number): Promise<void> {
    for (let failures = 0; drafts.length > 0;) {
      const used = this.wants;
      if (drafts.length > 1 && !used.n) return;
      this.requests++;
      try {
        for await (const { pieces, tokens } of exchange(this.access, this.body(used, drafts.length, seedOffset), this.signal)) {
          if (tokens !== null && (pieces.length > 0 || drafts.length === 1)) drafts.at(pieces.at(0)?.index ?? 0)?.count(tokens);
          for (const piece of pieces) drafts.at(piece.index)?.add(piece);
          // Of several each is told as soon as it is there; how many tokens a single one has may come after its end.
          if (drafts.length > 1) for (const draft of drafts) draft.tellWhole();
        }
        for (const draft of drafts) draft.end();
        return;
      } catch (error) {
        if (!(error instanceof EndpointError)) throw error;
        const drop = drafts.some((d) => d.begun) ? undefined : this.refusedIn(error, used, drafts.length);
        if (drop !== undefined) this.access.refused.add(drop);
        else if (this.access.retry && passing(error)) {
          await this.access.retry(++failures, error, this.signal);
          for (const draft of drafts) draft.beginAgain();
        } else throw error;
      }
    }
  }

  /** What the server seems to refuse; undefined where it is none of what it may be asked without. */
  private refusedIn(error: EndpointError, used: Wants, n: number): keyof Wants | undefined {
    if (!refusal(error)) return undefined;
    const sent = wanted.filter((w) => this.isSent(w, used, n));
    return sent.find((w) => names[w].test(error.what)) ?? (error.kind === 'refused' ? sent.at(0) : undefined);
  }

  private body(wants: Wants, n: number, seedOffset: number): Record<string, unknown> {
    const { question, temperature, maxTokens, seed } = this.request;
    const chat = this.access.addresses.kind === 'chat';
    return {
      model: this.access.endpoint.model,
      ...(chat ? { messages: [{ role: 'user', content: question }] } : { prompt: question }),
      temperature,
      max_tokens: maxTokens,
      ...(n > 1 && { n }),
      ...(wants.stream && { stream: true }),
      ...(this.isSent('usage', wants, n) && { stream_options: { include_usage: true } }),
      // Chat takes a flag; completions take how many of the likeliest tokens to list beside the one that was drawn.
      ...(wants.logprobs && { logprobs: chat ? true : 1 }),
      ...(wants.seed && { seed: (seed + seedOffset) % 2 ** 31 }),
    };
  }

  /** Whether a request for n solutions asks for it. */
  private isSent(want: keyof Wants, wants: Wants, n: number): boolean {
    // Of several solutions a server says how many tokens all of them have, or the last one.
    if (want === 'usage') return wants.usage && wants.stream && n === 1;
    return wants[want] && (want !== 'n' || n > 1);
  }

  private notes(singly: boolean): string[] {
    const notes = [];
    const { size, temperature } = this.request;
    if (singly) notes.push(`It gives one solution a request: it was asked ${this.requests} times.`);
    if (!this.wants.stream) notes.push('It does not stream: solutions come whole.');
    if (!this.drafts.some((d) => d.listsTokens)) notes.push('It gives no log-probabilities.');
    const without = this.drafts.filter((d) => d.listsOthers).length;
    if (without > 0) {
      const of = size === 1 ? 'its solution' : `${without} of its ${size} solutions`;
      notes.push(`The log-probabilities of ${of} are left out: it lists another number of tokens than it counts.`);
    }
    if (!this.wants.seed) notes.push('It takes no seed: the same seed gives other solutions.');
    if (size > 1 && temperature > 0 && new Set(this.drafts.map((d) => d.written)).size === 1) notes.push(notSampled(size, temperature));
    return notes;
  }
}

/** What is said of a group of equal solutions. */
export const notSampled = (size: number, temperature: number): string =>
  `Its ${size} solutions are the same although the temperature is ${temperature}: perhaps it does not sample.`;

/** The next attempt may do better: nobody was there, it was busy or broke down, or took too long. */
const passing = ({ kind }: EndpointError): boolean => kind === 'unreachable' || kind === 'timeout' || kind === 'failed';

/** It may do with less: it refused, or failed over something it names. */
const refusal = ({ kind }: EndpointError): boolean => kind === 'refused' || kind === 'failed';

/** A solution as it comes in. */
class Draft {
  finished = false;
  /** It lists tokens, but not those that it has written. */
  listsOthers = false;
  private text = '';
  private thinking = false;
  private ending: SampledText['finish'] | null = null;
  private tokens: number | null = null;
  private listed: ListedToken[] = [];

  constructor(
    readonly index: number,
    private readonly listener: SampleListener,
    private readonly endpoint: Endpoint,
  ) {}

  get begun(): boolean {
    return this.text !== '' || this.finished;
  }

  get listsTokens(): boolean {
    return this.listed.length > 0;
  }

  get written(): string {
    return this.text;
  }

  /** How many tokens it has, as the server counts them. */
  count(tokens: number): void {
    this.tokens = tokens;
  }

  add(piece: Piece): void {
    if (this.ending) return;
    // What a model thought belongs to its output: servers that take it out of the text are undone.
    if (piece.reasoning !== '') this.write(this.thinking ? piece.reasoning : `<think>\n${piece.reasoning}`);
    this.thinking ||= piece.reasoning !== '';
    if (piece.text !== '') {
      this.write(this.thinking ? `\n</think>\n\n${piece.text}` : piece.text);
      this.thinking = false;
    }
    append(this.listed, piece.listed);
    this.ending = piece.finish;
  }

  /** Forgets what came of an answer that was broken off. */
  beginAgain(): void {
    if (this.finished) return;
    [this.text, this.thinking, this.ending, this.tokens, this.listed] = ['', false, null, null, []];
  }

  /** The answer has ended: what was begun and not finished was broken off. */
  end(): void {
    if (this.text !== '') this.ending ??= 'other';
    this.tellWhole();
  }

  /** Tells the solution, once, when it is whole. */
  tellWhole(): void {
    if (this.ending === null || this.finished) return;
    this.finished = true;
    const { text, ending: finish } = this;
    const row = tokenRow(this.listed, this.tokens, finish === 'stop');
    const logp = this.listsTokens ? row : null;
    this.listsOthers = this.listsTokens && row === null;
    const tokens = this.tokens ?? logp?.length ?? null;
    const ends = logp && tokenEnds(this.listed, text);
    this.listener.solution(this.index, { text, tokens, logp, ends, entropy: null, finish, model: null });
  }

  private write(more: string): void {
    this.text += more;
    if (this.text.length > longestText)
      throw new EndpointError('failed', this.endpoint, `writes a solution of more than ${longestText.toLocaleString('en-US')} characters.`);
    this.listener.text(this.index, more);
  }
}
