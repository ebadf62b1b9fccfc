// @ts-check
/** Light markup, drawn: text nodes and a few elements, never HTML of somebody's own. */
import { html, nothing } from "../vendor/lit.js";
import { blocksOf } from "./markup.js";

/** @typedef {import("./markup.js").Span} Span */

/** @type {Record<import("./markup.js").Style, (inner: unknown) => unknown>} */
const STYLED = {
  bold: (inner) => html`<strong>${inner}</strong>`,
  italic: (inner) => html`<em>${inner}</em>`,
  struck: (inner) => html`<s>${inner}</s>`,
};

/** @param {string} body */
export const markup = (body) => blocksOf(body).map(block);

/** @param {import("./markup.js").Block} one */
function block(one) {
  if (one.kind === "text") return spans(one.spans);
  if (one.kind === "quote") return html`<blockquote>${spans(one.spans)}</blockquote>`;
  if (one.kind === "code") return html`<pre>${one.spans[0].text}</pre>`;
  const items = one.items?.map((item) => html`<li>${spans(item)}</li>`);
  return one.start === undefined ? html`<ul>${items}</ul>` : html`<ol start=${one.start}>${items}</ol>`;
}

/** @param {Span[]} all */
const spans = (all) =>
  all.map((span) => (span.styles ?? []).reduceRight((inner, style) => STYLED[style](inner), plain(span)));

/** @param {Span} span @returns {unknown} */
function plain({ text, isCode, href }) {
  if (isCode) return html`<code>${text}</code>`;
  if (href) return html`<a href=${href} target="_blank" rel="noopener noreferrer">${text}</a>`;
  return text || nothing;
}
