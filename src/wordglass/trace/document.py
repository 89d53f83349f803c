"""The shape of the trace: plain dictionaries that are valid JSON, typed here and nowhere else.

``schema.json`` beside this file is generated from these classes. Numbers are kept as computed, never
rounded; rounding is a view's business. A change that a reader of old files would notice raises ``VERSION``.
"""

from typing import Literal, NotRequired, TypedDict

VERSION = 4

Mark = Literal["good", "warning", "bad"]


class Check(TypedDict):
    """One line of the data report."""

    check: str  # a stable name, such as "duplicate texts"
    mark: Mark
    sentence: str  # the finding, with its numbers in it
    count: int  # how many rows it concerns


class ClassSize(TypedDict):
    """How many rows of each part carry a class."""

    name: str
    train: int
    held_out: int


class Lengths(TypedDict):
    """The distribution of text lengths, in characters."""

    shortest: int
    median: float
    mean: float
    p95: float
    longest: int


class DataReport(TypedDict):
    """What the texts and labels look like before training."""

    source: str  # the file, or "memory"
    rows: int
    train_rows: int
    held_out_rows: int
    multi_label: bool
    classes: list[ClassSize]
    lengths: Lengths
    checks: list[Check]


class Stage(TypedDict):
    """One of the five stages: what went in, what was done, what came out."""

    number: int  # 1 to 5
    name: str
    what: str
    shape_in: str  # such as "1000 rows x 1"
    shape_out: str
    sample: list[str]  # real first rows as lines of text; empty where samples are left out
    sample_note: str  # such as "8 of 50 numbers shown"
    seconds: float


class MissingWord(TypedDict):
    """A word that the table of vectors does not have."""

    word: str
    count: int


class ClassCoverage(TypedDict):
    """Tokens found among those of one class."""

    name: str
    tokens: int
    known: int


class FormFound(TypedDict):
    """What looking for words in one more form finds."""

    rung: str  # "as written", or the name of the form
    tokens: int  # of the sample, that it finds and those before it do not
    share: float  # of all tokens of the sample


class Coverage(TypedDict):
    """How many tokens of the training rows have a vector."""

    tokens: int
    known: int
    distinct: int  # distinct known words
    rows_without_vector: int  # texts in which no word is known: pooled to zeros
    by_class: list[ClassCoverage]
    missing: list[MissingWord]  # the commonest first
    composed: int  # tokens among the known whose vector is put together from those of n-grams
    forms: list[FormFound]  # how the words of a sample are found: as written, then in other forms


class Observation(TypedDict):
    """What one epoch shows, in words: a rule from a closed list, and its sentence for these numbers."""

    rule: str
    sentence: str


class Epoch(TypedDict):
    """The model after one pass over the training rows. Losses are mean log losses in nats, no penalty."""

    epoch: int  # 0 is the model before training: no weights, biases from the class shares
    train_loss: float
    train_accuracy: float
    held_out_loss: float | None  # None where no row is held out
    held_out_accuracy: float | None
    change: float | None  # of the training loss since the epoch before; None for epoch 0
    gradient: float  # its largest absolute entry where the epoch began, relative to where the first did
    seconds: float
    observation: Observation


class Interval(TypedDict):
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


class Trial(TypedDict):
    """One head: what it was fitted to, how well it did on rows that it was not fitted on, and its say."""

    # What it reads; nb: TF-IDF times naive-Bayes log-count ratios; characters: the same of their n-grams
    block: Literal["vectors", "tf-idf", "nb", "characters"]
    C: float
    names: float  # how many texts the name of a class counts as
    loss: float | None  # mean log loss; None where it was not tried
    loss_error: float | None  # its standard error
    accuracy: Interval | None
    features: int | None
    seconds: float | None
    share: float  # the weight of its scores in the model's; 0 where it has none


class Together(TypedDict):
    """How well the heads do together, on the rows from which their shares are taken."""

    loss: float
    loss_error: float
    accuracy: Interval


class Selection(TypedDict):
    """How the heads were chosen or combined."""

    how: Literal["given", "chosen", "combined"]
    folds: int  # parts left out and scored; 0 where nothing was tried
    rows: int  # in these parts
    stopped: str  # why nothing else was tried, in words
    trials: list[Trial]
    together: Together | None  # None where they are not combined


