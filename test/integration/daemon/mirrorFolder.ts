import { appendFile, cp, mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    (s) => s.size,
    () => 0,
  );

/** Brings what a folder has gained over: files are only ever appended to, and checkpoints appear whole. */
export async function mirrorFolder(from: string, to: string, except: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true }).catch(() => [])) {
    if (entry.name.startsWith('.') || except.has(entry.name)) continue;
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === 'checkpoints') await mirrorCheckpoints(source, copy);
    else if (entry.isDirectory()) {
      await mkdir(copy, { recursive: true });
      await mirrorFolder(source, copy, except);
    } else {
      const known = await sizeOf(copy);
      if ((await sizeOf(source)) > known) await appendFile(copy, (await readFile(source)).subarray(known));
    }
  }
}

async function mirrorCheckpoints(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const known = await readdir(to);
  for (const name of await readdir(from)) {
    if (known.includes(name)) continue;
    const beside = join(to, `.${name}`);
    await cp(join(from, name), beside, { recursive: true });
    await rename(beside, join(to, name));
  }
}
