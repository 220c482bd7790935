// A number that can be dragged: a slider in the midst of a line, for the trait that has one below.
import { put } from "../kit/dom.mjs";

const ACROSS = 200; // px from the least value to the largest
const SLACK = 3; // px that a press may wander before it is a drag
const PAGE = 0.1; // of the range

/**
 * What a screen reader hears for a control's value.
 * @param {{ reads: string, step: number }} control as `Control.spec()` has it
 * @param {number} value
 * @returns {string}
 */
export function readingOf({ reads, step }, value) {
  const words = reads.replace("{value}", value.toFixed(step < 1 ? 2 : 0));
  return words.replace("{percent}", Math.round(100 * value));
}

/**
 * @param {HTMLElement} node whose text is the number
 * @param {object} control as `Slider.spec()` has it: name, label, min, max, step, reads
 * @param {(values: object) => void} change
 * @returns {(value: number, free: boolean) => void} says where it stands; what is not free is a plain
 *   number
 */
export function createHandle(node, control, change) {
  const { name, label, min, max, step } = control;
  const digits = step < 1 ? 2 : 0;
  let now = 0;
  let free = false;
  let drag = null;

  function move(value) {
    const held = Math.max(min, Math.min(max, step * Math.round(value / step)));
    change({ [name]: Number(held.toFixed(digits)) });
  }
  const page = PAGE * (max - min);
  const keys = {
    ArrowRight: () => now + step,
    ArrowUp: () => now + step,
    ArrowLeft: () => now - step,
    ArrowDown: () => now - step,
    PageUp: () => now + page,
    PageDown: () => now - page,
    Home: () => min,
    End: () => max,
  };

  node.addEventListener("keydown", (event) => {
    const { key, altKey, ctrlKey, metaKey } = event;
    if (!free || !Object.hasOwn(keys, key) || altKey || ctrlKey || metaKey) return;
    event.preventDefault();
    move(keys[key]());
  });
  node.addEventListener("pointerdown", (event) => {
    if (!free || event.button || drag) return;
    event.preventDefault(); // of selecting text
    node.setPointerCapture(event.pointerId);
    node.focus({ preventScroll: true });
    drag = { id: event.pointerId, from: event.clientX, value: now, begun: false };
  });
  node.addEventListener("pointermove", ({ pointerId, clientX }) => {
    if (pointerId !== drag?.id) return;
    const by = clientX - drag.from;
    drag.begun ||= Math.abs(by) > SLACK;
    if (drag.begun) move(drag.value + (by * (max - min)) / ACROSS);
  });
  node.addEventListener("pointerup", ({ pointerId }) => {
    if (pointerId === drag?.id) drag = null;
  });
  // The page scrolls with the finger after all: nothing was meant.
  node.addEventListener("pointercancel", ({ pointerId }) => {
    if (pointerId !== drag?.id) return;
    if (drag.begun) move(drag.value);
    drag = null;
  });

  return (value, isFree) => {
    now = value;
    if (free !== isFree) turn(isFree);
    if (free) put(node, { "aria-valuenow": value, "aria-valuetext": readingOf(control, value) });
  };

  function turn(isFree) {
    free = isFree;
    node.classList.toggle("live-handle", free);
    const looks = { role: "slider", tabindex: 0, "aria-label": label, title: "drag left or right" };
    const slider = { ...looks, "aria-valuemin": min, "aria-valuemax": max };
    if (free) put(node, slider);
    else
      for (const attribute of [...Object.keys(slider), "aria-valuenow", "aria-valuetext"])
        node.removeAttribute(attribute);
  }
}
