// @ts-check
/** The way in: a nickname, and where somebody holds it already, the PIN that says it is one's own. */
import { html, render } from "../vendor/lit.js";
import { fieldError } from "./field.js";
import { request } from "./http.js";
import { icon } from "./icon.js";
import { JoinPhoto } from "./join_photo.js";
import { graphemes } from "./person.js";
import { uuid } from "./uuid.js";
import { codeOf, Refusal } from "./wire.js";
import { otherLanguage, pieces, reword, speak, t } from "./wording.js";

const MOST = 32; // letters of a nickname
const ATTEMPTS = 3; // of asking again after a lost answer
const NAME = "nickname"; // in localStorage, for the next visit

const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const form = /** @type {HTMLFormElement} */ (part("form"));
const nickname = /** @type {HTMLInputElement} */ (part("nickname"));
const pin = /** @type {HTMLInputElement} */ (part("pin"));
const button = part("go");

const photo = new JoinPhoto(part, (words) =>
  words ? complain(photo.field, () => t(words)) : calm(photo.field),
);

/** A new intent gets a new id; the same intent asked again keeps it, so that a lost answer joins nobody twice. */
let clientId = uuid();
let isBusy = false;
/** says a note anew when the language changes @type {() => void} */
let sayAgain = () => {};

/** The name as the server will see it. */
const trimmed = () => nickname.value.trim().replace(/\s+/g, " ");

async function join() {
  if (isBusy) return;
  const name = trimmed();
  if (!name) return complain(nickname, () => t("join.nick.short"));
  if (graphemes(name).length > MOST) return complain(nickname, () => t("join.nick.long"));
  if (!part("pin-field").hidden && !pin.value) return complain(pin, () => t("join.pin.empty"));
  busy(true);
  try {
    await ask({ nickname: name, client_id: clientId, ...(pin.value ? { pin: pin.value } : {}) });
    remember(name);
    await photo.wear();
    location.assign("/");
  } catch (error) {
    busy(false);
    clientId = uuid();
    refused(error, name);
  }
}

/** Asks again where no answer came; the server knows the client_id. @param {object} body */
async function ask(body) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request("POST", "/api/session", body);
    } catch (error) {
      if (codeOf(error) !== "no_answer" || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000 * attempt));
    }
  }
}

/** @param {unknown} error @param {string} name */
function refused(error, name) {
  if (!(error instanceof Refusal)) throw error;
  const { code, detail, field, suggestion } = error;
  if (code === "nickname_taken") taken(name, suggestion);
  else if (code === "no_answer") complain(nickname, () => `${t("g.full")}. ${t("g.full.p")}`);
  else if (field === "pin") complain(pin, () => detail);
  else if (code === "service_stopped") waitForService();
  else complain(nickname, () => detail || t("fail.server"));
}

/** @param {string} name @param {string} [suggestion] */
function taken(name, suggestion) {
  const use = () => {
    nickname.value = suggestion ?? "";
    hidePin();
    calm(nickname);
    nickname.focus();
  };
  complain(nickname, () => {
    const words = suggestion
      ? pieces("join.nick.taken", {
          x: html`<bdi>${name}</bdi>`,
          y: html`<button type="button" class="link-button" @click=${use}>${suggestion}</button>`,
        })
      : pieces("join.nick.taken.only", { x: html`<bdi>${name}</bdi>` });
    return html`${words}<span class="join__ways"><button type="button" class="button button--small" @click=${showPin}>${t("join.mine")}</button></span>`;
  });
}

function showPin() {
  part("pin-field").hidden = false;
  calm(nickname);
  pin.focus();
}

function hidePin() {
  part("pin-field").hidden = true;
  pin.value = "";
}

/** @param {HTMLInputElement} field @param {() => unknown} words */
function complain(field, words) {
  field.setAttribute("aria-invalid", "true");
  sayAgain = () => render(fieldError(`${field.id}-error`, words()), note(field));
  sayAgain();
  field.focus();
}

/** @param {HTMLInputElement} field */
function calm(field) {
  field.removeAttribute("aria-invalid");
  const hint = { nickname: "join.nick.hint", pin: "join.pin.p", photo: "join.photo.hint" }[field.id] ?? "";
  sayAgain = () => render(html`<span class="field__hint">${t(hint)}</span>`, note(field));
  sayAgain();
}

/** Where a field's note stands; what the template said there makes way once.
 * @param {HTMLInputElement} field */
function note(field) {
  const place = part(`${field.id}-note`);
  place.querySelector("[data-t]")?.remove();
  return place;
}

/** @param {boolean} on */
function busy(on) {
  isBusy = on;
  button.setAttribute("aria-disabled", String(on));
  button.setAttribute("aria-busy", String(on));
  button.dataset.t = on ? "join.going" : "join.go";
  button.textContent = t(button.dataset.t);
}

/** The chat is stopped: says so, and comes back by itself. */
async function waitForService() {
  complain(nickname, () => `${t("g.stop")}. ${t("g.stop.p")}`);
  const { state, retry_after = 5 } = await request("GET", "/api/service").catch(() => ({ state: "unknown" }));
  if (state === "running") calm(nickname);
  else setTimeout(waitForService, retry_after * 1_000);
}

/** A link from another device brings this one in as the same person. */
async function redeemLink() {
  const [, link] = location.hash.match(/^#link=(.+)$/) ?? [];
  if (!link) return false;
  history.replaceState(null, "", location.pathname);
  busy(true);
  try {
    await ask({ link: decodeURIComponent(link) });
    location.assign("/");
  } catch (error) {
    busy(false);
    complain(nickname, () => (error instanceof Refusal && error.detail) || t("join.link.bad"));
  }
  return true;
}

function tools() {
  const isDark = document.theme.current() === "dark";
  const look = t(isDark ? "nav.themelight" : "nav.theme");
  render(
    html`<button type="button" class="button button--ghost" aria-label="${otherLanguage().toUpperCase()}, ${t("nav.lang")}" @click=${switchLanguage}>
        ${icon("languages", "18")}${otherLanguage().toUpperCase()}</button>
      <button type="button" class="icon-button" aria-label=${look} title=${look}
        @click=${() => document.theme.toggle()}>${icon(isDark ? "sun" : "moon")}</button>`,
    part("tools"),
  );
}

async function switchLanguage() {
  await speak(otherLanguage());
  reword(document);
  sayAgain();
  tools();
  document.title = document.title.replace(/^[^·]+/, `${t("join.heading")} `);
}

/** @param {string} name */
function remember(name) {
  try {
    localStorage.setItem(NAME, name);
  } catch {
    // A private window that keeps nothing asks for the name again.
  }
}

function remembered() {
  try {
    return localStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  join();
});
for (const field of [nickname, pin])
  field.addEventListener("input", () => field.hasAttribute("aria-invalid") && calm(field));
nickname.addEventListener("input", hidePin);
button.removeAttribute("disabled"); // until here a press would have sent the form the browser's own way
document.addEventListener("theme", tools);

part("address").textContent = location.hostname;
if (!nickname.value) nickname.value = remembered();
tools();
redeemLink();
// On a touch screen the keyboard would hide the page before it has been read.
if (matchMedia("(pointer: fine)").matches) nickname.focus();
