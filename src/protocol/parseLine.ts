import { describeIssue } from '../core/describeIssue.js';
import { messageOf } from '../core/messageOf.js';
import { PROTOCOL_VERSION, runEvent, traceArrays, type EventOf, type RunEvent } from './events.js';
import { wireNumber } from './wireNumber.js';
import { arrayLength, widths } from './arrays.js';
import { turnFault } from './turns.js';

export type ParsedLine =
  /** With what of it had to be left out, and why: the rest of the event stands. */
  | { kind: 'event'; event: RunEvent; faults: string[] }
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
  return checked(parsed.data);
}

/** What no schema sees: whether the parts of an event fit each other. */
function checked(event: RunEvent): ParsedLine {
  if (event.type === 'group') return { kind: 'event', event, faults: dropBadTurns(event) };
  if (event.type !== 'trace') return { kind: 'event', event, faults: [] };
  const { ends, lengths } = event;
  if (ends !== undefined && lengths !== undefined) return invalid('ends and lengths: one of them says where tokens end, not both');
  const name = ends === undefined ? 'lengths' : 'ends';
  const place = ends ?? lengths;
  if (place === undefined) return invalid('ends: missing, and lengths too');
  const tokens = arrayLength(place);
  if (tokens === undefined) return invalid(`${name}: not whole numbers in base64, or too many of them`);
  return { kind: 'event', event, faults: dropBadArrays(event, name, tokens) };
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
    (e.ends === undefined || isArrayOfNumbers(e.ends)) &&
    (e.lengths === undefined || isArrayOfNumbers(e.lengths)) &&
    traceArrays.every((name) => e[name] === undefined || isArrayOfNumbers(e[name]))
  );
}

const isCount = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0;

function isArrayOfNumbers(x: unknown): boolean {
  if (Array.isArray(x)) return x.every((n) => typeof n === 'number');
  if (typeof x !== 'object' || x === null) return false;
  const [kind, ...more] = Object.keys(x);
  return more.length === 0 && Object.hasOwn(widths, kind) && typeof (x as Record<string, unknown>)[kind] === 'string';
}

/** Leaves out arrays that have another number of elements than there are tokens. @returns what was left out */
function dropBadArrays(trace: EventOf<'trace'>, place: 'ends' | 'lengths', tokens: number): string[] {
  const faults: string[] = [];
  for (const name of traceArrays) {
    const array = trace[name];
    const length = array && arrayLength(array);
    if (array === undefined || length === tokens) continue;
    trace[name] = undefined;
    const why =
      length === undefined
        ? 'not whole numbers in base64, or too many of them'
        : `has ${length} elements, ${place} has ${tokens}; every array has one element per token`;
    faults.push(`${name}: ${why}. It is left out`);
  }
  return faults;
}

/** Leaves out turns that their text cannot have. @returns what was left out */
function dropBadTurns(group: EventOf<'group'>): string[] {
  const faults: string[] = [];
  const reason = group.question_turns && turnFault(group.question.length, group.question_turns);
  if (reason !== undefined) {
    delete group.question_turns;
    faults.push(`question_turns: ${reason}. The turns are left out, the text is whole`);
  }
  for (const [i, solution] of group.solutions.entries()) {
    const reason = solution.turns && turnFault(solution.text.length, solution.turns);
    if (reason === undefined) continue;
    delete solution.turns;
    faults.push(`solutions.${i}.turns: ${reason}. The turns are left out, the text is whole`);
  }
  return faults;
}
