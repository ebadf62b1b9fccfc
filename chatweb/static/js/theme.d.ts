// What theme.js, a classic script, puts on the document.
interface Document {
  theme: { current(): "light" | "dark"; toggle(): void };
}
