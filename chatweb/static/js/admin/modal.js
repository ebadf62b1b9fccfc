// @ts-check
// A modal dialog: the browser keeps the focus inside, closes it on Esc and gives the focus back.

/** @param {string} id the title inside has this id with `-title` */
export function modal(id) {
  const element = document.createElement("dialog");
  element.id = id;
  element.className = "dialog";
  element.setAttribute("aria-labelledby", `${id}-title`);
  element.addEventListener("click", (event) => {
    if (event.target === element && !hasText(element)) element.close();
  });
  document.body.append(element);
  return {
    element,
    open: () => element.showModal(),
    close: () => element.close(),
  };
}

/** A press beside the dialog must not throw away what was typed. @param {HTMLElement} element */
function hasText(element) {
  const fields = /** @type {NodeListOf<HTMLTextAreaElement>} */ (element.querySelectorAll("textarea, input"));
  return [...fields].some((field) => field.value.trim() !== "");
}
