import { Writable } from 'node:stream';
import { Output } from '../../src/cli/output.js';

/** What a command prints, for a person or (with `json`) for a program. */
export function printed(json = false): { output: Output; text: () => string; value: () => unknown } {
  let all = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      all += chunk.toString();
      done();
    },
  });
  return { output: new Output(json, stream), text: () => all, value: () => (json ? (JSON.parse(all) as unknown) : undefined) };
}
