// Before all other scripts: where the browser keeps no site data, to ask for a store throws. Those
// scripts, the theme's too, then have one that lasts as long as the page.
for (const name of ["localStorage", "sessionStorage"]) {
  try {
    window[name].getItem("mode");
  } catch {
    const kept = new Map();
    const value = {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, text) => kept.set(key, `${text}`),
      removeItem: (key) => kept.delete(key),
    };
    Object.defineProperty(window, name, { value });
  }
}
// Before anything is drawn: light or dark, as chosen here before, else as the reader's system has it.
{
  const page = document.documentElement.dataset;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  page.mode = localStorage.getItem("mode") || "auto";
  page.scripted = "";
  page.theme = page.mode === "auto" ? system : page.mode;
}
