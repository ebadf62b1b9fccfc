// @ts-check
import { guard } from "../../vendor/lit.js";
import { dayOf } from "../time.js";
import { language } from "../wording.js";

/**
 * A row that is drawn anew only when what it shows has changed, or the language, or the day has turned.
 *
 * @param {unknown[]} shown @param {() => unknown} row
 */
export const steady = (shown, row) => guard([...shown, language(), dayOf(Date.now())], row);
