"""wordglass."""
