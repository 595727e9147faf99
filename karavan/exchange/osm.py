"""Roads from an OpenStreetMap extract. The only module that knows osmium."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from karavan.domain.errors import BadWorkbook, Problem, RefusedFile
from karavan.domain.message import Message
from karavan.domain.places import Place, PlaceKind
from karavan.domain.roads import Road, RoadSource, RoadStatus
from karavan.domain.situation import Situation
from karavan.domain.units import HOUR_S, KM_M
from karavan.exchange.osm_graph import Edge, Network, distance_m, simplified
from karavan.exchange.osm_tags import RELEVANT, Rule, barrier_rule, way_rule

MARGIN_M = 30 * KM_M
LARGEST_BYTES = 2_000_000_000
# Of some ten bytes each: nodes of ways, and what a way costs besides.
LARGEST_REFS = 50_000_000
REFS_PER_WAY = 16
SNAP_M = 5 * KM_M
DEGREE_M = 111_195

Bounds = tuple[float, float, float, float]


def add_roads(situation: Situation, path: str | Path) -> Situation:
    """
    The situation with the extract's roads beside those of its sheet, and every place joined to them.

    Truck limits, directions, closures and gate hours come from the tags (``osm_tags``). Roads that no way between two
    places can use are left out, and roads without a choice in between become one: time is the sum, limits are the
    strictest. Each place is joined by a link, a straight line with the operation's factor and speed, to the nearest
    node that trucks can reach.

    Parameters
    ----------
    path
        An ``.osm.pbf`` or ``.osm`` file; only what lies within 30 km of the box around the places is used.

    Raises
    ------
    RefusedFile
        The file is no extract, is damaged, too large, or has no roads here.
    BadWorkbook
        Places without coordinates, or farther than 5 km from every road, that no row of the Roads sheet joins; all of
        them at once.
    """
    path = Path(path)
    bounds = _bounds(situation)
    network = _read(path, bounds)
    usable = {RoadStatus.OPEN, RoadStatus.RESTRICTED}
    if situation.operation.rules.unknown_roads_usable:
        usable.add(RoadStatus.UNKNOWN)
    network.keep_main_part()
    if not network.edges:
        raise RefusedFile(Message("{path} has no roads within 30 km of the places", path=str(path)))
    joined = _join(situation, network, frozenset(usable))
    network.contract(frozenset(joined.values()))
    return _with_network(situation, network, joined)


def _bounds(situation: Situation) -> Bounds:
    """South, west, north, east of the places, with the margin."""
    spots = [
        (place.latitude_deg, place.longitude_deg)
        for place in situation.places
        if place.latitude_deg is not None and place.longitude_deg is not None
    ]
    if not spots:
        raise BadWorkbook(
            [Problem("Places", 0, "", "", Message("places need coordinates to be joined to OpenStreetMap roads"))]
        )
    latitudes, longitudes = zip(*spots, strict=True)
    margin = MARGIN_M / DEGREE_M
    sideways = margin / max(0.01, math.cos(math.radians(max(map(abs, latitudes)))))
    return min(latitudes) - margin, min(longitudes) - sideways, max(latitudes) + margin, max(longitudes) + sideways


def _read(path: Path, bounds: Bounds) -> Network:
    """Ways first, then the places of their nodes: memory follows the roads of the file, not its nodes."""
    import osmium  # half a second of start-up that nobody else pays

    with _refusing(path):
        file = osmium.io.File(str(path), _format(path))
        ways = list(_ways(osmium, file, path))
        wanted = osmium.IdTracker()
        for refs, _ in ways:
            for ref in refs:
                wanted.add_node(ref)
        south, west, north, east = bounds
        spots: dict[int, tuple[float, float]] = {}
        node: Any
        for node in osmium.FileProcessor(file, osmium.osm.NODE).with_filter(wanted.id_filter()):
            location = node.location
            if location.valid() and south <= location.lat <= north and west <= location.lon <= east:
                spots[node.id] = (location.lat, location.lon)
        barriers = {
            node.id: barrier_rule(_tags(node))
            for node in osmium.FileProcessor(file, osmium.osm.NODE).with_filter(osmium.filter.KeyFilter("barrier"))
            if node.id in spots
        }
    return Network.of(ways, spots, barriers)


def _ways(osmium: Any, file: Any, path: Path) -> Iterator[tuple[array[int], Rule]]:
    rules: dict[frozenset[tuple[str, str]], Rule | None] = {}
    count = 0
    for way in osmium.FileProcessor(file, osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway")):
        tags = _tags(way)
        key = frozenset(tags.items())
        if key not in rules:
            rules[key] = way_rule(tags)
            count += sum(map(len, tags.values()))
        rule = rules[key]
        if rule is None:
            continue
        refs = array("q", (node.ref for node in way.nodes))
        count += REFS_PER_WAY + len(refs)
        if count > LARGEST_REFS:
            raise RefusedFile(Message("{path} is too large: cut it to the region", path=str(path)))
        yield refs, rule


def _tags(thing: Any) -> dict[str, str]:
    return {tag.k: tag.v for tag in thing.tags if tag.k in RELEVANT}


def _format(path: Path) -> str:
    """By its first bytes, for a name can say anything."""
    if path.exists() and not path.is_file():  # a pipe may never end
        raise RefusedFile(Message("{path} is not a file", path=str(path)))
    if path.stat().st_size > LARGEST_BYTES:
        raise RefusedFile(Message("{path} is too large: cut it to the region", path=str(path)))
    with path.open("rb") as stream:
        head = stream.read(64)
    if head[4:15] == b"\n\tOSMHeader":
        return "pbf"
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<?xml", b"<osm")):
        return "xml"
    raise RefusedFile(Message("{path} is not an OpenStreetMap extract (.osm.pbf or .osm)", path=str(path)))


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RefusedFile(
            Message("{path} cannot be read: {reason}", path=str(path), reason=error.strerror or str(error))
        ) from error
    except (RuntimeError, ValueError, MemoryError) as error:
        raise RefusedFile(
            Message("{path} is damaged: {reason}", path=str(path), reason=str(error)[:200] or type(error).__name__)
        ) from error


def _join(situation: Situation, network: Network, usable: frozenset[RoadStatus]) -> dict[str, int]:
    """The node that each place is joined to; places that the Roads sheet joins may go without."""
    on_sheet = {end for road in situation.roads for end in (road.origin, road.destination)}
    nearest = network.nearest_finder(usable)
    joined: dict[str, int] = {}
    problems = []
    for place in situation.places:
        if place.kind is PlaceKind.JUNCTION:
            continue
        if place.latitude_deg is None or place.longitude_deg is None:
            rule = Message("needs coordinates to be joined to OpenStreetMap roads")
        else:
            node = nearest((place.latitude_deg, place.longitude_deg), SNAP_M)
            if node is not None:
                joined[place.code] = node
                continue
            rule = Message("no road for trucks within {distance} km in the extract", distance=SNAP_M // KM_M)
        if place.code not in on_sheet:
            problems.append(Problem("Places", 0, "", place.code, rule))
    taken = {place.code for place in situation.places if place.code.startswith("osm-")}
    problems += [
        Problem("Places", 0, "", code, Message("codes that begin with osm- are kept for OpenStreetMap nodes"))
        for code in sorted(taken)
    ]
    if problems:
        raise BadWorkbook(problems)
    return joined


def _with_network(situation: Situation, network: Network, joined: dict[str, int]) -> Situation:
    nodes = sorted({end for edge in network.edges for end in (edge.first, edge.last)} | set(joined.values()))
    junctions = tuple(
        Place(
            code=f"osm-{node}",
            kind=PlaceKind.JUNCTION,
            latitude_deg=network.spots[node][0],
            longitude_deg=network.spots[node][1],
        )
        for node in nodes
    )
    roads: dict[str, Road] = {road.code: road for road in situation.roads}
    for edge in sorted(network.edges, key=Edge.order):
        road = _road(edge, network)
        code, number = road.code, 1
        while code in roads:
            number += 1
            code = f"{road.code}-{number}"
        roads[code] = replace(road, code=code)
    for code, node in joined.items():
        link = _link(situation, situation.place[code], node, network.spots[node])
        roads[link.code] = link
    return replace(
        situation,
        places=situation.places + junctions,
        roads=tuple(roads.values()),
        road_source=RoadSource.OSM,
    )


def _road(edge: Edge, network: Network) -> Road:
    line = [network.spots[node] for node in edge.nodes]
    return Road(
        code=f"osm-{edge.first}-{edge.last}",
        origin=f"osm-{edge.first}",
        destination=f"osm-{edge.last}",
        distance_m=max(1, round(edge.length_m)),
        drive_s=max(1, math.ceil(edge.drive_s)),
        one_way=edge.rule.direction != 0,
        max_gross_mass_g=edge.rule.max_gross_mass_g,
        max_height_mm=edge.rule.max_height_mm,
        max_width_mm=edge.rule.max_width_mm,
        status=edge.rule.status,
        status_source=edge.rule.source,
        gate=edge.rule.gate,
        geometry_deg=tuple(simplified(line)),
    )


def _link(situation: Situation, place: Place, node: int, spot: tuple[float, float]) -> Road:
    rules = situation.operation.rules
    here = (place.latitude_deg or 0.0, place.longitude_deg or 0.0)
    length_m = max(1, math.ceil(distance_m(here, spot) * rules.detour_permille / 1000))
    return Road(
        code=f"osm-link-{place.code}",
        origin=place.code,
        destination=f"osm-{node}",
        distance_m=length_m,
        drive_s=max(1, -(-length_m * HOUR_S // rules.straight_speed_m_per_h)),
        status_source="straight line to the nearest road",
        geometry_deg=(here, spot),
    )
