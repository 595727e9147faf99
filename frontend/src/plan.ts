// plan.html: the tables, the timeline and a still map are there already; this makes them answer to a hand.
import "leaflet/dist/leaflet.css";
import "./page.css";
import { startButtons } from "./choice";
import { read } from "./data";
import { startMap } from "./map";
import { startTimeline } from "./timeline";

document.documentElement.classList.add("scripted");
startButtons();
startTimeline();
startMap(read());
