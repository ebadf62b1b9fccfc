// @ts-check
/** Who comes and goes: the people as they are now, and the lines that tell it in the lobby. */
import { Comings } from "./comings.js";
import { People } from "./people.js";

export class Presence {
  people = new People();
  comings = new Comings();

  /** @param {import("./wire.js").PeopleChanged} change
   * @param {{me: number, after: number, at: number}} when `after` is the lobby's newest seq */
  change(change, { me, after, at }) {
    const { people } = this;
    const joined = (change.joined ?? []).filter(({ id }) => id !== me && !people.get(id)?.online);
    const left = (change.left ?? []).filter((id) => id !== me && people.get(id)?.online);
    const names = { joined: joined.map(({ nickname }) => nickname), left: left.map((id) => people.name(id)) };
    this.comings.add(names, after, at);
    people.change(change, at);
  }

  clear() {
    this.people.clear();
    this.comings.clear();
  }
}
