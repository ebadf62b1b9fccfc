// @ts-check
/** Keeps a log where its reader is: at the end while they are at the end, else at the message that they look at,
 * whatever is added above or below. */

const AT_END = 80; // px from the end that still count as there
const STICKY_DATE = 1_200; // ms that the day stays on top after the last scroll

export class ScrollKeeper {
  #log;
  #inner;
  #timer = 0;
  /** where we have put the log ourselves: such a scroll shows no day */
  #put = -1;
  isAtEnd = true;
  /** @type {{element: Element, top: number} | null} */
  #anchor = null;

  /** @param {HTMLElement} log @param {HTMLElement} inner @param {() => void} onScroll */
  constructor(log, inner, onScroll) {
    this.#log = log;
    this.#inner = inner;
    log.addEventListener("scroll", () => {
      const isOurs = Math.abs(log.scrollTop - this.#put) < 2;
      this.isAtEnd = this.distance < AT_END;
      this.#anchor = this.isAtEnd ? null : this.#firstVisible();
      if (!isOurs) this.#showDay();
      onScroll();
    });
    const observer = new ResizeObserver(() => this.settle());
    observer.observe(log);
    observer.observe(inner);
  }

  /** px to the end */
  get distance() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight;
  }

  get isNearStart() {
    return this.#log.scrollTop < this.#log.clientHeight;
  }

  get isFarUp() {
    return this.distance > this.#log.clientHeight;
  }

  toEnd() {
    this.isAtEnd = true;
    this.#anchor = null;
    this.#scrollTo(this.#log.scrollHeight);
  }

  /** The reader goes elsewhere: the end no longer holds them. */
  leaveEnd() {
    this.isAtEnd = false;
    this.#anchor = this.#firstVisible();
  }

  /** @param {Element} element */
  toUpperPart(element) {
    const { top } = element.getBoundingClientRect();
    const above = this.#log.getBoundingClientRect().top + this.#log.clientHeight / 4;
    this.#scrollTo(this.#log.scrollTop + top - above);
    this.isAtEnd = this.distance < AT_END;
    this.#anchor = this.isAtEnd ? null : this.#firstVisible();
  }

  /** Puts the reader back after the content or the frame has changed. */
  settle() {
    if (this.isAtEnd) {
      this.#scrollTo(this.#log.scrollHeight);
      return;
    }
    if (!this.#anchor?.element.isConnected) return;
    const moved = this.#anchor.element.getBoundingClientRect().top - this.#anchor.top;
    if (Math.abs(moved) >= 1) this.#scrollTo(this.#log.scrollTop + moved);
  }

  /** @param {number} top */
  #scrollTo(top) {
    this.#log.scrollTop = top;
    this.#put = this.#log.scrollTop;
  }

  /** The seq of the newest message that is wholly in sight. */
  get lastSeen() {
    const end = this.#log.getBoundingClientRect().bottom + 8;
    const messages = [...this.#inner.querySelectorAll("[data-seq]")];
    const seen = messages.findLast((message) => message.getBoundingClientRect().bottom <= end);
    return seen instanceof HTMLElement ? Number(seen.dataset.seq) : 0;
  }

  #firstVisible() {
    const { top } = this.#log.getBoundingClientRect();
    const element = [...this.#inner.querySelectorAll("article")].find(
      (article) => article.getBoundingClientRect().bottom > top,
    );
    return element ? { element, top: element.getBoundingClientRect().top } : null;
  }

  #showDay() {
    this.#log.dataset.scrolling = "";
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => delete this.#log.dataset.scrolling, STICKY_DATE);
  }
}
