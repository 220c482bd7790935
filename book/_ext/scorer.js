// How search orders what it finds; part of Sphinx's language_data.js, and read by its searchtools.
// A page opened from disk may not fetch others, from which the excerpts would come.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

window.Scorer = (() => {
  // Does the title have the query only as a part of one of its words?
  function onlyWithin(title) {
    const asked = new URLSearchParams(location.search).get("q")?.trim().toLowerCase() ?? "";
    const words = asked.replace(/[^\p{L}\p{N}]+/gu, "[^\\p{L}\\p{N}]+");
    const asWords = new RegExp(`(^|[^\\p{L}\\p{N}])${words}s?($|[^\\p{L}\\p{N}])`, "iu");
    return title.toLowerCase().includes(asked) && !asWords.test(title);
  }

  // Of two that fit as well the lecture comes first; last comes what only has the query in a word.
  function score([name, title, , , before]) {
    return onlyWithin(title) ? -1 : before + (name.startsWith("notebooks/") ? 1 : 0);
  }
  // The numbers are Sphinx's own, which asks for all of them.
  return {
    score,
    objNameMatch: 11,
    objPartialMatch: 6,
    objPrio: { 0: 15, 1: 5, 2: -5 },
    objPrioDefault: 0,
    title: 15,
    partialTitle: 7,
    term: 5,
    partialTerm: 2,
  };
})();
