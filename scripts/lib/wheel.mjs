// The Python package as a wheel: a zip of its sources with a few lines about them. Needs no Python.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { Trouble } from './console.mjs';
import { root } from './install.mjs';

const source = join(root, 'python');
const slashed = (path) => path.replaceAll('\\', '/');

/**
 * The keys of pyproject.toml that a wheel tells. They are simple ones: texts and lists of texts.
 * @returns { name, description, python, license, dependencies, extras: [name, packages][] }
 */
function project() {
  const toml = readFileSync(join(source, 'pyproject.toml'), 'utf8');
  const section = (name) => toml.split(/^\[/m).find((part) => part.startsWith(`${name}]`)) ?? '';
  const texts = (list) => [...list.matchAll(/"([^"]*)"/g)].map(([, text]) => text);
  const own = section('project');
  const text = (key) => {
    const [, value] = new RegExp(`^${key} = "([^"]*)"`, 'm').exec(own) ?? [];
    if (value === undefined) throw new Trouble(`python/pyproject.toml: ${key} is not a text.`);
    return value;
  };
  return {
    name: text('name'),
    description: text('description'),
    python: text('requires-python'),
    license: text('license'),
    dependencies: texts(/^dependencies = \[([^\]]*)\]/m.exec(own)?.[1] ?? ''),
    extras: [...section('project.optional-dependencies').matchAll(/^([\w-]+) = \[([^\]]*)\]/gm)].map(([, name, list]) => [
      name,
      texts(list),
    ]),
  };
}

/** METADATA, as of Python's core metadata 2.4. */
function metadata({ name, description, python, license, dependencies, extras }, version) {
  return [
    'Metadata-Version: 2.4',
    `Name: ${name}`,
    `Version: ${version}`,
    `Summary: ${description}`,
    `License-Expression: ${license}`,
    `Requires-Python: ${python}`,
    ...dependencies.map((d) => `Requires-Dist: ${d}`),
    ...extras.flatMap(([extra, packages]) => [
      `Provides-Extra: ${extra}`,
      ...packages.map((p) => `Requires-Dist: ${p} ; extra == '${extra}'`),
    ]),
    '',
  ].join('\n');
}

/**
 * Writes NAME-VERSION-py3-none-any.whl; the same bytes for the same sources.
 * @returns its path
 */
export function buildWheel(folder) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const about = project();
  const files = readdirSync(join(source, about.name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !slashed(entry.parentPath).includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: slashed(path.slice(source.length + 1)), content: readFileSync(path) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const info = `${about.name}-${version}.dist-info`;
  const told = [
    ...files,
    { name: `${info}/METADATA`, content: Buffer.from(metadata(about, version)) },
    { name: `${info}/WHEEL`, content: Buffer.from('Wheel-Version: 1.0\nGenerator: grpo-lab\nRoot-Is-Purelib: true\nTag: py3-none-any\n') },
    { name: `${info}/licenses/LICENSE`, content: readFileSync(join(root, 'LICENSE')) },
  ];
  const digest = (content) => `sha256=${createHash('sha256').update(content).digest('base64url')}`;
  const record = [...told.map(({ name, content }) => `${name},${digest(content)},${content.length}`), `${info}/RECORD,,`, ''].join('\n');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${about.name}-${version}-py3-none-any.whl`);
  writeFileSync(path, zip([...told, { name: `${info}/RECORD`, content: Buffer.from(record) }]));
  return path;
}

/** A zip archive (PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16), its times those of 1980. */
function zip(files) {
  const [parts, directory] = [[], []];
  let offset = 0;
  for (const { name, content } of files) {
    const path = Buffer.from(name);
    const packed = deflateRawSync(content);
    // What stands in both headers: version, flags (names in UTF-8), method (deflate), time, date, checksum, sizes, length of the name, extra.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(path.length, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, path, packed);
    // Comment, disk, internal and external attributes (a regular file that all may read), place.
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((0o100644 << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, rest, path);
    offset += 30 + path.length + packed.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, index, end]);
}
