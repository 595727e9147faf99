// What the page carries for the map; written by karavan/papers/page/chart.py.
export interface Place {
  at: [number, number];
  kind: "warehouse" | "bakery" | "delivery_point" | "transshipment_point" | "checkpoint" | "junction";
  name: string;
  language: string;
  others: [string, string][];
  share: number | null;
  about: string[];
}

export interface Road {
  status: "open" | "restricted" | "closed" | "unknown";
  about: string[];
  shape: [number, number][];
}

export interface Journey {
  code: string;
  about: string;
  colour: string;
  roads: number[];
  stops: number[];
}

export interface Data {
  bounds: [[number, number], [number, number]] | null;
  places: Place[];
  roads: Road[];
  journeys: Journey[];
  stripes: number;
  labels: { zoomIn: string; zoomOut: string; km: string; m: string };
}

export function read(): Data {
  return JSON.parse(document.getElementById("plan")!.textContent!) as Data;
}
