// @ts-check

/** Where the picture of an address is. @param {string} address */
export const qr = (address) => `/admin/qr.svg?url=${encodeURIComponent(address)}`;
