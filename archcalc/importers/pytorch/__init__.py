"""PyTorch: the ``.pt2`` that torch.export writes, read without torch, and modules that the user's own torch exports.

archive.py    the zip of JSON: its members, by name and size
signature.py  what is stored, what is read, what is given: sizes and identities
reader.py     the operators in order, each handed to its rule
operators.py  the rule of each operator: layers on whole tensors
elementwise.py  arithmetic and functions of each element, with numbers, constants and tensors
moving.py     operators that view, cut, join and permute
attending.py  attention, recurrent layers, embeddings
"""
