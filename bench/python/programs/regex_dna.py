"""Patterns looked for and replaced in a long DNA."""

import re

RESULTS = {30000: (31305, 100, 7182), 600: (631, 2, 194)}

VARIANTS = (
    "agggtaaa|tttaccct",
    "[cgt]gggtaaa|tttaccc[acg]",
    "a[act]ggtaaa|tttacc[agt]t",
    "ag[act]gtaaa|tttac[agt]ct",
    "agg[act]taaa|ttta[agt]cct",
    "aggg[acg]aaa|ttt[cgt]ccct",
    "agggt[cgt]aa|tt[acg]accct",
)
REPLACEMENTS = (
    ("tHa[Nt]", "<4>"),
    ("aND|caN|Ha[DS]|WaS", "<3>"),
    ("a[NSt]|BY", "<2>"),
    (r"\|[^|][^|]*\|", "|"),
    (r"\|[^|\n]*\|", "-"),
)
LETTERS = "acgtacgtacgtacgtacgtacgtBDHKMNRSVWY|"


def sequence(size):
    """Lines of letters, the same everywhere, with something to find in each tenth."""
    state = 42
    made = []
    for _ in range(size):
        state = (state * 1103515245 + 12345) % 2**31
        made.append(LETTERS[(state >> 8) % len(LETTERS)])
    text = "".join(made)
    lines = [text[at : at + 60] for at in range(0, size, 60)]
    lines[::10] = [f"agggtaaa{line}tttaccat" for line in lines[::10]]
    return ">ONE\n" + "\n".join(lines) + "\n"


def run(size):
    """The length of the text, what was found in it, and its length in the end."""
    text = sequence(size)
    clean = re.sub(r">.*\n|\n", "", text)
    found = sum(len(re.findall(variant, clean)) for variant in VARIANTS)
    for pattern, replacement in REPLACEMENTS:
        clean = re.sub(pattern, replacement, clean)
    return len(text), found, len(clean)
