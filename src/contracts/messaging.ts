/**
 * Typed messages between host and page, declared once per page in a file of this folder that both sides import.
 * This file has no DOM and no vscode: it is the wire format alone.
 */
import './noEval.js';
import type { z } from 'zod';

/** Declared by `request('group/open', schema)<Result>()`; parameters are validated at runtime by whoever receives them. */
export interface RequestType<P, R> {
  readonly kind: 'request';
  readonly method: string;
  readonly params: z.ZodType<P>;
  /** Carries R in the type only. */
  readonly result?: R;
}

export interface NotificationType<P> {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: z.ZodType<P>;
}

export const request =
  <P>(method: string, params: z.ZodType<P>) =>
  <R>(): RequestType<P, R> => ({ kind: 'request', method, params });

export const notification = <P>(method: string, params: z.ZodType<P>): NotificationType<P> => ({ kind: 'notification', method, params });

/** What crosses the boundary. */
export type Wire =
  | { kind: 'request'; id: number; method: string; params: unknown }
  /** The page does not want the answer to that request any more; a response comes all the same. */
  | { kind: 'cancel'; id: number }
  /** How far a request that takes long has come. */
  | { kind: 'progress'; id: number; done: number; total: number }
  | { kind: 'response'; id: number; ok: true; result: unknown }
  | { kind: 'response'; id: number; ok: false; error: string }
  | { kind: 'notification'; method: string; params: unknown };

export function isWire(x: unknown): x is Wire {
  if (typeof x !== 'object' || x === null) return false;
  const m = x as Record<string, unknown>;
  switch (m.kind) {
    case 'request':
      return typeof m.id === 'number' && typeof m.method === 'string';
    case 'cancel':
      return typeof m.id === 'number';
    case 'progress':
      return typeof m.id === 'number' && typeof m.done === 'number' && typeof m.total === 'number';
    case 'response':
      return typeof m.id === 'number' && (m.ok === true || (m.ok === false && typeof m.error === 'string'));
    case 'notification':
      return typeof m.method === 'string';
    default:
      return false;
  }
}
