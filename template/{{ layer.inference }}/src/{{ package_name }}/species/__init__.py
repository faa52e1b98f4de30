"""An example of a model: the species of an iris, by its measurements."""
