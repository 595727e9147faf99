// Names on the map: as many as do not cover each other, beside the journeys' ways where there is room, the more
// important places first.
import * as L from "leaflet";
import type { Data, Place } from "./data";

const ORDER: Place["kind"][] = ["warehouse", "bakery", "delivery_point", "transshipment_point", "checkpoint", "junction"];
const MOST_TRIED = 400;
const ALL_NAMES_UP_TO = 15;
const BETWEEN = " · ";
const STRIPES_PX = 7;
const PAD_PX = 2;
// Beyond that many pieces of road a phone would feel the search, and no place stays free of them anyway.
const MOST_PIECES = 2000;

type Piece = [a: L.Point, b: L.Point];
type Box = [left: number, top: number, right: number, bottom: number];

function meet(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

/** Where Leaflet's buttons and scale stand. */
function controls(map: L.Map): Box[] {
  const frame = map.getContainer().getBoundingClientRect();
  return [...map.getContainer().querySelectorAll(".leaflet-control")].map((control) => {
    const { left, top, right, bottom } = control.getBoundingClientRect();
    return [left - frame.left, top - frame.top, right - frame.left, bottom - frame.top];
  });
}

/** Whether a piece of road runs through a box: what is left of it within the box's four edges. */
function crosses([left, top, right, bottom]: Box, [a, b]: Piece): boolean {
  let [from, to] = [0, 1];
  const sides: [number, number, number, number][] = [
    [a.x, b.x - a.x, left - STRIPES_PX, right + STRIPES_PX], [a.y, b.y - a.y, top - STRIPES_PX, bottom + STRIPES_PX],
  ];
  for (const [start, run, low, high] of sides) {
    if (run === 0 && (start < low || start > high)) return false;
    if (run === 0) continue;
    const ends = [(low - start) / run, (high - start) / run];
    from = Math.max(from, Math.min(...ends));
    to = Math.min(to, Math.max(...ends));
  }
  return from <= to;
}

/** The roads that journeys drive, piece by piece, where they lie on the screen. */
function drivenPieces(map: L.Map, data: Data): Piece[] {
  const pieces: Piece[] = [];
  for (const road of new Set(data.journeys.flatMap((journey) => journey.roads))) {
    const points = data.roads[road]!.shape.map((at) => map.latLngToContainerPoint(at));
    points.slice(1).forEach((point, index) => pieces.push([points[index]!, point]));
    if (pieces.length > MOST_PIECES) return [];
  }
  return pieces;
}

/** One line, and two of about the same length: on a narrow screen the second fits where the first does not. */
function broken(names: string[]): string[][] {
  if (!names.length) return [];
  const half = names.join(BETWEEN).length / 2;
  const cut = names.findIndex((_, index) => names.slice(0, index + 1).join(BETWEEN).length >= half) + 1;
  const one = [names.join(BETWEEN)];
  return cut < names.length ? [one, [names.slice(0, cut).join(BETWEEN), names.slice(cut).join(BETWEEN)]] : [one];
}

/** Widths by the fonts that page.css gives to names and to other names. */
function measure(map: L.Map): (name: string, others: string[]) => number {
  const pen = document.createElement("canvas").getContext("2d")!;
  const family = getComputedStyle(map.getContainer()).fontFamily;
  return (name, others) => {
    pen.font = `600 14px ${family}`;
    const first = pen.measureText(name).width;
    pen.font = `11.5px ${family}`;
    return Math.ceil(Math.max(first, ...others.map((line) => pen.measureText(line).width))) + 2 * PAD_PX;
  };
}

function element(place: Place, others: string[]): HTMLElement {
  const box = document.createElement("div");
  const name = document.createElement("bdi");
  name.textContent = place.name;
  if (place.language) name.lang = place.language;
  box.append(name);
  for (const line of others) {
    const small = document.createElement("small");
    small.textContent = line;
    box.append(small);
  }
  return box;
}

/** Right of a place, left of it, between these and straight below or above it: the first in sight that covers nothing. */
function freeBox(map: L.Map, place: Place, wide: number, high: number, taken: Box[], ways: Piece[]): Box | undefined {
  const size = map.getSize();
  const { x, y } = map.latLngToContainerPoint(place.at);
  const centred = Math.max(0, Math.min(x - wide / 2, size.x - wide));
  const corners: [number, number][] = [
    [x + 12, y - high / 2], [x - 12 - wide, y - high / 2],
    [x + 18, y - 2], [x + 18, y + 2 - high], [x - 18 - wide, y - 2], [x - 18 - wide, y + 2 - high],
    [x + 14, y + 10], [x + 14, y - 10 - high], [x - 14 - wide, y + 10], [x - 14 - wide, y - 10 - high],
    [centred, y + 12], [centred, y - 12 - high],
  ];
  return corners
    .map(([left, top]): Box => [left, top, left + wide, top + high])
    .filter((box) => box[0] >= 0 && box[1] >= 0 && box[2] <= size.x && box[3] <= size.y)
    .find((box) => !taken.some((other) => meet(box, other)) && !ways.some((piece) => crosses(box, piece)));
}

function write(map: L.Map, layer: L.LayerGroup, place: Place, lines: string[], box: Box): void {
  const { x, y } = map.latLngToContainerPoint(place.at);
  const icon = L.divIcon({
    className: "label", html: element(place, lines), iconSize: undefined, iconAnchor: [x - box[0], y - box[1]],
  });
  L.marker(place.at, { icon, interactive: false, keyboard: false }).addTo(layer);
}

export function startLabels(map: L.Map, data: Data): void {
  const layer = L.layerGroup().addTo(map);
  const width = measure(map);
  const ranked = data.places
    .filter((place) => place.kind !== "junction" || data.places.length <= 40)
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));

  function draw(): void {
    layer.clearLayers();
    const view = map.getBounds();
    const visible = ranked.filter((place) => view.contains(place.at));
    const taken: Box[] = visible.slice(0, MOST_TRIED).map((place) => {
      const { x, y } = map.latLngToContainerPoint(place.at);
      return [x - 9, y - 9, x + 9, y + 9];
    });
    taken.push(...controls(map));
    const ways = drivenPieces(map, data);
    // Beside the ways; else on them, where the ground behind the letters keeps them readable.
    const find = (place: Place, tried: string[][], boxes: Box[]): { lines: string[]; box: Box } | undefined => {
      for (const avoided of [ways, []]) {
        for (const lines of tried) {
          const box = freeBox(map, place, width(place.name, lines), 17 + 14 * lines.length, boxes, avoided);
          if (box) return { lines, box };
        }
      }
      return undefined;
    };

    // Every place its name first: the other names of one never push out the name of another.
    const named = new Map<Place, Box>();
    for (const place of visible.slice(0, MOST_TRIED)) {
      const found = find(place, [[]], [...taken, ...named.values()]);
      if (found) named.set(place, found.box);
    }
    for (const [place, alone] of named) {
      const others = [...taken, ...[...named.values()].filter((box) => box !== alone)];
      const all = visible.length <= ALL_NAMES_UP_TO ? broken(place.others.map(([, name]) => name)) : [];
      const { lines, box } = find(place, all, others) ?? { lines: [], box: alone };
      named.set(place, box);
      write(map, layer, place, lines, box);
    }
  }

  map.on("moveend zoomend resize", draw);
  draw();
}
