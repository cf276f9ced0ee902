/** Pictures in imported conversations: kept as files of the run by what they are, and whatever is not kept is named and counted. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chatOf } from '../../../src/importers/files/chat.js';
import { pictureOf } from '../../../src/importers/files/foreignPicture.js';
import { generic } from '../../../src/importers/formats/generic/generic.js';
import { withPictures } from '../../../src/importers/pictures.js';
import { largestPicture, pictureType } from '../../../src/protocol/media.js';
import { turnFault } from '../../../src/protocol/turns.js';
import { importOf } from '../../builders/importing.js';

const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(9)]);
const nameOf = (bytes: Buffer, type: string): string => `${createHash('sha256').update(bytes).digest('hex')}.${type}`;
const uri = (bytes: Buffer, type = 'image/gif'): string => `data:${type};base64,${bytes.toString('base64')}`;
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');

describe('a picture in a message', () => {
  test.each([
    ['OpenAI', { type: 'image_url', image_url: { url: uri(gif) } }],
    ["OpenAI's responses", { type: 'input_image', image_url: uri(gif) }],
    ['Anthropic', { type: 'image', source: { type: 'base64', media_type: 'image/gif', data: gif.toString('base64') } }],
    ['Inspect', { type: 'image', image: uri(gif), detail: 'auto' }],
    ['a table', { type: 'image', image: { bytes: new Uint8Array(gif), path: 'a.gif' } }],
    ['a wrong type', { type: 'image', image: uri(gif, 'image/svg+xml') }],
  ])('is known as %s has it, by its content', (_, part) => {
    const found = pictureOf(part);
    expect('bytes' in found && Buffer.from(found.bytes).equals(gif)).toBe(true);
    expect(chatOf([{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, part] }]).text).toBe(
      `What is it?\n\n[picture ${nameOf(gif, 'gif').slice(0, 12)}]`,
    );
  });

  test.each([
    ['an address', 'https://example.test/cat.png', 'https://example.test/cat.png is not fetched'],
    ['an SVG, whatever it says that it is', uri(svg, 'image/png'), 'it is no PNG, JPEG, GIF or WebP'],
    ['an empty one', 'data:image/png;base64,', 'it is no PNG, JPEG, GIF or WebP'],
    ['text in its URI', 'data:image/png,abc', 'its data URI is not base64'],
    ['another scheme', 'file:///etc/passwd', 'file:///etc/passwd is no file beside the log'],
    ['nothing', '', 'it is not in the log'],
  ])('that is %s is named with the reason', (_, image, lost) => {
    expect(pictureOf({ type: 'image', image })).toEqual({ lost });
    const { text, turns } = chatOf([{ role: 'user', content: [{ type: 'image', image }] }]);
    expect(text).toBe(`[picture not kept: ${lost}]`);
    expect(turnFault(text.length, turns!)).toBeUndefined();
  });

  test('that is too large is not decoded', () => {
    const huge = 'A'.repeat(Math.ceil((largestPicture * 4) / 3) + 100);
    expect(pictureOf({ type: 'image', image: `data:image/png;base64,${huge}` })).toEqual({ lost: 'it is larger than 16 MiB' });
  });

  test('is told by its first bytes', () => {
    const webp = Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1');
    expect([gif, png, Buffer.from([0xff, 0xd8, 0xff, 0xe0]), webp, svg, Buffer.from('RIFF0000WAVE')].map(pictureType)).toEqual([
      ...['gif', 'png', 'jpg', 'webp', null, null],
    ]);
  });
});

describe('an import', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-pictures-'));
    for (const name of ['log/images', 'run']) mkdirSync(join(folder, name), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const importing = async (...images: string[]) => {
    const file = join(folder, 'log', 'rows.jsonl');
    const prompt = (image: string) => [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image', image },
        ],
      },
    ];
    writeFileSync(file, images.map((image) => `${JSON.stringify({ prompt: prompt(image), output: 'A cat.' })}\n`).join(''));
    const mapping = { solution: 'output', question: 'prompt' };
    const { events, notes } = await importOf(withPictures(generic, join(folder, 'run')), file, { mapping });
    const groups = events.flatMap((event) => (event.type === 'group' ? [event] : []));
    const media = join(folder, 'run', 'media');
    return {
      shown: groups.map((g) => g.question_turns?.find((t) => t.kind === 'image')?.media),
      groups,
      files: existsSync(media) ? readdirSync(media).sort() : [],
      message: notes.find((n) => n.id === 'pictures')?.message,
    };
  };

  test('keeps a picture once, from the log or a file beside it, under its content’s name', async () => {
    writeFileSync(join(folder, 'log', 'images', 'dot.jpeg'), png);
    const { shown, files, message, groups } = await importing(uri(gif), 'images/dot.jpeg', uri(gif));
    expect(shown).toEqual([nameOf(gif, 'gif'), nameOf(png, 'png'), nameOf(gif, 'gif')]);
    expect(groups[0].question_id).toBe(groups[2].question_id);
    expect(groups[0].question_id).not.toBe(groups[1].question_id);
    expect(files).toEqual([nameOf(gif, 'gif'), nameOf(png, 'png')].sort());
    expect(readFileSync(join(folder, 'run', 'media', nameOf(gif, 'gif')))).toEqual(gif);
    expect(message).toBe('2 pictures of conversations are kept under media/ of the run.');
    expect(JSON.stringify(groups)).not.toContain('"picture"');
  });

  test('names and counts what it does not keep, and opens nothing elsewhere', async () => {
    writeFileSync(join(folder, 'secret.png'), png);
    symlinkSync(join(folder, 'secret.png'), join(folder, 'log', 'images', 'link.png'));
    writeFileSync(join(folder, 'log', 'images', 'text.png'), 'no picture');
    writeFileSync(join(folder, 'log', 'images', 'huge.png'), png);
    truncateSync(join(folder, 'log', 'images', 'huge.png'), largestPicture + 1);
    const { shown, files, message, groups } = await importing(
      ...['../secret.png', join(folder, 'secret.png'), 'images/link.png', 'images/text.png', 'images/huge.png', 'images/none.png'],
      ...['images', 'https://example.test/a.png', 'http://example.test/b.png', uri(svg)],
    );
    expect(shown.every((media) => media === undefined)).toBe(true);
    expect(files).toEqual([]);
    expect(groups.map((g) => g.question).join('\n')).toContain('[picture images/none.png]');
    for (const part of [
      '0 pictures of conversations are kept',
      '3 because its file lies outside of what is imported',
      '2 because nothing is fetched from the network',
      '1 because it is larger than 16 MiB',
      '2 because its file is not there or cannot be read',
      'because it is no PNG, JPEG, GIF or WebP',
    ])
      expect(message).toContain(part);
  });

  test('says nothing of pictures where there are none', async () => {
    const file = join(folder, 'log', 'plain.jsonl');
    writeFileSync(file, '{"prompt":"2 + 2?","output":"4"}\n');
    const { notes } = await importOf(withPictures(generic, join(folder, 'run')), file, {
      mapping: { solution: 'output', question: 'prompt' },
    });
    expect(notes.some((n) => n.id === 'pictures')).toBe(false);
    expect(existsSync(join(folder, 'run', 'media'))).toBe(false);
  });
});
