// @ts-check
/** The photo that one may choose before joining: made square at once, sent once one is in. */
import { photoProblem, squareOf, wearPhoto } from "./photo.js";

export class JoinPhoto {
  #part;
  #onProblem;
  /** @type {File | null} */
  #file = null;
  #address = "";
  field;

  /** @param {(id: string) => HTMLElement} part @param {(words: string) => void} onProblem with a wording's key, or "" */
  constructor(part, onProblem) {
    this.#part = part;
    this.#onProblem = onProblem;
    this.field = /** @type {HTMLInputElement} */ (part("photo"));
    this.field.addEventListener("change", () => this.#chosen());
    part("photo-remove").addEventListener("click", () => {
      this.field.value = "";
      this.#show(null);
      this.field.focus();
    });
  }

  /** Puts it on. Who is in must not be kept out by a photo: it can be chosen again inside. */
  async wear() {
    if (!this.#file) return;
    try {
      await wearPhoto(this.#file);
    } catch (error) {
      console.warn("the photo could not be sent", error);
    }
  }

  async #chosen() {
    const file = this.field.files?.[0];
    const problem = file ? photoProblem(file) : "";
    this.#onProblem(problem);
    this.#show(file && !problem ? await squareOf(file) : null);
  }

  /** @param {File | null} file */
  #show(file) {
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#file = file;
    this.#address = file ? URL.createObjectURL(file) : "";
    const face = this.#part("photo-face");
    face.querySelector("img")?.remove();
    this.#part("photo-remove").hidden = !file;
    if (!file) return;
    const image = new Image();
    image.src = this.#address;
    image.alt = "";
    image.className = "avatar__photo";
    face.append(image);
  }
}
