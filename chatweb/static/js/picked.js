// @ts-check
/** A file that somebody picked, dropped or pasted: what is shown of it before it is sent. */

let count = 0;

export class Picked {
  #address = "";
  /** of a picture, in pixels, once it has been looked at */
  width = 0;
  height = 0;

  /** @param {File} file */
  constructor(file) {
    count += 1;
    this.id = count;
    this.file = file;
    this.name = file.name || `tempel-${count}.png`;
    this.size = file.size;
    this.media_type = file.type || "application/octet-stream";
  }

  /** Can the browser show it as a picture? SVG is none for the server. */
  get isPicture() {
    return /^image\/(png|jpeg|gif|webp|bmp)$/.test(this.media_type);
  }

  /** Where it can be seen; only of pictures. */
  get address() {
    if (!this.#address && this.isPicture) this.#address = URL.createObjectURL(this.file);
    return this.#address;
  }

  /** Learns how large a picture is, so that its box stands before it is sent. */
  async measure() {
    if (!this.isPicture) return;
    const image = new Image();
    image.src = this.address;
    try {
      await image.decode();
      this.width = image.naturalWidth;
      this.height = image.naturalHeight;
    } catch {
      this.media_type = "application/octet-stream"; // it only said that it was a picture
    }
  }

  release() {
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#address = "";
  }
}
