"""The lesson's claim put to the test on one's own texts: pre-trained vectors against five other ways.

``plan`` says before any work what can be answered; ``arms`` train; ``sweep`` orders the trainings;
``intervals`` and ``questions`` measure; ``verdicts`` has the rules.
"""

from wordglass.claiming.experiment import Experiment, claim, prepare

__all__ = ["Experiment", "claim", "prepare"]
