// Before anything is drawn: light or dark, as chosen here before, else as the reader's system has it.
{
  const page = document.documentElement.dataset;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  page.mode = localStorage.getItem("mode") || "auto";
  page.scripted = "";
  page.theme = page.mode === "auto" ? system : page.mode;
}
