// @ts-check
/** A profile photo: made square here, so that little goes over the network; as it is where a browser can't. */
import { request } from "./http.js";
import { Picked } from "./picked.js";
import { Upload } from "./upload.js";
import { Refusal } from "./wire.js";
import { t } from "./wording.js";

const SIDE = 512; // px
const QUALITY = 0.88;
const LARGEST = 5 * 1024 ** 2; // bytes

/** What is wrong with a file as a photo, as a wording's key; "" where nothing is. @param {File} file */
export function photoProblem(file) {
  if (!/^image\/(png|jpeg|gif|webp|bmp)$/.test(file.type)) return "photo.bad";
  return file.size > LARGEST ? "photo.big" : "";
}

/** The middle of a picture as a square. @param {File} file @returns {Promise<File>} */
export async function squareOf(file) {
  const picked = new Picked(file);
  const image = new Image();
  try {
    image.src = picked.address;
    await image.decode();
    const side = Math.min(image.naturalWidth, image.naturalHeight);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.min(side, SIDE);
    const left = (image.naturalWidth - side) / 2;
    const top = (image.naturalHeight - side) / 2;
    canvas.getContext("2d")?.drawImage(image, left, top, side, side, 0, 0, canvas.width, canvas.height);
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return blob ? new File([blob], "foto.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file;
  } finally {
    picked.release();
  }
}

/** Sends a photo and makes it one's own. Throws a Refusal. @param {File} file
 * @returns {Promise<import("./wire.js").Person>} */
export async function wearPhoto(file) {
  const upload = new Upload(new Picked(file), () => {});
  await upload.start();
  if (!upload.attachment) throw new Refusal({ code: "no_answer", detail: upload.problem || t("u.failed") });
  if (!upload.attachment.thumbnail) throw new Refusal({ code: "invalid", detail: t("photo.bad") });
  return (await request("PATCH", "/api/session", { avatar: upload.attachment.id })).person;
}

/** @returns {Promise<import("./wire.js").Person>} */
export const dropPhoto = async () => (await request("PATCH", "/api/session", { avatar: null })).person;
