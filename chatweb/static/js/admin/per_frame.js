// @ts-check

/**
 * However often it is called, draws once before the browser paints; a hidden page draws when it is seen again.
 *
 * @param {() => void} draw
 */
export function perFrame(draw) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      draw();
    });
  };
}
