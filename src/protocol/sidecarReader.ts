import { describeIssue } from '../core/describeIssue.js';
import { readAt } from '../core/files/readAt.js';
import { messageOf } from '../core/messageOf.js';
import { withFile } from '../core/files/regularFile.js';
import { maxHeaderBytes, type Sidecar, type SidecarHeader } from './sidecar.js';

/** How far such a file has been read: `offset` bytes, which are `lines` lines. */
export interface SidecarCursor {
  offset: number;
  lines: number;
}
export interface SidecarChunk<Header, Line> {
  /** Undefined while the first line is not whole, or when it cannot be used. */
  header: Header | undefined;
  statements: Line[];
  problems: { line: number; reason: string; excerpt: string }[];
  cursor: SidecarCursor;
  /** The file is not the one that the cursor belongs to: what was read before is void, and this chunk begins at the file's start. */
  replaced: boolean;
  /** There is more to read now. */
  more: boolean;
  /** Bytes consumed. */
  bytes: number;
}

const newline = 0x0a;

/**
 * Reads the next piece of such a file. A last line without its line break is left for the next call.
 * @param knownId the id in the file's header when it was read before
 * @param maxBytes about how much to read; a line is never cut
 * @throws the file system's error when the file cannot be read
 */
export function readSidecar<Header extends SidecarHeader, Line extends object>(
  kind: Sidecar<Header, Line>,
  file: string,
  knownId: string | undefined,
  from: SidecarCursor,
  maxBytes: number,
): SidecarChunk<Header, Line> {
  return withFile(file, (fd, size) => {
    const chunk: SidecarChunk<Header, Line> = {
      header: undefined,
      statements: [],
      problems: [],
      cursor: { ...from },
      replaced: false,
      more: false,
      bytes: 0,
    };
    const head = readAt(fd, 0, Math.min(size, maxHeaderBytes));
    const end = head.indexOf(newline);
    const first = end < 0 ? undefined : parsed(head.toString('utf8', 0, end), kind.header);
    if (first === undefined && size < maxHeaderBytes) return chunk; // its writer has just begun
    if (first === undefined || 'reason' in first) {
      const reason = first?.reason ?? `longer than ${maxHeaderBytes} bytes`;
      chunk.problems.push({ line: 1, reason: `${reason}: the file is passed over`, excerpt: head.toString('utf8', 0, 200) });
      return chunk;
    }
    chunk.header = first.value;
    if (first.value.id !== knownId || size < from.offset) {
      chunk.replaced = knownId !== undefined;
      chunk.cursor = { offset: end + 1, lines: 1 };
      chunk.bytes = end + 1;
    }
    readLines(kind, fd, size, maxBytes, chunk);
    return chunk;
  });
}

function readLines<Header extends SidecarHeader, Line extends object>(
  kind: Sidecar<Header, Line>,
  fd: number,
  size: number,
  maxBytes: number,
  chunk: SidecarChunk<Header, Line>,
): void {
  const { cursor } = chunk;
  const { maxLineBytes } = kind;
  const bytes = readAt(fd, cursor.offset, Math.min(size - cursor.offset, Math.max(maxBytes, maxLineBytes)));
  let position = 0;
  for (let end = bytes.indexOf(newline); end >= 0 && position < maxBytes; end = bytes.indexOf(newline, position)) {
    judge(kind.line, bytes.toString('utf8', position, end), ++cursor.lines, chunk);
    position = end + 1;
  }
  // A line beyond the limit is passed over piece by piece; each piece counts as a line that cannot be used.
  if (position === 0 && bytes.length >= maxLineBytes) {
    chunk.problems.push({ line: cursor.lines + 1, reason: `longer than ${maxLineBytes} bytes`, excerpt: bytes.toString('utf8', 0, 200) });
    position = bytes.length;
  }
  cursor.offset += position;
  chunk.bytes += position;
  chunk.more = position > 0 && cursor.offset < size;
}

function judge<Line>(schema: Schema<Line>, text: string, line: number, chunk: SidecarChunk<unknown, Line>): void {
  if (text.trim() === '') return;
  const read = parsed(text, schema);
  if ('reason' in read) chunk.problems.push({ line, reason: read.reason, excerpt: text.slice(0, 200) });
  else chunk.statements.push(read.value);
}

interface Schema<T> {
  safeParse(x: unknown): { success: true; data: T } | { success: false; error: Parameters<typeof describeIssue>[0] };
}

function parsed<T>(text: string, schema: Schema<T>): { value: T } | { reason: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { reason: `not JSON: ${messageOf(error)}` };
  }
  const result = schema.safeParse(json);
  return result.success ? { value: result.data } : { reason: describeIssue(result.error) };
}
