// The colours of the theme for what is painted on a canvas, which no style sheet reaches.

// The custom properties of `node` by name, each as [red, green, blue]: themeColours(root, ["own"])
// reads --live-own.
export function themeColours(node, names) {
  const style = getComputedStyle(node);
  const colour = (name) => {
    const hex = style.getPropertyValue(`--live-${name}`).trim().slice(1);
    return [0, 2, 4].map((k) => parseInt(hex.slice(k, k + 2), 16));
  };
  return Object.fromEntries(names.map((name) => [name, colour(name)]));
}

export function rgb([r, g, b]) {
  return `rgb(${r} ${g} ${b})`;
}

// Calls `repaint` when the page, JupyterLab or the system turns light or dark; until `signal` aborts.
export function onThemeChange(repaint, signal) {
  const observer = new MutationObserver(repaint);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint, { signal });
  signal?.addEventListener("abort", () => observer.disconnect());
}
