// Your Series: does a series need a gate? Baselines and lines are ranked at once, networks are trained
// when a reader asks for it; the verdict, with its rules; what each said from one origin.
import { renderDesk } from "../../web/kit/desk.mjs";
import { createDesk } from "./desk.mjs";
import { createSession } from "./session.mjs";

// What no trait can say.
function accepts(name, value, state) {
  return name !== "series" || value !== "" || Boolean(state.given?.columns);
}

const render = (figure) => renderDesk(figure, createSession, createDesk);

export default { render, accepts };
