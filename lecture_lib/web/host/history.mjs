// The way back: every entry of the browser's history knows how the figures of the page stood.
const KEY = "liveFigures";
const STORED = `${KEY} ${location.pathname}`;

/** @returns {string | undefined} how the figures stood at this entry; undefined where it is new */
export const recall = () => history.state?.[KEY];

const addressOf = (fragment) =>
  fragment ? `#${fragment}` : `${location.pathname}${location.search}`;

/**
 * @param {string} fragment how the figures stand now; the address stays
 * @returns {void}
 */
export const remember = (fragment) => write("replaceState", fragment, location.href);

/**
 * @param {string} fragment how the figures stand now, which becomes the address
 * @returns {void}
 */
export const readdress = (fragment) => write("replaceState", fragment, addressOf(fragment));

/**
 * @param {string} fragment the address of a new entry; the back button leads to the one before
 * @returns {void}
 */
export const begin = (fragment) => write("pushState", fragment, addressOf(fragment));

function write(how, fragment, address) {
  try {
    history[how]({ ...history.state, [KEY]: fragment }, "", address);
  } catch {
    // Safari refuses more than 100 in 30 s; the next one will do.
  }
}

/**
 * A reload shows the entry as it was when the reload began, without what is written while the page
 * is left; this lays that by. Where the browser's site data are blocked it is lost.
 * @param {string} fragment how the figures stand
 */
export function layBy(fragment) {
  try {
    sessionStorage.setItem(STORED, JSON.stringify([location.href, fragment]));
  } catch {
    // Blocked, or full.
  }
}

/** @returns {string | undefined} what was laid by, if this is the reload of that page */
export function takeUp() {
  const [{ type } = {}] = performance.getEntriesByType("navigation");
  try {
    const [address, fragment] = JSON.parse(sessionStorage.getItem(STORED) ?? "[]");
    sessionStorage.removeItem(STORED);
    return type === "reload" && address === location.href ? fragment : undefined;
  } catch {
    return undefined;
  }
}
