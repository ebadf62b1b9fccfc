// @ts-check
// Light or dark, Bahasa Indonesia or English: the two switches that every page has.

import { html, render } from "../../vendor/lit.js";
import { icon } from "../icon.js";
import { toast } from "../toast.js";
import { otherLanguage, reword, speak, t } from "../wording.js";

export class Switches {
  constructor() {
    for (const button of all("[data-theme-switch]"))
      button.addEventListener("click", () => document.theme.toggle());
    for (const button of all("[data-language-switch]"))
      button.addEventListener("click", () => this.switchLanguage());
    document.addEventListener("theme", () => this.#draw());
    reword(document);
    this.#draw();
  }

  async switchLanguage() {
    try {
      await speak(otherLanguage());
    } catch {
      toast(t("a.noanswer"), "circle-alert");
    }
    reword(document);
    this.#draw();
  }

  #draw() {
    for (const button of all("[data-theme-switch]")) drawTheme(button);
    for (const button of all("[data-language-switch]")) drawLanguage(button);
  }
}

/** @param {HTMLElement} button */
function drawTheme(button) {
  const isDark = document.theme.current() === "dark";
  const name = t(isDark ? "nav.themelight" : "nav.theme");
  button.setAttribute("aria-label", name);
  button.title = name;
  render(icon(isDark ? "sun" : "moon"), button);
}

/** @param {HTMLElement} button */
function drawLanguage(button) {
  const other = otherLanguage();
  button.title = t("nav.lang");
  render(
    html`${icon("languages", "18")}<span lang=${other}>${other === "en" ? "English" : "Indonesia"}</span>`,
    button,
  );
}

/** @param {string} selector */
function all(selector) {
  return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector));
}
