"""Any input, whatever it holds, is a network or an error with its place: the promise, held by random inputs.

    python -m tests.fuzz --seconds 3600 --jobs 2 --keep failing     every kind, from the repository's root
    python -m tests.fuzz --repositories 500                         one kind
    python -m tests.fuzz.guided --seconds 300                       led by coverage; needs atheris

seeds.py         texts to begin from: the shipped specs, the tests' own, and networks built by a grammar
expressions.py   expressions, ordinary and monstrous
documents.py     changes to a document: keys, values, nesting
yaml_text.py     a document as YAML in any style: flow, quotes, anchors, merge keys
foreign.py       networks in other formats, right and changed
stored.py        files of ONNX, PyTorch, Keras and Hugging Face, changed
texts.py         changes to a text: lines, characters, encodings
cases.py         a case: files and a command with its options
bombs.py         a case that asks for much work in few words: features that multiply one another
names.py         a case whose names mean something where they are printed
growth.py        requests that make a network a thousand times larger, by some means
dressing.py      what makes a checkout hostile: links, refs, configuration (hostile.gitconfig)
repositories.py  growth in a hostile checkout: no command run, nothing written, no growth passed
pairs.py         several processes on one file
promise.py       what must hold of a run: status, messages, places
outputs.py       what must hold of an output in each format
inside.py        a case run in this process, everything that it touches watched
whole.py         a case run as a process, its time and memory measured
measure.py       what such a process used
keep.py          failing cases as folders, made smaller
summary.py       what a run saw
guided.py        bytes that reach new lines, by atheris
"""
