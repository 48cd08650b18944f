"""Limits, and networks held to them.

units.py     which metrics are bytes, and which have something behind an @
keys.py      the keys of a budget and what can be limited; the JSON Schema
budgets.py   archcalc.yaml and `budget:` -> budgets; limits.py: their limits, which know where they are written
planned.py   which budgets hold which specs
files.py     where archcalc.yaml is, and which files a glob names
sizing.py    specs, and their base, read and sized once each
baseline.py  --base: a commit, an older spec or an earlier report
judging.py   a spec sized in each way that budgets ask for, and held to their limits
check.py     budgets x specs -> an outcome
outcome.py   what a check comes to
then.py      what the budgets of the base hold
strictness.py   whether today's hold it as strictly; loosening.py: what they do not
result.py    one limit held: used, limit, share; what JSON has of it
costs.py     the line of a spec that costs most, or grew most; trained.py, timed.py, generated.py: layers there
update.py    limits in a file set to what is used
"""
