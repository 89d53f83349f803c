"""The compiled loops, nothing else. Each has a plain-Python or NumPy twin in the tests."""
