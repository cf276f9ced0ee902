import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

export interface Placement {
  /** The database file. */
  file: string;
  /** Why it is not beside the runs; null when it is. */
  reason: string | null;
}

const databaseName = 'grpo-lab.db';

/** File systems on which several machines see one file: SQLite's write-ahead log needs shared memory, so it fails there. */
const networkTypes =
  /^(nfs|nfs4|cifs|smb|smb2|smb3|smbfs|afs|ncpfs|9p|lustre|gpfs|beegfs|beegfs_nodev|ceph|glusterfs|orangefs|pvfs2|wekafs|panfs|davfs|webdav|fuse\.(sshfs|ceph|ceph-fuse|glusterfs|s3fs|gcsfuse|rclone|goofys|juicefs|davfs|beegfs|lustre))$/;

/** The same by the number that statfs(2) gives, where there is no list of mounts: nfs, smb, cifs, smb2, afs, ceph, lustre, gpfs, 9p. */
const networkMagic = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x00c36400, 0x0bd00bd0, 0x47504653, 0x01021997]);

/**
 * Where the database of a `.grpo-lab` folder lies: in it, or, when that is on a network file system, in this
 * machine's data folder (the run directories are the truth, so a database per machine loses nothing).
 */
export function placeDatabase(root: string, dataFolder = localDataFolder()): Placement {
  const type = networkFileSystem(root);
  if (type === undefined) return { file: join(root, databaseName), reason: null };
  const folder = resolve(root);
  const key = `${basename(dirname(folder))}-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
  const file = join(dataFolder, 'databases', `${key}.db`);
  return {
    file,
    reason: `${root} is on a network file system (${type}), where SQLite cannot share a database safely: the database is kept in ${file}. The runs stay where they are.`,
  };
}

/** @returns the kind of network file system that holds the path, or undefined when it is a local one (or cannot be told) */
export function networkFileSystem(path: string): string | undefined {
  const existing = nearestExisting(resolve(path));
  if (process.platform === 'win32') return existing.startsWith('\\\\') ? 'a network share' : undefined;
  if (process.platform === 'linux') {
    const mounts = readMounts();
    const type = mounts === undefined ? undefined : mountOf(existing, mounts);
    if (type !== undefined) return networkTypes.test(type) ? type : undefined;
  }
  const magic = statfsSync(existing).type >>> 0;
  return networkMagic.has(magic) ? `type 0x${magic.toString(16)}` : undefined;
}

function readMounts(): string | undefined {
  try {
    return readFileSync('/proc/mounts', 'utf8');
  } catch {
    return undefined; // no /proc: statfs answers instead
  }
}

/** The type of the file system that is mounted nearest above the path. */
export function mountOf(path: string, mounts: string): string | undefined {
  let best: { point: string; type: string } | undefined;
  for (const line of mounts.split('\n')) {
    const [, encodedPoint = '', type = ''] = line.split(' ');
    if (type === '') continue;
    const point = encodedPoint.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
    const holds = path === point || path.startsWith(point.endsWith('/') ? point : `${point}/`);
    // Of two mounts on one point the later one is seen.
    if (holds && (best === undefined || point.length >= best.point.length)) best = { point, type };
  }
  return best?.type;
}

function nearestExisting(path: string): string {
  for (let at = path; ; at = dirname(at)) if (existsSync(at) || at === dirname(at)) return realpathSync(at);
}

/** Where programs keep their data on this machine. */
export function localDataFolder(): string {
  const { LOCALAPPDATA, XDG_DATA_HOME } = process.env;
  const base =
    process.platform === 'win32'
      ? (LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Application Support')
        : (XDG_DATA_HOME ?? join(homedir(), '.local', 'share'));
  const folder = join(base, 'grpo-lab');
  mkdirSync(folder, { recursive: true });
  return folder;
}
