// Where the file of an engine's Worker lies, and its driver where a page can have no Worker.

// A strict content-security policy wants a file: the copy beside this script, where the page is served
// from the same place. Any other page makes it from its text.
const beside = document.currentScript?.src ?? "";
const served =
  beside.startsWith("http") && new URL(beside).origin === location.origin ? beside : null;

/**
 * @param {string} name of the engine, of its file `name.worker.js` and of the event `live-name`, with
 *   which the file hands its driver to a page
 * @param {() => Promise<string>} text of the Worker
 * @returns {{ address: () => Promise<string | URL>, driver: () => Promise<Function> }} the driver is
 *   fetched once
 */
export function createWorkerFile(name, text) {
  async function address() {
    if (served) return new URL(`${name}.worker.js`, served);
    return URL.createObjectURL(new Blob([await text()], { type: "text/javascript" }));
  }
  let handed = null;
  function driver() {
    handed ??= new Promise((resolve, reject) => {
      const take = ({ detail }) => resolve(detail);
      document.addEventListener(`live-${name}`, take, { once: true });
      address()
        .then((url) => import(url))
        .catch(reject);
    });
    return handed;
  }
  return { address, driver };
}
