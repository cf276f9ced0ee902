/**
 * wandb's offline log `run-<id>.wandb`: a header, then records as LevelDB's log keeps them (blocks of 32 KiB, fragments), each a
 * protocol buffer. Sources: wandb core/internal/transactionlog, wandb/proto/wandb_internal.proto; LevelDB doc/log_format.md.
 */
import { crc32 } from 'node:zlib';
import { PbfReader } from 'pbf';
import { messageOf } from '../../core/messageOf.js';
import { ImportError } from '../importer.js';
import { FrameTail, type Frame } from './frameTail.js';
import { asRecord, parseJson } from './json.js';

export type WandbRecord =
  | { kind: 'history'; step: number | null; values: Record<string, unknown> }
  | { kind: 'config'; values: Record<string, unknown> }
  | { kind: 'run'; id: string; project: string; name: string; config: Record<string, unknown> };

const blockBytes = 32_768;
const headerBytes = 7;
const maxRecord = 64 * 1024 * 1024;
const maxNesting = 20;
const magic = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0x00]);
const [FULL, FIRST, MIDDLE, LAST] = [1, 2, 3, 4];

export const isWandbName = (name: string): boolean => /(^|\/)run-[^/]+\.wandb$/.test(name);
export const isWandbHead = (head: Buffer): boolean => head.subarray(0, magic.length).equals(magic);

/** Reads a growing log: what a run's page can show. Console lines, system measurements and the like are passed over. */
export class WandbTail {
  private readonly tail: FrameTail;
  private fragments: Buffer[] = [];
  private fragmentBytes = 0;

  constructor(private readonly file: { path: string; name: string }) {
    this.tail = new FrameTail(file, (bytes, offset) => this.frame(bytes, offset));
  }

  get rewritten(): boolean {
    return this.tail.rewritten;
  }

  /** Offset behind the last record told. */
  get bytesRead(): number {
    return this.tail.bytesRead;
  }

  /** Whether the next `read` will begin anew. */
  isOther(): Promise<boolean> {
    return this.tail.isOther();
  }

  /**
   * Records new since the last call; an unfinished one waits.
   * @throws ImportError for another kind of file, a wrong check sum, or a record that cannot be decoded
   */
  async *read(signal: AbortSignal): AsyncGenerator<WandbRecord> {
    for await (const { payload, offset } of this.tail.read(signal)) {
      const whole = this.join(payload, offset);
      const record = whole && this.decode(whole, offset);
      if (record) yield record;
    }
  }

  /** The file's header, the padding at a block's end, or one fragment (payload: its kind and its data). */
  private frame(bytes: Buffer, offset: number): Frame {
    if (offset === 0) {
      if (bytes.length < magic.length && magic.subarray(0, bytes.length).equals(bytes)) return { need: magic.length };
      if (!isWandbHead(bytes)) throw new ImportError(this.file.name, 'byte 0', 'not a wandb log (its first bytes are others).');
      return { length: magic.length, payload: null };
    }
    const left = blockBytes - (offset % blockBytes);
    if (left < headerBytes) return bytes.length < left ? { need: left } : { length: left, payload: null };
    if (bytes.length < headerBytes) return { need: headerBytes };
    const sum = bytes.readUInt32LE(0);
    const length = bytes.readUInt16LE(4);
    const kind = bytes[6];
    if (kind < FULL || kind > LAST || headerBytes + length > left)
      throw new ImportError(this.file.name, `byte ${offset}`, 'damaged: no record of a wandb log begins here. Copy the file again.');
    const end = headerBytes + length;
    if (bytes.length < end) return { need: end };
    const payload = bytes.subarray(6, end);
    if (crc32(payload) !== sum)
      throw new ImportError(this.file.name, `byte ${offset}`, 'damaged: the check sum of the record is wrong. Copy the file again.');
    return { length: end, payload };
  }

  private join(payload: Buffer, offset: number): Buffer | null {
    const kind = payload[0];
    const data = payload.subarray(1);
    if (kind === FULL || kind === FIRST) {
      this.fragments = [];
      this.fragmentBytes = 0;
    } else if (this.fragments.length === 0)
      throw new ImportError(this.file.name, `byte ${offset}`, 'damaged: a record goes on that never began.');
    // A copy: the tail's buffer goes on to other bytes.
    this.fragments.push(Buffer.from(data));
    this.fragmentBytes += data.length;
    if (this.fragmentBytes > maxRecord) throw new ImportError(this.file.name, `byte ${offset}`, 'a record larger than 64 MiB cannot be.');
    if (kind === FIRST || kind === MIDDLE) return null;
    const whole = Buffer.concat(this.fragments);
    this.fragments = [];
    return whole;
  }

  private decode(bytes: Buffer, offset: number): WandbRecord | null {
    try {
      return decodeRecord(bytes);
    } catch (cause) {
      const reason = messageOf(cause).slice(0, 200);
      throw new ImportError(this.file.name, `byte ${offset}`, `the record cannot be decoded (${reason}).`, cause);
    }
  }
}

/** Field numbers of wandb_internal.proto. */
function decodeRecord(bytes: Uint8Array): WandbRecord | null {
  const found = new PbfReader(bytes).readFields<{ record: WandbRecord | null }>(
    (field, into, pbf) => {
      if (field === 2) into.record = pbf.readMessage(readHistory, { kind: 'history', step: null, values: {} });
      else if (field === 5) into.record = { kind: 'config', values: pbf.readMessage(readConfig, {}) };
      else if (field === 17) into.record = pbf.readMessage(readRun, { kind: 'run', id: '', project: '', name: '', config: {} });
    },
    { record: null },
  );
  return found.record;
}

type History = Extract<WandbRecord, { kind: 'history' }>;
type Run = Extract<WandbRecord, { kind: 'run' }>;

function readHistory(field: number, history: History, pbf: PbfReader): void {
  if (field === 1) addItem(history.values, pbf);
  else if (field === 2)
    history.step = pbf.readMessage(
      (inner, at, p) => {
        if (inner === 1) at.step = p.readVarint(true);
      },
      { step: 0 },
    ).step;
}

function readConfig(field: number, values: Record<string, unknown>, pbf: PbfReader): void {
  if (field === 1) addItem(values, pbf);
}

function readRun(field: number, run: Run, pbf: PbfReader): void {
  if (field === 1) run.id = pbf.readString();
  else if (field === 3) run.project = pbf.readString();
  else if (field === 4) pbf.readMessage(readConfig, run.config);
  else if (field === 8) run.name = pbf.readString();
}

/** `HistoryItem` and `ConfigItem` alike: a key, or the parts of a nested one, and a JSON text. */
function addItem(values: Record<string, unknown>, pbf: PbfReader): void {
  const item = pbf.readMessage(
    (field, into, p) => {
      if (field === 1) into.key = p.readString();
      else if (field === 2) into.nested.push(p.readString());
      else if (field === 16) into.json = p.readString();
    },
    { key: '', nested: [] as string[], json: 'null' },
  );
  put(values, item.nested.length > 0 ? item.nested : [item.key], parseJson(item.json));
}

/** What was logged nested (a table, say) comes as one item per leaf, with the parts of its key; it is put together again. */
function put(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  if (path.includes('__proto__') || path.length > maxNesting) return;
  let at = values;
  for (const part of path.slice(0, -1)) {
    const inner = (Object.hasOwn(at, part) ? asRecord(at[part]) : null) ?? {};
    at[part] = inner;
    at = inner;
  }
  at[path.at(-1)!] = value;
}
