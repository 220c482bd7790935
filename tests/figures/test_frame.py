"""What every figure does alike, web/kit/frame.mjs: when it lays its parts out."""

from tests.driver import joined

# A frame around a drawing that is as high as it is told; gives the widths it was fitted to.
FITTED = """async ([module, changes]) => {
  const { createFrame } = await import(URL.createObjectURL(
    new Blob([module], { type: "text/javascript" })));
  const el = document.body.appendChild(document.createElement("div"));
  const drawing = el.appendChild(document.createElement("div"));
  const model = { get: () => "", set() {}, on() {}, off() {}, save_changes() {} };
  const fitted = [];
  const frame = createFrame({ model, el, follows: [], fit: (w) => fitted.push(w), draw() {} });
  el.append(frame.caption);
  const later = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const set = async (styles) => {
    if (styles === "fit") el.dispatchEvent(new Event("live-fit"));
    else Object.assign(el.style, { width: styles[0] }), (drawing.style.height = styles[1]);
    await later();
  };
  await set(["600px", "100px"]);
  const stop = frame.start();
  await later();
  const found = [fitted.splice(0)];
  for (const change of changes) {
    await set(change);
    found.push(fitted.splice(0));
  }
  stop();
  await set(["500px", "100px"]);
  found.push(fitted.splice(0));
  return found;
}"""


def test_a_figure_is_laid_out_by_its_width_not_by_its_height(browser):
    changes = [["600px", "300px"], ["700px", "300px"], ["200px", "50px"], "fit"]
    page = browser.new_page()
    found = page.evaluate(FITTED, [joined("web/kit/frame.mjs"), changes])
    page.close()
    # 300 px is the least; on the stage it is asked for, whatever the width; then it is stopped.
    assert found == [[600], [], [700], [300], [300], []]
