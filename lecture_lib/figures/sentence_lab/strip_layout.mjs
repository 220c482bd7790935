// Where things are in the strip under a sentence: the memory unit's rows, and below them a block of
// each kind for the other units.

/** The memory unit's rows, from the top. */
export const MEMORY_ROWS = ["f", "i", "g", "o", "c"];
/** The blocks of the other units, from the top. */
export const BLOCKS = ["f", "i", "o", "c"];
/** The height of a row, in px. */
export const MEMORY_ROW = 27;
/** The height of a block, in px. */
export const BLOCK = 49;

const HEAD = 26;
const BLOCK_GAP = 7;
const LEAST_COLUMN = 40;

/**
 * Where a row of the memory unit begins, in px.
 * @param {number} k its number
 * @returns {number}
 */
export const memoryTop = (k) => HEAD + k * MEMORY_ROW;
/** Where the blocks begin, in px. */
export const BLOCKS_TOP = memoryTop(MEMORY_ROWS.length) + 26;
/**
 * Where a block begins, in px.
 * @param {number} k its number
 * @returns {number}
 */
export const blockTop = (k) => BLOCKS_TOP + k * (BLOCK + BLOCK_GAP);
/** The height of the strip, in px. */
export const HEIGHT = blockTop(BLOCKS.length);

/**
 * @param {number} y px from the top
 * @param {number} units how many there are
 * @returns {{kind: string, rank: number}} the row there, rank 0 being the memory unit's
 */
export function rowAt(y, units) {
  const k = Math.floor((y - HEAD) / MEMORY_ROW);
  if (k >= 0 && k < MEMORY_ROWS.length) return { rank: 0, kind: MEMORY_ROWS[k] };
  const block = Math.floor((y - BLOCKS_TOP) / (BLOCK + BLOCK_GAP));
  if (block < 0 || block >= BLOCKS.length) return { rank: 0, kind: "f" };
  const rank = 1 + Math.floor(((y - blockTop(block)) / BLOCK) * (units - 1));
  return { kind: BLOCKS[block], rank: Math.min(units - 1, rank) };
}

/**
 * @param {number[]} widths of the words, px
 * @param {number} room px for all of them
 * @returns {{x: number, width: number}[]} a column for each, as wide as its word; what room is left
 *   is shared out
 */
export function placeColumns(widths, room) {
  const wanted = widths.map((width) => Math.max(LEAST_COLUMN, width + 10));
  const more = Math.max(0, room - wanted.reduce((sum, width) => sum + width, 0)) / wanted.length;
  let x = 0;
  return wanted.map((width) => {
    const column = { x, width: Math.floor(width + more) };
    x += column.width;
    return column;
  });
}
