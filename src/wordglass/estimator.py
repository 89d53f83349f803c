"""scikit-learn's contract for estimators without importing scikit-learn, which takes longer than training."""

import inspect
from typing import Any, Self

from wordglass.errors import ArgumentError


class NotFittedError(ValueError, AttributeError):
    """The estimator was asked for something before ``fit``."""


class Estimator:
    """Parameters are the arguments of ``__init__``, kept as given; fitted state ends in an underscore."""

    @classmethod
    def _names(cls) -> list[str]:
        return [name for name in inspect.signature(cls.__init__).parameters if name != "self"]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters as given to ``__init__``."""
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **params: Any) -> Self:  # noqa: ANN401
        """Set parameters by name."""
        for name, value in params.items():
            if name not in self._names():
                raise ArgumentError(f"{type(self).__name__} has no parameter {name!r}: it has {', '.join(self._names())}")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        defaults = {name: p.default for name, p in inspect.signature(type(self).__init__).parameters.items()}
        changed = [
            f"{name}={value!r}" for name, value in self.get_params().items() if value is not defaults[name]
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401
        """What scikit-learn's own tools ask of an estimator: called by them alone, so that it is there."""
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags, TransformerTags

        classifies = hasattr(self, "predict")
        return Tags(
            estimator_type="classifier" if classifies else "transformer",
            target_tags=TargetTags(required=classifies),
            transformer_tags=None if classifies else TransformerTags(),
            classifier_tags=ClassifierTags(multi_label=True) if classifies else None,
            regressor_tags=None,
            input_tags=InputTags(one_d_array=True, two_d_array=False, string=True),
        )
