"""Views: pure functions from the trace document to what a person sees."""
