// @ts-check

const OWN_MACHINE = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Between two machines plain HTTP can be read along: pages say so in a line that stays. */
export function markPlainHttp() {
  const isPlain = location.protocol === "http:" && !OWN_MACHINE.test(location.hostname);
  for (const line of document.querySelectorAll("[data-plain-http]")) line.toggleAttribute("hidden", !isPlain);
}
