// @ts-check
// Tabs by the keyboard's custom: one stop, arrows between, the panel follows.

export class Tabs {
  #tabs;
  #panels;
  #changed;
  chosen = 0;

  /** @param {HTMLElement} element holds the role=tab and role=tabpanel elements, in one order @param {() => void} changed */
  constructor(element, changed) {
    this.#tabs = /** @type {HTMLElement[]} */ ([...element.querySelectorAll("[role=tab]")]);
    this.#panels = /** @type {HTMLElement[]} */ ([...element.querySelectorAll("[role=tabpanel]")]);
    this.#changed = changed;
    for (const [at, tab] of this.#tabs.entries()) {
      tab.addEventListener("click", () => this.choose(at));
      tab.addEventListener("keydown", (event) => this.#pressed(event));
    }
    this.#show();
  }

  /** @param {number} at */
  choose(at) {
    this.chosen = at;
    this.#show();
    this.#changed();
  }

  #show() {
    for (const [at, tab] of this.#tabs.entries()) {
      const chosen = at === this.chosen;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      this.#panels[at].hidden = !chosen;
    }
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const count = this.#tabs.length;
    const to = {
      ArrowRight: (this.chosen + 1) % count,
      ArrowLeft: (this.chosen - 1 + count) % count,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.choose(to);
    this.#tabs[to].focus();
  }
}
