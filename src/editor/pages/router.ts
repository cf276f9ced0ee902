/** The host's end of a page's channel: declared messages only, parameters checked before anyone sees them. */
import { isWire, type NotificationType, type RequestType, type Wire } from '../../contracts/messaging.js';
import { messageOf } from '../../core/messageOf.js';

type Check = { safeParse(x: unknown): { success: true; data: unknown } | { success: false; error: { message: string } } };
interface Handler {
  params: Check;
  run: (params: unknown) => unknown;
}

export class Router {
  private readonly requests = new Map<string, Handler>();
  private readonly notifications = new Map<string, Handler>();

  /**
   * @param post sends to the page
   * @param report called for messages that were refused and for handlers that failed
   */
  constructor(
    private readonly post: (message: Wire) => void,
    private readonly report: (problem: string, error?: unknown) => void,
  ) {}

  on<P, R>(type: RequestType<P, R>, handler: (params: P) => R | Promise<R>): this {
    this.requests.set(type.method, { params: type.params, run: (p) => handler(p as P) });
    return this;
  }

  hear<P>(type: NotificationType<P>, handler: (params: P) => void): this {
    this.notifications.set(type.method, { params: type.params, run: (p) => handler(p as P) });
    return this;
  }

  send<P>(type: NotificationType<P>, params: P): void {
    this.post({ kind: 'notification', method: type.method, params });
  }

  /** Never throws and never rejects: a page can be wrong or hostile. */
  async receive(message: unknown): Promise<void> {
    if (!isWire(message) || message.kind === 'response') {
      this.report('A message that is neither a request nor a notification was refused.');
      return;
    }
    try {
      const result = await this.dispatch(message);
      if (message.kind === 'request') this.post({ kind: 'response', id: message.id, ok: true, result });
    } catch (error) {
      this.report(`${message.kind} ${message.method.slice(0, 80)}`, error);
      const text = messageOf(error);
      if (message.kind === 'request') this.post({ kind: 'response', id: message.id, ok: false, error: text });
    }
  }

  private dispatch(message: Exclude<Wire, { kind: 'response' }>): unknown {
    const handler = (message.kind === 'request' ? this.requests : this.notifications).get(message.method);
    if (!handler) throw new Error(`This page has no ${message.kind} "${message.method.slice(0, 80)}".`);
    const parsed = handler.params.safeParse(message.params);
    if (!parsed.success) throw new Error(`"${message.method}" was called with wrong parameters: ${parsed.error.message}`);
    return handler.run(parsed.data);
  }
}
