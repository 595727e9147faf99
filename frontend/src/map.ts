// The map: roads by status, journeys by colour, places. No base map, no borders, no request.
import * as L from "leaflet";
import { choose, onChoice } from "./choice";
import type { Data, Place, Road } from "./data";
import { startLabels } from "./labels";

const DASHES: Record<Road["status"], string | undefined> = {
  open: undefined, restricted: "12 5", closed: "2 6", unknown: "9 4 2 4",
};
const WEIGHTS: Record<Road["status"], number> = { open: 1.6, restricted: 2.4, closed: 2.8, unknown: 2.2 };
const SIGNS: Record<Road["status"], string> = { open: "", restricted: "!", closed: "✕", unknown: "?" };
const MOST_SIGNS = 400;

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Text as paragraphs; texts come from the workbook and are never read as markup. */
function words(first: string, rest: string[]): HTMLElement {
  const box = document.createElement("div");
  for (const [index, text] of [first, ...rest].entries()) {
    const line = document.createElement("p");
    const part = document.createElement(index ? "bdi" : "strong");
    part.textContent = text;
    line.append(part);
    box.append(line);
  }
  return box;
}

function aboutPlace(place: Place): HTMLElement {
  return words(place.name, [...place.others.map(([language, name]) => `${name} (${language})`), ...place.about]);
}

function middle(shape: [number, number][]): [number, number] {
  if (shape.length > 2) return shape[Math.floor(shape.length / 2)]!;
  const [a, b] = [shape[0]!, shape[shape.length - 1]!];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

function square(place: Place): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "spot");
  svg.setAttribute("width", "18");
  svg.setAttribute("height", "18");
  const box = document.createElementNS(space, "rect");
  for (const [key, value] of Object.entries({ x: "2", y: "2", width: "14", height: "14" })) box.setAttribute(key, value);
  if (place.kind === "checkpoint" || place.kind === "transshipment_point") box.setAttribute("transform", "rotate(45 9 9)");
  box.setAttribute("class", `place ${place.kind}`);
  svg.append(box);
  return svg;
}

function drawPlace(map: L.LayerGroup, place: Place): void {
  if (place.kind === "junction") {
    L.circleMarker(place.at, { radius: 2, stroke: false, fillColor: colour("soft"), fillOpacity: 1, interactive: false }).addTo(map);
    return;
  }
  if (place.kind === "delivery_point") {
    const ink = colour("ink");
    const spot = L.circleMarker(place.at, { radius: 7, color: ink, weight: 2, fillColor: colour("ground"), fillOpacity: 1 });
    spot.addTo(map).bindPopup(aboutPlace(place));
    const radius = 5.5 * Math.sqrt(place.share ?? 0);
    if (radius) L.circleMarker(place.at, { radius, stroke: false, fillColor: ink, fillOpacity: 1, interactive: false }).addTo(map);
    return;
  }
  const icon = L.divIcon({ className: "", html: square(place) as unknown as HTMLElement, iconSize: [18, 18], iconAnchor: [9, 9] });
  L.marker(place.at, { icon, title: place.name, alt: place.name }).addTo(map).bindPopup(aboutPlace(place));
}

function drawRoads(map: L.LayerGroup, data: Data): void {
  let signs = 0;
  for (const road of data.roads) {
    const line = L.polyline(road.shape, {
      color: colour(road.status), weight: WEIGHTS[road.status], dashArray: DASHES[road.status],
    });
    line.addTo(map).bindTooltip(() => words(road.about[0] ?? "", road.about.slice(1)), { sticky: true });
    if (!SIGNS[road.status] || signs >= MOST_SIGNS) continue;
    signs += 1;
    const sign = document.createElement("div");
    sign.textContent = SIGNS[road.status];
    const icon = L.divIcon({ className: `sign ${road.status}`, html: sign, iconSize: [20, 20] });
    L.marker(middle(road.shape), { icon, keyboard: false })
      .addTo(map).bindTooltip(() => words(road.about[0] ?? "", road.about.slice(1)));
  }
}

