// Names on the map: as many as do not cover each other, the more important places first.
import * as L from "leaflet";
import type { Place } from "./data";

const ORDER: Place["kind"][] = ["warehouse", "bakery", "delivery_point", "transshipment_point", "checkpoint", "junction"];
const MOST_TRIED = 400;
const ALL_NAMES_UP_TO = 15;

type Box = [left: number, top: number, right: number, bottom: number];

function meet(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

/** Widths by the fonts that page.css gives to names and to other names. */
function measure(map: L.Map): (name: string, others: string) => number {
  const pen = document.createElement("canvas").getContext("2d")!;
  const family = getComputedStyle(map.getContainer()).fontFamily;
  return (name, others) => {
    pen.font = `600 14px ${family}`;
    const first = pen.measureText(name).width;
    pen.font = `11.5px ${family}`;
    return Math.ceil(Math.max(first, others ? pen.measureText(others).width : 0)) + 2;
  };
}

function element(place: Place, others: string): HTMLElement {
  const box = document.createElement("div");
  const name = document.createElement("bdi");
  name.textContent = place.name;
  if (place.language) name.lang = place.language;
  box.append(name);
  if (others) {
    const small = document.createElement("small");
    small.textContent = others;
    box.append(small);
  }
  return box;
}

/** Right of a place, left of it, below it, above it: the first box in sight that covers nothing. */
function freeBox(map: L.Map, place: Place, wide: number, high: number, taken: Box[]): Box | undefined {
  const size = map.getSize();
  const { x, y } = map.latLngToContainerPoint(place.at);
  const corners: [number, number][] = [
    [x + 12, y - high / 2], [x - 12 - wide, y - high / 2], [x - wide / 2, y + 12], [x - wide / 2, y - 12 - high],
  ];
  return corners
    .map(([left, top]): Box => [left, top, left + wide, top + high])
    .find((box) => box[0] >= 0 && box[1] >= 0 && box[2] <= size.x && box[3] <= size.y && !taken.some((other) => meet(box, other)));
}

export function startLabels(map: L.Map, places: Place[]): void {
  const layer = L.layerGroup().addTo(map);
  const width = measure(map);
  const ranked = places
    .filter((place) => place.kind !== "junction" || places.length <= 40)
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));

  function draw(): void {
    layer.clearLayers();
    const view = map.getBounds();
    const visible = ranked.filter((place) => view.contains(place.at));
    const taken: Box[] = visible.slice(0, MOST_TRIED).map((place) => {
      const { x, y } = map.latLngToContainerPoint(place.at);
      return [x - 9, y - 9, x + 9, y + 9];
    });
    for (const place of visible.slice(0, MOST_TRIED)) {
      const all = place.others.map(([, name]) => name).join(" · ");
      for (const others of visible.length <= ALL_NAMES_UP_TO && all ? [all, ""] : [""]) {
        const box = freeBox(map, place, width(place.name, others), others ? 31 : 17, taken);
        if (!box) continue;
        taken.push(box);
        const { x, y } = map.latLngToContainerPoint(place.at);
        const icon = L.divIcon({
          className: "label", html: element(place, others), iconSize: undefined, iconAnchor: [x - box[0], y - box[1]],
        });
        L.marker(place.at, { icon, interactive: false, keyboard: false }).addTo(layer);
        break;
      }
    }
  }

  map.on("moveend zoomend resize", draw);
  draw();
}
