import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** A file that may hold a zone. */
export interface ZoneFile {
  /** Its path from the directory on, with slashes: the name of the zone. */
  name: string;
  path: string;
}

/** Is told of each name that was left out, and why. */
export type LeaveOut = (name: string, reason: string) => void;

/** Zones and their folders begin with a capital; `posix`, `right`, `localtime` do not, tables have dots. */
const NAME = /^[A-Z][A-Za-z0-9_+-]{0,63}$/;
/** Stands for "no zone was chosen". */
const NO_ZONE = 'Factory';
/** As in `America/Argentina/Buenos_Aires`. */
const MAX_DEPTH = 3;
const MAX_FILES = 5_000;

/**
 * The files of a zoneinfo directory that zones may be in. Links to files are followed as long as
 * they stay in the directory, links to folders are not.
 */
export async function zoneFiles(directory: string, leaveOut: LeaveOut): Promise<ZoneFile[]> {
  const root = await realpath(directory);
  const files: ZoneFile[] = [];

  const walk = async (folder: string, parents: readonly string[]): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.filter(({ name }) => NAME.test(name) && name !== NO_ZONE)) {
      const path = join(folder, entry.name);
      const parts = [...parents, entry.name];
      const name = parts.join('/');
      if (entry.isDirectory()) {
        if (parts.length < MAX_DEPTH) await walk(path, parts);
      } else if (!entry.isFile() && !(await leadsToFileIn(root, path))) {
        leaveOut(name, 'it is no file of the directory');
      } else if (files.length === MAX_FILES) {
        throw new Error(`there are more than ${MAX_FILES} files`);
      } else {
        files.push({ name, path });
      }
    }
  };
  await walk(root, []);
  return files;
}

/** The beginning of a file, `limit` bytes at most. */
export async function readBeginning(path: string, limit: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(limit), 0, limit, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function leadsToFileIn(root: string, link: string): Promise<boolean> {
  try {
    const target = await realpath(link);
    return target.startsWith(root + sep) && (await stat(target)).isFile();
  } catch {
    return false;
  }
}
