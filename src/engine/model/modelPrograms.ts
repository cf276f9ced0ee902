import type { InferenceSession } from 'onnxruntime-node';
import { compile } from '../graph/index.js';
import type { ModelConfig } from './modelConfig.js';
import { adamGraph, decodeGraph, prefillGraph, scoreGraph, trainGraph, trainValueGraph, valueGraph, type Outputs } from './graphs.js';
import type { TokenObjective, ValueObjective } from './modelObjective.js';

const kinds = { score: scoreGraph, value: valueGraph, prefill: prefillGraph, decode: decodeGraph } as const;

/** The compiled graphs of one model, each made when first needed and shared by the policies and scalar models of its size. */
export class Programs {
  private readonly sessions = new Map<unknown, Promise<InferenceSession>>();
  private holders = 1;

  constructor(
    readonly config: ModelConfig,
    readonly threads: number,
  ) {}

  get(kind: keyof typeof kinds): Promise<InferenceSession> {
    return this.session(kind, () => kinds[kind](this.config));
  }

  /** @param parameters how many there are: heads differ */
  adam(parameters: number): Promise<InferenceSession> {
    return this.session(parameters, () => adamGraph(parameters));
  }

  train(objective: TokenObjective): Promise<InferenceSession> {
    return this.session(objective, () => trainGraph(this.config, objective));
  }

  trainValue(objective: ValueObjective): Promise<InferenceSession> {
    return this.session(objective, () => trainValueGraph(this.config, objective));
  }

  /** One more policy uses these. */
  hold(): this {
    this.holders++;
    return this;
  }

  /** One policy fewer; the last one frees the sessions. */
  async release(): Promise<void> {
    if (--this.holders > 0) return;
    const sessions = await Promise.all(this.sessions.values());
    this.sessions.clear();
    await Promise.all(sessions.map((s) => s.release()));
  }

  private session(key: unknown, graph: () => Outputs): Promise<InferenceSession> {
    const before = this.sessions.get(key);
    if (before) return before;
    const made = compile(graph(), { threads: this.threads });
    this.sessions.set(key, made);
    return made;
  }
}
