"""Shortest ways on a small map."""

import heapq
import math

ROADS = {
    "Jaipur": {"Agra": 240, "Delhi": 280, "Udaipur": 395},
    "Delhi": {"Jaipur": 280, "Agra": 230, "Lucknow": 555},
    "Agra": {"Jaipur": 240, "Delhi": 230, "Lucknow": 335, "Gwalior": 120},
    "Gwalior": {"Agra": 120, "Bhopal": 430},
    "Lucknow": {"Delhi": 555, "Agra": 335, "Varanasi": 320},
    "Udaipur": {"Jaipur": 395, "Bhopal": 520},
    "Bhopal": {"Udaipur": 520, "Gwalior": 430},
    "Varanasi": {"Lucknow": 320},
}


def find_distances(start):
    distances = dict.fromkeys(ROADS, math.inf)
    previous = {}
    distances[start] = 0
    queue = [(0, start)]
    while queue:
        distance, city = heapq.heappop(queue)
        if distance > distances[city]:
            continue
        for neighbor, length in ROADS[city].items():
            total = distance + length
            if total < distances[neighbor]:
                distances[neighbor] = total
                previous[neighbor] = city
                heapq.heappush(queue, (total, neighbor))
    return distances, previous


def trace(previous, city):
    way = [city]
    while city in previous:
        city = previous[city]
        way.append(city)
    return " - ".join(reversed(way))


distances, previous = find_distances("Jaipur")
for city, distance in sorted(distances.items(), key=lambda pair: pair[1]):
    print(f"{distance:5d} km  {trace(previous, city)}")
