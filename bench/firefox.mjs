// Every page of the built book in Firefox: what it logs, whether its figures stand, and whether each
// slider moves its drawing. How to run it: CONTRIBUTING.md.
import { readdirSync } from "node:fs";
import puppeteer from "puppeteer-core";

const [base = "http://127.0.0.1:8000/", executablePath = "/usr/bin/firefox-esr", width = 1280] =
  process.argv.slice(2);
const HTML = new URL("../_build/html/", import.meta.url);
const pages = ["book", "notebooks"].flatMap((folder) =>
  readdirSync(new URL(folder, HTML))
    .filter((file) => file.endsWith(".html"))
    .map((file) => `${folder}/${file}`),
);

async function moveSliders() {
  const figures = [...document.querySelectorAll(".live-figure[data-figure]")];
  for (const figure of figures) {
    for (let frame = 0; frame < 60 && !figure.querySelector(".live-view"); frame += 1) {
      figure.scrollIntoView({ behavior: "instant" });
      await new Promise(requestAnimationFrame);
    }
  }
  let [sliders, moved] = [0, 0];
  for (const figure of figures) {
    const view = figure.querySelector(".live-view");
    const inputs = [...figure.querySelectorAll(".live-controls input[type=range]")];
    for (const input of inputs.filter((node) => node.offsetParent).slice(0, 4)) {
      const before = view.innerHTML;
      input.value = input.value === input.max ? input.min : input.max;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((done) => setTimeout(done, 150));
      sliders += 1;
      moved += Number(view.innerHTML !== before);
    }
  }
  const asleep = figures.filter((figure) => !figure.querySelector(".live-view")).length;
  const wide = document.scrollingElement.scrollWidth > innerWidth;
  const faces = [...document.fonts].filter((face) => face.status !== "loaded").length;
  return { figures: figures.length, asleep, sliders, moved, wide, faces };
}

const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
console.log(await browser.version());
for (const name of [...pages, "search.html", "genindex.html"]) {
  const page = await browser.newPage();
  const heard = [];
  page.on("console", (message) => {
    if (["error", "warn", "warning"].includes(message.type())) heard.push(message.text());
  });
  page.on("pageerror", (error) => heard.push(`uncaught: ${error.message}`));
  await page.setViewport({ width: Number(width), height: 900 });
  await page.goto(base + name, { waitUntil: "load", timeout: 60_000 });
  const found = await page.evaluate(moveSliders);
  await page.close();
  const good =
    !heard.length && !found.asleep && found.moved === found.sliders && !found.wide && !found.faces;
  if (!good) process.exitCode = 1;
  console.log(
    good ? "ok  " : "BAD ",
    name,
    `${found.figures} figures, ${found.moved} of ${found.sliders} sliders moved`,
    ...heard,
  );
}
await browser.close();
