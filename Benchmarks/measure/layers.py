"""The cost of one durable Open, layer by layer."""
import json
import statistics

from .lodge import Lodge


def measure(place):
    inside = []
    for _ in range(place.settings.runs):
        inside.append(json.loads(place.run([
            place.programs / "bench-inside", "layers", "--state-dir", place.fresh("layers"), "--interface",
            place.programs / "requests.varlink", "--calls", int(4000 * place.settings.seconds)])))
    layers = {name: statistics.median(run[name] for run in inside) for name in inside[0]}
    with Lodge(place) as lodge:
        before = lodge.processor_seconds()
        calls = lodge.calls("open", 16, 50)
        spent = lodge.processor_seconds() - before
    return {
        "layers_us": layers,
        "daemon_processor_us": spent / calls["answered_in_all"] * 1e6,
        "calls_per_second": calls["per_second"],
    }
