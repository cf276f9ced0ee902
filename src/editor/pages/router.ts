/** The host's end of a page's channel: declared messages only, parameters checked before anyone sees them. */
import { isWire, type NotificationType, type RequestType, type Wire } from '../../contracts/messaging.js';
import { messageOf } from '../../core/messageOf.js';

type Call = Extract<Wire, { kind: 'request' }>;
type Notice = Extract<Wire, { kind: 'notification' }>;
type Check = { safeParse(x: unknown): { success: true; data: unknown } | { success: false; error: { message: string } } };
interface Handler {
  params: Check;
  run: (params: unknown, context: RequestContext) => unknown;
}

/** What a handler knows of a request besides its parameters: whether the page still wants the answer, and whom to tell how far it is. */
export interface RequestContext {
  signal: AbortSignal;
  progress: (done: number, total: number) => void;
}

export class Router {
  private readonly requests = new Map<string, Handler>();
  private readonly notifications = new Map<string, Handler>();
  /** Requests that are not answered yet, by their id. */
  private readonly open = new Map<number, AbortController>();

  /**
   * @param post sends to the page
   * @param report called for messages that were refused and for handlers that failed
   */
  constructor(
    private readonly post: (message: Wire) => void,
    private readonly report: (problem: string, error?: unknown) => void,
  ) {}

  on<P, R>(type: RequestType<P, R>, handler: (params: P, context: RequestContext) => R | Promise<R>): this {
    this.requests.set(type.method, { params: type.params, run: (p, context) => handler(p as P, context) });
    return this;
  }

  hear<P>(type: NotificationType<P>, handler: (params: P) => void): this {
    this.notifications.set(type.method, { params: type.params, run: (p) => handler(p as P) });
    return this;
  }

  send<P>(type: NotificationType<P>, params: P): void {
    this.post({ kind: 'notification', method: type.method, params });
  }

  /** The page is gone: nobody waits for what it asked. */
  cancelAll(): void {
    for (const wanted of this.open.values()) wanted.abort(cancelled());
    this.open.clear();
  }

  /** Never throws and never rejects: a page can be wrong or hostile. */
  async receive(message: unknown): Promise<void> {
    if (!isWire(message) || message.kind === 'response' || message.kind === 'progress') {
      this.report('A message that is neither a request nor a notification was refused.');
      return;
    }
    switch (message.kind) {
      case 'cancel':
        this.open.get(message.id)?.abort(cancelled());
        return;
      case 'request':
        return this.answer(message);
      case 'notification':
        try {
          await this.dispatch(message, noContext);
        } catch (error) {
          this.failed(message, error);
        }
    }
  }

  private async answer(message: Call): Promise<void> {
    const { id } = message;
    const wanted = new AbortController();
    this.open.set(id, wanted);
    const progress = (done: number, total: number): void => {
      if (!wanted.signal.aborted) this.post({ kind: 'progress', id, done, total });
    };
    try {
      const result = await this.dispatch(message, { signal: wanted.signal, progress });
      this.post({ kind: 'response', id, ok: true, result });
    } catch (error) {
      if (!wanted.signal.aborted) this.failed(message, error);
      this.post({ kind: 'response', id, ok: false, error: messageOf(error) });
    } finally {
      if (this.open.get(id) === wanted) this.open.delete(id);
    }
  }

  private failed({ kind, method }: Call | Notice, error: unknown): void {
    this.report(`${kind} ${method.slice(0, 80)}`, error);
  }

  private dispatch(message: Call | Notice, context: RequestContext): unknown {
    const handler = (message.kind === 'request' ? this.requests : this.notifications).get(message.method);
    if (!handler) throw new Error(`This page has no ${message.kind} "${message.method.slice(0, 80)}".`);
    const parsed = handler.params.safeParse(message.params);
    if (!parsed.success) throw new Error(`"${message.method}" was called with wrong parameters: ${parsed.error.message}`);
    return handler.run(parsed.data, context);
  }
}

const cancelled = (): Error => new Error('The page does not want the answer any more.');
const noContext: RequestContext = { signal: new AbortController().signal, progress: () => undefined };
