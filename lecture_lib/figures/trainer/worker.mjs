// The Trainer's Worker: a driver that listens to the page and reports to it.
import { createDriver } from "./driver.mjs";

const workerDriver = createDriver(30, (report) => postMessage(report));
onmessage = ({ data }) => workerDriver.command(data);
