"""All pictures of one strategy's evidence and of one search, in the order in which the page shows them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pinewright.app.report.model import InputValue
from pinewright.app.report.pictures.circumstances import draw_stability, draw_stresses
from pinewright.app.report.pictures.front import draw_front
from pinewright.app.report.pictures.heat import draw_heat_map
from pinewright.app.report.pictures.inputs import draw_influences, draw_profiles
from pinewright.app.report.pictures.picture import Picture
from pinewright.app.report.pictures.spread import draw_bars, draw_overfitting, draw_paths, draw_random
from pinewright.app.report.pictures.trades import draw_bands, draw_fan
from pinewright.app.report.pictures.walk import draw_walk
from pinewright.optimize.landscape import Landscape
from pinewright.optimize.proof import Proof


def proof_pictures(proof: Proof, currency: str, inputs: Sequence[InputValue] = ()) -> tuple[Picture, ...]:
    """What the evidence holds; what it lacks is left out. inputs: of the strategy, in the order of its program."""
    real = real_profit(proof)
    drawn = proof.check("random_entries")
    made = (
        *(draw_walk(walk, currency, inputs) for walk in proof.walks),
        draw_paths(proof.paths, currency),
        None if proof.overfitting is None else draw_overfitting(proof.overfitting),
        draw_random(proof.random_profits, math.nan if drawn is None else drawn.value, currency, proof.random_own),
        draw_bars(proof.bars_band, real, currency),
        draw_bands(proof.bands, currency),
        None if proof.band is None else draw_fan(proof.band, currency),
        draw_stresses(proof.stresses, currency),
        None if proof.stability is None else draw_stability(proof.stability, currency),
    )
    return tuple(one for one in made if one is not None)


def search_pictures(found: Landscape, inputs: Sequence[InputValue], score: str = "score") -> tuple[Picture, ...]:
    """What the search saw from above."""
    made = (
        None if found.heat_map is None else draw_heat_map(found.heat_map, inputs, score),
        draw_influences(found.influences, inputs),
        *(draw_front(found.front, inputs) if found.front is not None else ()),
        *draw_profiles(found.influences, inputs, score),
    )
    return tuple(one for one in made if one is not None)


def real_profit(proof: Proof) -> float:
    """Net profit of the trades that were drawn again, NaN where that was not done."""
    known = [one.real_final for one in proof.bands if math.isfinite(one.real_final)]
    plain = [one.plain for one in proof.stresses if math.isfinite(one.plain)]
    return (known or plain or [math.nan])[0]
