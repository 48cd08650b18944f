"""Operators that are one layer of archcalc's, found by what flows into what and never by names.

rewriter.py   a graph with nodes replaced by others that compute the same
views.py      where each element of a view comes from
peepholes.py  pools with their flatten, norms between permutations, norms and functions written out
stretching.py expansions that change nothing
prefixes.py   concatenations that grow by one tensor at a time
cores.py      what the heads of attention do by themselves
attention.py  queries, keys and values with their projections
"""

from __future__ import annotations

from archcalc.importers.graphs.graph import Graph
from archcalc.importers.rewriting import attention, peepholes
from archcalc.importers.rewriting.prefixes import share_prefixes
from archcalc.importers.rewriting.rewriter import Rewriter
from archcalc.importers.rewriting.stretching import drop_expansions


def rewritten(graph: Graph) -> Graph:
    """The graph in the words of the vocabulary: of the same parameters, buffers and multiply-adds, or as it was."""
    rewriter = Rewriter(graph.copy())
    drop_expansions(rewriter)
    for rule in (*peepholes.RULES, *attention.RULES):
        rewriter.apply(rule)
    rewriter.keep_spared()
    share_prefixes(rewriter.graph)
    return rewriter.graph if rewriter.graph.totals() == graph.totals() else graph
