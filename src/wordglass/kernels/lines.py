"""What a line of a text file of vectors can be, and what parsing it takes."""

import numpy as np

# GOOD and CLOSE lines are rows; CLOSE: some number is too close to the middle between two floats to call.
GOOD, CLOSE, FIELDS, NUMBER, EMPTY, LONG, INFINITE = range(7)

OVERHANG = 64  # bytes that must follow the lines, whatever they are: so many are read at once, at most
LARGEST_POWER = 100  # of ten: beyond it no float32 but 0 and infinity
POWERS = np.array([float(f"1e{power}") for power in range(-LARGEST_POWER, LARGEST_POWER + 1)])
