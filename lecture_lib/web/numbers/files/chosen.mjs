// A reader's files as bytes: their size is asked before any of them is read.
import { MAX_FILE, refuse, shortName } from "./bounds.mjs";

/**
 * @param {File[]} files chosen or dropped together
 * @returns {Promise<Map<File, Uint8Array>>}
 * @throws {Refusal} for files that are too large together, and for one that cannot be read, such as a
 *   folder
 */
export async function readFiles(files) {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const what = files.length > 1 ? `${files.length} files together` : shortName(files[0]?.name);
  if (size > MAX_FILE) refuse(`${what}: at most ${MAX_FILE} bytes are read, got ${size}`);
  const read = new Map();
  for (const file of files) {
    const bytes = await file.arrayBuffer().catch(() => null);
    if (!bytes) refuse(`${shortName(file.name)}: it cannot be read; is it a folder?`);
    read.set(file, new Uint8Array(bytes));
  }
  return read;
}
