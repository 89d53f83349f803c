"""A project: a model that overfits, to be mended by changing its vectors alone; what is made is measured."""
