// A run told in parts: what is new of it, as it comes.
const EVERY = 12; // ms

/**
 * @param {Generator} work of a runner
 * @yields what the work yields; and as answers { part }, the first at once and others some 80 times a second:
 *   { name, side, from, to, first, gates, h, c, held } of a direction, with the rows of the steps from … to of
 *   x alone; first says that it is the first of the direction, and has held, T × H, if gates of it are
 *   held. The last steps may come with the whole alone
 * @returns {Generator} what the work returns
 */
export function* inParts(work) {
  const begun = new Set(); // traces of which there was a part
  let [news, told] = [null, -Infinity];
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    const { part } = step.value;
    if (!part) yield step.value;
    else if (news?.trace === part.trace) {
      news.from = Math.min(news.from, part.from);
      news.to = Math.max(news.to, part.to);
    } else {
      if (news) yield answerOf(news, begun);
      news = part;
    }
    if (!news || performance.now() < told + EVERY) continue;
    yield answerOf(news, begun);
    [news, told] = [null, performance.now()];
  }
}

function answerOf({ name, side, trace, H, from, to }, begun) {
  const transfer = [];
  const copy = (array, start, end) => {
    const some = array.slice(start, end);
    transfer.push(some.buffer);
    return some;
  };
  const rows = (arrays) =>
    Object.fromEntries(
      Object.entries(arrays).map(([letter, array]) => [letter, copy(array, from * H, to * H)]),
    );
  const { gates, h, c, held } = trace;
  const first = !begun.has(trace);
  const part = { name, side, from, to, first, gates: rows(gates), ...rows(c ? { h, c } : { h }) };
  if (held && first)
    part.held = Object.fromEntries(
      Object.entries(held).map(([letter, array]) => [letter, copy(array)]),
    );
  begun.add(trace);
  return { answer: { part }, transfer };
}
