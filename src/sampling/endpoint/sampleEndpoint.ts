import { append } from '../../core/extremes.js';
import type { SampledText, Sampler, SampleListener, SampleRequest } from '../sampler.js';
import type { Piece } from './endpointAnswer.js';
import { addressesOf, type Endpoint } from './endpoint.js';
import { EndpointError } from './endpointError.js';
import { exchange, usualPatience, type Access, type Patience } from './exchange.js';
import { tokenRow, type ListedToken } from './tokenRow.js';

export interface EndpointOptions {
  key?: string | undefined;
  patience?: Patience;
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
  n: /(^|[^\w'’])n\b|\bchoices?\b|\bbest_of\b/,
  stream: /\bstream(?!_options)/i,
  seed: /\bseed\b/i,
};
const wanted = Object.keys(names) as (keyof Wants)[];

/** Requests at once, where a server gives one solution a request. */
const atOnce = 4;
/** UTF-16 code units of one solution. */
const longestText = 1_000_000;

/** Samples groups from a model behind an endpoint. */
export function endpointSampler(endpoint: Endpoint, { key, patience = usualPatience }: EndpointOptions = {}): Sampler {
  return async (request, listener, signal) => {
    signal.throwIfAborted();
    const addresses = addressesOf(endpoint);
    if ('problem' in addresses) throw new EndpointError('no such address', endpoint, `has no usable url: ${addresses.problem}.`);
    return new GroupOfEndpoint({ endpoint, addresses, key, patience }, request, listener, signal).sample();
  };
}

class GroupOfEndpoint {
  private readonly wants: Wants;
  private readonly drafts: Draft[];
  /** Requests that were sent. */
  private requests = 0;

  constructor(
    private readonly access: Access,
    private readonly request: SampleRequest,
    listener: SampleListener,
    private readonly signal: AbortSignal,
  ) {
    this.wants = { usage: true, logprobs: true, n: request.size > 1, stream: true, seed: true };
    this.drafts = Array.from({ length: request.size }, (_, i) => new Draft(i, listener, access.endpoint));
  }

  async sample(): Promise<string[]> {
    if (this.wants.n) await this.ask(this.drafts, 0);
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

  /** Asks for these solutions in one request, again without what the server refuses. Those it does not give stay unfinished. */
  private async ask(drafts: readonly Draft[], seedOffset: number): Promise<void> {
    while (drafts.length > 0) {
      const used = { ...this.wants };
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
        if (!(error instanceof EndpointError) || !refusal(error) || drafts.some((d) => d.begun)) throw error;
        const sentOptions = wanted.filter((w) => this.isSent(w, used, drafts.length));
        const named = sentOptions.filter((w) => names[w].test(error.what));
        const drop = named.at(0) ?? (error.kind === 'refused' ? sentOptions.at(0) : undefined);
        if (drop === undefined) throw error;
        this.wants[drop] = false;
      }
    }
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
    if (size > 1 && temperature > 0 && new Set(this.drafts.map((d) => d.written)).size === 1)
      notes.push(`Its ${size} solutions are the same although the temperature is ${temperature}: perhaps it does not sample.`);
    return notes;
  }
}

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
  private readonly listed: ListedToken[] = [];

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
    this.listener.solution(this.index, { text, tokens, logp, entropy: null, finish, model: null });
  }

  private write(more: string): void {
    this.text += more;
    if (this.text.length > longestText)
      throw new EndpointError('failed', this.endpoint, `writes a solution of more than ${longestText.toLocaleString('en-US')} characters.`);
    this.listener.text(this.index, more);
  }
}
