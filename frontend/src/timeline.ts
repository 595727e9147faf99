// The timeline is drawn already: here it answers to clicks and to the two zoom buttons.
import { choose, onChoice } from "./choice";

const NARROWEST_PX = 4;
const WIDEST_PX = 80;

export function startTimeline(): void {
  const timeline = document.querySelector<HTMLElement>(".timeline");
  if (!timeline) return;
  const rows = [...timeline.querySelectorAll<SVGGElement>("g[data-journey]")];
  for (const row of rows) row.addEventListener("click", () => choose(row.dataset["journey"]!));
  onChoice((code) => {
    timeline.classList.toggle("chosen", code !== null);
    for (const row of rows) row.classList.toggle("is-chosen", row.dataset["journey"] === code);
  });
  const drawing = timeline.querySelector("svg")!;
  const hours = parseFloat(getComputedStyle(timeline).getPropertyValue("--hours")) || 1;
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-zoom]")) {
    button.addEventListener("click", () => {
      const hourPx = drawing.getBoundingClientRect().width / hours;
      const wanted = button.dataset["zoom"] === "in" ? hourPx * 1.5 : hourPx / 1.5;
      timeline.style.setProperty("--hour", `${Math.min(WIDEST_PX, Math.max(NARROWEST_PX, wanted))}px`);
    });
  }
}
