"""The best variant within limits, in each format; words.py says what they all say.

table.py     the sentence, the variants around the answer, the Pareto front, the options that choose it
markdown.py  the same as GitHub reads it
"""
