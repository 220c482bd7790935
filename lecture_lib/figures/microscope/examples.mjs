// The book's own networks, with what they read. A leaf of its own, so that a page has them once.
import { EXAMPLES } from "./__init__.py";

/** By name: { words, network, given }. */
export const examples = EXAMPLES;