/** Journeys on one road lie on each other as stripes, the first ones narrow and on top; a chosen one alone. */
function drawJourneys(layer: L.LayerGroup, data: Data, chosen: string | null): void {
  layer.clearLayers();
  const onRoad = new Map<number, string[]>();
  for (const journey of data.journeys) {
    for (const road of journey.roads) {
      const codes = onRoad.get(road) ?? [];
      if (codes.length < data.stripes) onRoad.set(road, [...codes, journey.code]);
    }
  }
  const rank = (road: number, code: string): number => (onRoad.get(road) ?? []).indexOf(code);
  for (const journey of [...data.journeys].reverse()) {
    const alone = journey.code === chosen;
    if (chosen !== null && !alone) continue;
    for (const road of journey.roads) {
      const place = rank(road, journey.code);
      if (place < 0 && !alone) continue;
      const weight = alone ? 6 : 4 + 7 * place;
      const shape = data.roads[road]!.shape;
      L.polyline(shape, { color: colour("ground"), weight: weight + 2, interactive: false }).addTo(layer);
      L.polyline(shape, { color: colour(journey.colour), weight })
        .bindTooltip(() => words(journey.about, data.roads[road]!.about), { sticky: true })
        .on("click", () => choose(journey.code))
        .addTo(layer);
    }
    if (alone) drawStops(layer, data, journey.stops);
  }
}

function drawStops(layer: L.LayerGroup, data: Data, stops: number[]): void {
  const numbers = new Map<number, number[]>();
  stops.forEach((place, index) => numbers.set(place, [...(numbers.get(place) ?? []), index + 1]));
  for (const [place, order] of numbers) {
    const turn = document.createElement("div");
    turn.textContent = order.join(", ");
    const wide = 20 + 12 * (order.length - 1);
    // Above and to the left: names stand on the right where they can.
    const icon = L.divIcon({ className: "turn", html: turn, iconSize: [wide, 20], iconAnchor: [wide + 6, 26] });
    L.marker(data.places[place]!.at, { icon, interactive: false, keyboard: false }).addTo(layer);
  }
}

/** Leaflet's scale writes "km" and "m" whatever the page's language is: its words are put right after each change. */
function addScale(map: L.Map, labels: Data["labels"]): void {
  const scale = L.control.scale({ imperial: false }).addTo(map);
  const line = scale.getContainer()!.querySelector<HTMLElement>(".leaflet-control-scale-line")!;
  function translate(): void {
    line.textContent = line.textContent!.replace(/ (km|m)$/, (_all, unit: "km" | "m") => `\u00a0${labels[unit]}`);
  }
  map.on("move", translate);
  map.whenReady(translate);
}

function mapIn(frame: HTMLElement, data: Data): L.Map {
  const map = L.map(frame, { preferCanvas: true, attributionControl: false, zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.25 });
  L.control.zoom({ zoomInTitle: data.labels.zoomIn, zoomOutTitle: data.labels.zoomOut }).addTo(map);
  addScale(map, data.labels);
  // The wheel scrolls the page until the reader has taken the map.
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  return map.fitBounds(data.bounds!, { padding: [40, 40], maxZoom: 15 });
}

export function startMap(data: Data): void {
  const frame = document.getElementById("live");
  if (!frame || !data.bounds) return;
  frame.hidden = false;
  const map = mapIn(frame, data);
  const [roads, journeys, places] = [L.layerGroup().addTo(map), L.layerGroup().addTo(map), L.layerGroup().addTo(map)];
  let chosen: string | null = null;

  // All lines share one canvas, which draws in the order of adding: whoever redraws a layer lifts what lies above it.
  function drawChoice(): void {
    drawJourneys(journeys, data, chosen);
    places.eachLayer((layer) => void (layer instanceof L.Path && layer.bringToFront()));
  }

  function draw(): void {
    roads.clearLayers();
    places.clearLayers();
    drawRoads(roads, data);
    for (const place of [...data.places].reverse()) drawPlace(places, place);
    drawChoice();
  }

  onChoice((code) => {
    chosen = code;
    drawChoice();
  });
  matchMedia("(prefers-color-scheme: dark)").addListener(draw);
  draw();
  startLabels(map, data);
}
