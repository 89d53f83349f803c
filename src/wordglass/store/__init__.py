"""The model folder: a fitted classifier as five plain files, without pickle and without the vectors."""

from wordglass.store.folder import Description, describe, load, refuse_to_replace, save

__all__ = ["Description", "describe", "load", "refuse_to_replace", "save"]
