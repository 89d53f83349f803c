"""The lesson: modes that teach on a real run, every number of which comes from its trace."""
