// Files of a reader's own: a field to choose them by, and the figure on which they may be dropped.
import { html } from "../kit/dom.mjs";

/**
 * @param {object} options of the field: `accept`, `multiple` and what it is called, `label`
 * @param {(files: File[]) => void} open
 * @returns {HTMLElement}
 */
export function createFileField({ accept, multiple = false, label }, open) {
  const field = html("input", {
    type: "file",
    name: "file",
    multiple,
    accept,
    class: "live-file",
    "aria-label": label,
  });
  field.addEventListener("change", () => {
    open([...field.files]);
    field.value = "";
  });
  return html("label", { class: "live-choose" }, field, "Open a file …");
}

/**
 * Files may be dropped anywhere on the figure.
 * @param {HTMLElement} el
 * @param {(files: File[]) => void} open
 * @param {AbortSignal} signal
 */
export function acceptDrops(el, open, signal) {
  const hasFiles = ({ dataTransfer }) => [...(dataTransfer?.types ?? [])].includes("Files");
  const over = (is) => el.classList.toggle("live-dropping", is);
  const listen = (type, act) =>
    el.addEventListener(
      type,
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        act(event);
      },
      { signal },
    );
  listen("dragenter", () => over(true));
  listen("dragover", () => over(true));
  listen("dragleave", ({ relatedTarget }) => over(el.contains(relatedTarget)));
  listen("drop", ({ dataTransfer }) => {
    over(false);
    open([...dataTransfer.files]);
  });
}
