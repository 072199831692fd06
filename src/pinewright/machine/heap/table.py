"""What the compiler reads: the function behind each name of Pine, and what it takes besides Pine's arguments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from pinewright.machine.heap import (
    algebra,
    arrays,
    kinds,
    maps,
    matrices,
    parts,
    reading,
    searching,
    sorting,
    spectra,
    statistics,
    strings,
    times,
    writing,
)
from pinewright.machine.kernel import Function


class Extra(Enum):
    """An argument that follows those of Pine."""

    FROM_END = "whether negative indices count from the end (v6)"
    FIELD = "number of the field by which records are sorted, as a float; na for elements themselves"
    ELEMENT = "Element: what the elements (or the fields sorted by, or the value itself) are"
    CONTAINER = "int: 0 for one value, 1 for an array or a matrix of them"
    OFFSET = "float: ms by which the zone, in place of the argument `timezone`, is ahead of UTC at that time"


@dataclass(frozen=True)
class HeapFunction:
    """A function of Pine in the kernel language.

    function: takes the heap, Pine's arguments in Pine's order, and ``extras``. Numbers, texts, references and elements
    are floats, NaN for an optional argument that is left out and has no default in Pine's table; bools are bools. The
    argument ``order`` is a bool, whether descending. ``sort_field`` and ``timezone`` are passed as extras alone.
    """

    function: Function[..., Any]
    extras: tuple[Extra, ...] = ()


_SORT: Final = (Extra.FIELD, Extra.ELEMENT)
_FROM_END: Final = (Extra.FROM_END,)

_PLAIN: Final[dict[str, Function[..., Any]]] = {
    "array.new": arrays.array_new,
    "array.new_bool": arrays.array_new,
    "array.new_box": arrays.array_new,
    "array.new_color": arrays.array_new,
    "array.new_float": arrays.array_new,
    "array.new_int": arrays.array_new,
    "array.new_label": arrays.array_new,
    "array.new_line": arrays.array_new,
    "array.new_linefill": arrays.array_new,
    "array.new_string": arrays.array_new,
    "array.new_table": arrays.array_new,
    "array.abs": parts.array_abs,
    "array.avg": statistics.array_avg,
    "array.binary_search": searching.array_binary_search,
    "array.binary_search_leftmost": searching.array_binary_search_leftmost,
    "array.binary_search_rightmost": searching.array_binary_search_rightmost,
    "array.clear": parts.array_clear,
    "array.concat": parts.array_concat,
    "array.copy": parts.array_copy,
    "array.covariance": statistics.array_covariance,
    "array.every": searching.array_every,
    "array.fill": parts.array_fill,
    "array.first": arrays.array_first,
    "array.includes": searching.array_includes,
    "array.indexof": searching.array_indexof,
    "array.last": arrays.array_last,
    "array.lastindexof": searching.array_lastindexof,
    "array.max": statistics.array_max,
    "array.median": statistics.array_median,
    "array.min": statistics.array_min,
    "array.mode": statistics.array_mode,
    "array.percentile_linear_interpolation": statistics.array_percentile_linear_interpolation,
    "array.percentile_nearest_rank": statistics.array_percentile_nearest_rank,
    "array.percentrank": statistics.array_percentrank,
    "array.pop": arrays.array_pop,
    "array.push": arrays.array_push,
    "array.range": statistics.array_range,
    "array.reverse": parts.array_reverse,
    "array.shift": arrays.array_shift,
    "array.size": arrays.array_size,
    "array.slice": parts.array_slice,
    "array.some": searching.array_some,
    "array.standardize": statistics.array_standardize,
    "array.stdev": statistics.array_stdev,
    "array.sum": statistics.array_sum,
    "array.unshift": arrays.array_unshift,
    "array.variance": statistics.array_variance,
    "map.clear": maps.map_clear,
    "map.contains": maps.map_contains,
    "map.copy": maps.map_copy,
    "map.get": maps.map_get,
    "map.keys": maps.map_keys,
    "map.new": maps.map_new,
    "map.put": maps.map_put,
    "map.put_all": maps.map_put_all,
    "map.remove": maps.map_remove,
    "map.size": maps.map_size,
    "map.values": maps.map_values,
    "matrix.new": matrices.matrix_new,
    "matrix.get": matrices.matrix_get,
    "matrix.set": matrices.matrix_set,
    "matrix.fill": matrices.matrix_fill,
    "matrix.rows": matrices.matrix_rows,
    "matrix.columns": matrices.matrix_columns,
    "matrix.elements_count": matrices.matrix_elements_count,
    "matrix.row": matrices.matrix_row,
    "matrix.col": matrices.matrix_col,
    "matrix.add_row": matrices.matrix_add_row,
    "matrix.add_col": matrices.matrix_add_col,
    "matrix.remove_row": matrices.matrix_remove_row,
    "matrix.remove_col": matrices.matrix_remove_col,
    "matrix.swap_rows": matrices.matrix_swap_rows,
    "matrix.swap_columns": matrices.matrix_swap_columns,
    "matrix.concat": matrices.matrix_concat,
    "matrix.copy": matrices.matrix_copy,
    "matrix.reshape": matrices.matrix_reshape,
    "matrix.reverse": matrices.matrix_reverse,
    "matrix.submatrix": matrices.matrix_submatrix,
    "matrix.transpose": matrices.matrix_transpose,
    "matrix.sum": algebra.matrix_sum,
    "matrix.diff": algebra.matrix_diff,
    "matrix.mult": algebra.matrix_mult,
    "matrix.pow": algebra.matrix_pow,
    "matrix.det": algebra.matrix_det,
    "matrix.inv": algebra.matrix_inv,
    "matrix.kron": algebra.matrix_kron,
    "matrix.trace": algebra.matrix_trace,
    "matrix.avg": kinds.matrix_avg,
    "matrix.max": kinds.matrix_max,
    "matrix.median": kinds.matrix_median,
    "matrix.min": kinds.matrix_min,
    "matrix.mode": kinds.matrix_mode,
    "matrix.is_square": kinds.matrix_is_square,
    "matrix.is_antidiagonal": kinds.matrix_is_antidiagonal,
    "matrix.is_antisymmetric": kinds.matrix_is_antisymmetric,
    "matrix.is_binary": kinds.matrix_is_binary,
    "matrix.is_diagonal": kinds.matrix_is_diagonal,
    "matrix.is_identity": kinds.matrix_is_identity,
    "matrix.is_stochastic": kinds.matrix_is_stochastic,
    "matrix.is_symmetric": kinds.matrix_is_symmetric,
    "matrix.is_triangular": kinds.matrix_is_triangular,
    "matrix.is_zero": kinds.matrix_is_zero,
    "matrix.pinv": spectra.matrix_pinv,
    "matrix.rank": spectra.matrix_rank,
    "matrix.eigenvalues": spectra.matrix_eigenvalues,
    "matrix.eigenvectors": spectra.matrix_eigenvectors,
    "str.contains": strings.str_contains,
    "str.endswith": strings.str_endswith,
    "str.length": strings.str_length,
    "str.lower": strings.str_lower,
    "str.pos": strings.str_pos,
    "str.repeat": strings.str_repeat,
    "str.replace": strings.str_replace,
    "str.replace_all": strings.str_replace_all,
    "str.split": strings.str_split,
    "str.startswith": strings.str_startswith,
    "str.substring": strings.str_substring,
    "str.trim": strings.str_trim,
    "str.upper": strings.str_upper,
    "str.tonumber": reading.str_tonumber,
}

_MORE: Final[dict[str, tuple[Function[..., Any], tuple[Extra, ...]]]] = {
    "array.get": (arrays.array_get, _FROM_END),
    "array.set": (arrays.array_set, _FROM_END),
    "array.insert": (arrays.array_insert, _FROM_END),
    "array.remove": (arrays.array_remove, _FROM_END),
    "array.sort": (sorting.array_sort, _SORT),
    "array.sort_indices": (sorting.array_sort_indices, _SORT),
    "matrix.sort": (matrices.matrix_sort, _SORT),
    "array.join": (writing.array_join, (Extra.ELEMENT,)),
    "str.tostring": (writing.str_tostring, (Extra.ELEMENT, Extra.CONTAINER)),
    "str.format_time": (times.str_format_time, (Extra.OFFSET,)),
}

FUNCTIONS: Final[dict[str, HeapFunction]] = {
    **{name: HeapFunction(function) for name, function in _PLAIN.items()},
    **{name: HeapFunction(function, extras) for name, (function, extras) in _MORE.items()},
}
"""All of them, by Pine's full name. ``array.from`` and ``str.format`` take any number of arguments: see the package."""
