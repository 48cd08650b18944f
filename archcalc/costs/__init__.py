"""What a network costs beyond its parameters and operations. Each file loads when it is asked for.

lifetimes.py  the tensors that need memory: their sizes, and from which step to which they live
arena.py      one block of memory, or several banks, and where in it each tensor lies
order.py      the order of the steps that needs the least memory at once, with its proof
memory.py     all of that for a network whose repetitions are not run one by one
tape.py       one step of training: each layer's multiply-adds both ways, and the tensors that autograd keeps
recipes.py    what training keeps of every parameter: precisions, optimizers, ZeRO
checkpoints.py  which steps are computed anew, so that less is kept
training.py   all of that for one network
sequence.py   how a sequence that is made token by token runs through a network, and what reads its past
sequences.py  which sequence that is
generating.py what a token costs, what is kept of the past, and the weights that are read
moved.py      the bytes that each layer moves
roofline.py   the least time of what layers compute and move
devices.py    what devices compute and move at most; devices.csv: those that ship
strides.py    where the elements of a tensor lie, as PyTorch has it
views.py      what is a view there, and what a copy
layouts.py    where what a layer computes lies there
receptive_field/ which positions of an input the positions of a tensor see
"""
