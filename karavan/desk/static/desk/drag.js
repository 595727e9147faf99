"use strict";
// Comfort on top of the form: a stop that is dragged onto a journey fills the form in and sends it.
const form = document.getElementById("move-stop");
let held = "";
document.getElementById("drag-hint").hidden = false;
for (const stop of document.querySelectorAll("[data-stop]")) {
  stop.draggable = true;
  stop.addEventListener("dragstart", (event) => {
    held = stop.dataset.stop;
    event.dataTransfer.setData("text/plain", held);
    event.dataTransfer.effectAllowed = "move";
  });
}
for (const list of document.querySelectorAll("[data-journey]")) {
  list.addEventListener("dragover", (event) => {
    if (held) event.preventDefault();
  });
  list.addEventListener("drop", (event) => {
    event.preventDefault();
    const onto = event.target.closest("[data-stop]");
    const to = onto ? onto.dataset.stop : list.dataset.journey;
    if (!held || to === held) return;
    form.elements.stop.value = held;
    form.elements.to.value = to;
    form.requestSubmit();
  });
}
