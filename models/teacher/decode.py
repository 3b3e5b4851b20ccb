"""From scores to sentences, trees and entities."""

import numpy as np
from numpy.typing import NDArray


def tree(scores: NDArray[np.float64]) -> list[int]:
    """The best tree with one root over one sentence (Chu-Liu/Edmonds).

    ``scores[d, h]``: log-probability of head h, column n the root. Returns heads, own index for
    the root.
    """
    n = len(scores)
    if n == 1:
        return [0]
    greedy = scores.argmax(axis=1)
    if (greedy == n).sum() == 1 and not _cycle([-1 if h == n else int(h) for h in greedy]):
        return [i if h == n else int(h) for i, h in enumerate(greedy)]
    best, best_score = list(range(n)), -np.inf
    most = np.where(np.eye(n, dtype=bool), -np.inf, scores[:, :n]).max(axis=1)
    bound = scores[:, n] + most.sum() - most  # no tree with that root is better
    for root in np.argsort(-bound):
        if bound[root] <= best_score:
            break
        matrix = scores[:, :n].copy()
        np.fill_diagonal(matrix, -np.inf)
        matrix[root, :] = -np.inf
        heads = _edmonds(matrix, int(root))
        total = scores[root, n] + sum(scores[i, h] for i, h in enumerate(heads) if i != root)
        if total > best_score:
            best, best_score = heads, total
    return best


def _cycle(heads: list[int]) -> list[int]:
    """The words of one cycle, if there is any; -1 marks the root."""
    state = [0] * len(heads)
    for start in range(len(heads)):
        path = []
        at = start
        while at >= 0 and state[at] == 0:
            state[at] = 1
            path.append(at)
            at = heads[at]
        if at >= 0 and state[at] == 1:
            return path[path.index(at) :]
        for word in path:
            state[word] = 2
    return []


def _edmonds(matrix: NDArray[np.float64], root: int) -> list[int]:
    """Best heads with a given root, contracting cycles; the root is its own head."""
    n = len(matrix)
    heads = [-1 if i == root else int(matrix[i].argmax()) for i in range(n)]
    cycle = _cycle(heads)
    if not cycle:
        return [root if i == root else h for i, h in enumerate(heads)]
    inside = set(cycle)
    outside = [i for i in range(n) if i not in inside]
    place = {word: k for k, word in enumerate(outside)}
    m = len(outside)
    small = np.full((m + 1, m + 1), -np.inf)
    small[:m, :m] = matrix[np.ix_(outside, outside)]
    within = sum(matrix[i, heads[i]] for i in cycle)
    enter: dict[int, int] = {}
    leave: dict[int, int] = {}
    for word in outside:
        into = [matrix[i, word] - matrix[i, heads[i]] for i in cycle]
        k = int(np.argmax(into))
        enter[word] = cycle[k]
        small[m, place[word]] = into[k] + within
        out = [matrix[word, i] for i in cycle]
        k = int(np.argmax(out))
        leave[word] = cycle[k]
        small[place[word], m] = out[k]
    solved = _edmonds(small, place[root])
    result = list(heads)
    result[root] = root
    for word in outside:
        if word != root:
            head = solved[place[word]]
            result[word] = leave[word] if head == m else outside[head]
    head = outside[solved[m]]
    result[enter[head]] = head
    return result


def entities(scores: NDArray[np.float64], names: list[str]) -> list[str]:
    """The best BIO sequence in which I- follows B- or I- of its own label (Viterbi)."""
    step = np.array(
        [[0.0 if b[0] != "I" or a[2:] == b[2:] else -1e9 for b in names] for a in names]
    )
    best = scores[0] + np.array([-1e9 if name[0] == "I" else 0.0 for name in names])
    back = []
    for row in scores[1:]:
        total = best[:, None] + step
        back.append(total.argmax(axis=0))
        best = total.max(axis=0) + row
    path = [int(best.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return [names[i] for i in reversed(path)]
