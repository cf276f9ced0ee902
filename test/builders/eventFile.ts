/** TensorBoard's event files, written for tests. */
import { PbfWriter } from 'pbf';
import { maskedCrc32c } from '../../src/importers/files/crc32c.js';

/** The name that TensorBoard's writer gives to a file begun so many seconds after another moment in August 2026. */
export const eventFileName = (seconds: number): string => `events.out.tfevents.${1787000000 + seconds}.host.1.0`;

/** A file that tells a value of each tag at each of the steps, one after the other. */
export function eventFile(
  steps: readonly number[],
  tags: readonly string[] = ['train/loss'],
  valueOf = (step: number) => 1 / step,
): Buffer {
  return Buffer.concat(
    steps.flatMap((step) =>
      tags.map((tag) => {
        const pbf = new PbfWriter();
        pbf.writeDoubleField(1, 1787000000 + step);
        pbf.writeVarintField(2, step);
        pbf.writeMessage(
          5,
          (_, summary) =>
            summary.writeMessage(
              1,
              (__, value) => {
                value.writeStringField(1, tag);
                value.writeFloatField(2, valueOf(step));
              },
              null,
            ),
          null,
        );
        return record(pbf.finish());
      }),
    ),
  );
}

function record(data: Uint8Array): Buffer {
  const frame = Buffer.alloc(data.length + 16);
  frame.writeUInt32LE(data.length, 0);
  frame.writeUInt32LE(maskedCrc32c(frame.subarray(0, 8)), 8);
  frame.set(data, 12);
  frame.writeUInt32LE(maskedCrc32c(data), 12 + data.length);
  return frame;
}
