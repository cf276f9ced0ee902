/** wandb's log, written: frames by our own hand, messages by pbf. */
import { writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { PbfWriter } from 'pbf';

/** What every log begins with. */
export const wandbHead = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0x00]);

export function pbfMessage(write: (pbf: PbfWriter) => void): Uint8Array {
  const pbf = new PbfWriter();
  write(pbf);
  return pbf.finish();
}

/** A record in fragments that end with the log's blocks of 32 KiB. */
export function* wandbFrames(record: Uint8Array, offset: number): Generator<Buffer> {
  const block = 32_768;
  const header = 7;
  let at = offset;
  for (let start = 0, first = true; first || start < record.length; first = false) {
    const left = block - (at % block);
    if (left < header) {
      yield Buffer.alloc(left);
      at += left;
      continue;
    }
    const part = record.subarray(start, start + left - header);
    start += part.length;
    const last = start === record.length;
    const kind = first ? (last ? 1 : 2) : last ? 4 : 3;
    const frame = Buffer.concat([Buffer.alloc(header - 1), Buffer.from([kind]), part]);
    frame.writeUInt32LE(crc32(frame.subarray(header - 1)), 0);
    frame.writeUInt16LE(part.length, 4);
    yield frame;
    at += frame.length;
  }
}

export const wandbHistory = (step: number, values: Record<string, unknown>): Uint8Array =>
  pbfMessage((pbf) =>
    pbf.writeMessage(
      2,
      (_, history) => {
        for (const [key, value] of Object.entries(values))
          history.writeMessage(
            1,
            (__, item) => {
              item.writeStringField(1, key);
              item.writeStringField(16, JSON.stringify(value));
            },
            null,
          );
        history.writeMessage(2, (__, at) => at.writeVarintField(1, step), null);
      },
      null,
    ),
  );

/** A log of rows of history. @param rows by wandb's own step */
export function writeWandbLog(path: string, rows: readonly (readonly [step: number, values: Record<string, unknown>])[]): void {
  const pieces: Buffer[] = [wandbHead];
  let offset = wandbHead.length;
  for (const [step, values] of rows)
    for (const frame of wandbFrames(wandbHistory(step, values), offset)) {
      pieces.push(frame);
      offset += frame.length;
    }
  writeFileSync(path, Buffer.concat(pieces));
}
