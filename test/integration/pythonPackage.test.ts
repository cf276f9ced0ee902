/** The wheel that comes with the extension: whole, usable without an installation, and found by the command line. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildWheel } from '../../scripts/lib/wheel.mjs';
import { pythonPackage } from '../../src/cli/commands/pythonPackage.js';
import { Output } from '../../src/cli/output.js';
import { needs } from '../builders/needs.js';
import { newPython, noNewPython } from '../builders/python.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-wheel-'));
let wheel: string;
beforeAll(() => {
  wheel = buildWheel(join(folder, 'python'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function printed(distFolder: string): string {
  let text = '';
  const stdout = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString();
      done();
    },
  });
  pythonPackage(new Output(false, stdout), distFolder);
  return text.trimEnd();
}

test('the command line names the wheel, or the folder of the sources where there is none', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(basename(wheel)).toBe(`grpo_lab-${version}-py3-none-any.whl`);
  expect(printed(join(folder, 'dist'))).toBe(wheel);
  expect(printed(resolve('dist'))).toBe(resolve('python'));
  expect(() => printed(join(folder, 'elsewhere', 'dist'))).toThrow('Install GRPO Lab again');
});

test('the same sources make the same wheel', () => {
  expect(readFileSync(buildWheel(join(folder, 'again')))).toEqual(readFileSync(wheel));
});

describe('Python', () => {
  needs(newPython, noNewPython);
  const run = (program: string, env: Record<string, string> = {}): string =>
    execFileSync(newPython ?? '', ['-B', '-c', program, wheel], { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });

  test('finds every file of the wheel as its RECORD says it', () => {
    const look = `
import base64, csv, hashlib, io, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    assert wheel.testzip() is None
    names = wheel.namelist()
    record = next(name for name in names if name.endswith(".dist-info/RECORD"))
    rows = list(csv.reader(io.StringIO(wheel.read(record).decode())))
    assert [row[0] for row in rows] == names, names
    for name, digest, size in rows[:-1]:
        content = wheel.read(name)
        assert digest == "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode(), name
        assert int(size) == len(content)
    print(*names, sep="\\n")
    print(wheel.read(record.replace("RECORD", "METADATA")).decode())
`;
    const said = run(look);
    const names = said.split('\n');
    for (const name of ['grpo_lab/__init__.py', 'grpo_lab/py.typed', 'grpo_lab/events/writer.py']) expect(names).toContain(name);
    expect(said).not.toContain('__pycache__');
    expect(said).toMatch(/^Requires-Python: >=3\.10$/m);
    expect(said).toMatch(/^Requires-Dist: pytest==[\d.]+ ; extra == 'dev'$/m);
  });

  test('writes a run with it', () => {
    mkdirSync(join(folder, 'work'));
    const loop = `
from importlib.metadata import version
from grpo_lab.events import RunWriter
with RunWriter.create("work", name="mine") as run:
    run.metrics(step=1, values={"loss": 0.5})
print(version("grpo_lab"), run.last_seq)
`;
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(run(loop, { PYTHONPATH: wheel })).toBe(`${version} 3\n`);
  });
});
