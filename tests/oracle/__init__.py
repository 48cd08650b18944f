"""archcalc held against PyTorch on random cases: ``python -m tests.oracle --seed 7 --cases 1000 --layer conv``.

generate/ makes cases, pytorch/ and archcalc_answers.py answer them, compare.py tells where the answers differ,
choices.py where archcalc differs on purpose. record.py writes a sample with PyTorch's answers, to which
test_recorded.py holds archcalc where PyTorch is not installed.
"""
