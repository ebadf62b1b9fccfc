export { html, noChange, nothing, render } from "lit/html.js";
export { guard } from "lit/directives/guard.js";
export { live } from "lit/directives/live.js";
export { repeat } from "lit/directives/repeat.js";
