// @ts-check
/** Who put which emoji under a message. */
import { html } from "../vendor/lit.js";
import { avatar } from "./avatar.js";
import { dialog } from "./dialog.js";
import { t } from "./wording.js";

/** @param {import("./app.js").App} app @param {import("./wire.js").Message} message */
export function openReactionsDialog(app, message) {
  const { people, me } = app.chat;
  const { reactions = [] } = message;
  const nameOf = (/** @type {number} */ id) => (id === me.id ? t("you") : people.name(id));
  app.chat.meet(reactions.flatMap((one) => one.people));
  dialog({
    title: t("react.title"),
    content: () =>
      html`<ul class="dialog__list">${reactions.flatMap(({ emoji, people: those }) =>
        those.map(
          (
            id,
          ) => html`<li class="person">${avatar({ id, nickname: nameOf(id), avatar: people.get(id)?.avatar }, { size: 36 })}
          <span class="grows person__name truncated"><bdi>${nameOf(id)}</bdi></span><span>${emoji}</span></li>`,
        ),
      )}</ul>`,
    actions: (close) =>
      html`<button type="button" class="button" autofocus @click=${close}>${t("s.close")}</button>`,
  });
}
