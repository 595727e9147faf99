// Which journey is shown alone: chosen on the buttons, the map or the timeline, the same on all three.
type Listener = (code: string | null) => void;

const listeners: Listener[] = [];
let chosen: string | null = null;

export function onChoice(listener: Listener): void {
  listeners.push(listener);
}

/** Chooses a journey; the chosen one again, or null: all of them. */
export function choose(code: string | null): void {
  chosen = code === chosen ? null : code;
  for (const listener of listeners) listener(chosen);
}

export function startButtons(): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("button[data-journey]")];
  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset["journey"]!));
  onChoice((code) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset["journey"] === code));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") choose(null);
  });
}
