// @ts-check
/** iOS lays the keyboard over the page instead of making room: the page takes the height that is left. */
export function followViewport() {
  const { visualViewport } = window;
  if (!visualViewport) return;
  const follow = () => {
    // A pinch-zoomed page keeps its layout.
    if (visualViewport.scale > 1.01) return;
    document.documentElement.style.setProperty("--vvh", `${visualViewport.height}px`);
  };
  visualViewport.addEventListener("resize", follow);
  follow();
}
