// The examination's Worker: a driver that listens to the page and answers it. On a page without
// Workers the same file hands the driver over.
import { createDriver } from "./driver.mjs";

if (typeof document === "undefined") {
  const tell = (answer, transfer) => postMessage(answer, transfer);
  const driver = createDriver(8, tell, () => new Worker(location.href));
  onmessage = ({ data }) => driver.command(data);
} else document.dispatchEvent(new CustomEvent("live-examination", { detail: createDriver }));
