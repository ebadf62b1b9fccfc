// @ts-check
/** Choosing people for a room: a field that finds them, a list with boxes. */
import { html, live, nothing, repeat } from "../vendor/lit.js";
import { avatar } from "./avatar.js";
import { request } from "./http.js";
import { icon } from "./icon.js";
import { byName } from "./person.js";
import { t } from "./wording.js";

const PAUSE = 250; // ms after the last key before the server is asked
const SHOWN = 60; // people in the list

/** @typedef {import("./wire.js").Person} Person */

export class PeoplePicker {
  #app;
  #isOut;
  #again;
  #query = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Set<number>} ids */
  chosen = new Set();

  /** @param {import("./app.js").App} app @param {(person: Person) => boolean} isOut who cannot be chosen
   * @param {() => void} again draws anew */
  constructor(app, isOut, again) {
    this.#app = app;
    this.#isOut = isOut;
    this.#again = again;
    this.#meet();
  }

  /** @param {string} label */
  template(label) {
    const people = this.#found;
    return html`<fieldset class="picker">
      <legend class="field__label">${label}${this.chosen.size ? html` <span class="tag tag--accent">${this.chosen.size}</span>` : nothing}</legend>
      <label class="input input--small">${icon("search", "18")}<input type="search" autocomplete="off" aria-label=${t("p.find")}
        placeholder=${t("p.find")} @input=${(/** @type {InputEvent} */ event) => this.#find(event)} @keydown=${stay}></label>
      <ul class="picker__people">${repeat(
        people.slice(0, SHOWN),
        ({ id }) => id,
        (person) => this.#row(person),
      )}</ul>
      ${people.length === 0 ? html`<p class="quiet picker__none">${this.#query ? t("s.none") : t("room.invite.all")}</p>` : nothing}
    </fieldset>`;
  }

  /** @param {Person} person */
  #row(person) {
    return html`<li><label class="person">
      ${avatar(person, { size: 36, dot: true })}
      <span class="grows person__name truncated" title=${person.nickname}><bdi>${person.nickname}</bdi></span>
      <input type="checkbox" class="checkbox" .checked=${live(this.chosen.has(person.id))} @change=${() => this.#turn(person.id)}></label></li>`;
  }

  get #found() {
    const { people, me } = this.#app.chat;
    const wanted = this.#query.trim().toLocaleLowerCase();
    return [...people.online, ...people.offline]
      .filter((person) => person.id !== me.id && person.role !== "admin" && !this.#isOut(person))
      .filter(({ nickname }) => nickname.toLocaleLowerCase().includes(wanted));
  }

  /** @param {number} id */
  #turn(id) {
    if (!this.chosen.delete(id)) this.chosen.add(id);
    this.#again();
  }

  /** @param {InputEvent} event */
  #find(event) {
    this.#query = /** @type {HTMLInputElement} */ (event.target).value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#meet(), PAUSE);
    this.#again();
  }

  /** Those whom the page does not know yet. */
  async #meet() {
    try {
      const { people } = await request("GET", `/api/people?q=${encodeURIComponent(this.#query.trim())}`);
      this.#app.chat.people.meet(people.sort(byName));
      this.#again();
    } catch (error) {
      console.warn("people could not be fetched", error);
    }
  }
}

/** Enter in the field that finds must not send the form. @param {KeyboardEvent} event */
const stay = (event) => event.key === "Enter" && event.preventDefault();
