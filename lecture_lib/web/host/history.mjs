// The way back: every entry of the browser's history knows how the figures of the page stood.
const KEY = "liveFigures";

/** @returns {string | undefined} how the figures stood at this entry; undefined where it is new */
export const recall = () => history.state?.[KEY];

const addressOf = (fragment) =>
  fragment ? `#${fragment}` : `${location.pathname}${location.search}`;

/** @param {string} fragment how the figures stand now; the address stays */
export const remember = (fragment) => write("replaceState", fragment, location.href);

/** @param {string} fragment how the figures stand now, which becomes the address */
export const readdress = (fragment) => write("replaceState", fragment, addressOf(fragment));

/** @param {string} fragment the address of a new entry; the back button leads to the one before */
export const begin = (fragment) => write("pushState", fragment, addressOf(fragment));

function write(how, fragment, address) {
  try {
    history[how]({ ...history.state, [KEY]: fragment }, "", address);
  } catch {
    // Safari refuses more than 100 in 30 s; the next one will do.
  }
}