class Training(TypedDict):
    """The training, epoch by epoch. ``epochs`` begins with epoch 0, the model before training."""

    loss: Literal["softmax", "sigmoid"]
    features: int
    outputs: int  # 1 for two classes, else one a class
    epochs_allowed: int
    epochs: list[Epoch]
    stopped: str  # why it ended, in words


class ClassScores(TypedDict):
    """The scores of one class."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int
    threshold: float | None  # the probability from which it is predicted; None where the likeliest class is


class ReliabilityBin(TypedDict):
    """Predictions whose confidence lies between ``low`` and ``high``."""

    low: float
    high: float
    rows: int
    confidence: float  # their mean
    accuracy: float


class Answered(TypedDict):
    """What is answered and what of it is right where a model abstains from what it is less sure of."""

    coverage: float  # the share of the rows that are answered
    least: float  # the least probability of the likeliest class among them
    rows: int
    accuracy: float  # of these


class Scores(TypedDict):
    """How well a model does on rows with known labels."""

    rows: int
    accuracy: Interval  # for multi-label: the share of rows whose set of labels is exactly right
    macro_f1: Interval
    log_loss: float
    brier: float
    calibration_error: float  # expected calibration error, ten bins of equal width
    classes: list[ClassScores]
    confusion: list[list[int]] | None  # true x predicted; None for multi-label
    reliability: list[ReliabilityBin]
    abstaining: list[Answered]  # all rows, then fewer and fewer; empty for multi-label
    checks: list[Check]  # what is wrong with the answers as a whole; empty where nothing is


class Baseline(TypedDict):
    """What a simpler way reaches on the same held-out rows."""

    name: str
    accuracy: Interval
    macro_f1: Interval
    seconds: float


class Provenance(TypedDict):
    """Where the numbers come from and how to get them again."""

    created: str  # ISO 8601, UTC
    command: str
    seed: int
    threads: int
    data_sha256: str  # of texts and labels, in order
    vectors: str  # the table's name
    vectors_source: str
    vectors_sha256: str
    vectors_licence: str
    versions: dict[str, str]  # of wordglass, Python and the libraries that computed
    seconds: float


class Default(TypedDict):
    """What a text without any known word is called: the biases alone decide."""

    predicted: list[str]
    probability: float  # of the likeliest class


class Kept(TypedDict):
    """Which words of the table of vectors a model has, and how it holds their numbers."""

    which: Literal["all", "frequent", "seen"]  # frequent: the table's first; seen: those of the training rows
    words: int
    of: int  # words of the table
    int8: bool  # as steps of 8 bits with scales; else as float32


class Counted(TypedDict):
    """The words and pairs of words of the training texts that a model counts, and so has in it."""

    words: int
    pairs: int


class Size(TypedDict):
    """What a model would weigh that keeps so much, and how good it is on the held-out rows."""

    kept: Kept
    bytes: int  # of its words and their numbers on disk
    accuracy: float
    macro_f1: float


class TellingWord(TypedDict):
    """A word or pair, and what it adds to a class's score where it stands."""

    text: str
    pair: bool
    texts: int  # training texts that have it
    share: float  # the mean of its exact share over these, less the mean over classes


class ClassTelling(TypedDict):
    """The most telling words of a class."""

    name: str
    words: list[TellingWord]  # the most telling first, at most 20


class Telling(TypedDict):
    """A word of one text, and how much more it says for one class than for another."""

    word: str
    share: float


class Mistake(TypedDict):
    """A held-out text that is called something else than what it is."""

    row: int  # of the data, from 0; of the held-out file, where there is one
    text: str  # its beginning
    cut: bool  # whether it goes on
    truth: list[str]
    predicted: list[str]
    # Of what is predicted. Of several labels, of the likeliest that is predicted and not true; where there is
    # none, 1 less that of the least likely that is true and not predicted.
    probability: float
    of_truth: float  # of what is true; of several labels, of the least likely; 1 where none is true
    # What spoke most for the wrong answer rather than the right one: at most 8 words, each with all its
    # occurrences; empty for a text of more than 100,000 characters.
    telling: list[Telling]


