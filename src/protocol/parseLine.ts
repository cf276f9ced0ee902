import { describeIssue } from '../core/describeIssue.js';
import { messageOf } from '../core/messageOf.js';
import { PROTOCOL_VERSION, runEvent, traceArrays, wireNumber, type EventOf, type RunEvent } from './events.js';
import { arrayLength } from './arrays.js';

export type ParsedLine =
  | { kind: 'event'; event: RunEvent }
  /** An event of a type that only newer versions know: its number counts, its content is passed over. */
  | { kind: 'unknown'; seq: number }
  | { kind: 'invalid'; reason: string };

const eventTypes = new Set<unknown>(runEvent.options.map((o) => o.shape.type.value));
const invalid = (reason: string): ParsedLine => ({ kind: 'invalid', reason });

/** One line of a segment, without its line break. Never throws: lines come from outside. */
export function parseLine(line: string): ParsedLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return invalid(`not JSON: ${messageOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return invalid('not a JSON object');
  const { v, seq, type } = value as Record<string, unknown>;
  if (typeof v === 'number' && v > PROTOCOL_VERSION)
    return invalid(`written in version ${v} of the protocol, this reader knows ${PROTOCOL_VERSION}: update GRPO Lab`);
  if (typeof type === 'string' && !eventTypes.has(type) && Number.isSafeInteger(seq) && (seq as number) > 0)
    return { kind: 'unknown', seq: seq as number };
  const parsed = isTrace(value) ? { success: true as const, data: value } : runEvent.safeParse(value);
  if (!parsed.success) return invalid(describeIssue(parsed.error));
  if (line.includes('"__proto__"')) restoreNames(parsed.data, value as RunEvent);
  const fault = parsed.data.type === 'trace' ? traceFault(parsed.data) : undefined;
  return fault === undefined ? { kind: 'event', event: parsed.data } : invalid(fault);
}

/** The schema drops the name `__proto__` from records. A metric or a reward term may have that name all the same, so it is put back. */
function restoreNames(event: RunEvent, original: RunEvent): void {
  const [kept, all] = [namedNumbers(event), namedNumbers(original)];
  for (const [i, record] of all.entries()) {
    const value = wireNumber.safeParse(Object.getOwnPropertyDescriptor(record, '__proto__')?.value);
    if (value.success)
      Object.defineProperty(kept[i], '__proto__', { value: value.data, enumerable: true, writable: true, configurable: true });
  }
}

const namedNumbers = (event: RunEvent): object[] =>
  event.type === 'metrics' ? [event.values] : event.type === 'group' ? event.solutions.map((s) => s.rewards) : [];

/**
 * Whether it is a well-formed trace, as the schema says it, twenty times faster: nearly all bytes of a run are traces.
 * False sends it to the schema, which then says what is wrong.
 */
export function isTrace(value: object): value is EventOf<'trace'> {
  const e = value as Record<string, unknown>;
  return (
    e.type === 'trace' &&
    e.v === PROTOCOL_VERSION &&
    isCount(e.seq) &&
    e.seq > 0 &&
    typeof e.time === 'string' &&
    isCount(e.step) &&
    isCount(e.group) &&
    isCount(e.solution) &&
    isArrayOfNumbers(e.ends) &&
    traceArrays.every((name) => e[name] === undefined || isArrayOfNumbers(e[name]))
  );
}

const isCount = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0;

function isArrayOfNumbers(x: unknown): boolean {
  if (Array.isArray(x)) return x.every((n) => typeof n === 'number');
  if (typeof x !== 'object' || x === null) return false;
  const [kind, ...more] = Object.keys(x);
  return (
    more.length === 0 && (kind === 'f32' || kind === 'f16' || kind === 'u32') && typeof (x as Record<string, unknown>)[kind] === 'string'
  );
}

/** Every array of a trace has one element per token. */
function traceFault(trace: EventOf<'trace'>): string | undefined {
  const tokens = arrayLength(trace.ends);
  if (tokens === undefined) return 'ends: not whole numbers in base64, or too many of them';
  for (const name of traceArrays) {
    const array = trace[name];
    if (array === undefined) continue;
    const length = arrayLength(array);
    if (length === undefined) return `${name}: not whole numbers in base64, or too many of them`;
    if (length !== tokens) return `${name}: has ${length} elements, ends has ${tokens}; every array has one element per token`;
  }
  return undefined;
}
