import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Address } from '../../../src/protocol/address.js';
import { linkText, parseLink } from '../../../src/protocol/link.js';

describe('a link to a page', () => {
  test('names the page and the folder that holds its run', () => {
    const text = linkText('vscode', 'grpo-lab.grpo-lab', { address: { run: 'big-1m', step: 980, group: 1 }, folder: '/home/me/my sums' });
    expect(text).toBe('vscode://grpo-lab.grpo-lab/runs/big-1m/step%20980/group%202?folder=/home/me/my%20sums');
    expect(parseLink(text)).toEqual({ address: { run: 'big-1m', step: 980, group: 1 }, folder: '/home/me/my sums' });
  });

  test.each<[string, Address]>([
    ['/runs/a/step 42', { run: 'a', step: 42 }],
    ['runs/a/step 42/group 7', { run: 'a', step: 42, group: 6 }],
    ['  runs/a/step%2042/group%207/solution%203\n', { run: 'a', step: 42, group: 6, solution: 2 }],
    ['planner/experiments/arith-grpo', { page: 'planner', about: { experiment: 'arith-grpo' } }],
    ['code-oss://grpo-lab.grpo-lab/runs/big-1m/step%20980/group%202', { run: 'big-1m', step: 980, group: 1 }],
  ])('%j is read however it was copied', (text, address) => {
    expect(parseLink(text)).toEqual({ address });
  });

  test('as VS Code writes it, with every sign of the query escaped', () => {
    expect(parseLink('vscode://grpo-lab.grpo-lab/runs/a?folder%3D%2Fhome%2Fme')).toEqual({ address: { run: 'a' }, folder: '/home/me' });
    expect(parseLink('vscode://grpo-lab.grpo-lab/runs/a?folder=c:\\sums')).toEqual({ address: { run: 'a' }, folder: 'c:\\sums' });
  });

  test('a folder that is no path of this machine is passed over', () => {
    expect(parseLink('vscode://x/runs/a?folder=../../etc')).toEqual({ address: { run: 'a' } });
    expect(parseLink('vscode://x/runs/a?folder=%E0%A4%A')).toEqual({ address: { run: 'a' } });
    for (const other of ['\\\\host\\share', '//host/share']) expect(parseLink(`runs/a?folder=${other}`)).toEqual({ address: { run: 'a' } });
  });

  test.each(['', 'arith', 'https://example.org/', 'vscode://x/runs/../etc', '/runs/a/group 1', 'runs'])('%j is none', (text) => {
    expect(parseLink(text)).toBeUndefined();
  });

  test('any folder comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((name) => !/^[\\/]/.test(name)),
        (name) => {
          const link = { address: { run: 'a', step: 1 }, folder: `/${name}` };
          expect(parseLink(linkText('vscode', 'x.y', link))).toEqual(link);
        },
      ),
    );
  });
});
