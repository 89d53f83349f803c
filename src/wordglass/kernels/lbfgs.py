"""What L-BFGS does with all weights at once, as compiled loops that read each number once."""

from wordglass.kernels.arrays import Doubles
from wordglass.kernels.compiling import kernel


@kernel
def dots(vectors: Doubles, vector: Doubles, first: int, last: int, sums: Doubles) -> None:
    """Add the products of several flat vectors with one, from ``first`` to ``last - 1``, to ``sums``.

    ``sums`` is (vectors, width), flat: a place whose remainder by the width is ``t`` counts in column ``t``.
    """
    size = len(vector)
    count = len(vectors) // size
    width = len(sums) // count
    for at in range(first, last, width):
        end = min(at + width, last)
        part = vector[at:end]
        for v in range(count):
            one, total = vectors[v * size + at : v * size + end], sums[v * width : (v + 1) * width]
            for t in range(len(part)):
                total[t] += one[t] * part[t]


@kernel
def combine(vectors: Doubles, factors: Doubles, first: int, last: int, out: Doubles) -> None:
    """Add several flat vectors times ``factors``, laid out as the sums of ``dots``, to one in place."""
    size = len(out)
    count = len(vectors) // size
    width = len(factors) // count
    for at in range(first, last, width):
        end = min(at + width, last)
        part = out[at:end]
        for v in range(count):
            one, factor = vectors[v * size + at : v * size + end], factors[v * width : (v + 1) * width]
            for t in range(len(part)):
                part[t] += factor[t] * one[t]


@kernel
def solve(
    gradient: Doubles, spread: Doubles, shares: Doubles, coupled: int, first: int, last: int, out: Doubles
) -> None:
    """Divide rows ``first`` to ``last - 1`` of a gradient by a curvature; see ``lbfgs.Frame``.

    Row ``f`` is solved for ``spread[f] * S + I``, S being the diagonal matrix of the shares, of which with
    ``coupled`` their outer product over their sum is taken away (Sherman and Morrison, 1950, Adjustment of an
    inverse matrix).
    """
    width = len(shares)
    for f in range(first, last):
        much, given, row = spread[f], gradient[f * width : (f + 1) * width], out[f * width : (f + 1) * width]
        for t in range(width):
            row[t] = given[t] / (much * shares[t] + 1.0)
        if coupled:
            product = total = 0.0
            for t in range(width):
                product += shares[t] * row[t]
                total += shares[t] / (much * shares[t] + 1.0)
            product *= much / total
            for t in range(width):
                row[t] += product * (shares[t] / (much * shares[t] + 1.0))
