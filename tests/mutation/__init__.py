"""Whether the tests would notice a wrong rule: ``python -m tests.mutation [MODULE...]`` breaks each rule and sees.

It wants ``pip install -e '.[test]' mutmut==3.8.1`` and a system that forks; .ci/run leaves it out, since all of it
takes a quarter of an hour.

    python -m tests.mutation                              every module
    python -m tests.mutation layers/pooling conventions   some
    python -m tests.mutation --results last.json          keeps what was found
    python -m tests.mutation --results last.json --again  tries anew only what survived there
    python -m tests.mutation layers/pooling --list        prints the mutants and runs none

mutants.py makes the mutants, with mutmut's operators, also outside of functions, and three of ours: a statement left
out, an ``if`` forced either way, a message reworded. Annotations, docstrings, ``__slots__`` and the ``strict`` of a zip
are left as they are. modules.py says which tests hold a module. run.py forks a process for each mutant, which imports
archcalc with it and runs the rows of the tables that it concerns until one fails (rows.py), then these tests. A mutant
that none notices survives: it needs a test, or stands in explained.yaml with the reason why no test can tell. It is
known by its file, its function and the lines before and after, not by their numbers. Explained ones are not killed.
"""
