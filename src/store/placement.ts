import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, realpathSync, statfsSync } from 'node:fs';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';

export interface Placement {
  /** The database file; its folder holds nothing else but the index of words, and is made when it is opened. */
  file: string;
  /** What a person should know of the place; null when it is the usual one. */
  reason: string | null;
}

export const databaseName = 'grpo-lab.db';

/** File systems on which several machines see one file: SQLite's write-ahead log needs shared memory, so it fails there. */
const networkTypes =
  /^(nfs|nfs4|cifs|smb|smb2|smb3|smbfs|afs|ncpfs|9p|lustre|gpfs|beegfs|beegfs_nodev|ceph|glusterfs|orangefs|pvfs2|wekafs|panfs|davfs|webdav|fuse\.(sshfs|ceph|ceph-fuse|glusterfs|s3fs|gcsfuse|rclone|goofys|juicefs|davfs|beegfs|lustre))$/;

/** The same by the number that statfs(2) gives, where there is no list of mounts: nfs, smb, cifs, smb2, afs, ceph, lustre, gpfs, 9p. */
const networkMagic = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x00c36400, 0x0bd00bd0, 0x47504653, 0x01021997]);

/**
 * Where the database of a `.grpo-lab` folder lies: with the user's own data on this machine, never in the folder itself. What lies
 * in a workspace may have come with it, from anybody; and where nothing may be written (a read-only share, a folder that is not
 * trusted) runs can be read all the same. Extension and command line share it: the key is the folder's real path.
 * @param dataFolder default: see `localDataFolder`
 */
export function placeDatabase(root: string, dataFolder?: string): Placement {
  const { folder, reason } = dataFolder === undefined ? localDataFolder() : { folder: dataFolder, reason: null };
  const real = realPath(resolve(root));
  const key = `${basename(dirname(real)).slice(0, 60)}-${createHash('sha256').update(real).digest('hex').slice(0, 16)}`;
  return { file: join(folder, 'databases', key, databaseName), reason };
}

/** The path without links, also when what it leads to is not there now (a share that is not mounted): its key is the same then. */
export function realPath(path: string, links = 40): string {
  try {
    return realpathSync.native(path);
  } catch {
    const target = links > 0 ? linkTarget(path) : undefined;
    if (target !== undefined) return realPath(resolve(dirname(path), target), links - 1);
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent, links), basename(path));
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // no link, or not there
  }
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

/**
 * Where this user's databases lie on this machine: the folder that GRPO_LAB_DATA names, or where programs keep their data; when
 * that is shared by machines (a home directory on NFS) or may not be written, a folder of the user's own for temporary files, for the index can be made anew.
 */
function localDataFolder(): { folder: string; reason: string | null } {
  const named = process.env.GRPO_LAB_DATA;
  if (named) return { folder: resolve(named), reason: null };
  const usual = usualDataFolder();
  const type = networkFileSystem(usual);
  if (type === undefined && isWritable(usual)) return { folder: usual, reason: null };
  for (const base of new Set(process.platform === 'win32' ? [tmpdir()] : ['/var/tmp', tmpdir()])) {
    const own = join(base, `grpo-lab-${process.getuid?.() ?? userInfo().username}`);
    if (networkFileSystem(own) === undefined && isOurs(own)) return { folder: own, reason: null };
  }
  if (type === undefined) return { folder: usual, reason: null }; // opening it says why that cannot be
  return {
    folder: join(usual, hostname()),
    reason:
      `${usual} is on a network file system (${type}), and so is every other place for the database. SQLite works there as long as ` +
      'one machine uses it. Name a folder on a local disk in the environment variable GRPO_LAB_DATA.',
  };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(nearestExisting(folder), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Makes the folder for this user alone; one that somebody else has put there is not used. */
function isOurs(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = lstatSync(folder);
    return stat.isDirectory() && (process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o022) === 0));
  } catch {
    return false;
  }
}

/** Where programs keep their data on this system. */
function usualDataFolder(): string {
  const { LOCALAPPDATA, XDG_DATA_HOME } = process.env;
  const base =
    process.platform === 'win32'
      ? (LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Application Support')
        : XDG_DATA_HOME !== undefined && isAbsolute(XDG_DATA_HOME)
          ? XDG_DATA_HOME
          : join(homedir(), '.local', 'share');
  return join(base, 'grpo-lab');
}
