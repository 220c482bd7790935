// The Microscope: a network of the book's, or one that a reader opens; its gates and states over time,
// what each unit keeps and for how long, how far its gradient reaches, and what is found of it.
import { renderDesk } from "../../web/kit/desk.mjs";
import { createDesk } from "./desk.mjs";
import { holdAllowed } from "./holding.mjs";
import { createSession } from "./session.mjs";

// What no trait can say.
function accepts(name, value, state) {
  if (name === "example") return value !== "" || Boolean(state.network?.layers);
  if (name === "span") return !value.length || (value.length === 2 && value[0] <= value[1]);
  return name !== "holds" || value.every(holdAllowed);
}

const render = (figure) => renderDesk(figure, createSession, createDesk);

export default { render, accepts };
