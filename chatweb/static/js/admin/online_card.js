// @ts-check
// Who is here, since when, from which address and device; what can be done with each is behind one ⋯.

import { html, nothing, render, repeat } from "../../vendor/lit.js";
import { avatar } from "../avatar.js";
import { icon } from "../icon.js";
import { openMenu } from "../menu.js";
import { fullTime } from "../time.js";
import { number, t } from "../wording.js";
import { moment } from "./format.js";
import { perFrame } from "./per_frame.js";
import { personActions } from "./person_actions.js";
import { empty, failedPart, skeleton } from "./placeholder.js";
import { restrictions } from "./restrictions.js";
import { steady } from "./steady.js";

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("./wire.js").PersonRow} PersonRow */

const HAND_HELD = /Android|iPhone|iPad/;
const FIND_FROM = 6; // people; below that a search field is in the way

export class OnlineCard {
  #element;
  #panel;
  #write;
  #wanted = "";

  /** @param {HTMLElement} element @param {Panel} panel @param {(person: PersonRow) => void} write */
  constructor(element, panel, write) {
    this.#element = element;
    this.#panel = panel;
    this.#write = write;
    const draw = perFrame(() => this.#draw());
    panel.addEventListener("people", draw);
    panel.addEventListener("status", draw);
    this.#draw();
  }

  #draw() {
    const { people, status } = this.#panel;
    const online = Math.max(people.count, status?.online ?? 0);
    render(
      html`
      <header class="card__head">
        <h2>${t("o.title")}</h2>
        <span class="badge badge--quiet">${number(online)}</span>
        ${people.count >= FIND_FROM || this.#wanted ? this.#find() : nothing}
      </header>
      ${this.#body()}
    `,
      this.#element,
    );
  }

  #find() {
    const search = (/** @type {InputEvent} */ event) => {
      this.#wanted = /** @type {HTMLInputElement} */ (event.target).value;
      this.#draw();
    };
    return html`<label class="input input--small online__find">
      ${icon("search", "18")}
      <input type="search" aria-label=${t("o.find")} placeholder=${t("o.find")} .value=${this.#wanted} @input=${search} />
    </label>`;
  }

  #body() {
    const { people, loaded, failed } = this.#panel;
    if (people.count === 0 && failed.has("people")) return failedPart(() => this.#panel.refresh());
    if (people.count === 0 && !loaded.has("people")) return skeleton(4);
    if (people.count === 0) return empty("users-round", t("o.none"), t("o.none.p"));
    const rows = people.matching(this.#wanted);
    if (rows.length === 0) return empty("search", t("s.none"));
    return this.#table(rows);
  }

  /** @param {PersonRow[]} rows */
  #table(rows) {
    return html`<table class="table online__table">
      <thead>
        <tr>
          <th scope="col">${t("o.name")}</th>
          <th scope="col" class="online__device">${t("o.dev")}</th>
          <th scope="col" class="online__address">${t("o.ip")}</th>
          <th scope="col" class="online__since">${t("o.since")}</th>
          <th scope="col" class="online__actions"><span class="visually-hidden">${t("o.act")}</span></th>
        </tr>
      </thead>
      <tbody>${repeat(
        rows,
        (row) => row.id,
        (row) => steady([row], () => this.#row(row)),
      )}</tbody>
    </table>`;
  }

  /** @param {PersonRow} row */
  #row(row) {
    const since = row.since ?? row.last_seen_at ?? 0;
    const device = [row.system, row.browser].filter(Boolean).join(", ");
    return html`<tr>
      <td>
        <span class="online__person">
          ${avatar({ ...row, online: true }, { size: 32, dot: true })}
          <span class="online__names">
            <span class="online__line"><bdi class="truncated online__name" title=${row.nickname}>${row.nickname}</bdi>${restrictions(row)}</span>
            <span class="online__detail truncated">${[row.system, row.address].filter(Boolean).join(" · ")}</span>
          </span>
        </span>
      </td>
      <td class="online__device" title=${device}>
        <span class="online__system">${system(row)}</span>
      </td>
      <td class="online__address numeric">${row.address ?? "–"}</td>
      <td class="online__since numeric"><time title=${fullTime(since)}>${since ? moment(since) : "–"}</time></td>
      <td class="online__actions">
        <button
          type="button"
          class="icon-button"
          aria-haspopup="menu"
          aria-label=${t("o.more", { x: row.nickname })}
          title=${t("o.more", { x: row.nickname })}
          @click=${(/** @type {MouseEvent} */ event) => this.#openMenu(/** @type {HTMLElement} */ (event.currentTarget), row)}
        >
          ${icon("ellipsis")}
        </button>
      </td>
    </tr>`;
  }

  /** @param {HTMLElement} button @param {PersonRow} row */
  #openMenu(button, row) {
    openMenu(button, row.nickname, [
      { sign: "message-square", name: t("o.write"), onPick: () => this.#write(row) },
      {
        sign: "scroll-text",
        name: t("o.messages"),
        onPick: () => location.assign(`/admin/log?person=${row.id}`),
      },
      ...personActions(this.#panel.moderation, row),
    ]);
  }
}

/** @param {PersonRow} row */
function system({ system }) {
  if (!system) return "–";
  return html`${icon(HAND_HELD.test(system) ? "smartphone" : "monitor", "16")}${system}`;
}
