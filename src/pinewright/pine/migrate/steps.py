"""Which rules lead from one version to the next: phases in order, each repeated while changes wait for one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pinewright.pine.migrate.arguments import (
    constants_for_bools,
    name_arguments,
    name_arguments_3,
    rewrite_functions,
)
from pinewright.pine.migrate.before_three import declare_first, write_lookahead
from pinewright.pine.migrate.booleans import cast_numbers, drop_na_tests
from pinewright.pine.migrate.inputs import type_inputs
from pinewright.pine.migrate.lazy import fix_loop_ends, run_both_sides
from pinewright.pine.migrate.orders import drop_losing_levels, when_to_if, write_defaults
from pinewright.pine.migrate.renames import rename_constants, rename_functions, rename_new_words, rename_reserved
from pinewright.pine.migrate.repairs import drop_void_names, formula_of_rsi, numbers_of_bools, type_variables
from pinewright.pine.migrate.small_changes import (
    divide_ints,
    drop_history_of_constants,
    drop_second_arguments,
    name_periods,
    name_what_is_gone,
    take_history_of_objects,
    widen_lines,
)
from pinewright.pine.migrate.stage import Rule
from pinewright.pine.migrate.three_values import keep_three_values
from pinewright.pine.migrate.to_five import (
    allow_requests,
    divide_as_floats,
    name_periods_of_five,
    name_what_five_lacks,
    name_what_five_refuses,
    skip_right_sides,
    write_defaults_of_six,
)
from pinewright.pine.migrate.transparency import move_transparency
from pinewright.pine.migrate.version import set_version


@dataclass(frozen=True)
class Phase:
    """Rules that read one text, of this version."""

    version: int
    rules: tuple[Rule, ...]


WORDS: Final = Phase(4, (rename_new_words,))
"""What must be done before a script of v4 or older can be parsed."""

STEPS: Final[dict[tuple[int, int], tuple[Phase, ...]]] = {
    (1, 2): (Phase(1, (set_version(2),)),),
    (2, 3): (Phase(2, (declare_first,)), Phase(2, (write_lookahead, set_version(3)))),
    (3, 4): (Phase(3, (rename_constants, name_arguments_3, rewrite_functions, set_version(4))),),
    (4, 5): (
        Phase(4, (rename_reserved,)),
        Phase(4, (name_arguments, type_inputs, rewrite_functions, constants_for_bools, move_transparency)),
        Phase(4, (rename_functions, set_version(5))),
        Phase(5, (type_variables, numbers_of_bools, drop_void_names, widen_lines)),
        Phase(5, (formula_of_rsi,)),
    ),
    (5, 6): (
        Phase(
            5,
            (
                drop_second_arguments,
                move_transparency,
                widen_lines,
                write_defaults,
                drop_losing_levels,
                divide_ints,
                drop_history_of_constants,
                take_history_of_objects,
                name_periods,
                name_what_is_gone,
            ),
        ),
        Phase(5, (when_to_if,)),
        Phase(5, (fix_loop_ends, run_both_sides)),
        Phase(5, (keep_three_values,)),
        Phase(5, (drop_na_tests,)),
        Phase(5, (cast_numbers, set_version(6))),
    ),
    (6, 5): (
        Phase(
            6,
            (
                write_defaults_of_six,
                allow_requests,
                divide_as_floats,
                name_periods_of_five,
                name_what_five_lacks,
                skip_right_sides,
                set_version(5),
            ),
        ),
        Phase(5, (name_what_five_refuses,)),
    ),
}