class MapPoint(TypedDict):
    """A held-out text on the map."""

    row: int  # as of a mistake
    text: str  # its beginning
    truth: list[str]
    predicted: list[str]
    x: float
    y: float


class MapClass(TypedDict):
    """The middle of the texts that carry a class."""

    name: str
    rows: int
    x: float
    y: float


class Map(TypedDict):
    """Held-out texts in two dimensions, by their scores."""

    what: str  # the method, in words
    # The share of the scores' variance along x and y; where these are two parts of one score, each part's
    # share of the sum of their variances.
    spread: list[float]
    neighbours: float  # of each text's ten nearest by scores, the share that are among its ten nearest here
    points: list[MapPoint]
    classes: list[MapClass]


class TrainingTrace(TypedDict):
    """Everything that a training run did."""

    format: Literal["wordglass-trace"]
    version: int
    kind: Literal["training"]
    data: DataReport
    stages: list[Stage]
    coverage: Coverage
    default: Default
    selection: Selection
    training: Training
    counted: Counted | None  # None where none are
    kept: Kept
    cut_from: Kept | None  # what the model kept when it was scored; None where that is what it keeps
    scores: Scores | None  # on the held-out rows; None where there are none
    sizes: list[Size]  # of the trained model; empty where no row is held out
    baselines: list[Baseline]
    predictions: list["PredictionTrace"]  # of sampled held-out texts; empty where samples are left out
    telling: list[ClassTelling]  # empty where samples are left out
    mistakes: list[
        Mistake
    ]  # on held-out rows, at most 20, the surest first; empty where samples are left out
    map: Map | None  # of at most 500 held-out rows; None for fewer than 3, and where samples are left out
    provenance: Provenance


class TokenTrace(TypedDict):
    """One token of a text and its part in the score."""

    token: str  # as it is looked up
    start: int  # offsets in characters
    end: int
    start_byte: int  # and in bytes of UTF-8
    end_byte: int
    known: bool
    row: int | None  # its place among the model's words, from 0; None for one that is not among them
    word: str | None  # the form in which it was found there; None where it is unknown or put together
    norm: float | None  # length of its vector; None where it has none or the table is not at hand
    vector: NotRequired[list[float]]  # its first numbers, where the table is at hand
    counted: bool  # whether it is one of the words that the model counts, or has n-grams that it counts
    shares: list[float]  # its part of each score in ``outputs``: the two below and half of each of its pairs
    by_vector: list[float]  # what it adds through its vector; zeros where it has none
    as_word: list[float]  # what it adds as a counted word and by the n-grams of its characters


class PairTrace(TypedDict):
    """Two neighbouring tokens that the model counts as a pair."""

    first: int  # the number of the first one, from 0
    pair: str
    shares: list[float]  # the pair's part of each score in ``outputs``


class OutputTrace(TypedDict):
    """One class, its score and its probability."""

    name: str
    bias: float
    score: float  # the logit: bias + the sum of the tokens' shares
    probability: float
    threshold: float | None  # the probability from which it is predicted; None where the likeliest class is


class PredictionTrace(TypedDict):
    """One text on its way through the five layers."""

    format: Literal["wordglass-trace"]
    version: int
    kind: Literal["prediction"]
    text: str
    tokens: list[TokenTrace]
    pairs: list[PairTrace]
    known: int
    dimensions: int
    vectors: str  # the table's name, or why no vector can be shown
    pooling: str
    pooled: list[float] | None  # the pooled vector; None where the table is not at hand
    # Of the likeliest class, one for each number of the pooled vector: the dot product of the two is what the
    # words add through their vectors. Absent where these are not at hand, or the model has rounded scores.
    weights: NotRequired[list[float]]
    outputs: list[OutputTrace]  # one a class; of two classes the first has the second's score negated
    predicted: list[str]  # one class, or any number for multi-label
    truth: list[str] | None
    sum_of_shares: float  # of the likeliest class, over all tokens


class DemoTrace(TypedDict):
    """What the demo shows: the lesson, what ``balanced`` makes of the same rows, and a sentence by each."""

    format: Literal["wordglass-trace"]
    version: int
    kind: Literal["demo"]
    lesson: TrainingTrace
    balanced: TrainingTrace
    sentence: list[PredictionTrace]  # by the lesson, by balanced
