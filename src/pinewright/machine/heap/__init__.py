"""Arrays, maps, matrices, records and texts of scripts, in the kernel language: natively and as plain Python alike.

    m = b.heap                                                      # a ``Heap``; generated code begins so
    a = array_with(m, array_with(m, array_empty(m), 1.0), 2.0)      # array.from(1.0, 2.0)
    m.place = 7                                                     # the line of the script, for errors
    x = array_get(m, a, -1.0, True)                                 # array.get(a, -1) of Pine v6
    t = str_format(m, f, array_with(m, array_with(m, array_empty(m), x), 0.0))     # str.format(f, x): value, Element

``FUNCTIONS`` tells the function behind each name of Pine and its further arguments; numbers, texts, references and
elements are floats (bools in arrays are 1.0 and 0.0), arguments left out are NaN. ``NAMES`` holds all that generated
code may name: besides ``FUNCTIONS`` record_new, record_with, record_get, record_set, record_copy; str_concat;
text_for_broker, by which ids and comments go to orders; runtime_error; loop_limit, FUEL and ``Heap.fuel`` for loops.

state       the memory: floats that are references and texts       arrays, parts, searching, sorting, statistics
memory      room in it, from a float to an object                  maps, records
texts       each text once; strings, reading (numbers)             matrices, algebra, kinds, spectra, hessenberg
decimals    digits of floats; numbers, times, writing              table (names of Pine), objects (native code)
collect     begin of a run, garbage; rewinding inside a bar        store (numpy's side), failures, calls (words)

A function that cannot do what is asked sets ``Heap.error`` (the first one counts), with the ``Call`` and two details,
gives na and goes on: the engine looks after each bar. No argument reaches memory outside the arena, whatever it is.
Memory that is used up is a failure too: the engine enlarges it and runs again, up to a bound. Rules of Pine are the
manual's; where it says nothing they are what PyneCore 6.11's authors measured on TradingView.
"""

from __future__ import annotations

from pinewright.machine.heap.calls import Call, pine_name
from pinewright.machine.heap.failures import Failure, failure_text
from pinewright.machine.heap.objects import EXPORTS, NAMES, heap_key, heap_objects
from pinewright.machine.heap.state import FUEL, Element, Form, Heap, Item
from pinewright.machine.heap.store import HeapStore, heap_record
from pinewright.machine.heap.table import FUNCTIONS, Extra, HeapFunction

__all__ = [
    "EXPORTS",
    "FUEL",
    "FUNCTIONS",
    "NAMES",
    "Call",
    "Element",
    "Extra",
    "Failure",
    "Form",
    "Heap",
    "HeapFunction",
    "HeapStore",
    "Item",
    "failure_text",
    "heap_key",
    "heap_objects",
    "heap_record",
    "pine_name",
]
