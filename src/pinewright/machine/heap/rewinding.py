"""Going back to an earlier state of all objects, for a script that runs more than once on a bar.

Remembered are the contents of the arena and the table of objects; the collector must not run in between. Objects that
were made since stay where they are, for the broker may hold texts among them; the collector takes the rest.
"""

from __future__ import annotations

from pinewright.machine.heap.state import Heap, Item
from pinewright.machine.kernel import kernel


@kernel(inline=False)
def copy_item(source: Item, target: Item) -> None:
    """All but ``pinned``: what the broker has seen stays."""
    target.form = source.form
    target.block = source.block
    target.start = source.start
    target.room = source.room
    target.size = source.size
    target.parent = source.parent
    target.shape = source.shape
    target.rows = source.rows


@kernel(inline=False)
def remember(m: Heap) -> None:
    """Remembers the state of all objects."""
    for j in range(m.word_cells, m.top):
        m.spare[j] = m.cells[j]
    for k in range(m.words + 1, m.object_count):
        copy_item(m.objects[k], m.spare_objects[k])
    m.floor = m.top
    m.remembered = m.object_count
    m.free_before = m.free
    m.free = 0


@kernel(inline=False)
def recall(m: Heap) -> None:
    """Goes back to the state that was remembered; again as often as is wanted."""
    for j in range(m.word_cells, m.floor):
        m.cells[j] = m.spare[j]
    for k in range(m.words + 1, m.remembered):
        copy_item(m.spare_objects[k], m.objects[k])


@kernel(inline=False)
def forget(m: Heap) -> None:
    """Ends the remembering; the objects stay as they are."""
    m.floor = 0
    m.free = m.free_before
