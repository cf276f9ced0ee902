/** The page's end of the typed messages: requests become promises, malformed messages are refused. */
import { isWire, type NotificationType, type RequestType, type Wire } from '../../src/contracts/messaging.js';

/** What VS Code gives a page. */
export interface WebviewApi {
  postMessage(message: Wire): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** How something is asked. */
export interface RequestOptions {
  /** The answer is not wanted any more: the promise is rejected at once with the signal's reason, and the host is told. */
  signal?: AbortSignal | undefined;
  /** Hears how far the answer is, when it takes long. */
  progress?: ((done: number, total: number) => void) | undefined;
}

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
  progress: RequestOptions['progress'];
  /** The response is here: nothing is left to be cancelled. */
  ended: () => void;
}

export class Channel {
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Map<string, { type: NotificationType<unknown>; hear: (params: unknown) => void }[]>();
  private lastId = 0;

  /** @param refused hears of messages that are no messages of ours */
  constructor(
    private readonly api: WebviewApi,
    private readonly refused: (problem: string) => void,
  ) {}

  /** @throws (rejects) with the host's sentence when it could not answer */
  request<P, R>(type: RequestType<P, R>, params: P, { signal, progress }: RequestOptions = {}): Promise<R> {
    const id = ++this.lastId;
    return new Promise<R>((resolve, reject) => {
      signal?.throwIfAborted();
      const cancel = (): void => {
        this.api.postMessage({ kind: 'cancel', id });
        reject(signal!.reason as Error);
      };
      signal?.addEventListener('abort', cancel);
      const ended = (): void => signal?.removeEventListener('abort', cancel);
      this.waiting.set(id, { resolve: resolve as (result: unknown) => void, reject, progress, ended });
      this.api.postMessage({ kind: 'request', id, method: type.method, params });
    });
  }

  notify<P>(type: NotificationType<P>, params: P): void {
    this.api.postMessage({ kind: 'notification', method: type.method, params });
  }

  /** @returns stops listening */
  on<P>(type: NotificationType<P>, hear: (params: P) => void): () => void {
    const listener = { type, hear: hear as (params: unknown) => void };
    this.listeners.set(type.method, [...(this.listeners.get(type.method) ?? []), listener]);
    return () => {
      const rest = this.listeners.get(type.method)?.filter((l) => l !== listener) ?? [];
      this.listeners.set(type.method, rest);
    };
  }

  /** What the page keeps through hiding and reloading; it is read back as unknown because an older version may have written it. */
  get state(): unknown {
    return this.api.getState();
  }

  set state(state: unknown) {
    this.api.setState(state);
  }

  /** Never throws: anything can be posted to a window. */
  receive(message: unknown): void {
    if (!isWire(message) || message.kind === 'request' || message.kind === 'cancel') {
      this.refused('A message that is neither a response nor a notification was refused.');
      return;
    }
    if (message.kind === 'response') this.settle(message);
    else if (message.kind === 'progress') this.waiting.get(message.id)?.progress?.(message.done, message.total);
    else this.tell(message.method, message.params);
  }

  private settle(message: Extract<Wire, { kind: 'response' }>): void {
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    waiting?.ended();
    if (!waiting) this.refused(`A response to no request (${message.id}) was refused.`);
    else if (message.ok) waiting.resolve(message.result);
    else waiting.reject(new Error(message.error));
  }

  private tell(method: string, params: unknown): void {
    for (const { type, hear } of this.listeners.get(method) ?? []) {
      const parsed = type.params.safeParse(params);
      if (parsed.success) hear(parsed.data);
      else this.refused(`"${method}" came with wrong parameters: ${parsed.error.message}`);
    }
  }
}
