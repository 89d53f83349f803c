"""scikit-learn's contract for estimators without importing scikit-learn, which takes longer than training."""

import inspect
from typing import Any, Self

from wordglass.errors import ArgumentError


class Estimator:
    """Parameters are the arguments of ``__init__``, kept as given; fitted state ends in an underscore.

    scikit-learn's ``clone``, ``Pipeline`` and searches work on it; see docs/scikit-learn.md.
    """

    @classmethod
    def _defaults(cls) -> dict[str, Any]:
        parameters = inspect.signature(cls.__init__).parameters
        return {name: parameter.default for name, parameter in parameters.items() if name != "self"}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters as given to ``__init__``; ``deep`` changes nothing, as none is an estimator."""
        return {name: getattr(self, name) for name in self._defaults()}

    def set_params(self, **params: Any) -> Self:  # a parameter may be of any type
        """Set parameters by name. ArgumentError, with nothing set, for a name that is none of them."""
        names = self._defaults()
        if unknown := [name for name in params if name not in names]:
            raise ArgumentError(
                f"{type(self).__name__} has no parameter {unknown[0]!r}: it has {', '.join(names)}"
            )
        vars(self).update(params)
        return self

    def __repr__(self) -> str:
        given, defaults = self.get_params(), self._defaults()
        changed = [
            f"{name}={value!r}" for name, value in given.items() if repr(value) != repr(defaults[name])
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    def _not_fitted(self) -> Exception:
        """scikit-learn's own error, for those who catch it; imported only where it is raised."""
        from sklearn.exceptions import NotFittedError

        error: Exception = NotFittedError(f"this {type(self).__name__} is not fitted yet: call fit first")
        return error

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn's own tools ask of an estimator: called by them alone, so that it is there."""
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags, TransformerTags

        classifies = hasattr(self, "predict")
        return Tags(
            estimator_type="classifier" if classifies else "transformer",
            target_tags=TargetTags(required=classifies),
            transformer_tags=None if classifies else TransformerTags(preserves_dtype=[]),
            classifier_tags=ClassifierTags(multi_label=True) if classifies else None,
            regressor_tags=None,
            input_tags=InputTags(one_d_array=True, two_d_array=False, string=True),
        )
