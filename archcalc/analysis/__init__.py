"""What a network costs, from what its rules have found.

counting.py  the conventions, side by side
"""
