/** Binary logs of curves, with what texts they have: wandb's and TensorBoard's. Their frames are written here, their messages by pbf. */
import { closeSync, createReadStream, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { maskedCrc32c } from '../../../../src/importers/files/crc32c.js';
import { partsOfLine } from '../../../../src/importers/formats/console/logLine.js';
import { TfEventsTail } from '../../../../src/importers/files/tfevents.js';
import { WandbTail } from '../../../../src/importers/files/wandbLog.js';
import { pbfMessage, wandbFrames, wandbHead, wandbHistory } from '../../../builders/wandbFile.js';
import { completionsOf } from '../lines.js';
import { BATCH, GROUP, rewardOf, textOf } from '../rows.js';
import { plain, within, writePieces, type Each, type Kind } from './kind.js';

const CURVES = 40;
const names = Array.from({ length: CURVES }, (_, i) => `train/curve_${i}`);
const valueOf = (step: number, curve: number): number => 1 / (step + curve + 1);

const wandb: Kind = {
  format: 'wandb',
  bytes: plain,
  make(rows, folder) {
    const fd = openSync(join(folder, 'run-made.wandb'), 'w');
    let offset = writeSync(fd, wandbHead);
    mkdirSync(join(folder, 'files/media/table'), { recursive: true });
    for (let step = 1; step <= (rows * GROUP) / BATCH; step++) {
      const table = completionsOf(step);
      const path = `media/table/completions_${step}.table.json`;
      writeFileSync(
        join(folder, 'files', path),
        JSON.stringify({ columns: Object.keys(table[0]), data: table.map((row) => Object.values(row)) }),
      );
      const curves = Object.fromEntries(names.map((name, curve) => [name, valueOf(step, curve)]));
      const record = wandbHistory(step, { ...curves, 'train/global_step': step, completions: { _type: 'table-file', path } });
      for (const frame of wandbFrames(record, offset)) offset += writeSync(fd, frame);
    }
    closeSync(fd);
  },
  async decode(folder, each) {
    for (const path of within(folder))
      if (path.endsWith('.json')) each(JSON.parse(readFileSync(path, 'utf8')));
      else for await (const record of new WandbTail({ path, name: path }).read(AbortSignal.timeout(600_000))) each(record);
  },
};

type Value = { tag: string; value: number } | { tag: string; text: string };

const tfEvent = (step: number, values: readonly Value[]): Uint8Array =>
  pbfMessage((pbf) => {
    pbf.writeDoubleField(1, 1.79e9 + step);
    pbf.writeVarintField(2, step);
    pbf.writeMessage(
      5,
      (_, summary) => {
        for (const one of values)
          summary.writeMessage(
            1,
            (__, value) => {
              value.writeStringField(1, one.tag);
              if ('value' in one) value.writeFloatField(2, one.value);
              else {
                value.writeMessage(
                  8,
                  (___, tensor) => {
                    tensor.writeVarintField(1, 7);
                    tensor.writeStringField(8, one.text);
                  },
                  null,
                );
                value.writeMessage(
                  9,
                  (___, metadata) => metadata.writeMessage(1, (____, plugin) => plugin.writeStringField(1, 'text'), null),
                  null,
                );
              }
            },
            null,
          );
      },
      null,
    );
  });

function tfRecord(data: Uint8Array): Buffer {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(data.length));
  head.writeUInt32LE(maskedCrc32c(head.subarray(0, 8)), 8);
  const foot = Buffer.alloc(4);
  foot.writeUInt32LE(maskedCrc32c(data));
  return Buffer.concat([head, data, foot]);
}

const eventFile = 'events.out.tfevents.1787000000.host';

/** As torch's SummaryWriter: a record for each value. */
const events = (format: string, bytes: number, valuesOf: (step: number) => Value[]): Kind => ({
  format,
  bytes,
  share: 1 / 8,
  make(rows, folder) {
    const path = join(folder, eventFile);
    mkdirSync(dirname(path), { recursive: true });
    const fd = openSync(path, 'w');
    for (let step = 1; step <= rows; step++) writeSync(fd, Buffer.concat(valuesOf(step).map((value) => tfRecord(tfEvent(step, [value])))));
    closeSync(fd);
  },
  async decode(folder: string, each: Each) {
    const path = join(folder, eventFile);
    for await (const event of new TfEventsTail({ path, name: eventFile }).read(AbortSignal.timeout(600_000))) each(event);
  },
});

const curvesOf = (step: number): Value[] => names.map((tag, curve) => ({ tag, value: valueOf(step, curve) }));

/** A line a step, as verl prints them. Nobody else reads them: merely decoding is our own reader of lines. */
const consoleKind: Kind = {
  format: 'console',
  unit: 'steps of 40 curves',
  bytes: CURVES * 40,
  share: 1 / 4,
  make(rows, folder) {
    const values = (step: number): string => names.map((name, curve) => `${name}:${valueOf(step, curve)}`).join(' - ');
    writePieces(join(folder, 'train.log'), rows, 1, (i) => `(TaskRunner pid=42) step:${i + 1} - ${values(i + 1)}\n`);
  },
  async decode(folder, each) {
    for await (const line of createInterface({ input: createReadStream(join(folder, 'train.log')) }))
      for (const part of partsOfLine(line)) each(part);
  },
};

export const logs: Record<string, Kind> = {
  console: consoleKind,
  wandb,
  tensorboard: { ...events('tensorboard', CURVES * 58, curvesOf), unit: 'steps of 40 curves' },
  openrlhf: events('openrlhf', CURVES * 58 + plain, (step) => [
    ...curvesOf(step),
    { tag: 'train/generated_samples/text_summary', text: `Sample:\\n${textOf(step)}\\n\\nReward: ${rewardOf(step).toFixed(4)}` },
  ]),
};
